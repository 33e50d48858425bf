/** What retention and holds must do before any store: run on SQLite and on ClickHouse. */
import assert from "node:assert/strict";
import { addHold, Holds, listHolds, removeHold } from "../../store/holds.ts";
import type { Store } from "../../store/store.ts";
import { addCall, HandSegment, spanOf, t, traceOf, writerOf } from "../../store/testing/batches.ts";
import { reconstruct } from "../../reconstruct/reconstruct.ts";
import { planRetention, retain } from "../retain.ts";
import { addRule, listRules, removeRule, type RetentionRule } from "../rules.ts";

type Proof = (store: Store) => Promise<void>;

const DAY = 86_400_000;
const NOW = 400 * DAY;
const rule = (id: string, given: Partial<RetentionRule>): RetentionRule => ({ id, feature: null, environment: null, maxAgeMs: null, maxBytes: null, keepShare: null, ...given });
const seen = { nowMs: NOW, onRemoving: () => undefined, onThinning: () => undefined };
const made = { reason: "claim", actor: "tester", atMs: 1 };

/** Traces 1 to 8, one begun every 50 days; the even ones are triage, 5 to 8 come from staging. Trace 2 is about a person. All say one thing in common. */
async function filled(store: Store): Promise<void> {
  const [production, staging] = [new HandSegment(writerOf(1)), new HandSegment(writerOf(2), { environment: t("staging") })];
  for (let n = 1; n <= 8; n += 1) {
    const segment = n > 4 ? staging : production;
    addCall(segment, { trace: traceOf(n), atMs: n * 50 * DAY, feature: n % 2 === 0 ? "triage" : "dose-summary", answer: `Answer number ${n}, which nobody else gives in these words: caffeine.` });
    if (n === 2) segment.add(() => ({ kind: "trace-update", atMs: n * 50 * DAY + 1, trace: traceOf(n), span: spanOf(9001), subject: { [t("mrn")]: t("⟦ID:h5n1p6rz3q9x~2⟧") } }));
  }
  await store.ingest([production.batch(), staging.batch()]);
}
const left = async (store: Store): Promise<readonly number[]> => {
  const ids = (await store.oldest({ limit: 100 })).map(({ traceId }) => traceId);
  return Array.from({ length: 8 }, (_, n) => n + 1).filter((n) => ids.includes(traceOf(n)));
};
async function isSound(store: Store): Promise<void> {
  const damage: unknown[] = [];
  for await (const one of store.verify()) damage.push(one);
  assert.deepEqual(damage, []);
}

