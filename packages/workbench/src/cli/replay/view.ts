/** Runs for a person: variant → answer → what moved. */
import type { Moved, MovedValue } from "../../reconstruct/replay/moved.ts";
import type { Run } from "../../reconstruct/replay/runs.ts";
import type { Output } from "../output.ts";
import { safe, safeLine } from "../terminal-safe.ts";

export interface ShownAnswer {
  readonly variant: string;
  readonly text: string;
}

export function answerLines(output: Output, { variant, text }: ShownAnswer): void {
  output.line(output.paint(safeLine(variant), "bold"));
  for (const line of safe(text === "" ? "(no text)" : text).split("\n")) output.line(`  ${line}`);
}

export function runLines(output: Output, run: Run): void {
  const { usage, model, error, text, toolCalls, refusal } = run.answer;
  const tokens = usage === null ? "" : ` · ${usage.inputTokens ?? "–"}/${usage.outputTokens ?? "–"} tokens`;
  const said = error === null ? [text, refusal ?? "", ...toolCalls.map((call) => `→ ${call.name}(${call.arguments})`)].filter((one) => one !== "").join("\n") : `error: ${error}`;
  answerLines(output, { variant: run.variant, text: said });
  output.line(output.paint(`  ${safeLine(model ?? "model not named")} · ${run.durationMs} ms${tokens} · ${run.revealed ? "originals sent" : "redacted text sent"}`, "dim"));
  if (error === null) movedLines(output, run.moved);
  output.line();
}

function movedLines(output: Output, { gone, added, elsewhere }: Moved): void {
  if (gone.length + added.length + elsewhere.length === 0) output.line("  nothing moved: every value of the answer is the recorded one, from the same places");
  for (const one of gone) output.line(output.paint(`  − ${valueLine(one)}`, "red"));
  for (const one of added) output.line(output.paint(`  + ${valueLine(one)}`, "green"));
  for (const one of elsewhere) output.line(`  ~ ${safeLine(one.value)}  ← ${fromText(one.from)}, before ${fromText(one.before)}`);
}

const valueLine = ({ value, from }: MovedValue): string => `${safeLine(value)}  ← ${fromText(from)}`;
const fromText = (from: readonly string[]): string => (from.length === 0 ? "nowhere" : safeLine(from.join(", ")));
