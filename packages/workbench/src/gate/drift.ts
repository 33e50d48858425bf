/**
 * What changed in a feature, and since when: rule failures, user actions, cut and refused answers, tokens and latency by dated model, prompt version, release and tag.
 *
 * A claim is made only where all claims of a report together are wrong with a chance of 5 % at most: every comparison that was looked at counts (Holm), counts are
 * divided by how much shares scatter from day to day, and a change no roll-out explains pays for every moment it could have happened at.
 */
import type { OutcomeDimension, OutcomeGroup } from "../store/outcomes.ts";
import type { Store } from "../store/store.ts";
import { change, difference, type Claim, type Compared, type DriftChange, type DriftDifference } from "./drift-claims.ts";
import { editedThoughPassed, measuresIn, sumOf, type Counts, type DriftMeasure } from "./measures.ts";
import { fisher, holm, medianBucket, scatter, shareOf, sizeOf, type Figure, type Share } from "./rates.ts";

export interface DriftOptions {
  readonly feature: string;
  readonly sinceMs?: number;
  readonly untilMs?: number;
  /** Chosen by the length of time when left out. */
  readonly bucketMs?: number;
  /** Tags to tell traces apart by; when left out, those with at most `MAX_VALUES` values. */
  readonly tags?: readonly string[];
}
/** A value seen for the first time after the feature was already in use. */
export interface Rollout {
  readonly dimension: OutcomeDimension;
  readonly value: string | null;
  /** What most traces had just before. */
  readonly previous: string | null;
  readonly atMs: number;
  readonly traces: number;
}
export interface DimensionValue {
  readonly value: string | null;
  readonly firstMs: number;
  readonly lastMs: number;
  readonly traces: number;
  /** By measure id. */
  readonly figures: Readonly<Record<string, Figure>>;
}
export interface DriftReport {
  readonly feature: string;
  readonly traces: number;
  readonly sinceMs: number;
  /** End of the last span with traces. */
  readonly untilMs: number;
  readonly bucketMs: number;
  readonly comparisons: number;
  readonly rollouts: readonly Rollout[];
  readonly changes: readonly DriftChange[];
  /** Standing differences between values that were there all along, e.g. of a ward. */
  readonly differences: readonly DriftDifference[];
  /** Passes every rule, and is edited in most cases people acted on. */
  readonly editedThoughPassed: Share | null;
  readonly measures: readonly { readonly id: string; readonly label: string; readonly kind: DriftMeasure["kind"]; readonly overall: Figure; readonly series: readonly { readonly startMs: number; readonly figure: Figure }[] }[];
  readonly dimensions: readonly { readonly dimension: OutcomeDimension; readonly values: readonly DimensionValue[] }[];
}
/** Counts by time of each dimension: what a report is made from. */
export interface DriftCounts {
  readonly feature: string;
  readonly bucketMs: number;
  readonly all: readonly OutcomeGroup[];
  readonly by: readonly { readonly dimension: OutcomeDimension; readonly groups: readonly OutcomeGroup[] }[];
}

/** More values than this tell persons or requests apart, not kinds of traffic. */
export const MAX_VALUES = 30;
const ALPHA = 0.05;
/** Fewer observations on a side are not compared. */
const MIN_OF = 20;
const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

/** @returns null when the feature has no trace in that time */
export async function drift(store: Store, options: DriftOptions): Promise<DriftReport | null> {
  const filter = { feature: options.feature, ...(options.sinceMs === undefined ? {} : { sinceMs: options.sinceMs }), ...(options.untilMs === undefined ? {} : { untilMs: options.untilMs }) };
  const days = await store.outcomes({ ...filter, by: [], bucketMs: DAY_MS });
  const [first] = days;
  if (first === undefined) return null;
  const bucketMs = options.bucketMs ?? bucketFor((days.at(-1)?.startMs ?? first.startMs) + DAY_MS - first.startMs);
  const tags = options.tags ?? (await store.tagKeys(filter)).filter(({ values }) => values <= MAX_VALUES).map(({ key }) => key);
  const dimensions: readonly OutcomeDimension[] = ["model", "promptVersion", "release", ...tags.map((key) => `tag:${key}` as const)];
  const by: { dimension: OutcomeDimension; groups: readonly OutcomeGroup[] }[] = [];
  for (const dimension of dimensions) by.push({ dimension, groups: await store.outcomes({ ...filter, by: [dimension], bucketMs }) });
  return driftOf({ feature: options.feature, bucketMs, all: await store.outcomes({ ...filter, by: [], bucketMs }), by });
}

