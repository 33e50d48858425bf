/** What drift looks at in the counts of `Store.outcomes`: shares (a rule fails, an answer is edited) and sizes (tokens, latency), each with its words. */
import type { Measure, OutcomeGroup } from "../store/outcomes.ts";
import type { Histogram } from "./rates.ts";

export type Counts = OutcomeGroup["measures"];

export interface ShareMeasure {
  readonly kind: "share";
  /** Stable, e.g. `rule:dose_range`, `action:edit`, `truncated`. */
  readonly id: string;
  /** For a sentence: "dose_range fails". */
  readonly label: string;
  readonly of: (counts: Counts) => { readonly count: number; readonly of: number };
}
export interface SizeMeasure {
  readonly kind: "size";
  readonly id: "input-tokens" | "output-tokens" | "first-chunk" | "total";
  readonly label: string;
  readonly unit: "ms" | "tokens";
  readonly of: (counts: Counts) => Histogram;
}
export type DriftMeasure = ShareMeasure | SizeMeasure;

const n = (counts: Counts, measure: Measure): number => counts.get(measure) ?? 0;
const actions = ["accept", "edit", "retry", "abandon"] as const;
const acted = (counts: Counts): number => actions.reduce((sum, action) => sum + n(counts, `action:${action}`), 0);
const unfinished = ["failed", "cut", "aborted", "cancelled"] as const;
const verbs = { accept: "accepted", edit: "edited", retry: "asked again", abandon: "abandoned" } as const;

/**
 * Actions are shares of the traces somebody acted on: they come months later, and the newest version would look the better the younger it is.
 */
export function measuresIn(groups: readonly OutcomeGroup[]): readonly DriftMeasure[] {
  const names = new Set<Measure>();
  for (const { measures } of groups) for (const name of measures.keys()) names.add(name);
  const rules = new Set([...names].flatMap((name) => /^rule-(?:failed|passed):(.*)$/s.exec(name)?.[1] ?? []));
  return [
    ...[...rules].sort().map(ruleFails),
    ...(rules.size > 1 ? [anyRuleFails] : []),
    ...actions.filter((action) => names.has(`action:${action}`)).map(isActed),
    ...ends,
    ...sizes.filter(({ id }) => [...names].some((name) => name.startsWith(`${id}:`))),
  ];
}

/** The measure with this id, whether or not anything was counted for it; undefined for an id that is none. */
export function measureNamed(id: string): DriftMeasure | undefined {
  const rule = /^rule:(.+)$/s.exec(id)?.[1];
  if (rule !== undefined) return ruleFails(rule);
  return [anyRuleFails, ...actions.map(isActed), ...ends, ...sizes].find((measure) => measure.id === id);
}

const ruleFails = (rule: string): ShareMeasure => ({ kind: "share", id: `rule:${rule}`, label: `${rule} fails`, of: (counts) => ({ count: n(counts, `rule-failed:${rule}`), of: n(counts, `rule-failed:${rule}`) + n(counts, `rule-passed:${rule}`) }) });
const anyRuleFails: ShareMeasure = { kind: "share", id: "failed", label: "any rule fails", of: (counts) => ({ count: n(counts, "failed"), of: n(counts, "checked") }) };
const isActed = (action: (typeof actions)[number]): ShareMeasure => ({ kind: "share", id: `action:${action}`, label: verbs[action], of: (counts) => ({ count: n(counts, `action:${action}`), of: acted(counts) }) });
const ends: readonly ShareMeasure[] = [
  { kind: "share", id: "truncated", label: "cut by a limit", of: (counts) => ({ count: n(counts, "truncated"), of: n(counts, "traces") }) },
  { kind: "share", id: "refused", label: "refused", of: (counts) => ({ count: n(counts, "refused"), of: n(counts, "traces") }) },
  { kind: "share", id: "unfinished", label: "failed or broke off", of: (counts) => ({ count: unfinished.reduce((sum, state) => sum + n(counts, `state:${state}`), 0), of: n(counts, "traces") }) },
];
const sizes: readonly SizeMeasure[] = ([["input-tokens", "input tokens", "tokens"], ["output-tokens", "output tokens", "tokens"], ["first-chunk", "time to the first chunk", "ms"], ["total", "total time", "ms"]] as const).map(([id, label, unit]) => ({ kind: "size", id, label, unit, of: (counts) => histogramOf(counts, id) }));

/** Of those that were checked, failed no rule and were acted on, the edited ones. */
export const editedThoughPassed = (counts: Counts): { readonly count: number; readonly of: number } => ({
  count: n(counts, "passed-action:edit"),
  of: actions.reduce((sum, action) => sum + n(counts, `passed-action:${action}`), 0),
});

function histogramOf(counts: Counts, id: string): Histogram {
  const buckets = new Map<number, number>();
  for (const [name, count] of counts) if (name.startsWith(`${id}:`)) buckets.set(Number(name.slice(id.length + 1)), count);
  return buckets;
}

/** The sum of several groups' counts. */
export function sumOf(groups: readonly { readonly measures: Counts }[]): Counts {
  const sum = new Map<Measure, number>();
  for (const { measures } of groups) for (const [name, count] of measures) sum.set(name, (sum.get(name) ?? 0) + count);
  return sum;
}
