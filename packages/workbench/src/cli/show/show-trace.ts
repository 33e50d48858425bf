/** `whysaid show`: one reconstruction for the person who has to explain it. Top to bottom: what it was, why it went wrong, where the time went, the story. */
import type { ChunkSignal, Reconstruction } from "@whysaid/recorder/format";
import { actionView } from "./action-view.ts";
import { duration } from "./amounts.ts";
import { findings } from "./findings.ts";
import { generationView } from "./generation-view.ts";
import { answeredMs, header } from "./header.ts";
import type { Page } from "./page.ts";
import { stepView } from "./step-view.ts";
import { storyOf, type Scene } from "../../marks/story.ts";
import { nameOf, timeline, whenOf } from "./timeline.ts";

export function showTrace(page: Page, story: Reconstruction): void {
  const scenes = storyOf(story);
  header(page, story);
  if (story.findings.length > 0) {
    page.blank();
    page.words(page.paint("WHY", "bold"));
    findings(page, story, 1);
  }
  page.blank();
  timeline(page, scenes);
  for (const scene of scenes) {
    page.blank();
    page.heading(title(scene), when(scene, story, page.columns >= 72));
    if (scene.kind === "generation") generationView(page, scene.generation, scene.index, story.generations[scene.index - 1]);
    else if (scene.kind === "step") stepView(page, scene.step, scene.index, (chunk) => reachedIn(story, chunk));
    else actionView(page, scene.action, scene.index, lastSaid(story));
  }
  if (scenes.length === 0) page.words(page.paint("Nothing is recorded of this trace but that it was.", "dim"));
}

function title(scene: Scene): string {
  if (scene.kind === "generation") return `● ${nameOf(scene)}`;
  if (scene.kind === "action") return `● ${nameOf(scene)}`;
  const verdict = scene.step.kind === "validation" ? ` ${scene.step.outcome === "failed" ? "✗ failed" : scene.step.outcome}` : "";
  return `● ${nameOf(scene)}${verdict}`;
}

function when(scene: Scene, story: Reconstruction, hasRoom: boolean): string {
  if (scene.kind === "action") return whenOf(scene.atMs, answeredMs(story));
  const place = scene.kind === "generation" ? `generations[${scene.index}] · ` : `steps[${scene.index}] · `;
  const offsetMs = scene.atMs - story.startedAtMs;
  return `${hasRoom ? place : ""}at ${offsetMs < 0 ? "−" : ""}${duration(Math.abs(offsetMs))}${scene.durationMs === null ? "" : ` · took ${duration(scene.durationMs)}`}`;
}

/** A chunk reached a prompt when it reached any of the trace's; null when nobody can tell. */
function reachedIn(story: Reconstruction, wanted: ChunkSignal): boolean | null {
  let verdict: boolean | null = null;
  for (const { signals } of story.generations) {
    if (signals.chunks.state === "missing") continue;
    for (const chunk of signals.chunks.value) {
      if (chunk.sourceId !== wanted.sourceId || chunk.text !== wanted.text || chunk.reachedPrompt === null) continue;
      if (chunk.reachedPrompt) return true;
      verdict = false;
    }
  }
  return verdict;
}

function lastSaid(story: Reconstruction): string | null {
  for (const { signals } of story.generations.toReversed()) if (signals.completion.state === "captured" && signals.completion.value.text !== "") return signals.completion.value.text;
  return null;
}