export const retentionFacts: readonly (readonly [fact: string, proof: Proof])[] = [
  [
    "traces come oldest first with what rules ask, in pages, and every filter narrows them",
    async (store) => {
      await filled(store);
      const first = await store.oldest({ limit: 3 });
      assert.deepEqual(first.map(({ traceId, feature, environment, startedAtMs }) => [traceId, feature, environment, startedAtMs]), [1, 2, 3].map((n) => [traceOf(n), n % 2 === 0 ? "triage" : "dose-summary", "production", n * 50 * DAY]));
      assert.deepEqual((await store.oldest({ limit: 100, after: first.at(-1)?.key ?? "" })).map(({ traceId }) => traceId), [4, 5, 6, 7, 8].map(traceOf));
      assert.deepEqual((await store.oldest({ limit: 9, environment: "staging", feature: "triage", untilMs: 8 * 50 * DAY })).map(({ traceId }) => traceId), [traceOf(6)]);
    },
  ],
  [
    "looking at what would go changes nothing, and says what goes by which rule",
    async (store) => {
      await filled(store);
      const plan = await planRetention(store, [rule("all", { maxAgeMs: 260 * DAY })], NOW);
      assert.deepEqual(plan.going, [{ rule: rule("all", { maxAgeMs: 260 * DAY }), traces: 2, held: 0, oldestMs: 50 * DAY, newestMs: 100 * DAY }]);
      assert.deepEqual(await left(store), [1, 2, 3, 4, 5, 6, 7, 8]);
    },
  ],
  [
    "what is older than its rule goes, the rule that says most about a trace decides, and texts, counts and index follow",
    async (store) => {
      await filled(store);
      const before = await store.counts();
      // All after 60 days; triage stays 300 days; staging 120, triage of it 10.
      const rules = [rule("all", { maxAgeMs: 60 * DAY }), rule("triage", { maxAgeMs: 301 * DAY, feature: "triage" }), rule("staging", { maxAgeMs: 120 * DAY, environment: "staging" }), rule("both", { maxAgeMs: 10 * DAY, environment: "staging", feature: "triage" })];
      const told: number[] = [];
      const outcome = await retain(store, rules, { ...seen, onRemoving: ({ traces }) => void told.push(traces) });
      assert.deepEqual(await left(store), [2, 4, 7, 8]);
      assert.equal(outcome.removed, 4);
      assert.equal(told.reduce((sum, n) => sum + n, 0), 4);
      assert.deepEqual([1, 3, 5, 6].map(() => null), await Promise.all([1, 3, 5, 6].map((n) => store.trace(traceOf(n)))));
      const after = await store.counts();
      assert.equal(after.traces, 4);
      assert.ok(after.texts < before.texts && after.textBytes < before.textBytes);
      assert.deepEqual((await store.outcomes({ by: [], bucketMs: null }))[0]?.measures.get("traces"), 4);
      await isSound(store);
    },
  ],
  [
    "what is held stays, by trace, feature or person, until the hold ends",
    async (store) => {
      await filled(store);
      const holds = [
        await addHold(store, { target: { by: "trace", traceId: traceOf(1) }, ...made }),
        await addHold(store, { target: { by: "subject", pseudonyms: ["ID:h5n1p6rz3q9x"] }, ...made, atMs: 2 }),
      ];
      assert.deepEqual(await listHolds(store), holds);
      const held = await Holds.of(store);
      assert.deepEqual([1, 2, 3].map((n) => held.of({ traceId: traceOf(n), feature: null })?.id), [holds[0]?.id, holds[1]?.id, undefined]);
      const all = [rule("all", { maxAgeMs: 1 * DAY })];
      assert.deepEqual((await planRetention(store, all, NOW)).going.map((one) => [one.traces, one.held]), [[5, 2]]);
      await retain(store, all, seen);
      assert.deepEqual(await left(store), [1, 2, 8]);
      for (const { id } of holds) assert.equal(await removeHold(store, id), true);
      await addHold(store, { target: { by: "feature", feature: "triage" }, ...made });
      await retain(store, all, { ...seen, nowMs: NOW + 30 * DAY });
      assert.deepEqual(await left(store), [2, 8]);
      await isSound(store);
    },
  ],
  [
    "a store over its size loses its oldest traces, and no held one",
    async (store) => {
      await filled(store);
      await addHold(store, { target: { by: "trace", traceId: traceOf(1) }, ...made });
      const { storedBytes } = await store.counts();
      const going = (await planRetention(store, [rule("size", { maxBytes: Math.floor(storedBytes / 2) })], NOW)).going;
      assert.deepEqual(going.map(({ held, oldestMs }) => [held, oldestMs]), [[1, 100 * DAY]]);
      // About half: what a trace takes is not known, and ClickHouse merges while we look.
      assert.ok((going[0]?.traces ?? 0) >= 3 && (going[0]?.traces ?? 0) <= 6);
      // A size nothing can reach: all goes but what is held.
      await retain(store, [rule("size", { maxBytes: 1 })], seen);
      assert.deepEqual(await left(store), [1]);
      await isSound(store);
    },
  ],
  [
    "thinning takes the texts of what nothing sets apart and leaves every count as it was; what matters, the sample and what is held stay whole",
    async (store) => {
      const segment = new HandSegment(writerOf(1), { environment: t("production") });
      for (let n = 1; n <= 130; n += 1) {
        const trace = traceOf(n);
        addCall(segment, { trace, atMs: n * DAY, answer: `Answer number ${n}, which nobody else gives in these words.`, promptVersion: "v1", tags: { ward: n % 2 === 0 ? "nicu" : "er" }, ...(n === 3 ? { failedRule: "dose_range" } : {}), ...(n === 5 ? { model: "gpt-rare" } : {}) });
        if (n === 4) segment.add(() => ({ kind: "action", atMs: 200 * DAY, trace, action: "edit", before: null, after: null, user: null, note: null, actionId: null }));
        if (n === 6) segment.add(() => ({ kind: "action", atMs: 200 * DAY, trace, action: "accept", before: null, after: null, user: null, note: null, actionId: null }));
      }
      await store.ingest(segment.batch());
      await addHold(store, { target: { by: "trace", traceId: traceOf(7) }, ...made });
      const counted = async (): Promise<unknown> => Promise.all([store.outcomes({ by: ["feature", "model", "promptVersion", "release", "tag:ward"], bucketMs: DAY }), store.list({ limit: 200 }).then((rows) => rows.map(({ answer: _answer, ...row }) => row))]);
      const before = await counted();
      const counts = await store.counts();
      const rules = [rule("thin", { maxAgeMs: 200 * DAY, keepShare: 0.2 })];
      const dry = await planRetention(store, rules, 400 * DAY);
      const { thinning, removed } = await retain(store, rules, seen);
      assert.deepEqual([dry.thinning, removed], [thinning, 0]);
      const [one] = thinning;
      assert.ok(one !== undefined && one.seen === 130 && one.thinned + one.remarkable + one.sampled + one.held === 130);
      assert.ok(one.sampled > 10 && one.sampled < 45, `${one.sampled} of 130 at a fifth`);
      assert.deepEqual(await counted(), before);
      assert.ok((await store.counts()).textBytes < counts.textBytes / 1.5);
      const stored = await store.traces(Array.from({ length: 131 }, (_, n) => traceOf(n)));
      const whyOf = (n: number): string | undefined => {
        const trace = stored.get(traceOf(n)) ?? null;
        const signal = trace === null ? undefined : reconstruct(trace).generations[0]?.signals.completion;
        return signal?.state === "missing" ? signal.why : signal?.state;
      };
      assert.deepEqual([3, 4, 5, 7].map(whyOf), ["captured", "captured", "captured", "captured"]);
      const why = Array.from({ length: 130 }, (_, n) => whyOf(n + 1));
      assert.equal(why.filter((one) => one === "sampled").length, one.thinned);
      // Again: nothing new to do, and an action months later joins the trace and is counted.
      const again = await retain(store, rules, seen);
      assert.equal(again.thinning[0]?.seen, 0);
      const gone = why.findLastIndex((one) => one === "sampled") + 1;
      const late = new HandSegment(writerOf(9));
      late.add(() => ({ kind: "action", atMs: 390 * DAY, trace: traceOf(gone), action: "retry", before: null, after: null, user: null, note: null, actionId: null }));
      await store.ingest(late.batch());
      const trace = await store.trace(traceOf(gone));
      const story = trace === null ? undefined : reconstruct(trace);
      assert.deepEqual([story?.actions[0]?.action, story?.generations[0]?.signals.input, story?.generations[0]?.signals.model.state], ["retry", { state: "missing", why: "sampled" }, "captured"]);
      assert.deepEqual((await store.list({ limit: 9, action: "retry" })).map(({ traceId }) => traceId), [traceOf(gone)]);
      await isSound(store);
    },
  ],
  [
    "rules are kept in the store, for every process before it",
    async (store) => {
      const one = rule("rule_1", { maxAgeMs: DAY, feature: "triage" });
      await addRule(store, one);
      assert.deepEqual(await listRules(store), [one]);
      assert.equal(await removeRule(store, "rule_1"), true);
      assert.equal(await removeRule(store, "rule_1"), false);
      assert.deepEqual(await listRules(store), []);
    },
  ],
];

/** For stores that can be searched. */
export const searchedRetentionFacts: typeof retentionFacts = [
  [
    "what is gone is found no more, and what is left is",
    async (store) => {
      await filled(store);
      await retain(store, [rule("all", { maxAgeMs: 210 * DAY })], seen);
      const found = await store.search.candidates({ place: "answer", words: [{ word: "caffeine", weight: 1 }], filter: {}, limit: 10 });
      assert.deepEqual(found.map(({ traceId }) => traceId), [8, 7, 6, 5, 4].map(traceOf));
      assert.deepEqual(await store.search.counts("answer", ["caffeine"]), [5]);
    },
  ],
];
