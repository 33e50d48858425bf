/**
 * `slow-retrieval`, `slow-first-token`, `slow-generation`, `slow-tool` — one part of the answer took most of the time, and far longer than it usually does or than anybody waits.
 *
 * Sees: the latency split, steps' and calls' own durations, the feature's earlier traces where there are any. Can't see: time the app spent between the recorded parts.
 * Next: compare with the feature's other traces.
 */
import type { Reconstruction } from "@whysaid/recorder/format";
import { named, type Baseline, type Candidate, type Case, type Cause, type Evidence } from "../finding.ts";

interface Part {
  readonly cause: Extract<Cause, `slow-${string}`>;
  readonly ms: number;
  readonly evidence: readonly Evidence[];
  readonly what: string;
  /** From here on anybody waits too long, whatever is usual. */
  readonly longMs: number;
  /** Below this it is no matter, however quick it usually is. */
  readonly floorMs: number;
  readonly usualMs: number | null;
}

export function slow(seen: Case): readonly Candidate[] {
  const parts = partsOf(seen).filter((part) => part.ms > 0);
  const total = Math.max(1, parts.reduce((sum, part) => sum + part.ms, 0));
  const found: Candidate[] = [];
  for (const part of parts) {
    const share = part.ms / total;
    const against = part.usualMs !== null && part.usualMs > 0 ? part.ms / part.usualMs : null;
    const long = part.ms >= part.longMs && share >= 0.5 && (against === null || against >= 1.5);
    const unusual = against !== null && against >= 4 && part.ms >= part.floorMs && share >= 0.4;
    if (!long && !unusual) continue;
    const usually = part.usualMs === null ? "" : `, usually ${seconds(part.usualMs)}`;
    found.push({ cause: part.cause, title: `${part.what} took ${seconds(part.ms)} of ${seconds(total)}${usually}`, confidence: long && unusual ? 0.95 : part.ms >= 1.5 * part.longMs || unusual ? 0.92 : 0.85, evidence: part.evidence, next: seen.view.trace.feature === null ? `whysaid show ${seen.view.trace.traceId}` : `whysaid list --feature ${seen.view.trace.feature}` });
  }
  return found.toSorted((a, b) => b.confidence - a.confidence).slice(0, 1);
}
const seconds = (ms: number): string => (ms >= 10_000 ? `${Math.round(ms / 1000)} s` : ms >= 1_000 ? `${(ms / 1000).toFixed(1)} s` : `${Math.round(ms)} ms`);

