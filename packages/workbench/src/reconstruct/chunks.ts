/** Retrieved passages of each generation: those of every retrieval that ended before it started, and whether each reached its prompt. */
import { captured, missing, type ChunkSignal, type Signal } from "@whysaid/recorder/format";
import type { Call } from "./calls.ts";
import { reachedPrompt } from "./reached-prompt.ts";
import type { StepOf } from "./steps.ts";
import { LOST_TEXT } from "./texts.ts";

export function chunksFor(call: Call, retrievals: readonly StepOf<"retrieval">[]): Signal<readonly ChunkSignal[]> {
  if (call.given.chunks !== undefined) return call.given.chunks;
  const before = retrievals.filter((step) => step.place < call.start);
  if (before.length === 0) return missing("not-applicable");
  const chunks = before.flatMap((step) => step.chunks);
  if (call.input.state === "missing") return captured(chunks);
  const verdicts = reachedPrompt(call.input.value, chunks.map((chunk) => chunk.text));
  // A passage that is lost cannot be compared.
  return captured(chunks.map((chunk, index) => ({ ...chunk, reachedPrompt: chunk.text.includes(LOST_TEXT) ? null : (verdicts[index] ?? null) })));
}
