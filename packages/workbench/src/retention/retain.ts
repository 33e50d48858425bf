/**
 * What the retention rules say must go, and its removal: traces whole, with the texts nothing else names, their index rows and their share of the charts. What is held stays.
 * Looking changes nothing; removing tells `onRemoving` first, which writes the audit.
 */
import { Holds, keyPages } from "../store/holds.ts";
import type { Store } from "../store/store.ts";
import { ruleFor, type RetentionRule } from "./rules.ts";
import { thin, type Thinning } from "./thinning.ts";

export interface RetainOptions {
  readonly nowMs: number;
  /** Called before traces are removed; what it throws ends the pass. */
  readonly onRemoving: (going: Going) => void;
  /** The same before the texts of so many traces are removed. */
  readonly onThinning: (traces: number) => void;
}
/** Traces that go by one rule. */
export interface Going {
  readonly rule: RetentionRule;
  readonly traces: number;
  readonly oldestMs: number | null;
  readonly newestMs: number | null;
  /** How many it would be without holds. */
  readonly held: number;
}
export interface RetainPlan {
  readonly going: readonly Going[];
  readonly thinning: readonly Thinning[];
  readonly storedBytes: number;
  readonly traces: number;
}
export interface RetainOutcome extends RetainPlan {
  readonly removed: number;
  readonly leftBytes: number;
}

/** Traces of one call to the store: it reads all that is left once for each. */
const AT_ONCE = 100_000;
/** A size is reached in few rounds; what does not shrink in this many will not. */
const ROUNDS = 12;

/** What would go now. By a size: an estimate from the mean size of a trace. */
export async function planRetention(store: Store, rules: readonly RetentionRule[], nowMs: number): Promise<RetainPlan> {
  const holds = await Holds.of(store);
  const [byAge, counts] = [await tooOld(store, rules, holds, nowMs), await store.counts()];
  const going = [...byAge.values()].map(({ going }) => going);
  const aged = going.reduce((sum, { traces }) => sum + traces, 0);
  const left = counts.traces - aged;
  const bytesLeft = counts.traces === 0 ? 0 : (counts.storedBytes * left) / counts.traces;
  for (const rule of rules) {
    if (rule.maxBytes === null || bytesLeft <= rule.maxBytes) continue;
    const gone = new Set([...byAge.values()].flatMap(({ ids }) => ids));
    going.push((await oldest(store, rule, holds, Math.ceil(left * (1 - rule.maxBytes / bytesLeft)), gone)).going);
  }
  const thinning = await thin(store, rules, { nowMs, isDry: true, onThinning: () => undefined });
  return { going: going.filter(({ traces, held }) => traces + held > 0), thinning, storedBytes: counts.storedBytes, traces: counts.traces };
}

export async function retain(store: Store, rules: readonly RetentionRule[], { nowMs, onRemoving, onThinning }: RetainOptions): Promise<RetainOutcome> {
  const before = await store.counts();
  const holds = await Holds.of(store);
  const going: Going[] = [];
  let removed = 0;
  const remove = async (found: Found): Promise<number> => {
    if (found.going.traces + found.going.held > 0) going.push(found.going);
    if (found.ids.length === 0) return 0;
    onRemoving(found.going);
    let gone = 0;
    for (let at = 0; at < found.ids.length; at += AT_ONCE) gone += await store.remove(found.ids.slice(at, at + AT_ONCE));
    removed += gone;
    return gone;
  };
  for (const found of (await tooOld(store, rules, holds, nowMs)).values()) await remove(found);
  const thinning = await thin(store, rules, { nowMs, isDry: false, onThinning });
  let after = await store.counts();
  for (const rule of rules) {
    for (let round = 0; rule.maxBytes !== null && round < ROUNDS && after.storedBytes > rule.maxBytes && after.traces > 0; round += 1) {
      const wanted = Math.ceil(after.traces * (1 - rule.maxBytes / after.storedBytes));
      if ((await remove(await oldest(store, rule, holds, wanted, new Set()))) === 0) break;
      after = await store.counts();
    }
  }
  return { going: summed(going), thinning, storedBytes: before.storedBytes, traces: before.traces, removed, leftBytes: after.storedBytes };
}

interface Found {
  readonly going: Going;
  readonly ids: readonly string[];
}

async function tooOld(store: Store, rules: readonly RetentionRule[], holds: Holds, nowMs: number): Promise<ReadonlyMap<string, Found>> {
  const found = new Map<string, { rule: RetentionRule; ids: string[]; held: number; oldestMs: number; newestMs: number }>();
  const cutoffs = rules.flatMap(({ maxAgeMs, keepShare }) => (maxAgeMs === null || keepShare !== null ? [] : [nowMs - maxAgeMs]));
  if (cutoffs.length > 0) {
    for await (const keys of keyPages(store, { untilMs: Math.max(...cutoffs) })) {
      for (const key of keys) {
        const rule = ruleFor(rules, key);
        if (rule?.maxAgeMs === undefined || rule.maxAgeMs === null || key.startedAtMs >= nowMs - rule.maxAgeMs) continue;
        const one = found.get(rule.id) ?? { rule, ids: [], held: 0, oldestMs: key.startedAtMs, newestMs: key.startedAtMs };
        found.set(rule.id, one);
        if (holds.of(key) !== undefined) one.held += 1;
        else {
          if (one.ids.length === 0) one.oldestMs = key.startedAtMs;
          one.newestMs = key.startedAtMs;
          one.ids.push(key.traceId);
        }
      }
    }
  }
  return new Map([...found].map(([id, { rule, ids, held, oldestMs, newestMs }]) => [id, { ids, going: { rule, traces: ids.length, held, oldestMs: ids.length === 0 ? null : oldestMs, newestMs: ids.length === 0 ? null : newestMs } }]));
}

/** The oldest that may go, at most so many. */
async function oldest(store: Store, rule: RetentionRule, holds: Holds, wanted: number, besides: ReadonlySet<string>): Promise<Found> {
  const ids: string[] = [];
  let held = 0;
  let oldestMs: number | null = null;
  let newestMs: number | null = null;
  pages: for await (const keys of keyPages(store, {})) {
    for (const key of keys) {
      if (ids.length >= wanted) break pages;
      if (besides.has(key.traceId)) continue;
      if (holds.of(key) !== undefined) held += 1;
      else {
        ids.push(key.traceId);
        oldestMs ??= key.startedAtMs;
        newestMs = key.startedAtMs;
      }
    }
  }
  return { ids, going: { rule, traces: ids.length, held, oldestMs, newestMs } };
}

/** One line a rule, however many rounds it took. */
function summed(going: readonly Going[]): readonly Going[] {
  const byRule = new Map<string, Going>();
  for (const one of going) {
    const known = byRule.get(one.rule.id);
    byRule.set(one.rule.id, known === undefined ? one : { ...known, traces: known.traces + one.traces, newestMs: one.newestMs ?? known.newestMs, held: Math.max(known.held, one.held) });
  }
  return [...byRule.values()];
}
