import { array, assert, constantFrom, integer, oneof, property, record, tuple } from "fast-check";
import { expect, test } from "vitest";
import type { Entry, Pieces } from "@whysaid/recorder/format";
import { addCall, HandSegment, spanOf, t, traceOf } from "../testing/batches.ts";
import { ByteReader, ByteWriter, packIds, unpackIds } from "./bytes.ts";
import { decodePack, encodePack, LOCAL_BASE, LOCALS_PER_PACK } from "./pack.ts";

const integers = oneof(integer({ min: 0, max: 300 }), integer({ min: 0, max: 2 ** 31 }), integer({ min: 0, max: 2 ** 51 }));

test("integers of any size come back from their bytes", () => {
  assert(
    property(array(integers), (values) => {
      const writer = new ByteWriter();
      for (const value of values) {
        writer.varint(value);
        writer.signed(-value);
      }
      const reader = new ByteReader(writer.take());
      for (const value of values) expect([reader.varint(), reader.signed()]).toEqual([value, value === 0 ? 0 : -value]);
      expect(reader.atEnd).toBe(true);
    }),
  );
  const ids = [3, 4, 900, 2 ** 33];
  expect(unpackIds(packIds(ids))).toEqual(ids);
});

const shared = tuple(integer({ min: 1, max: 5_000_000 }), integer({ min: 0, max: 3 })).map(([ref, style]) => [ref * 4 + style]);
const slice = tuple(integer({ min: 0, max: 5 }), integer({ min: 0, max: 3 }), integer({ min: 0, max: 10_000 })).map(([channel, style, units]) => [-(channel * 4 + style) - 1, units]);
const local = tuple(integer({ min: 0, max: 4 }), integer({ min: 0, max: 3 })).map(([place, style]) => [(LOCAL_BASE + place) * 4 + style]);
const bodies = array(oneof(shared, slice, local)).map((codes): Pieces => codes.flat());

test("entries come back from a pack as they went in, whatever their pieces", () => {
  assert(
    property(array(record({ pieces: bodies, atMs: oneof(integer(), constantFrom(1.5, -3)), writer: integer({ min: 1, max: 9 }), sequence: integer({ min: 0, max: 2 ** 40 }) }), { maxLength: 6 }), (given) => {
      const entries = given.map(({ pieces, atMs, writer, sequence }, n) => {
        const entry: Entry = { kind: "response", atMs, trace: traceOf(1), span: spanOf(n % 3), ...(n % 2 === 0 ? { parent: spanOf(9) } : {}), attempt: 1, state: "cut", status: null, headers: { [t("__proto__")]: t("kept") }, body: { form: "text", bytes: 1, pieces, channels: [7, 1] }, headersMs: null, firstChunkMs: 0.5, durationMs: null };
        return { writer, sequence, entry };
      });
      const locals = ["", "a", "é漢", "\0", '"}]'];
      const pack = decodePack(encodePack({ entries, locals }), traceOf(1), 0);
      expect(pack.locals).toEqual(locals);
      expect(pack.entries).toEqual(entries);
    }),
  );
});

test("a pack's own texts have other numbers than those of the trace's other packs", () => {
  const entry: Entry = { kind: "response", atMs: 1, trace: traceOf(1), span: spanOf(1), attempt: 1, state: "cut", status: null, headers: {}, body: { form: "text", bytes: 1, pieces: [(LOCAL_BASE + 2) * 4] }, headersMs: null, firstChunkMs: null, durationMs: 1 };
  const decoded = decodePack(encodePack({ entries: [{ writer: 1, sequence: 0, entry }], locals: ["a", "b", "c"] }), traceOf(1), 3).entries[0]?.entry;
  expect(decoded).toMatchObject({ body: { pieces: [(LOCAL_BASE + 3 * LOCALS_PER_PACK + 2) * 4] } });
});

test("every kind of entry comes back from a pack", () => {
  const segment = new HandSegment();
  addCall(segment, { trace: traceOf(1), atMs: 1000, failedRule: "r", promptVersion: "v1", tags: { a: "b" } });
  segment.add((ref) => ({ kind: "generation", atMs: 5, trace: traceOf(1), span: spanOf(5), provider: t("vllm"), startedAtMs: 4, durationMs: 1, state: "failed", signals: { input: ref("[]"), completion: ref('{"text":"x"}') }, error: { name: t("E"), message: t("m"), stack: ref("at x") } }));
  segment.add((ref) => ({ kind: "action", atMs: 9, trace: traceOf(1), action: "edit", before: null, after: ref("y"), user: null, note: t("n"), actionId: t("i") }));
  const entries = segment.entries.slice(1).map(({ sequence, entry }) => {
    const { texts: _, ...rest } = entry as Entry & { texts?: unknown };
    return { writer: 1, sequence, entry: rest as Entry };
  });
  expect(decodePack(encodePack({ entries, locals: [] }), traceOf(1), 0).entries).toEqual(entries);
});
