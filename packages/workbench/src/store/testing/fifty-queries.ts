/** Fifty questions a store is asked, of every kind it answers. Two stores that hold the same must give the same answers. */
import { contentHash } from "../content-hash.ts";
import type { OutcomeFilter } from "../outcomes.ts";
import type { Store, TraceFilter } from "../store.ts";

const HOUR_MS = 3_600_000;

/** @param ids  of five traces or more that are in the store, and `sinceMs` a time within them */
export async function fiftyQueries(store: Store, ids: readonly string[], sinceMs: number): Promise<readonly unknown[]> {
  const lists: readonly Partial<TraceFilter>[] = [
    {}, { limit: 7 }, { feature: "triage" }, { feature: "dose-summary", limit: 3 }, { feature: "nothing" }, { model: "gpt-4o-2024-08-06" }, { model: "gpt-4o-mini-2024-08-06", limit: 11 },
    { promptVersion: "v1" }, { promptVersion: "v2", feature: "triage" }, { rule: "dose_range" }, { rule: "no_such_rule" }, { action: "edit" }, { action: "accept" }, { action: "abandon", feature: "triage" },
    { state: "complete", limit: 5 }, { state: "cut" }, { sinceMs }, { untilMs: sinceMs }, { sinceMs, untilMs: sinceMs + HOUR_MS, feature: "dose-summary" }, { tag: { key: "ward", value: "A" } },
    { tag: { key: "ward", value: "é'\\\n" } }, { conversation: "c1" }, { conversation: "c2", action: "edit" },
  ];
  const outcomes: readonly OutcomeFilter[] = [
    { by: [], bucketMs: null }, { by: ["feature"], bucketMs: HOUR_MS }, { by: ["model", "promptVersion"], bucketMs: 24 * HOUR_MS }, { by: ["release"], bucketMs: null }, { by: ["tag:ward"], bucketMs: null, feature: "dose-summary" },
    { by: ["model"], bucketMs: 600_000, sinceMs }, { by: ["feature", "tag:ward"], bucketMs: null, tag: { key: "ward", value: "B" } }, { by: [], bucketMs: null, untilMs: sinceMs, feature: "triage" },
  ];
  const prefixes: readonly (readonly [string, number])[] = [["", 9], ["0190", 5], [ids[0]?.slice(0, 12) ?? "", 3], ["ff", 4], [ids[1] ?? "", 1]];
  const answers: unknown[] = [];
  for (const filter of lists) answers.push(await store.list({ limit: 1000, ...filter }));
  const [first] = await store.list({ limit: 1 });
  answers.push(await store.list({ limit: 4, ...(first === undefined ? {} : { after: first.key }) }));
  for (const filter of outcomes) answers.push((await store.outcomes(filter)).map((group) => ({ ...group, measures: [...group.measures] })));
  answers.push(await store.tagKeys({}), await store.tagKeys({ feature: "triage" }));
  for (const [prefix, limit] of prefixes) answers.push(await store.tracesStartingWith(prefix, limit));
  for (const id of ids.slice(0, 5)) {
    const trace = await store.trace(id);
    answers.push(trace === null ? null : { hash: contentHash(trace), gaps: trace.gaps, missing: trace.missing, writers: trace.writers });
  }
  answers.push(await store.trace("f".repeat(32)), await store.documents.kinds(), await store.documents.list("case", { limit: 100 }), await store.quarantined(), [...(await store.cursors())].sort(([a], [b]) => (a < b ? -1 : 1)));
  const { texts: _, textBytes: __, storedBytes: ___, ...counts } = await store.counts();
  answers.push(counts);
  return answers;
}
