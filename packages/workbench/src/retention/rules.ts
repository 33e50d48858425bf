/** What is kept how long: rules kept in the store as documents, so that every process before the same store applies the same ones. Made by `whysaid retain add`, applied by `retain` and by `up`. */
import { randomBytes } from "node:crypto";
import type { Store, TraceKey } from "../store/store.ts";

export interface RetentionRule {
  readonly id: string;
  /** Of what it speaks; null of all. A size is always the whole store's. */
  readonly feature: string | null;
  readonly environment: string | null;
  /** Older traces go; null for no limit. Counted from the trace's beginning. */
  readonly maxAgeMs: number | null;
  /** The store's bytes on disk: when it is larger, the oldest traces go; null for no limit. */
  readonly maxBytes: number | null;
  /** With an age: traces are not removed but thinned, and this share of those that nothing sets apart stays whole; null removes. */
  readonly keepShare: number | null;
}

const KIND = "retention-rule";
/** More rules than anybody can oversee. */
const MOST = 1000;

export const ruleId = (): string => `rule_${randomBytes(4).toString("hex")}`;

export async function addRule(store: Store, rule: RetentionRule): Promise<void> {
  await store.documents.put({ kind: KIND, id: rule.id, body: rule }, 0);
}

export const listRules = async (store: Store): Promise<readonly RetentionRule[]> => (await store.documents.list(KIND, { limit: MOST })).map(({ body }) => body as RetentionRule);

/** @returns false when there is none */
export const removeRule = (store: Store, id: string): Promise<boolean> => store.documents.delete(KIND, id);

/** The rule that decides over a trace's removal by age: the one that says most about it, of two that say as much the stricter. So a feature may be kept longer, or shorter, than the rest. */
export const ruleFor = (rules: readonly RetentionRule[], trace: Pick<TraceKey, "feature" | "environment">): RetentionRule | undefined => nearest(rules.filter(({ keepShare }) => keepShare === null), trace);
/** The same for thinning. */
export const thinRuleFor = (rules: readonly RetentionRule[], trace: Pick<TraceKey, "feature" | "environment">): RetentionRule | undefined => nearest(rules.filter(({ keepShare }) => keepShare !== null), trace);

function nearest(rules: readonly RetentionRule[], trace: Pick<TraceKey, "feature" | "environment">): RetentionRule | undefined {
  let decided: RetentionRule | undefined;
  for (const rule of rules) {
    if (rule.maxAgeMs === null || (rule.feature !== null && rule.feature !== trace.feature) || (rule.environment !== null && rule.environment !== trace.environment)) continue;
    const isNearer = decided === undefined ? 1 : weight(rule) - weight(decided);
    if (isNearer > 0 || (isNearer === 0 && rule.maxAgeMs < (decided?.maxAgeMs ?? 0))) decided = rule;
  }
  return decided;
}
const weight = ({ feature, environment }: RetentionRule): number => (feature === null ? 0 : 2) + (environment === null ? 0 : 1);
