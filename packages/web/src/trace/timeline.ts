/** The trace in time: retrievals, calls with their wait for the first chunk, tools, parses, checks; each with where it begins and how long it took. */
import type { Reconstruction } from "../api/shapes.ts";

export interface Span {
  readonly kind: "retrieval" | "generation" | "tool" | "parse" | "validation";
  readonly name: string;
  /** From the trace's start. */
  readonly startMs: number;
  readonly durationMs: number;
  readonly firstChunkMs: number | null;
  readonly isFailed: boolean;
  readonly spanId: string;
  /** Place in `generations` or `steps`. */
  readonly at: string;
}

export function spansOf(story: Reconstruction): readonly Span[] {
  const spans: Span[] = [];
  for (const [index, generation] of story.generations.entries()) {
    const { model, latency } = generation.signals;
    const tries = generation.attemptList;
    const took = latency.state === "captured" ? (latency.value.generationMs ?? latency.value.totalMs) : null;
    const lastTry = tries.at(-1);
    spans.push({
      kind: "generation",
      name: (model.state === "captured" ? (model.value.answered ?? model.value.requested) : null) ?? generation.provider ?? "call",
      startMs: generation.startedAtMs - story.startedAtMs,
      durationMs: Math.max(took ?? 0, lastTry?.durationMs == null ? 0 : lastTry.atMs + lastTry.durationMs - generation.startedAtMs),
      firstChunkMs: latency.state === "captured" ? latency.value.timeToFirstChunkMs : null,
      isFailed: generation.state !== "complete",
      spanId: generation.spanId,
      at: `generations[${index}]`,
    });
  }
  for (const [index, step] of story.steps.entries())
    spans.push({
      kind: step.kind,
      name: step.name,
      startMs: step.atMs - story.startedAtMs,
      durationMs: step.durationMs,
      firstChunkMs: null,
      isFailed: step.error !== null || (step.kind === "parse" && step.parsed.outcome === "failed") || (step.kind === "validation" && step.outcome === "failed"),
      spanId: step.spanId,
      at: `steps[${index}]`,
    });
  return spans.sort((a, b) => a.startMs - b.startMs);
}
