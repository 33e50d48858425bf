/** Rules over a store: for each rule and feature the counts of its window and of the time before. Answered by the store's narrow columns, as drift is. */
import { measureNamed, sumOf } from "../gate/measures.ts";
import type { OutcomeGroup } from "../store/outcomes.ts";
import type { Store, TraceFilter } from "../store/store.ts";
import type { AlertRule } from "./config.ts";
import { judge, type Fired, type Judgement } from "./judge.ts";

const HOUR_MS = 3_600_000;
const EXAMPLES = 5;

/** One thing that is or is not the case: a rule for a feature, or for a model of a feature. */
export interface Observation {
  readonly rule: AlertRule;
  readonly feature: string;
  /** Of `new-model`: which. */
  readonly model: string | null;
  readonly state: Judgement["state"];
  readonly judgement: Judgement | null;
  readonly sinceMs: number;
  readonly untilMs: number;
  /** Kept while it fires, so that it is compared with what was before. */
  readonly fired: Fired | null;
}
export type FiredOf = (rule: AlertRule, feature: string) => Fired | null;

export async function observe(store: Store, rules: readonly AlertRule[], nowMs: number, firedOf: FiredOf): Promise<readonly Observation[]> {
  const jobs: { readonly rule: AlertRule; readonly feature: string }[] = [];
  for (const rule of rules) for (const feature of rule.feature === undefined ? await featuresOf(store, nowMs - rule.window - rule.baseline) : [rule.feature]) jobs.push({ rule, feature });
  const found: Observation[] = [];
  for (const { rule, feature } of jobs) found.push(...(rule.measure === "new-model" ? await newModels(store, rule, feature, nowMs) : await measured(store, rule, feature, nowMs, firedOf(rule, feature), jobs.length)));
  return found;
}

async function measured(store: Store, rule: AlertRule, feature: string, nowMs: number, fired: Fired | null, comparisons: number): Promise<readonly Observation[]> {
  const measure = measureNamed(rule.measure);
  if (measure === undefined) return [];
  const fromMs = startOf(nowMs - rule.window);
  const earliestMs = rule.rises === true ? fromMs - rule.baseline : fromMs;
  const groups = await store.outcomes({ feature, sinceMs: earliestMs, untilMs: nowMs + 1, by: [], bucketMs: HOUR_MS });
  const [baseline, window] = [groups.filter(({ startMs }) => startMs < fromMs), groups.filter(({ startMs }) => startMs >= fromMs)];
  const judgement = judge(rule, measure, { window, baseline }, fired, comparisons);
  return [{ rule, feature, model: null, state: judgement.state, judgement, sinceMs: fromMs, untilMs: nowMs, fired: fired ?? { baseline: rule.rises === true ? [...sumOf(baseline)] : [] } }];
}

/** A model that answers in the window and never did in the time before, though the feature was in use then. */
async function newModels(store: Store, rule: AlertRule, feature: string, nowMs: number): Promise<readonly Observation[]> {
  const fromMs = startOf(nowMs - rule.window);
  const groups = await store.outcomes({ feature, sinceMs: fromMs - rule.baseline, untilMs: nowMs + 1, by: ["model"], bucketMs: HOUR_MS });
  const modelsIn = (some: readonly OutcomeGroup[]): ReadonlySet<string> => new Set(some.flatMap(({ values: [model] }) => (model === null || model === undefined ? [] : [model])));
  const before = modelsIn(groups.filter(({ startMs }) => startMs < fromMs));
  if (before.size === 0) return [];
  return [...modelsIn(groups.filter(({ startMs }) => startMs >= fromMs))].filter((model) => !before.has(model)).map((model) => ({ rule, feature, model, state: "firing" as const, judgement: null, sinceMs: fromMs, untilMs: nowMs, fired: { baseline: [] } }));
}

/** Counts are kept by the hour. */
const startOf = (ms: number): number => Math.floor(ms / HOUR_MS) * HOUR_MS;

async function featuresOf(store: Store, sinceMs: number): Promise<readonly string[]> {
  const groups = await store.outcomes({ sinceMs: startOf(sinceMs), by: ["feature"], bucketMs: null });
  return groups.flatMap(({ values: [feature] }) => (feature === null || feature === undefined ? [] : [feature]));
}

/** A few of the traces it is about, newest first; none where they cannot be told by a filter. */
export async function examplesOf(store: Store, { rule, feature, model, sinceMs }: Observation): Promise<readonly string[]> {
  const filter: Omit<TraceFilter, "limit"> | null = model !== null ? { model } : filterOf(rule.measure);
  if (filter === null) return [];
  return (await store.list({ ...filter, feature, sinceMs, limit: EXAMPLES })).map(({ traceId }) => traceId);
}
export function filterOf(measure: string): { readonly rule?: string; readonly action?: "accept" | "edit" | "retry" | "abandon" } | null {
  const rule = /^rule:(.+)$/s.exec(measure)?.[1];
  if (rule !== undefined) return { rule };
  const action = /^action:(accept|edit|retry|abandon)$/.exec(measure)?.[1];
  return action === undefined ? null : { action: action as "edit" };
}