function partsOf(seen: Case): Part[] {
  const { view, baseline } = seen;
  const usual = baseline ?? baselineOf(seen.previous);
  const parts: Part[] = [];
  const steps = view.trace.steps.map((step, index) => ({ step, index }));
  const retrieval = steps.filter(({ step }) => step.kind === "retrieval").toSorted((a, b) => b.step.durationMs - a.step.durationMs)[0];
  const latency = view.trace.generations.map((generation) => (generation.signals.latency.state === "captured" ? generation.signals.latency.value : null));
  const at = (index: number, key: string): string => `generations[${index}].signals.latency.value.${key}`;
  const longest = (key: "retrievalMs" | "timeToFirstChunkMs" | "generationMs" | "toolsMs"): number => latency.reduce((best, one, index) => ((one?.[key] ?? -1) > (latency[best]?.[key] ?? -1) ? index : best), 0);

  const r = longest("retrievalMs");
  const retrievalMs = Math.max(latency[r]?.retrievalMs ?? 0, retrieval?.step.durationMs ?? 0);
  if (retrievalMs > 0)
    parts.push({
      cause: "slow-retrieval", ms: retrievalMs, what: retrieval ? `Retrieval ${named(retrieval.step.name)}` : "Retrieval", longMs: 2_000, floorMs: 800, usualMs: usual?.retrievalMs ?? null,
      evidence: [...(retrieval ? [{ at: `steps[${retrieval.index}]`, sourceId: null, excerpt: `${retrieval.step.name}: ${retrieval.step.durationMs} ms` }] : []), ...(latency[r]?.retrievalMs == null ? [] : [{ at: at(r, "retrievalMs"), sourceId: null, excerpt: `${latency[r]?.retrievalMs} ms` }])],
    });

  const calls = view.calls.filter((call) => (call.durationMs ?? 0) > 0).toSorted((a, b) => (b.durationMs ?? 0) - (a.durationMs ?? 0));
  const t = longest("toolsMs");
  const toolMs = Math.max(calls[0]?.durationMs ?? 0, latency[t]?.toolsMs ?? 0);
  if (toolMs > 0)
    parts.push({
      cause: "slow-tool", ms: toolMs, what: calls[0] ? `Tool ${named(calls[0].name)}` : "A tool", longMs: 5_000, floorMs: 1_500, usualMs: usual?.toolsMs ?? null,
      evidence: [...(calls[0] ? [{ at: calls[0].at, sourceId: calls[0].callId ?? calls[0].name, excerpt: `${calls[0].name}: ${calls[0].durationMs} ms` }] : []), ...(latency[t]?.toolsMs == null ? [] : [{ at: at(t, "toolsMs"), sourceId: null, excerpt: `${latency[t]?.toolsMs} ms` }])],
    });

  const f = longest("timeToFirstChunkMs");
  const g = longest("generationMs");
  const first = latency[f]?.timeToFirstChunkMs ?? 0;
  const generating = latency[g]?.generationMs ?? 0;
  const tokens = (index: number): number | null => {
    const usage = view.trace.generations[index]?.signals.usage;
    return usage?.state === "captured" ? usage.value.outputTokens : null;
  };
  // Where nothing streams, the first chunk is the whole answer: the time is the generation's.
  const whole = first > 0 && (latency[f]?.generationMs ?? 0) < first * 0.02 && !isStreamed(view.trace, f);
  if (first > 0 && !whole)
    parts.push({ cause: "slow-first-token", ms: first, what: "The first token", longMs: 6_000 + reasoningMs(view.trace, f), floorMs: 2_500, usualMs: usual?.timeToFirstChunkMs ?? null, evidence: [{ at: at(f, "timeToFirstChunkMs"), sourceId: null, excerpt: `${first} ms` }] });
  const ms = whole ? first : generating;
  const index = whole ? f : g;
  if (ms > 0) {
    const count = tokens(index);
    // at 20 tokens a second an answer of that length is on its way, not slow
    const expected = count === null ? 0 : count * 50;
    parts.push({ cause: "slow-generation", ms, what: count === null ? "Generating" : `Generating ${count} tokens`, longMs: Math.max(15_000, expected * 1.5), floorMs: Math.max(4_000, expected / 4), usualMs: usual?.generationMs ?? null, evidence: [{ at: at(index, whole ? "timeToFirstChunkMs" : "generationMs"), sourceId: null, excerpt: `${ms} ms${count === null ? "" : ` for ${count} tokens`}` }] });
  }
  return parts;
}
const isStreamed = (trace: Reconstruction, index: number): boolean => {
  const input = trace.generations[index]?.signals.input;
  const generation = trace.generations[index]?.signals.latency;
  if (input?.state === "captured" && "stream" in input.value.parameters) return input.value.parameters["stream"] === true;
  return generation?.state === "captured" && generation.value.generationMs !== null && generation.value.generationMs > 0;
};
const reasoningMs = (trace: Reconstruction, index: number): number => {
  const usage = trace.generations[index]?.signals.usage;
  return usage?.state === "captured" ? (usage.value.reasoningTokens ?? 0) * 25 : 0;
};

/** Medians over earlier traces; null where none has the part. */
export function baselineOf(previous: readonly Reconstruction[]): Baseline | null {
  if (previous.length === 0) return null;
  const all = previous.flatMap((trace) => trace.generations.flatMap((generation) => (generation.signals.latency.state === "captured" ? [generation.signals.latency.value] : [])));
  const median = (values: readonly number[]): number | null => (values.length === 0 ? null : (values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? null));
  const of = (key: "retrievalMs" | "timeToFirstChunkMs" | "generationMs" | "toolsMs"): number | null => median(all.flatMap((latency) => latency[key] ?? []));
  const steps = previous.flatMap((trace) => trace.steps);
  return {
    retrievalMs: of("retrievalMs") ?? median(steps.flatMap((step) => (step.kind === "retrieval" ? [step.durationMs] : []))),
    timeToFirstChunkMs: of("timeToFirstChunkMs"),
    generationMs: of("generationMs"),
    toolsMs: of("toolsMs") ?? median(steps.flatMap((step) => (step.kind === "tool" ? [step.durationMs] : []))),
  };
}
