/** What a cause returns before ranking, and the words for pointing at evidence. */
import type { Finding, Reconstruction } from "@whysaid/recorder/format";
import type { CallView, Passage, TraceView } from "./passages.ts";
import type { Hit } from "./provenance/sources.ts";
import type { TracedValue } from "./provenance/provenance.ts";

export const causes = [
  "parser-bug",
  "refusal",
  "empty-completion",
  "output-truncated",
  "context-truncated",
  "invalid-json",
  "tool-error",
  "tool-stale",
  "tool-empty",
  "tool-arguments-invented",
  "retrieval-empty",
  "retrieval-weak",
  "wrong-entity",
  "wrong-chunk",
  "unsupported-value",
  "instruction-from-data",
  "validation-gap",
  "rule-failed",
  "retry-loop",
  "model-drift",
  "prompt-changed",
  "slow-retrieval",
  "slow-first-token",
  "slow-generation",
  "slow-tool",
  "provider-error",
  "incomplete-recording",
] as const;
export type Cause = (typeof causes)[number];

export type Evidence = Finding["evidence"][number];
export interface Candidate extends Finding {
  readonly cause: Cause;
}
/** Usual durations of the feature's earlier traces, medians in milliseconds; null where nothing was recorded. */
export interface Baseline {
  readonly retrievalMs: number | null;
  readonly timeToFirstChunkMs: number | null;
  readonly generationMs: number | null;
  readonly toolsMs: number | null;
}
/** Everything a cause may look at. */
export interface Case {
  readonly view: TraceView;
  readonly values: readonly TracedValue[];
  /** Earlier traces of the same feature or conversation, oldest first. */
  readonly previous: readonly Reconstruction[];
  readonly baseline: Baseline | null;
}
export type CauseRule = (seen: Case) => readonly Candidate[];

const AROUND = 70;
const MAX_EXCERPT = 320;

/** The stretch of a text around [start, end), on word boundaries, one line. */
export function excerptOf(text: string, start = 0, end: number = Math.min(text.length, start + 160)): string {
  const stop = Math.min(end, start + MAX_EXCERPT - 2 * AROUND);
  let from = Math.max(0, start - AROUND);
  let to = Math.min(text.length, stop + AROUND);
  while (from > 0 && from < start && /\S/.test(text.charAt(from - 1))) from += 1;
  while (to < text.length && to > stop && /\S/.test(text.charAt(to))) to -= 1;
  return `${from > 0 ? "…" : ""}${text.slice(from, to).replace(/\s+/g, " ").trim()}${to < text.length ? "…" : ""}`;
}
export const pointAt = (passage: Passage, start?: number, end?: number): Evidence =>
  start === undefined || end === undefined
    ? { at: passage.at, sourceId: passage.sourceId, excerpt: excerptOf(passage.text) }
    : { at: passage.at, sourceId: passage.sourceId, excerpt: excerptOf(passage.text, start, end), start, end };
export const pointAtHit = (hit: Hit): Evidence => pointAt(hit.passage, hit.start, hit.end);
export const pointAtText = (at: string, text: string, start?: number, end?: number): Evidence =>
  start === undefined || end === undefined ? { at, sourceId: null, excerpt: excerptOf(text) } : { at, sourceId: null, excerpt: excerptOf(text, start, end), start, end };
export const pointAtValue = (traced: TracedValue, text: string): Evidence => ({ at: traced.at, sourceId: null, excerpt: excerptOf(text, traced.value.start, traced.value.end), start: traced.value.start, end: traced.value.end });
/** A call's result (or error), wherever it stands. */
export function pointAtResult(call: CallView): Evidence {
  const text = call.error ?? call.result ?? "";
  return { at: call.resultAt[0] ?? call.at, sourceId: call.callId ?? call.name, excerpt: text === "" ? "(empty)" : excerptOf(text) };
}
/** The result where the call has it and where the model read it. */
export const pointsAtResult = (call: CallView): Evidence[] => {
  const first = pointAtResult(call);
  const read = call.resultAt.find((at) => at.includes("messages") && at !== first.at);
  return read === undefined ? [first] : [first, { ...first, at: read }];
};
export const pointAtCall = (call: CallView): Evidence => ({ at: call.at, sourceId: call.callId ?? call.name, excerpt: `${call.name}(${excerptOf(call.arguments)})` });

/** Text safe inside a title: one line, at most 60 characters. */
export const named = (text: string): string => {
  const line = text.replace(/\s+/g, " ").trim();
  return line.length > 60 ? `${line.slice(0, 57)}…` : line;
};
export const replay = (traceId: string, rest = ""): string => `whysaid replay ${traceId}${rest === "" ? "" : ` ${rest}`}`;
