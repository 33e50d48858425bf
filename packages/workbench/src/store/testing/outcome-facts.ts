/** What every store must count: part of `conformance.ts`. */
import assert from "node:assert/strict";
import { sizeBucket, type OutcomeFilter, type OutcomeGroup } from "../outcomes.ts";
import type { Store } from "../store.ts";
import { addCall, HandSegment, t, traceOf, writerOf } from "./batches.ts";
import { all, inGroups, shuffled, singly } from "./traffic.ts";

type Proof = (store: Store, opened: { readonly reopen: () => Promise<Store> }) => Promise<void>;

const flat = (groups: readonly OutcomeGroup[]): readonly (readonly [string, number])[] =>
  groups.flatMap(({ startMs, values, measures }) => [...measures].map(([measure, n]) => [`${JSON.stringify([startMs, ...values])} ${measure}`, n] as const)).sort(([a], [b]) => (a < b ? -1 : 1));

export const outcomeFacts: readonly (readonly [fact: string, proof: Proof])[] = [
  [
    "outcomes count what list shows, by any dimension and span, whether kept by the hour or counted from rows",
    async (store, { reopen }) => {
      const HOUR = 3_600_000;
      const segment = new HandSegment();
      const late = new HandSegment(writerOf(2), { release: t("def456") });
      for (let n = 0; n < 40; n += 1) {
        const trace = traceOf(n);
        const target = n % 4 === 3 ? late : segment;
        addCall(target, {
          trace,
          atMs: 10 * HOUR + n * 700_000,
          feature: n % 5 === 0 ? "triage" : "dose-summary",
          model: n < 20 ? "gpt-4o" : "gpt-4o-mini",
          ...(n % 7 === 0 ? { failedRule: "dose_range" } : {}),
          ...(n % 3 === 0 ? {} : { promptVersion: n < 25 ? "v1" : "v2" }),
          ...(n % 2 === 0 ? { tags: { ward: n % 6 === 0 ? "A" : "B", [n % 10 === 0 ? "trial" : "bed"]: "4" } } : {}),
        });
      }
      for (const [n, action] of [[1, "edit"], [7, "edit"], [8, "abandon"], [9, "accept"]] as const) late.add(() => ({ kind: "action", atMs: 90 * HOUR, trace: traceOf(n), action, before: null, after: null, user: null, note: null, actionId: null }));
      // Late entries take back what their trace counted before.
      for (const batches of inGroups(shuffled([...singly(segment), ...singly(late)], 3), 8)) await store.ingest(batches);
      const other = await reopen();
      const rows = await other.list(all);
      const filters: readonly OutcomeFilter[] = [
        { by: [], bucketMs: null },
        { by: ["feature"], bucketMs: HOUR },
        { feature: "dose-summary", by: ["model", "promptVersion"], bucketMs: 2 * HOUR, sinceMs: 11 * HOUR, untilMs: 16 * HOUR },
        { feature: "dose-summary", by: ["release", "model"], bucketMs: null },
        { feature: "triage", by: ["promptVersion"], bucketMs: 1_000_000, sinceMs: 10 * HOUR + 1_400_000 },
        { feature: "nothing", by: [], bucketMs: null },
      ];
      for (const filter of filters) {
        const groups = await other.outcomes(filter);
        const expected = new Map<string, number>();
        const add = (key: readonly unknown[], measure: string, n = 1): unknown => expected.set(`${JSON.stringify(key)} ${measure}`, (expected.get(`${JSON.stringify(key)} ${measure}`) ?? 0) + n);
        for (const row of rows) {
          if ((filter.feature !== undefined && row.feature !== filter.feature) || row.startedAtMs < (filter.sinceMs ?? 0) || row.startedAtMs >= (filter.untilMs ?? Infinity)) continue;
          const key = [filter.bucketMs === null ? 0 : Math.floor(row.startedAtMs / filter.bucketMs) * filter.bucketMs, ...filter.by.map((dimension) => row[dimension as "model"])];
          const [rule] = row.failedRules;
          for (const measure of ["traces", "generations", "checked", `state:${row.state}`, rule === undefined ? "rule-passed:dose_range" : `rule-failed:${rule}`]) add(key, measure);
          if (rule !== undefined) add(key, "failed");
          if (row.action !== null) add(key, `action:${row.action}`);
          if (row.action !== null && rule === undefined) add(key, `passed-action:${row.action}`);
          for (const [measure, value] of [["input-tokens", row.inputTokens], ["output-tokens", row.outputTokens], ["first-chunk", row.timeToFirstChunkMs], ["total", row.totalMs]] as const) add(key, `${measure}:${sizeBucket(value ?? 0)}`);
          add(key, "input-tokens", row.inputTokens ?? 0);
          add(key, "output-tokens", row.outputTokens ?? 0);
        }
        assert.deepEqual(Object.fromEntries(flat(groups)), Object.fromEntries([...expected].sort(([a], [b]) => (a < b ? -1 : 1))));
        assert.deepEqual(groups.map(({ startMs }) => startMs), groups.map(({ startMs }) => startMs).toSorted((a, b) => a - b));
      }
      const wards = await other.outcomes({ by: ["tag:ward"], bucketMs: null });
      assert.deepEqual(wards.map(({ values, measures }) => [values[0], measures.get("traces")]), [[null, 20], ["A", 7], ["B", 13]]);
      assert.deepEqual((await other.outcomes({ by: ["tag:nothing"], bucketMs: null })).map(({ values, measures }) => [values[0], measures.get("traces")]), [[null, 40]]);
      const inA = await other.outcomes({ by: ["tag:bed", "feature"], bucketMs: null, tag: { key: "ward", value: "A" } });
      assert.deepEqual(inA.map(({ values, measures }) => [...values, measures.get("traces")]), [[null, "triage", 2], ["4", "dose-summary", 5]]);
      assert.deepEqual(await other.tagKeys({}), [{ key: "ward", values: 2, traces: 20 }, { key: "bed", values: 1, traces: 16 }, { key: "trial", values: 1, traces: 4 }]);
      assert.deepEqual(await other.tagKeys({ feature: "triage" }), [{ key: "trial", values: 1, traces: 4 }, { key: "ward", values: 2, traces: 4 }]);
      assert.deepEqual(await other.tagKeys({ feature: "nothing" }), []);
      await other.close();
    },
  ],
];