/** At most some 60 spans. */
function bucketFor(lengthMs: number): number {
  if (lengthMs <= 2 * DAY_MS) return HOUR_MS;
  if (lengthMs <= 14 * DAY_MS) return 6 * HOUR_MS;
  return lengthMs <= 60 * DAY_MS ? DAY_MS : 7 * DAY_MS;
}

/** Pure: counts in, report out. */
export function driftOf({ feature, bucketMs, all, by }: DriftCounts): DriftReport {
  const measures = measuresIn(all);
  const whole = sumOf(all);
  const dimensions = by.map(({ dimension, groups }) => ({ dimension, values: valuesOf(groups) }));
  // A value that came and went in three days has no scatter of its own to show.
  const overall = new Map(measures.map((measure) => [measure, scatterOf(measure, [all])]));
  const rollouts: Rollout[] = [];
  const claims: Claim[] = [];
  for (const { dimension, values } of dimensions) {
    if (values.length < 2) continue;
    const standing = values.filter((one) => predecessorOf(one, values) === null);
    for (const one of values) {
      const previous = predecessorOf(one, values);
      if (previous !== null) rollouts.push({ dimension, value: one.value, previous: previous.value, atMs: one.firstMs, traces: one.traces });
      // Of two standing values the second says what the first said; one alone has nothing to differ from.
      else if (standing.length < 2 || (standing.length === 2 && one === standing[1])) continue;
      const rest = previous === null ? sumOf(standing.filter((other) => other !== one).flatMap(({ groups }) => groups)) : previous.counts;
      for (const measure of measures) {
        const compared = compare(measure, rest, one.counts, Math.max(overall.get(measure) ?? 1, scatterOf(measure, previous === null ? [one.groups] : [previous.groups, one.groups])));
        if (compared === null) continue;
        claims.push({ measure, compared, before: figureOf(measure, rest), after: figureOf(measure, one.counts), dimension, value: one.value, previous: previous === null ? undefined : previous.value, atMs: previous === null ? null : one.firstMs });
      }
    }
  }
  for (const measure of measures) {
    const split = bestSplit(measure, all);
    if (split !== null) claims.push({ measure, compared: split.compared, before: figureOf(measure, split.before), after: figureOf(measure, split.after), dimension: null, value: null, previous: undefined, atMs: split.atMs });
  }
  const holds = holm(claims.map(({ compared }) => compared.p), ALPHA);
  const held = claims.filter((_, at) => holds[at] === true).sort((a, b) => a.compared.p - b.compared.p);
  const passed = share(editedThoughPassed(whole));
  return {
    feature,
    traces: whole.get("traces") ?? 0,
    sinceMs: all[0]?.startMs ?? 0,
    untilMs: (all.at(-1)?.startMs ?? 0) + bucketMs,
    bucketMs,
    comparisons: claims.length,
    rollouts: rollouts.sort((a, b) => a.atMs - b.atMs),
    changes: changesOf(held, bucketMs),
    differences: held.filter(({ atMs }) => atMs === null).map(difference),
    editedThoughPassed: passed.of >= MIN_OF && passed.low > 0.5 ? passed : null,
    measures: measures.map((measure) => ({ id: measure.id, label: measure.label, kind: measure.kind, overall: figureOf(measure, whole), series: all.map(({ startMs, measures: counts }) => ({ startMs, figure: figureOf(measure, counts) })) })),
    dimensions: dimensions.map(({ dimension, values }) => ({
      dimension,
      values: values.map(({ value, firstMs, lastMs, traces, counts }) => ({ value, firstMs, lastMs, traces, figures: Object.fromEntries(measures.map((measure) => [measure.id, figureOf(measure, counts)])) })),
    })),
  };
}

export const figureOf = (measure: DriftMeasure, counts: Counts): Figure => (measure.kind === "share" ? share(measure.of(counts)) : sizeOf(measure.of(counts)));
const share = ({ count, of }: { readonly count: number; readonly of: number }): Share => shareOf(count, of);

