/**
 * What changed in a feature, and since when: rule failures, user actions, cut and refused answers, tokens and latency by dated model, prompt version, release and tag.
 *
 * A claim is made only where all claims of a report together are wrong with a chance of 5 % at most: every comparison that was looked at counts (Holm), counts are
 * divided by how much shares scatter from day to day on either side of the moment that is judged, and a change no roll-out explains pays for every moment it could have happened at.
 */
import type { OutcomeDimension, OutcomeGroup } from "../store/outcomes.ts";
import type { Store } from "../store/store.ts";
import { change, difference, type Claim, type Compared, type DriftChange, type DriftDifference } from "./drift-claims.ts";
import { editedThoughPassed, measuresIn, sumOf, type Counts, type DriftMeasure } from "./measures.ts";
import { fisher, holm, middleCut, scatter, shareOf, sizeOf, type Figure, type Share, type Shares } from "./rates.ts";

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
  const overall = new Map(measures.map((measure) => [measure, scatterOf(measure, all)]));
  const rollouts: Rollout[] = [];
  const claims: Sided[] = [];
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
        // A value that came and went in three days has no scatter of its own to show: all traffic's counts too.
        const spread = previous === null ? Math.max(overall.get(measure) ?? 1, scatterOf(measure, one.groups)) : scatterBeside(measure, all, one.firstMs);
        const compared = compare(measure, rest, one.counts, spread);
        if (compared === null) continue;
        claims.push({ measure, compared, before: figureOf(measure, rest), after: figureOf(measure, one.counts), dimension, value: one.value, previous: previous === null ? undefined : previous.value, atMs: previous === null ? null : one.firstMs, ...(previous === null ? {} : { sides: [previous.groups, one.groups] }) });
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
    changes: changesOf(held, { all, bucketMs, alpha: ALPHA / Math.max(1, claims.length) }),
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

/** How much a measure scatters beyond chance; where there is nothing to tell by, as chance lets it. */
const scatterOf = (measure: DriftMeasure, ...series: readonly (readonly OutcomeGroup[])[]): number => scatterAmong(measure, series) ?? 1;
const scatterAmong = (measure: DriftMeasure, series: readonly (readonly OutcomeGroup[])[]): number | null => scatter(series.map((groups) => shares(measure, groups)), measure.kind === "size");
/**
 * The same within what comes before a moment and what comes after it: the change that is looked for is not to count as scatter, or the larger it is the less it would be seen.
 * Where the sides are too short to tell, it does count.
 */
export const scatterWithin = (measure: DriftMeasure, before: readonly OutcomeGroup[], after: readonly OutcomeGroup[]): number => scatterAmong(measure, [before, after]) ?? scatterOf(measure, [...before, ...after]);
/** Around a roll-out: the span it came in has something of both sides. */
const scatterBeside = (measure: DriftMeasure, all: readonly OutcomeGroup[], atMs: number): number =>
  scatterAmong(measure, [all.filter(({ startMs }) => startMs < atMs), all.filter(({ startMs }) => startMs > atMs)]) ?? scatterOf(measure, all);
/** Of a size, the traces in the upper part of the series' own. */
function shares(measure: DriftMeasure, groups: readonly OutcomeGroup[]): Shares {
  const cut = measure.kind === "size" ? middleCut(measure.of(sumOf(groups))) : 0;
  return groups.map(({ measures }) => above(measure, measures, cut));
}
/** Of a size, how many lie in a bucket or above. */
function above(measure: DriftMeasure, counts: Counts, cut: number): { readonly count: number; readonly of: number } {
  if (measure.kind === "share") return measure.of(counts);
  let count = 0;
  let of = 0;
  for (const [at, some] of measure.of(counts)) {
    of += some;
    if (at >= cut) count += some;
  }
  return { count, of };
}

