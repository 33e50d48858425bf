/** When what happened, one bar a step: pale while the first chunk was awaited. Drawn with attributes, since the page's policy lets no inline style through. */
import type { Reconstruction } from "@whysaid/recorder/format";
import { duration } from "../../marks/amounts.ts";
import { modelName, storyOf, valueOf, type Scene } from "../../marks/story.ts";
import { safeLine } from "../../marks/visible.ts";
import { html, type Html } from "./drawing.ts";

const [WIDE, NAMES, TIMES, ROW] = [1160, 230, 150, 22];
const MOST_ROWS = 60;

export function waterfall(story: Reconstruction): Html | "" {
  const timed = storyOf(story).filter((scene) => scene.kind !== "action");
  if (timed.length === 0) return "";
  const startMs = Math.min(...timed.map(({ atMs }) => atMs));
  const endMs = Math.max(startMs + 1, ...timed.map(({ atMs, durationMs }) => atMs + (durationMs ?? 0)));
  const x = (ms: number): number => NAMES + ((ms - startMs) / (endMs - startMs)) * (WIDE - NAMES - TIMES);
  const shown = timed.slice(0, MOST_ROWS);
  return html`<section class="panel" aria-labelledby="times"><h2 id="times">When</h2><svg viewBox="0 0 ${WIDE} ${shown.length * ROW}" role="img" aria-label="Steps in time order">${shown.map((scene, row) => bar(scene, row * ROW, x, endMs))}</svg>
${timed.length > shown.length ? html`<p class="soft">… ${timed.length - shown.length} more steps</p>` : ""}</section>`;
}

function bar(scene: Scene, y: number, x: (ms: number) => number, endMs: number): Html {
  const from = x(scene.atMs);
  const to = Math.max(from + 2, x(scene.atMs + (scene.durationMs ?? endMs - scene.atMs)));
  const latency = scene.kind === "generation" ? valueOf(scene.generation.signals.latency) : null;
  const wait = Math.min(to, from + Math.max(0, x(scene.atMs + (latency?.timeToFirstChunkMs ?? 0)) - x(scene.atMs)));
  const label = scene.durationMs === null ? "no end recorded" : latency?.timeToFirstChunkMs == null ? duration(scene.durationMs) : `${duration(latency.timeToFirstChunkMs)} + ${duration(Math.max(0, scene.durationMs - latency.timeToFirstChunkMs))}`;
  return html`<text x="0" y="${y + 15}">${nameOf(scene)}</text><rect class="wait" x="${one(from)}" y="${y + 5}" width="${one(wait - from)}" height="12"/><rect class="${look(scene)}" x="${one(wait)}" y="${y + 5}" width="${one(to - wait)}" height="12" rx="1"/><text class="t" x="${WIDE - TIMES + 12}" y="${y + 15}">${label}</text>`;
}

const one = (value: number): string => Math.max(0, value).toFixed(1);
const MOST_NAME = 34;
function nameOf(scene: Scene): string {
  const name = scene.kind === "generation" ? `${scene.index + 1} ${safeLine(modelName(scene.generation))}` : scene.kind === "step" ? `${scene.step.kind} ${safeLine(scene.step.name)}` : "";
  return Array.from(name).length > MOST_NAME ? `${Array.from(name).slice(0, MOST_NAME - 1).join("")}…` : name;
}
function look(scene: Scene): string {
  if (scene.kind === "generation") return scene.generation.state === "complete" && scene.generation.error === null ? "run" : "fail";
  if (scene.kind === "action") return "step";
  const hasFailed = scene.step.error !== null || (scene.step.kind === "validation" && scene.step.outcome === "failed") || (scene.step.kind === "parse" && scene.step.parsed.outcome === "failed");
  return hasFailed ? "fail" : scene.step.kind === "tool" ? "tool" : "step";
}