interface Value {
  readonly value: string | null;
  readonly firstMs: number;
  readonly lastMs: number;
  readonly traces: number;
  readonly counts: Counts;
  readonly groups: readonly OutcomeGroup[];
}
/** Oldest first. */
function valuesOf(groups: readonly OutcomeGroup[]): readonly Value[] {
  return [...groupBy(groups)]
    .map(([value, own]): Value => {
      const counts = sumOf(own);
      return { value, groups: own, counts, traces: counts.get("traces") ?? 0, firstMs: own[0]?.startMs ?? 0, lastMs: own.at(-1)?.startMs ?? 0 };
    })
    .sort((a, b) => a.firstMs - b.firstMs || b.traces - a.traces);
}
function groupBy(groups: readonly OutcomeGroup[]): Map<string | null, OutcomeGroup[]> {
  const found = new Map<string | null, OutcomeGroup[]>();
  for (const group of groups) {
    const value = group.values[0] ?? null;
    found.set(value, [...(found.get(value) ?? []), group]);
  }
  return found;
}

/** Who had most traces in the last span before this value came; null for one that was there from the start. */
function predecessorOf(value: Value, values: readonly Value[]): Value | null {
  const earlier = values.filter(({ firstMs }) => firstMs < value.firstMs);
  const beforeMs = Math.max(...earlier.map(({ groups }) => groups.findLast(({ startMs }) => startMs < value.firstMs)?.startMs ?? 0));
  const then = (one: Value): number => one.groups.find(({ startMs }) => startMs === beforeMs)?.measures.get("traces") ?? 0;
  return earlier.toSorted((a, b) => then(b) - then(a))[0] ?? null;
}

/** How much a measure scatters beyond chance, of several series the most. */
export function scatterOf(measure: DriftMeasure, series: readonly (readonly OutcomeGroup[])[]): number {
  return Math.max(...series.map((groups) => scatter(groups.map(({ measures }) => above(measure, measures, measure.kind === "size" ? medianBucket(measure.of(sumOf(groups))) : 0)))));
}
/** Of a size, how many lie above a bucket. */
function above(measure: DriftMeasure, counts: Counts, bucket: number): { readonly count: number; readonly of: number } {
  if (measure.kind === "share") return measure.of(counts);
  let count = 0;
  let of = 0;
  for (const [at, some] of measure.of(counts)) {
    of += some;
    if (at > bucket) count += some;
  }
  return { count, of };
}

/** Sizes are compared by who lies above the common median. null where there is too little. */
export function compare(measure: DriftMeasure, before: Counts, after: Counts, spread: number): Compared | null {
  const bucket = measure.kind === "size" ? medianBucket(measure.of(sumOf([{ measures: before }, { measures: after }]))) : 0;
  const [a, b] = [above(measure, before, bucket), above(measure, after, bucket)];
  if (a.of < MIN_OF || b.of < MIN_OF) return null;
  const fewer = (count: number): number => Math.round(count / spread);
  return { p: fisher(fewer(a.count), fewer(a.of), fewer(b.count), fewer(b.of)), spread };
}

/** The moment that parts a measure best, paid for by all the moments tried. */
function bestSplit(measure: DriftMeasure, all: readonly OutcomeGroup[]): { readonly atMs: number; readonly compared: Compared; readonly before: Counts; readonly after: Counts } | null {
  const spread = scatterOf(measure, [all]);
  let best: { at: number; p: number } | null = null;
  let tried = 0;
  for (let at = 1; at < all.length; at += 1) {
    const compared = compare(measure, sumOf(all.slice(0, at)), sumOf(all.slice(at)), spread);
    if (compared === null) continue;
    tried += 1;
    if (best === null || compared.p < best.p) best = { at, p: compared.p };
  }
  if (best === null) return null;
  return { atMs: all[best.at]?.startMs ?? 0, compared: { p: Math.min(1, best.p * tried), spread }, before: sumOf(all.slice(0, best.at)), after: sumOf(all.slice(best.at)) };
}

/** One change a measure and moment: the likeliest roll-out names it, others at the same time stand beside it; a moment alone only where no roll-out explains it. */
function changesOf(held: readonly Claim[], bucketMs: number): readonly DriftChange[] {
  const dated = held.filter((claim): claim is Claim & { atMs: number } => claim.atMs !== null);
  const made: { claim: Claim & { atMs: number }; alongside: (Claim & { atMs: number })[] }[] = [];
  for (const claim of [...dated.filter(({ dimension }) => dimension !== null), ...dated.filter(({ dimension }) => dimension === null)]) {
    const same = made.find((other) => other.claim.measure.id === claim.measure.id && (claim.dimension === null || Math.abs(other.claim.atMs - claim.atMs) <= bucketMs));
    if (same === undefined) made.push({ claim, alongside: [] });
    else if (claim.dimension !== null) same.alongside.push(claim);
  }
  return made.map(({ claim, alongside }) => change(claim, claim.atMs, alongside));
}
