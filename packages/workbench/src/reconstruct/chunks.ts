/** Retrieved passages of each generation: those of every retrieval that ended before it started, and whether each reached its prompt. */
import { captured, missing, type ChunkSignal, type Signal } from "@whysaid/recorder/format";
import type { Call } from "./calls.ts";
import { Prompt } from "./reached-prompt.ts";
import type { StepOf } from "./steps.ts";
import { LOST_TEXT } from "./texts.ts";

export function chunksFor(call: Call, retrievals: readonly StepOf<"retrieval">[]): Signal<readonly ChunkSignal[]> {
  if (call.given.chunks !== undefined) return call.given.chunks;
  const before = retrievals.filter((step) => step.place < call.start);
  if (before.length === 0) return missing("not-applicable");
  const prompt = call.input.state === "captured" ? new Prompt(call.input.value) : null;
  return captured(before.flatMap((step) => step.chunks).map((chunk) => ({ ...chunk, reachedPrompt: reached(chunk, prompt) })));
}

/** null when nobody can tell: the prompt or the passage is not there to compare. */
export const reached = (chunk: ChunkSignal, prompt: Prompt | null): boolean | null => (prompt === null || chunk.text.includes(LOST_TEXT) ? null : prompt.holds(chunk.text));
