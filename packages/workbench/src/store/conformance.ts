/**
 * What every store must do, as facts with their proofs: SQLite's and ClickHouse's tests run the same list, and so can a store of your own.
 *
 * ```ts
 * describeStore("sqlite", open, { describe, test });
 * ```
 */
import assert from "node:assert/strict";
import { isDeepStrictEqual } from "node:util";
import { mapPieces, mapRefs } from "./packing/entry-refs.ts";
import { documentFacts } from "./testing/document-facts.ts";
import { searchFacts } from "./conformance-search.ts";
import type { Damage, Store, StoredTrace, TraceFilter, TraceRow } from "./store.ts";
import { WhysaidError, type Entry, type TextOf } from "@whysaid/recorder/format";
import { addCall, HandSegment, spanOf, t, traceOf, writerOf } from "./testing/batches.ts";
import { outcomeFacts } from "./testing/outcome-facts.ts";
import { all, day, inGroups, shuffled, singly } from "./testing/traffic.ts";

/** An empty store, and the same store opened a second time, as another process would. */
export interface OpenedStore {
  readonly store: Store;
  readonly reopen: () => Promise<Store>;
}
export interface Runner {
  readonly describe: (name: string, body: () => void) => void;
  readonly test: (name: string, body: () => Promise<void>) => void;
}

export function describeStore(name: string, open: () => Promise<OpenedStore>, { describe, test }: Runner): void {
  describe(`${name} is a store`, () => {
    for (const [fact, proof] of [...facts, ...searchFacts]) {
      test(fact, async () => {
        const opened = await open();
        try {
          await proof(opened.store, opened);
        } finally {
          await opened.store.close();
        }
      });
    }
  });
}

type Proof = (store: Store, opened: OpenedStore) => Promise<void>;

/** An entry with its texts in place of their numbers, so that what went in and what comes out can be compared. */
export function withTexts(entry: Entry, textOf: TextOf): unknown {
  const texts: string[] = [];
  const text = (ref: number): number => {
    try {
      texts.push(textOf(ref));
    } catch (cause) {
      texts.push(cause instanceof WhysaidError ? cause.code : "thrown");
    }
    return 0;
  };
  return { entry: mapRefs(entry, { text, pieces: (pieces) => mapPieces(pieces, text) }), texts };
}

const readBack = (trace: StoredTrace): readonly unknown[] => trace.entries.toSorted((a, b) => a.sequence - b.sequence).map(({ entry }) => withTexts(entry, trace.textOf));
const written = (segment: HandSegment, trace: string): readonly unknown[] => segment.entries.filter(({ entry }) => "trace" in entry && entry.trace === trace).map(({ entry }) => withTexts(entry, segment.textOf));

async function traceIn(store: Store, id: string): Promise<StoredTrace> {
  const trace = await store.trace(id);
  assert.ok(trace !== null, `trace ${id} is in the store`);
  return trace;
}
async function damageOf(store: Store): Promise<readonly Damage[]> {
  const found: Damage[] = [];
  for await (const damage of store.verify()) found.push(damage);
  return found;
}
/** Everything `actedSince` has to say after a mark, two at a time. */
async function actedAfter(store: Store, from: string | null): Promise<{ readonly traces: ReadonlySet<string>; readonly mark: string }> {
  const traces = new Set<string>();
  for (let mark = from; ; ) {
    const acted = await store.actedSince(mark, 2);
    for (const trace of acted.traceIds) traces.add(trace);
    if (acted.traceIds.length === 0) return { traces, mark: acted.mark };
    mark = acted.mark;
  }
}

