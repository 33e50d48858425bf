/**
 * Goes through the traces a rule thins, oldest first, each once: the mark of how far it came is kept in the store. What is to be put back in place of what is removed is written down first, so that a
 * pass that is broken off loses no count: the next one begins by finishing it.
 */
import type { Reconstruction } from "@whysaid/recorder/format";
import { reconstruct } from "../reconstruct/reconstruct.ts";
import { Holds } from "../store/holds.ts";
import type { Store, TraceKey } from "../store/store.ts";
import { thinRuleFor, type RetentionRule } from "./rules.ts";
import { batchesOfThinned, isInSample, isRemarkable, thinningId, withoutTexts } from "./thin.ts";

const MARK = "thinning-mark";
const OPEN = "thinning";
/** Traces read at once, and thinned by one removal: each removal reads what is left of the store. */
const READ_AT_ONCE = 200;
const THIN_AT_ONCE = 5000;
/** Of a model that answered less often than this, every trace is kept whole. */
const RARE_MODEL_TRACES = 100;

export interface Thinning {
  readonly rule: RetentionRule;
  /** Looked at in this pass; of them thinned, kept whole for what they are, kept as the sample, held. */
  readonly seen: number;
  readonly thinned: number;
  readonly remarkable: number;
  readonly sampled: number;
  readonly held: number;
}
export interface ThinOptions {
  readonly nowMs: number;
  /** Only say what would be done. */
  readonly isDry: boolean;
  /** Called before texts are removed; what it throws ends the pass. */
  readonly onThinning: (traces: number) => void;
}

export async function thin(store: Store, rules: readonly RetentionRule[], options: ThinOptions): Promise<readonly Thinning[]> {
  if (!options.isDry) await finishOpen(store, options.nowMs);
  const thinRules = rules.filter(({ keepShare }) => keepShare !== null);
  if (thinRules.length === 0) return [];
  const context: Context = { store, rules: thinRules, holds: await Holds.of(store), rare: await rareModels(store), cases: await tracesOfCases(store), options };
  const done: Thinning[] = [];
  for (const rule of thinRules) done.push(await thinBy(rule, context));
  return done;
}

interface Context {
  readonly store: Store;
  readonly rules: readonly RetentionRule[];
  readonly holds: Holds;
  readonly rare: ReadonlySet<string>;
  readonly cases: ReadonlySet<string>;
  readonly options: ThinOptions;
}
type Verdict = "thinned" | "remarkable" | "sampled" | "held" | "before";

async function thinBy(rule: RetentionRule, context: Context): Promise<Thinning> {
  const { store, rules, options } = context;
  const { feature, environment, keepShare, maxAgeMs } = rule;
  const counts: Record<Verdict, number> = { thinned: 0, remarkable: 0, sampled: 0, held: 0, before: 0 };
  const markId = JSON.stringify([feature, environment, keepShare]);
  let after = ((await store.documents.get(MARK, markId))?.body as { readonly key?: string } | undefined)?.key;
  let pending: Reconstruction[] = [];
  for (;;) {
    const keys = await store.oldest({ untilMs: options.nowMs - (maxAgeMs ?? 0), limit: READ_AT_ONCE, ...(feature === null ? {} : { feature }), ...(environment === null ? {} : { environment }), ...(after === undefined ? {} : { after }) });
    const own = keys.filter((key) => thinRuleFor(rules, key) === rule);
    const stored = await store.traces(own.filter(({ traceId }) => !isInSample(traceId, keepShare ?? 1)).map(({ traceId }) => traceId));
    for (const key of own) {
      const trace = stored.get(key.traceId);
      const story = trace === undefined ? null : reconstruct(trace);
      const verdict = verdictOn(key, story, context);
      counts[verdict] += 1;
      if (verdict === "thinned" && trace !== undefined && story !== null && !options.isDry) pending.push(withoutTexts(story, trace));
    }
    after = keys.at(-1)?.key ?? after;
    const isEnd = keys.length < READ_AT_ONCE;
    if (!options.isDry && (isEnd || pending.length >= THIN_AT_ONCE)) {
      if (pending.length > 0) await replace(store, pending, options);
      pending = [];
      if (after !== undefined) await store.documents.put({ kind: MARK, id: markId, body: { key: after } });
    }
    if (isEnd) break;
  }
  const { before, ...told } = counts;
  return { rule, seen: before + told.thinned + told.remarkable + told.sampled + told.held, ...told };
}

function verdictOn(key: TraceKey, story: Reconstruction | null, { holds, rare, cases }: Context): Verdict {
  if (story === null) return "sampled";
  if (holds.of(key) !== undefined) return "held";
  if (isThinned(story)) return "before";
  const isRare = story.generations.some(({ signals: { model } }) => model.state === "captured" && rare.has(model.value.answered ?? model.value.requested ?? ""));
  return isRare || cases.has(key.traceId) || isRemarkable(story) !== null ? "remarkable" : "thinned";
}

const isThinned = ({ generations }: Reconstruction): boolean => generations.some(({ signals: { completion } }) => completion.state === "missing" && completion.why === "sampled");

/** Models with few traces in the whole store. */
async function rareModels(store: Store): Promise<ReadonlySet<string>> {
  const groups = await store.outcomes({ by: ["model"], bucketMs: null });
  return new Set(groups.flatMap(({ values: [model], measures }) => (model !== null && model !== undefined && (measures.get("traces") ?? 0) < RARE_MODEL_TRACES ? [model] : [])));
}

async function tracesOfCases(store: Store): Promise<ReadonlySet<string>> {
  const traces = new Set<string>();
  for (let after: string | undefined; ; ) {
    const page = await store.documents.list("case", { limit: 500, ...(after === undefined ? {} : { after }) });
    for (const { traceIds } of page) for (const traceId of traceIds) traces.add(traceId);
    if (page.length < 500) return traces;
    after = page.at(-1)?.id;
  }
}

async function replace(store: Store, stories: readonly Reconstruction[], { nowMs, onThinning }: ThinOptions): Promise<void> {
  onThinning(stories.length);
  const id = thinningId();
  await store.documents.put({ kind: OPEN, id, body: stories });
  await finish(store, id, stories, nowMs);
}

async function finishOpen(store: Store, nowMs: number): Promise<void> {
  for (const { id, body } of await store.documents.list(OPEN, { limit: 100 })) await finish(store, id, body as readonly Reconstruction[], nowMs);
}

/** Done twice it comes to the same: what was put back is removed with the rest, and put back. */
async function finish(store: Store, id: string, stories: readonly Reconstruction[], nowMs: number): Promise<void> {
  await store.remove(stories.map(({ traceId }) => traceId));
  await store.ingest(batchesOfThinned(stories, nowMs));
  await store.documents.delete(OPEN, id);
}
