/**
 * Where the time of one generation went: retrieval, then the wait for the first chunk, then the rest of the answer, then the tools it asked
 * for. `totalMs` is what the user waited for this answer: retrieval and the call with all its attempts; tools run after it.
 *
 * An answer that came in one piece has no first chunk to time: all its time is `generationMs`.
 */
import { captured, missing, type LatencySignal, type Signal, type ToolCallSignal } from "@whysaid/recorder/format";
import type { Call } from "./calls.ts";
import type { PlacedStep, StepOf } from "./steps.ts";

/** @param previous  the generation before this one; retrievals before that one started belong to it */
export function latencyOf(call: Call, previous: Call | undefined, retrievals: readonly StepOf<"retrieval">[], toolCalls: Signal<readonly ToolCallSignal[]>): Signal<LatencySignal> {
  if (call.given.latency !== undefined) return call.given.latency;
  const own = retrievals.filter((step) => step.place < call.start && (previous === undefined || step.place > previous.start));
  if (call.durationMs === null) return missing(call.state === "open" ? "pending" : "not-recorded");
  const retrievalMs = own.length === 0 ? null : coveredMs(own);
  return captured({
    retrievalMs,
    timeToFirstChunkMs: call.firstChunkMs,
    generationMs: Math.max(0, call.durationMs - (call.firstChunkMs ?? 0)),
    toolsMs: toolsMs(toolCalls),
    totalMs: (retrievalMs ?? 0) + call.durationMs,
  });
}

/** Time covered by steps that may overlap. */
function coveredMs(steps: readonly PlacedStep[]): number {
  let covered = 0;
  let untilMs = -Infinity;
  for (const step of [...steps].sort((a, b) => a.atMs - b.atMs)) {
    const endMs = step.atMs + step.durationMs;
    covered += Math.max(0, endMs - Math.max(step.atMs, untilMs));
    untilMs = Math.max(untilMs, endMs);
  }
  return covered;
}

/** Wrapped executions by their own clocks, one after the other; else the round trip to the next request, which parallel calls share. */
function toolsMs(toolCalls: Signal<readonly ToolCallSignal[]>): number | null {
  if (toolCalls.state === "missing") return null;
  const wrapped = toolCalls.value.filter((one) => one.source === "wrapped" && one.durationMs !== null);
  if (wrapped.length > 0) return wrapped.reduce((sum, one) => sum + (one.durationMs ?? 0), 0);
  const onWire = toolCalls.value.flatMap((one) => (one.source === "wire" && one.durationMs !== null ? [one.durationMs] : []));
  return onWire.length === 0 ? null : Math.max(...onWire);
}