const facts: readonly (readonly [fact: string, proof: Proof])[] = [
  [
    "traces users acted on are named from a mark on, late actions on old traces too",
    async (store) => {
      const [first, second] = day();
      await store.ingest([first.batch(), second.batch()]);
      const begun = await actedAfter(store, null);
      assert.deepEqual([...begun.traces].sort(), [traceOf(2), traceOf(3)]);
      const late = new HandSegment(writerOf(3));
      late.add(() => ({ kind: "action", atMs: 90_000, trace: traceOf(7), action: "retry", before: null, after: null, user: null, note: null, actionId: null }));
      late.add(() => ({ kind: "action", atMs: 91_000, trace: traceOf(99), action: "edit", before: null, after: null, user: null, note: null, actionId: null }));
      await store.ingest(late.batch());
      const { traces } = await actedAfter(store, begun.mark);
      assert.ok(traces.has(traceOf(7)) && traces.has(traceOf(99)));
      assert.ok([...traces].every((trace) => [traceOf(2), traceOf(3), traceOf(7), traceOf(99)].includes(trace as ReturnType<typeof traceOf>)));
    },
  ],
  [
    "an empty store has no traces, no cursors and no damage",
    async (store) => {
      assert.equal(await store.trace(traceOf(1)), null);
      assert.deepEqual(await store.list(all), []);
      assert.equal((await store.cursors()).size, 0);
      assert.deepEqual(await damageOf(store), []);
    },
  ],
  [
    "entries come back as they went in, with their texts",
    async (store) => {
      const segment = new HandSegment();
      addCall(segment, { trace: traceOf(1), atMs: 1000, conversation: "c", failedRule: "dose_range", promptVersion: "v3", tags: { ward: "A" } });
      await store.ingest(segment.batch());
      const trace = await traceIn(store, traceOf(1));
      assert.deepEqual(readBack(trace), written(segment, traceOf(1)));
      assert.deepEqual(trace.writers, [segment.entries[0]?.entry]);
      assert.deepEqual(trace.missing, []);
    },
  ],
  [
    "texts of any content come back unit for unit: empty, NUL, lone surrogates, long, all scripts",
    async (store) => {
      const texts = ["", "\0", "\ud800", "a\udc00b", "\ufffd", "ünï — 漢字 🙂", "x".repeat(300_000), "é".repeat(5000), "no end \ud83d", "\uffff"];
      const segment = new HandSegment();
      for (const [n, text] of texts.entries()) segment.add((ref) => ({ kind: "tool", atMs: n, trace: traceOf(1), span: spanOf(n + 1), name: t("tool"), callId: null, arguments: null, result: ref(text), durationMs: 1 }));
      await store.ingest(segment.batch());
      assert.deepEqual(readBack(await traceIn(store, traceOf(1))), written(segment, traceOf(1)));
      assert.deepEqual(await damageOf(store), []);
    },
  ],
  [
    "every kind of body comes back with its pieces",
    async (store) => {
      const segment = new HandSegment();
      const body = (n: number, make: (ref: (text: string) => number) => Extract<Entry, { kind: "response" }>["body"]): void => {
        segment.add((ref) => ({ kind: "response", atMs: n, trace: traceOf(1), span: spanOf(n), attempt: 1, state: "complete", status: 200, headers: {}, body: make(ref), headersMs: 1, firstChunkMs: null, durationMs: 2 }));
      };
      body(1, () => ({ form: "none" }));
      body(2, () => ({ form: "dropped", bytes: 5, why: "over-budget" }));
      body(3, (ref) => ({ form: "base64", bytes: 3, text: ref("AAEC") }));
      body(4, (ref) => ({ form: "text", bytes: 9, pieces: [ref('data: {"t":"') * 4, -1, 3, ref('"}\n\ndata: {"t":"') * 4, -1, 4, ref('"}\n\n') * 4], channels: [ref("abcdefg")] }));
      body(5, (ref) => ({ form: "eventstream", bytes: 9, messages: [[ref("aGVhZA=="), [ref('{"b":"') * 4, -2, 2, ref('"}') * 4]]], channels: [ref("hi")] }));
      body(6, (ref) => ({ form: "text", bytes: 9, pieces: [ref("a") * 4 + 1, ref("a") * 4 + 2, ref("a") * 4 + 3, ref("a") * 4] }));
      body(7, (ref) => ({ form: "eventstream", bytes: 9, messages: [[ref("aGVhZA=="), [ref('{"bytes":"') * 4], [ref('{"t":"') * 4, -2, 2, ref('"}') * 4], [ref('"}') * 4]]], channels: [ref("hi")], tail: ref("AAEC") }));
      await store.ingest(segment.batch());
      assert.deepEqual(readBack(await traceIn(store, traceOf(1))), written(segment, traceOf(1)));
    },
  ],
  [
    "an entry that is there is not stored again",
    async (store) => {
      const [segment] = day();
      const outcome = await store.ingest(segment.batch());
      assert.equal(outcome.duplicates, 0);
      const before = { rows: await store.list(all), counts: await store.counts() };
      const again = await store.ingest(segment.batch());
      assert.deepEqual(again, { stored: 0, duplicates: outcome.stored, quarantined: 0 });
      assert.deepEqual(await store.list(all), before.rows);
      assert.equal((await store.counts()).entries, before.counts.entries);
    },
  ],
  [
    "rows do not depend on the order entries arrive in, nor on repeats",
    async (store) => {
      const segments = day();
      const reference = segments.flatMap((segment) => singly(segment));
      for (const batches of inGroups(shuffled([...reference, ...reference.slice(0, 40)], 7), 3)) await store.ingest(batches);
      const rows = await store.list(all);
      assert.equal(rows.length, 12);
      const row = rows.find(({ traceId }) => traceId === traceOf(2)) as TraceRow;
      assert.deepEqual(
        { ...row, key: "" },
        {
          key: "",
          traceId: traceOf(2),
          feature: "dose-summary",
          conversationId: "c2",
          startedAtMs: 3000,
          model: "gpt-4o-2024-08-06",
          provider: "openai",
          promptVersion: "v1",
          release: "abc123",
          generations: 1,
          state: "complete",
          inputTokens: 120,
          outputTokens: 17,
          totalMs: 410,
          timeToFirstChunkMs: 310,
          failedRules: [],
          action: "accept",
          answer: "Answer number 2, long enough to be a text of its own.",
        },
      );
      assert.deepEqual(rows.map(({ startedAtMs }) => startedAtMs), rows.map(({ startedAtMs }) => startedAtMs).toSorted((a, b) => b - a));
      assert.deepEqual(rows.filter(({ failedRules }) => failedRules.length > 0).map(({ startedAtMs }) => startedAtMs), [11_000, 6000, 1000]);
      for (const segment of segments) for (let n = 0; n < 12; n += 1) {
        const trace = await traceIn(store, traceOf(n));
        const mine = trace.entries.filter(({ writer }) => writer === segment.writer).toSorted((a, b) => a.sequence - b.sequence);
        assert.ok(isDeepStrictEqual(mine.map(({ entry }) => withTexts(entry, trace.textOf)), written(segment, traceOf(n))), "entries are whole");
      }
      assert.deepEqual(await damageOf(store), []);
    },
  ],
  [
    "each filter of list gives the rows it says, newest first",
    async (store) => {
      for (const segment of day()) await store.ingest(segment.batch());
      const starts = async (filter: Partial<TraceFilter>): Promise<readonly number[]> => (await store.list({ ...all, ...filter })).map(({ startedAtMs }) => startedAtMs / 1000);
      assert.deepEqual(await starts({ feature: "triage" }), [10, 7, 4, 1]);
      assert.deepEqual(await starts({ feature: "nothing" }), []);
      assert.deepEqual(await starts({ model: "gpt-4o-mini-2024-08-06" }), [12, 10, 8, 6, 4, 2]);
      assert.deepEqual(await starts({ promptVersion: "v2", feature: "triage" }), [10, 7]);
      assert.deepEqual(await starts({ rule: "dose_range" }), [11, 6, 1]);
      assert.deepEqual(await starts({ action: "abandon" }), [4]);
      assert.deepEqual(await starts({ action: "edit" }), []);
      assert.deepEqual(await starts({ state: "complete", sinceMs: 3000, untilMs: 5000 }), [4, 3]);
      assert.deepEqual(await starts({ tag: { key: "ward", value: "B" }, conversation: "c1" }), [10, 6, 2]);
    },
  ],
  [
    "pages join without a row twice or missing, also among equal times",
    async (store) => {
      const segment = new HandSegment();
      for (let n = 0; n < 25; n += 1) addCall(segment, { trace: traceOf(n), atMs: 1000 + Math.floor(n / 10) });
      await store.ingest(segment.batch());
      const seen: string[] = [];
      for (let after: string | undefined; ; ) {
        const page = await store.list({ limit: 4, ...(after === undefined ? {} : { after }) });
        if (page.length === 0) break;
        seen.push(...page.map(({ traceId }) => traceId));
        after = page.at(-1)?.key;
      }
      assert.deepEqual(seen, (await store.list(all)).map(({ traceId }) => traceId));
      assert.equal(new Set(seen).size, 25);
    },
  ],
  [
    "traces are found by the beginning of their id",
    async (store) => {
      const [segment] = day();
      await store.ingest(segment.batch());
      assert.deepEqual(await store.tracesStartingWith(traceOf(3).slice(0, 12), 10), [traceOf(3)]);
      assert.deepEqual(await store.tracesStartingWith("0190", 3), [traceOf(0), traceOf(1), traceOf(2)]);
      assert.deepEqual(await store.tracesStartingWith("ffff", 3), []);
      assert.deepEqual(await store.tracesStartingWith("no hex", 3), []);
    },
  ],
  [
    "a text whose definition was lost reads as lost, and its entry is kept",
    async (store) => {
      const segment = new HandSegment();
      const question = "What was the last measured weight of the infant?";
      addCall(segment, { trace: traceOf(1), atMs: 1000, question });
      segment.lose(question);
      await store.ingest(segment.batch());
      const trace = await traceIn(store, traceOf(1));
      assert.deepEqual(readBack(trace), written(segment, traceOf(1)));
      assert.ok(JSON.stringify(readBack(trace)).includes("TEXT_LOST"));
      assert.deepEqual(await damageOf(store), []);
    },
  ],
  [
    "what is missing of a writer is told: explained by a gap entry, or not",
    async (store) => {
      const segment = new HandSegment();
      addCall(segment, { trace: traceOf(1), atMs: 1000 });
      segment.entries.push({ sequence: 20, entry: { kind: "gap", atMs: 2, from: 15, to: 19, why: "disk-full", traces: [traceOf(1)] } });
      await store.ingest(segment.batch(segment.entries.filter(({ sequence }) => sequence !== 3)));
      const trace = await traceIn(store, traceOf(1));
      const notes: string[] = [];
      for await (const { id, entry } of store.notes()) notes.push(`${id} ${entry.kind}`);
      assert.deepEqual(notes, [`${segment.writer}.0 writer`, `${segment.writer}.20 gap`]);
      assert.deepEqual(trace.gaps.map(({ sequence }) => sequence), [20]);
      assert.deepEqual(trace.missing, [
        { writer: segment.writer, from: 3, to: 3 },
        { writer: segment.writer, from: 8, to: 14 },
      ]);
      const { gaps, lost } = await store.counts();
      assert.deepEqual([gaps, lost], [1, 5]);
    },
  ],
  [
    "cursor and quarantine are committed with the entries, and a cursor never goes back",
    async (store, { reopen }) => {
      const segment = new HandSegment();
      const bad = { offset: 7, bytes: 3, reason: "unknown kind" };
      const first = await store.ingest({ ...segment.batch(), cursor: { source: "s-0", offset: 100 }, quarantined: [bad] });
      const second = await store.ingest({ ...segment.batch(), cursor: { source: "s-0", offset: 40 }, quarantined: [bad] });
      assert.deepEqual([first.quarantined, second.quarantined], [1, 0]);
      assert.deepEqual(await store.quarantined(), [{ source: "s-0", ...bad }]);
      const other = await reopen();
      assert.deepEqual([...(await other.cursors())], [["s-0", 100]]);
      assert.equal((await other.counts()).quarantined, 1);
      await other.close();
    },
  ],
  [
    "two openings of one store see each other's entries and texts",
    async (store, { reopen }) => {
      const other = await reopen();
      const [first, second] = day();
      for (const [n, batch] of singly(first).entries()) await (n % 2 === 0 ? store : other).ingest(batch);
      await Promise.all([store.ingest(second.batch()), other.ingest(second.batch())]);
      for (const one of [store, other]) {
        const rows = await one.list(all);
        assert.equal(rows.length, 12);
        assert.equal(rows.find(({ traceId }) => traceId === traceOf(2))?.action, "accept");
        assert.deepEqual(readBack(await traceIn(one, traceOf(5))), written(first, traceOf(5)));
        assert.equal((await one.counts()).entries, first.entries.length + second.entries.length);
      }
      assert.deepEqual(await damageOf(store), []);
      await other.close();
    },
  ],
  [
    "counts add up",
    async (store) => {
      const segments = day();
      for (const segment of segments) await store.ingest(segment.batch());
      const counts = await store.counts();
      assert.equal(counts.entries, segments.reduce((sum, { entries }) => sum + entries.length, 0));
      assert.deepEqual([counts.traces, counts.generations, counts.actions, counts.quarantined, counts.gaps, counts.lost], [12, 12, 4, 0, 0, 0]);
      assert.ok(counts.texts > 0 && counts.textBytes > 0 && counts.storedBytes > 0);
    },
  ],
  [
    "a removed trace is gone with the texts nothing else names, does not come back, and leaves the others whole",
    async (store, { reopen }) => {
      const other = await reopen();
      const [first, second] = day();
      await store.ingest(first.batch());
      await other.ingest(second.batch());
      const before = await store.counts();
      assert.deepEqual((await store.list({ ...all, environment: "production" })).length, 12);
      assert.deepEqual(await store.list({ ...all, environment: "staging" }), []);
      const gone = [0, 2, 3, 5].map(traceOf);
      assert.equal(await other.remove([...gone, traceOf(99), "no id"]), 4);
      for (const one of [store, other]) {
        for (const id of gone) assert.equal(await one.trace(id), null);
        const rows = await one.list(all);
        assert.deepEqual(rows.map(({ traceId }) => traceId).sort(), Array.from({ length: 12 }, (_, n) => traceOf(n)).filter((id) => !gone.includes(id)));
        assert.equal((await one.outcomes({ by: [], bucketMs: null }))[0]?.measures.get("traces"), 8);
        const counts = await one.counts();
        assert.deepEqual([counts.traces, counts.generations, counts.actions, counts.entries], [8, 8, 0, before.entries - 4 * 7 - 4]);
        assert.ok(counts.texts <= before.texts - 4 && counts.texts > before.texts / 2 && counts.textBytes < before.textBytes);
        assert.deepEqual(readBack(await traceIn(one, traceOf(4))), written(first, traceOf(4)));
      }
      assert.equal((await store.ingest(first.batch())).stored, 0);
      const again = new HandSegment(writerOf(3));
      addCall(again, { trace: traceOf(50), atMs: 90_000, answer: "Answer number 2, long enough to be a text of its own." });
      await store.ingest(again.batch());
      assert.deepEqual(readBack(await traceIn(other, traceOf(50))), written(again, traceOf(50)));
      assert.deepEqual(await damageOf(store), []);
      await other.close();
    },
  ],
  ...outcomeFacts,
  ...documentFacts,
];
