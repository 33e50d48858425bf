/** What the app did around its calls: a retrieval with its chunks, a tool execution, a parse with what went in beside what came out, a validation rule by rule. */
import type { ChunkSignal, Step, ValidationSignal } from "@whysaid/recorder/format";
import { safe, safeLine } from "../terminal-safe.ts";
import { count } from "./amounts.ts";
import { limits } from "./limits.ts";
import type { Page } from "./page.ts";

export function stepView(page: Page, step: Step, index: number, reached: (chunk: ChunkSignal) => boolean | null): void {
  const at = `steps[${index}]`;
  if (step.error !== null) page.words(page.paint(`${safeLine(step.error.name)}: ${safeLine(step.error.message)}`, "red"), "  ");
  switch (step.kind) {
    case "retrieval":
      if (step.query !== null) page.text("query", step.query, { path: `${at}.query`, limits: limits.message });
      if (step.chunks.length === 0) page.row("found", "nothing", "yellow");
      for (const [place, chunk] of step.chunks.entries()) chunkView(page, chunk, place, `${at}.chunks[${place}].text`, reached(chunk));
      return;
    case "tool":
      page.text("arguments", step.arguments ?? "(none)", { path: `${at}.arguments`, limits: limits.toolArguments, style: "yellow" });
      if (step.result !== null) page.text("result", step.result, { path: `${at}.result`, limits: limits.toolResult });
      return;
    case "parse":
      return parseView(page, step, at);
    case "validation":
      return checksView(page, step.checks);
    default:
      return step satisfies never;
  }
}

function chunkView(page: Page, chunk: ChunkSignal, place: number, path: string, isReached: boolean | null): void {
  const score = chunk.score === null ? "" : ` · score ${chunk.score}`;
  const where = isReached === null ? "" : isReached ? " · in the prompt" : " · not in the prompt";
  page.row(String(place + 1), `${page.paint(safeLine(chunk.sourceId ?? "no source id"), "cyan")}${page.paint(`${score}${where}`, "dim")}`);
  page.text("", chunk.text, { path, limits: limits.chunk });
}

function parseView(page: Page, { parsed, error }: Extract<Step, { kind: "parse" }>, at: string): void {
  const folded = (text: string, path: string): readonly string[] => {
    const { text: shown, more } = page.folding.fold(text, path, limits.json);
    return [...safe(shown).split("\n"), ...(more > 0 ? [page.paint(page.more(more, path), "dim")] : [])];
  };
  if (parsed.error !== null && error === null) page.words(page.paint(`${safeLine(parsed.error.name)}: ${safeLine(parsed.error.message)}`, "red"), "  ");
  const raw = parsed.input === null ? [page.paint("not recorded", "yellow")] : folded(parsed.input, `${at}.parsed.input`);
  const result = parsed.outcome === "failed" ? [page.paint("nothing: parsing failed", "red")] : folded(JSON.stringify(parsed.result, null, 2) ?? "", `${at}.parsed.result`);
  page.columnsOf({ title: "raw", lines: raw }, { title: "parsed", lines: result });
}

/** Failed rules first and whole; those that passed on one line. */
function checksView(page: Page, checks: readonly ValidationSignal[]): void {
  for (const check of checks.filter(({ outcome }) => outcome === "failed")) {
    const value = check.path === null && check.value === null ? "" : `${check.path === null ? "value" : safeLine(check.path)} is ${safeLine(JSON.stringify(check.value) ?? "")}`;
    const expected = check.expected === null ? "" : `expected ${safeLine(check.expected)}`;
    const message = check.message === null || check.message === check.expected ? "" : safeLine(check.message);
    page.words(`${page.paint(`✗ ${safeLine(check.rule ?? check.validator)}`, "red", "bold")}  ${[value, expected, message].filter((text) => text !== "").join(" · ")}`, "  ");
  }
  for (const [outcome, mark, style] of [["passed", "✓", "green"], ["skipped", "–", "dim"]] as const) {
    const rules = checks.filter((check) => check.outcome === outcome).map((check) => safeLine(check.rule ?? check.validator));
    if (rules.length > 0) page.words(`${page.paint(mark, style)} ${rules.length > 12 ? `${rules.slice(0, 12).join(", ")} and ${count(rules.length - 12)} more` : rules.join(", ")}${outcome === "skipped" ? page.paint(" skipped", "dim") : ""}`, "  ");
  }
}