/** Sizes are compared by who lies above the common median. null where there is too little. */
export function compare(measure: DriftMeasure, before: Counts, after: Counts, spread: number): Compared | null {
  const cut = measure.kind === "size" ? middleCut(measure.of(sumOf([{ measures: before }, { measures: after }]))) : 0;
  const [a, b] = [above(measure, before, cut), above(measure, after, cut)];
  if (a.of < MIN_OF || b.of < MIN_OF) return null;
  const fewer = (count: number): number => Math.round(count / spread);
  return { p: fisher(fewer(a.count), fewer(a.of), fewer(b.count), fewer(b.of)), spread };
}

/** The moment that parts a measure best, paid for by all the moments tried. */
function bestSplit(measure: DriftMeasure, all: readonly OutcomeGroup[]): { readonly atMs: number; readonly compared: Compared; readonly before: Counts; readonly after: Counts } | null {
  let best: { at: number; compared: Compared } | null = null;
  let tried = 0;
  for (let at = 1; at < all.length; at += 1) {
    const [before, after] = [all.slice(0, at), all.slice(at)];
    const compared = compare(measure, sumOf(before), sumOf(after), scatterWithin(measure, before, after));
    if (compared === null) continue;
    tried += 1;
    if (best === null || compared.p < best.compared.p) best = { at, compared };
  }
  if (best === null) return null;
  return { atMs: all[best.at]?.startMs ?? 0, compared: { ...best.compared, p: Math.min(1, best.compared.p * tried) }, before: sumOf(all.slice(0, best.at)), after: sumOf(all.slice(best.at)) };
}

/** A claim of a roll-out with the traffic on its two sides. */
type Sided = Claim & { readonly sides?: readonly [previous: readonly OutcomeGroup[], own: readonly OutcomeGroup[]] };
type Dated = Sided & { readonly atMs: number };
interface Around {
  readonly all: readonly OutcomeGroup[];
  readonly bucketMs: number;
  /** What a claim must reach by itself. */
  readonly alpha: number;
}

/**
 * One change a measure and moment: the likeliest roll-out names it, others at the same time stand beside it; a moment alone only where no roll-out explains it. A roll-out at another
 * time has its say only about what that change does not explain.
 */
function changesOf(held: readonly Sided[], around: Around): readonly DriftChange[] {
  const dated = held.filter((claim): claim is Dated => claim.atMs !== null);
  const made: { claim: Dated; alongside: Dated[] }[] = [];
  for (const claim of [...dated.filter(({ dimension }) => dimension !== null), ...dated.filter(({ dimension }) => dimension === null)]) {
    const known = made.filter((other) => other.claim.measure.id === claim.measure.id);
    const same = claim.dimension === null ? known[0] : known.find((other) => Math.abs(other.claim.atMs - claim.atMs) <= around.bucketMs);
    if (same !== undefined) {
      if (claim.dimension !== null) same.alongside.push(claim);
      continue;
    }
    const own = known.length === 0 ? claim : unexplained(claim, known.map((other) => other.claim.atMs), around);
    if (own !== null) made.push({ claim: own, alongside: [] });
  }
  return made.map(({ claim, alongside }) => change(claim, claim.atMs, alongside));
}

/** The same claim from the time between the changes that are known; null when it does not hold there. */
function unexplained(claim: Dated, knownMs: readonly number[], { all, alpha }: Around): Dated | null {
  const fromMs = Math.max(-Infinity, ...knownMs.filter((ms) => ms < claim.atMs));
  const untilMs = Math.min(Infinity, ...knownMs.filter((ms) => ms > claim.atMs));
  // A span a change came in has something of both its sides.
  const between = (groups: readonly OutcomeGroup[]): readonly OutcomeGroup[] => groups.filter(({ startMs }) => startMs > fromMs && startMs < untilMs);
  const [before, after] = (claim.sides ?? [[], []]).map((groups) => sumOf(between(groups))) as [Counts, Counts];
  const compared = compare(claim.measure, before, after, scatterBeside(claim.measure, between(all), claim.atMs));
  return compared === null || compared.p > alpha ? null : { ...claim, compared, before: figureOf(claim.measure, before), after: figureOf(claim.measure, after) };
}
