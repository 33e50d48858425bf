/** The latency bar: one row a step, drawn to one scale. ░ waiting for the first chunk, █ the rest. Actions come minutes or months later and stand off the scale. */
import { safeLine } from "../terminal-safe.ts";
import { ago, duration } from "./amounts.ts";
import { padded, truncated, type Page } from "./page.ts";
import { modelName, type Scene } from "../../marks/story.ts";

/** Columns of names and times beside the bar. */
const widths = (columns: number): { readonly name: number; readonly time: number } => (columns < 64 ? { name: 14, time: 14 } : { name: 26, time: 18 });
const MOST_ROWS = 24;

export function timeline(page: Page, scenes: readonly Scene[]): void {
  const timed = scenes.filter((scene) => scene.kind !== "action");
  if (timed.length === 0) return;
  const startMs = Math.min(...timed.map((scene) => scene.atMs));
  const endMs = Math.max(...timed.map((scene) => scene.atMs + (scene.durationMs ?? 0)), startMs + 1);
  const { name, time } = widths(page.columns);
  const barColumns = page.columns - name - time - 2;
  const column = (atMs: number): number => Math.round(((atMs - startMs) / (endMs - startMs)) * barColumns);
  const shown = page.folding.isOpen("steps") ? timed : timed.slice(0, MOST_ROWS);
  for (const scene of shown) {
    const { waitMs, label } = timesOf(scene);
    const from = Math.min(column(scene.atMs), barColumns - 1);
    const to = Math.min(barColumns, Math.max(from + 1, column(scene.atMs + (scene.durationMs ?? endMs - scene.atMs))));
    const wait = Math.min(to - from, waitMs === null ? 0 : Math.max(waitMs > 0 ? 1 : 0, column(scene.atMs + waitMs) - from));
    const bar = `${" ".repeat(from)}${page.paint("░".repeat(wait), "cyan")}${page.paint(((scene.durationMs ?? 1) === 0 ? "▏" : "█").repeat(to - from - wait), colorOf(scene))}${" ".repeat(barColumns - to)}`;
    page.output.line(`  ${padded(truncated(nameOf(scene), name - 1), name)}${bar}  ${page.paint(truncated(label, time - 2).padStart(time - 2), "dim")}`);
  }
  if (timed.length > shown.length) page.words(page.paint(`… ${timed.length - shown.length} more steps (--full, or --unfold steps)`, "dim"), "  ");
  for (const scene of scenes) {
    if (scene.kind !== "action") continue;
    page.output.line(`  ${padded(nameOf(scene), name)}${" ".repeat(barColumns - 3)}${page.paint("⋯ ●", "magenta")}  ${page.paint(truncated(whenOf(scene.atMs, endMs), time - 2).padStart(time - 2), "dim")}`);
  }
}

export const whenOf = (atMs: number, answeredMs: number): string => (atMs >= answeredMs ? `${ago(atMs - answeredMs)} later` : "before the answer was recorded");

export function nameOf(scene: Scene): string {
  if (scene.kind === "action") return `user: ${scene.action.action}`;
  if (scene.kind === "generation") return safeLine(modelName(scene.generation));
  return `${scene.step.kind} ${safeLine(scene.step.name)}`;
}

function colorOf(scene: Scene): "red" | "blue" | "green" | "yellow" {
  if (scene.kind === "generation") return scene.generation.state === "complete" && scene.generation.error === null ? "blue" : "red";
  if (scene.kind === "action") return "green";
  const hasFailed = scene.step.error !== null || (scene.step.kind === "validation" && scene.step.outcome === "failed") || (scene.step.kind === "parse" && scene.step.parsed.outcome === "failed");
  return hasFailed ? "red" : scene.step.kind === "tool" ? "yellow" : "green";
}

function timesOf(scene: Scene): { readonly waitMs: number | null; readonly label: string } {
  if (scene.kind !== "generation") return { waitMs: null, label: duration(scene.durationMs) };
  const { state, signals } = scene.generation;
  if (scene.durationMs === null) return { waitMs: null, label: state === "open" ? "no answer yet" : "?" };
  const wait = signals.latency.state === "captured" ? signals.latency.value.timeToFirstChunkMs : null;
  return { waitMs: wait, label: wait === null ? duration(scene.durationMs) : `${duration(wait)} + ${duration(scene.durationMs - wait)}` };
}
