/** What every store must do with documents: part of `conformance.ts`. */
import assert from "node:assert/strict";
import type { DocumentFilter } from "../documents.ts";
import type { Store } from "../store.ts";
import { traceOf } from "./batches.ts";

type Proof = (store: Store, opened: { readonly reopen: () => Promise<Store> }) => Promise<void>;

export const documentFacts: readonly (readonly [fact: string, proof: Proof])[] = [
  [
    "a document is saved, replaced, listed by its id's bytes and deleted, and its versions never come twice",
    async (store, { reopen }) => {
      const { documents } = store;
      assert.equal(await documents.get("case", "a"), null);
      assert.deepEqual(await documents.put({ kind: "case", id: "a", traceIds: [traceOf(1)], body: { text: "⟦PERSON:aaaa~1⟧ 漢字 \0 '\\", n: [1, null, true] } }), { outcome: "saved", version: 1 });
      assert.deepEqual(await documents.put({ kind: "case", id: "a", body: "whole" }), { outcome: "saved", version: 2 });
      assert.deepEqual(await documents.get("case", "a"), { kind: "case", id: "a", traceIds: [], version: 2, body: "whole" });
      for (const id of ["b/2", "b/10", "B", "é", "b/", "🙂", "%", "b_"]) await documents.put({ kind: "case", id, traceIds: [traceOf(1), traceOf(2)], body: { id } });
      await documents.put({ kind: "run", id: "b/1", traceIds: [traceOf(2)], body: 1 });
      const ids = async (filter: Partial<DocumentFilter>, kind = "case"): Promise<readonly string[]> => (await documents.list(kind, { limit: 100, ...filter })).map(({ id }) => id);
      assert.deepEqual(await ids({}), ["%", "B", "a", "b/", "b/10", "b/2", "b_", "é", "🙂"]);
      assert.deepEqual(await ids({ prefix: "b/" }), ["b/", "b/10", "b/2"]);
      assert.deepEqual(await ids({ prefix: "b/", after: "b/" , limit: 1 }), ["b/10"]);
      assert.deepEqual(await ids({ traceId: traceOf(1), after: "a" }), ["b/", "b/10", "b/2", "b_", "é", "🙂"]);
      assert.deepEqual(await ids({ traceId: traceOf(2) }, "run"), ["b/1"]);
      assert.deepEqual(await ids({}, "nothing"), []);
      assert.deepEqual(await documents.kinds(), ["case", "run"]);
      assert.equal(await documents.delete("case", "none"), false);
      assert.equal(await documents.delete("case", "a", 1), false);
      assert.equal(await documents.delete("case", "a", 2), true);
      assert.equal(await documents.get("case", "a"), null);
      assert.deepEqual(await ids({ prefix: "a" }), []);
      assert.deepEqual(await documents.put({ kind: "case", id: "a", body: {} }, 2), { outcome: "conflict", version: 0 });
      assert.deepEqual(await documents.put({ kind: "case", id: "a", traceIds: [traceOf(2)], body: {} }, 0), { outcome: "saved", version: 4 });
      const other = await reopen();
      assert.deepEqual(await other.documents.get("case", "a"), { kind: "case", id: "a", traceIds: [traceOf(2)], version: 4, body: {} });
      await other.close();
    },
  ],
  [
    "of those who save over the same version of a document at once, one succeeds and the others are told",
    async (store, { reopen }) => {
      const other = await reopen();
      await store.documents.put({ kind: "issue", id: "1", body: { by: [] } });
      for (let round = 1; round <= 3; round += 1) {
        const outcomes = await Promise.all([store, other, store, other].map(({ documents }, n) => documents.put({ kind: "issue", id: "1", body: { by: [round, n] } }, round)));
        const winners = outcomes.flatMap(({ outcome }, n) => (outcome === "saved" ? [n] : []));
        assert.equal(winners.length, 1);
        assert.deepEqual(new Set(outcomes.map(({ version }) => version)), new Set([round + 1]));
        assert.deepEqual((await other.documents.get("issue", "1"))?.body, { by: [round, winners[0]] });
      }
      assert.deepEqual(await store.documents.put({ kind: "issue", id: "1", body: {} }, 0), { outcome: "conflict", version: 4 });
      await other.close();
    },
  ],
];
