/** `whysaid diff`: one block a field, in the order of the story; long texts word by word, the rest old → new. */
import type { Reconstruction } from "@whysaid/recorder/format";
import type { Difference } from "../../reconstruct/differences.ts";
import { safe, safeLine } from "../terminal-safe.ts";
import { textDiff } from "../text-diff.ts";
import { count, time } from "./amounts.ts";
import { wrapped, type Page } from "./page.ts";

/** Texts longer than this are compared word by word. */
const SHORT = 60;
const FOLDED_CHARS = 600;

export function showDifferences(page: Page, a: Reconstruction, b: Reconstruction, found: readonly Difference[]): void {
  for (const [name, story] of [["a", a], ["b", b]] as const) {
    page.words(`${page.paint(name, "bold")} ${story.traceId}  ${page.paint(`${time(story.startedAtMs)} · ${safeLine(story.feature ?? "no feature named")}`, "dim")}`);
  }
  page.blank();
  if (found.length === 0) return page.words("No difference but ids, times and wire bytes.");
  for (const difference of found) view(page, difference);
  const generations = Math.max(a.generations.length, b.generations.length);
  page.blank();
  page.words(page.paint(`${found.length} ${found.length === 1 ? "difference" : "differences"} in ${generations} ${generations === 1 ? "generation" : "generations"}`, "dim"));
}

function view(page: Page, { at, kind, a, b }: Difference): void {
  const { paint } = page.output;
  const [textA, textB] = [shown(a), shown(b)];
  if (kind === "changed" && textA.length <= SHORT && textB.length <= SHORT) {
    page.words(`${paint(at, "cyan")}  ${paint(safeLine(textA), "red")} → ${paint(safeLine(textB), "green")}`);
    return;
  }
  page.words(`${paint(at, "cyan")}  ${paint(kind, "dim")}`);
  const diff = kind === "changed" ? textDiff(textA, textB, page.output, page.folding.isOpen(at)) : null;
  if (diff !== null) for (const line of wrapped(diff, page.columns - 4)) page.output.line(`    ${line}`);
  else {
    if (a !== undefined && a !== null) block(page, "−", textA, "red");
    if (b !== undefined && b !== null) block(page, "+", textB, "green");
  }
}

function block(page: Page, mark: string, text: string, style: "red" | "green"): void {
  const { text: head, more } = page.folding.fold(text, "", { chars: FOLDED_CHARS, lines: 8 });
  for (const line of wrapped(safe(head), page.columns - 6)) page.output.line(`    ${page.paint(`${mark} ${line}`, style)}`);
  if (more > 0) page.output.line(`      ${page.paint(`… ${count(more)} more characters (--full)`, "dim")}`);
}

const shown = (value: unknown): string => (typeof value === "string" ? value : value === undefined ? "" : JSON.stringify(value));
