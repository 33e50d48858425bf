/** What a store must answer to `find`. Part of `describeStore` (conformance.ts). */
import assert from "node:assert/strict";
import type { Store } from "./store.ts";
import { addCall, HandSegment, spanOf, t, traceOf, writerOf } from "./testing/batches.ts";
import type { SearchFilter, SearchPlace } from "./search/search.ts";

type Proof = (store: Store, opened: { readonly reopen: () => Promise<Store> }) => Promise<void>;

const found = async (store: Store, words: readonly string[], filter: SearchFilter = {}, place: SearchPlace = "answer"): Promise<readonly string[]> =>
  (await store.search.candidates({ place, words: words.map((word) => ({ word, weight: 1 })), filter, limit: 10 })).map(({ traceId }) => traceId);

/** Three answers on two features; the first is about a person, the second was edited. */
function ward(): HandSegment {
  const segment = new HandSegment(writerOf(3));
  addCall(segment, { trace: traceOf(1), atMs: 1000, feature: "dose-summary", answer: "**Caffeine citrate** 12.5 mg once daily for ⟦PERSON:g7k3q9x2m4vt.f0c8h5n1p6rz~3a⟧.", question: "Which dose of caffeine?", promptVersion: "v1" });
  addCall(segment, { trace: traceOf(2), atMs: 2000, feature: "dose-summary", answer: "Caffeine citrate 14 mg once daily, Überwachung required.", failedRule: "dose_range", promptVersion: "v2" });
  addCall(segment, { trace: traceOf(3), atMs: 3000, feature: "triage", model: "gpt-4o-mini", answer: '{"advice":"see a physician","minutes":1250}', question: "患者の体重は二千百グラムです" });
  segment.add(() => ({ kind: "trace-update", atMs: 1100, trace: traceOf(1), span: spanOf(9001), subject: { [t("mrn")]: t("⟦ID:h5n1p6rz3q9x~2⟧") } }));
  segment.add(() => ({ kind: "action", atMs: 9000, trace: traceOf(2), action: "edit", before: null, after: null, user: null, note: null, actionId: null }));
  return segment;
}

export const searchFacts: readonly (readonly [fact: string, proof: Proof])[] = [
  [
    "an answer is found by its words, the heaviest first, then the newest",
    async (store) => {
      await store.ingest(ward().batch());
      assert.deepEqual(await found(store, ["caffeine"]), [traceOf(2), traceOf(1)]);
      assert.deepEqual(await found(store, ["caffeine", "12.5"]), [traceOf(1), traceOf(2)]);
      assert.deepEqual(await found(store, ["uberwachung"]), [traceOf(2)]);
      assert.deepEqual(await found(store, ["g7k3q9x2m4vt"]), [traceOf(1)]);
      assert.deepEqual(await found(store, ["nothing", "such"]), []);
      assert.deepEqual(await found(store, ['a"b', "x y", ""]), []);
    },
  ],
  [
    "an answer's document is what a person saw of it",
    async (store) => {
      await store.ingest(ward().batch());
      const [first] = await store.search.candidates({ place: "answer", words: [{ word: "physician", weight: 2 }], filter: {}, limit: 1 });
      // {"mg":3} is what the parser made of it.
      assert.deepEqual([first?.document, first?.weight, first?.feature, first?.startedAtMs], ["see a physician\n1250\n3", 2, "triage", 3000]);
      const [bold] = await store.search.candidates({ place: "answer", words: [{ word: "12.5", weight: 1 }], filter: {}, limit: 1 });
      assert.match(bold?.document ?? "", /^Caffeine citrate 12\.5 mg/);
    },
  ],
  [
    "words are counted, and found by a part of them",
    async (store) => {
      await store.ingest(ward().batch());
      assert.equal(await store.search.documents("answer"), 3);
      assert.deepEqual(await store.search.counts("answer", ["caffeine", "physician", "absent"]), [2, 1, 0]);
      assert.deepEqual(await store.search.wordsLike("answer", { prefix: "caff" }, 5), ["caffeine"]);
      assert.deepEqual(await store.search.wordsLike("answer", { contains: "wachun" }, 5), ["uberwachung"]);
    },
  ],
  [
    "every filter narrows a search before its limit",
    async (store) => {
      await store.ingest(ward().batch());
      assert.deepEqual(await found(store, ["caffeine"], { promptVersion: "v1" }), [traceOf(1)]);
      assert.deepEqual(await found(store, ["caffeine"], { rule: "dose_range" }), [traceOf(2)]);
      assert.deepEqual(await found(store, ["caffeine"], { action: "edit" }), [traceOf(2)]);
      assert.deepEqual(await found(store, ["caffeine", "physician"], { feature: "triage" }), [traceOf(3)]);
      assert.deepEqual(await found(store, ["caffeine", "physician"], { model: "gpt-4o-mini-2024-08-06" }), [traceOf(3)]);
      assert.deepEqual(await found(store, ["caffeine"], { sinceMs: 1500, untilMs: 2500 }), [traceOf(2)]);
      assert.deepEqual(await found(store, ["caffeine"], { feature: "no such feature" }), []);
    },
  ],
  [
    "a subject's traces are those that were declared with its pseudonym, in search and in list",
    async (store) => {
      await store.ingest(ward().batch());
      for (const subject of ["⟦ID:h5n1p6rz3q9x~2⟧", "ID:h5n1p6rz3q9x", "⟦ID:h5n1p6rz3q9x~another⟧"]) {
        assert.deepEqual(await found(store, ["caffeine"], { subject }), [traceOf(1)]);
        assert.deepEqual((await store.list({ subject, limit: 10 })).map(({ traceId }) => traceId), [traceOf(1)]);
      }
      assert.deepEqual(await found(store, ["caffeine"], { subject: "ID:h5n1p6rz3q9y" }), []);
      assert.deepEqual(await store.list({ subject: "no pseudonym", limit: 10 }), []);
    },
  ],
  [
    "what went in is found at its own place, by whole words",
    async (store) => {
      await store.ingest(ward().batch());
      assert.deepEqual(await found(store, ["admission"], {}, "input"), [traceOf(1)]);
      assert.deepEqual(await found(store, ["admission"]), []);
      assert.deepEqual(await found(store, ["uberwachung"], {}, "input"), []);
    },
  ],
  [
    "an answer that becomes known entry by entry is found by all of it, and by nothing it no longer shows",
    async (store, { reopen }) => {
      const segment = ward();
      for (const one of segment.entries) await store.ingest(segment.batch([one]));
      assert.deepEqual(await found(store, ["physician"]), [traceOf(3)]);
      const other = await reopen();
      try {
        const late = new HandSegment(writerOf(4));
        late.add((ref) => ({ kind: "parse", atMs: 5000, trace: traceOf(3), span: spanOf(9100), parser: t("shown"), input: null, outcome: "parsed", result: ref('"See your physician within the quarter-hour"'), durationMs: 1 }));
        await other.ingest(late.batch());
      } finally {
        await other.close();
      }
      assert.deepEqual(await found(store, ["quarter", "physician"]), [traceOf(3)]);
      assert.deepEqual(await store.search.counts("answer", ["physician"]), [1]);
    },
  ],
];
