/**
 * What became of traces, counted: how many passed which rule, were edited, cut, declined, how long they took. Read by drift and by pages that show
 * charts; answered by each store from its narrow columns, never by reading traces.
 *
 * Counts are named (`Measure`), so that a store can keep any of them in one narrow table and a new rule or action needs no new column:
 *
 * | measure | counts |
 * | --- | --- |
 * | `traces`, `generations` | |
 * | `state:S` | traces whose last generation ended so |
 * | `checked`, `failed` | traces with at least one rule that ran; with at least one that failed |
 * | `rule-passed:R`, `rule-failed:R` | traces by rule; a rule that failed once in a trace failed there |
 * | `action:A`, `passed-action:A` | by the last action; only of traces that were checked and failed no rule |
 * | `truncated`, `refused` | by what the protocol says (store/digest.ts) |
 * | `input-tokens`, `output-tokens` | sums |
 * | `input-tokens:B`, `output-tokens:B`, `first-chunk:B`, `total:B` | traces whose tokens or milliseconds lie in bucket B: 2^(B/4) to 2^((B+1)/4) |
 */
import type { TraceSummary } from "./summary.ts";

/** What traces can be told apart by. `model` is the answering one where the bytes name it. */
export type OutcomeDimension = "feature" | "model" | "promptVersion" | "release" | `tag:${string}`;
export interface OutcomeFilter {
  readonly feature?: string;
  readonly sinceMs?: number;
  readonly untilMs?: number;
  readonly tag?: { readonly key: string; readonly value: string };
  /** None: one group for each span of time. */
  readonly by: readonly OutcomeDimension[];
  /** Length of a span of time, counted from the epoch; null: all times are one, `startMs` 0. */
  readonly bucketMs: number | null;
}
export interface OutcomeGroup {
  readonly startMs: number;
  /** In the order of `by`; null where a trace has none. */
  readonly values: readonly (string | null)[];
  /** Only what was counted at least once. */
  readonly measures: ReadonlyMap<Measure, number>;
}
export type Measure = string;
/** A tag's key, how many values it has and on how many traces. */
export interface TagKey {
  readonly key: string;
  readonly values: number;
  readonly traces: number;
}

/** What the counts of one trace are taken from. */
export type CountedTrace = Pick<TraceSummary, "state" | "inputTokens" | "outputTokens" | "totalMs" | "firstChunkMs" | "failedRules" | "passedRules" | "truncated" | "refused" | "action"> & { readonly generations: number };

/** Four to the octave: bucket b holds 2^(b/4) to 2^((b+1)/4), 0 and 1 are in the first. */
export const sizeBucket = (size: number): number => Math.max(0, Math.floor(Math.log2(Math.max(1, size)) * 4));

export function measuresOf(trace: CountedTrace): ReadonlyMap<Measure, number> {
  const measures = new Map<Measure, number>([
    ["traces", 1],
    [`state:${trace.state}`, 1],
  ]);
  const { failedRules, passedRules, action } = trace;
  if (trace.generations > 0) measures.set("generations", trace.generations);
  const isChecked = failedRules.length + passedRules.length > 0;
  if (isChecked) measures.set("checked", 1);
  if (failedRules.length > 0) measures.set("failed", 1);
  for (const rule of failedRules) measures.set(`rule-failed:${rule}`, 1);
  for (const rule of passedRules) measures.set(`rule-passed:${rule}`, 1);
  if (action !== null) measures.set(`action:${action}`, 1);
  if (action !== null && isChecked && failedRules.length === 0) measures.set(`passed-action:${action}`, 1);
  if (trace.truncated) measures.set("truncated", 1);
  if (trace.refused) measures.set("refused", 1);
  for (const [name, tokens] of [["input-tokens", trace.inputTokens], ["output-tokens", trace.outputTokens]] as const) {
    if (tokens === null) continue;
    if (tokens > 0) measures.set(name, tokens);
    measures.set(`${name}:${sizeBucket(tokens)}`, 1);
  }
  if (trace.firstChunkMs !== null) measures.set(`first-chunk:${sizeBucket(trace.firstChunkMs)}`, 1);
  if (trace.totalMs !== null) measures.set(`total:${sizeBucket(trace.totalMs)}`, 1);
  return measures;
}

/** Adds counts up by span of time and values. */
export class OutcomeCounts {
  readonly #groups = new Map<string, { readonly startMs: number; readonly values: readonly (string | null)[]; readonly measures: Map<Measure, number> }>();

  add(startMs: number, values: readonly (string | null)[], measures: Iterable<readonly [Measure, number]>): void {
    const key = JSON.stringify([startMs, ...values]);
    const group = this.#groups.get(key) ?? { startMs, values, measures: new Map<Measure, number>() };
    this.#groups.set(key, group);
    for (const [measure, n] of measures) {
      const sum = (group.measures.get(measure) ?? 0) + n;
      if (sum === 0) group.measures.delete(measure);
      else group.measures.set(measure, sum);
    }
  }
  /** By time, then by values; each group's measures by name: the same set of traces gives the same groups in any store. */
  groups(): readonly OutcomeGroup[] {
    return [...this.#groups.values()]
      .filter(({ measures }) => (measures.get("traces") ?? 0) > 0)
      .sort((a, b) => a.startMs - b.startMs || compare(a.values, b.values))
      .map(({ measures, ...group }) => ({ ...group, measures: new Map([...measures].sort(([a], [b]) => (a < b ? -1 : 1))) }));
  }
}

function compare(a: readonly (string | null)[], b: readonly (string | null)[]): number {
  for (const [at, value] of a.entries()) {
    const other = b[at] ?? null;
    if (value === other) continue;
    if (value === null || (other !== null && value < other)) return -1;
    return 1;
  }
  return 0;
}
