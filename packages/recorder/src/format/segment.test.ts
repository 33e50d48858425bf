import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { encodeFrame, FRAME_HEADER_BYTES } from "./frame.ts";
import { readSegment, SegmentReader } from "./segment.ts";
import { endFrame, gapFrame, jsonFrame, toolFrame, writerFrame } from "./testing/frames.ts";

const sequencesOf = (bytes: Buffer): number[] => readSegment(bytes).entries.map(({ sequence }) => sequence);

describe("an undamaged segment", () => {
  const segment = Buffer.concat([writerFrame(0), toolFrame(1, [[0, "a"]], 0), toolFrame(2, [[1, "b"]], 1), endFrame(3)]);

  test("gives its entries in order with the places of their frames", () => {
    const { entries, end, tornBytes, damaged, missing } = readSegment(segment);
    expect(entries.map(({ sequence, entry }) => [sequence, entry.kind])).toEqual([[0, "writer"], [1, "tool"], [2, "tool"], [3, "writer-end"]]);
    expect(entries.map(({ offset }) => offset)).toEqual([0, ...entries.slice(0, -1).map((entry) => entry.end)]);
    expect({ end, tornBytes, damaged, missing }).toEqual({ end: segment.length, tornBytes: 0, damaged: [], missing: [] });
  });

  test("resolves its texts", () => {
    const { textOf } = readSegment(segment);
    expect([textOf(0), textOf(1)]).toEqual(["a", "b"]);
  });

  test("says who wrote it", () => {
    const { header, writer } = readSegment(segment);
    expect(writer).toBe("00000000000000aa");
    expect(header?.pid).toBe(4711);
  });

  test("read on from an offset gives what stands after it, texts included", () => {
    const whole = readSegment(segment);
    const { entries, textOf } = readSegment(segment, whole.entries[1]?.end);
    expect(entries.map(({ sequence }) => sequence)).toEqual([2, 3]);
    expect(textOf(0)).toBe("a");
  });
});

describe("damage", () => {
  test("a torn last frame is counted and costs nothing else", () => {
    const bytes = Buffer.concat([writerFrame(0), toolFrame(1), toolFrame(2).subarray(0, 40)]);
    expect(sequencesOf(bytes)).toEqual([0, 1]);
    expect(readSegment(bytes)).toMatchObject({ tornBytes: 40, end: bytes.length - 40, damaged: [] });
  });

  test("a torn frame in the middle is skipped and its sequence number named", () => {
    const torn = toolFrame(2).subarray(0, 50);
    const bytes = Buffer.concat([writerFrame(0), toolFrame(1), torn, toolFrame(3)]);
    const { entries, damaged, missing } = readSegment(bytes);
    expect(entries.map(({ sequence }) => sequence)).toEqual([0, 1, 3]);
    expect(damaged).toEqual([{ offset: writerFrame(0).length + toolFrame(1).length, bytes: 50 }]);
    expect(missing).toEqual([{ from: 2, to: 2 }]);
  });

  test("a frame whose length claims more than the file has does not hide the frames inside its claim", () => {
    const long = Buffer.from(toolFrame(1));
    long.writeUInt32LE(1_000_000, 4);
    long.writeUInt32LE(~1_000_000 >>> 0, 8);
    expect(sequencesOf(Buffer.concat([writerFrame(0), long, toolFrame(2)]))).toEqual([0, 2]);
  });

  test("any flipped bit loses its own frame and no other", () => {
    const frames = [writerFrame(0), toolFrame(1, [[0, "ÉWS1 in the text"]], 0), toolFrame(2), toolFrame(3), endFrame(4)];
    const starts = frames.map((_, index) => frames.slice(0, index).reduce((sum, frame) => sum + frame.length, 0));
    const whole = Buffer.concat(frames);
    fc.assert(
      fc.property(fc.integer({ min: 0, max: whole.length * 8 - 1 }), (bit) => {
        const bytes = Buffer.from(whole);
        bytes[bit >> 3] = (bytes[bit >> 3] as number) ^ (1 << (bit & 7));
        const hit = starts.findLastIndex((start) => start <= bit >> 3);
        expect(sequencesOf(bytes)).toEqual([0, 1, 2, 3, 4].filter((sequence) => sequence !== hit));
      }),
    );
  });

  test("garbage between frames costs no frame", () => {
    fc.assert(
      fc.property(fc.array(fc.uint8Array({ maxLength: 200 }), { minLength: 4, maxLength: 4 }), (garbage) => {
        const frames = [writerFrame(0), toolFrame(1), toolFrame(2), endFrame(3)];
        const bytes = Buffer.concat(frames.flatMap((frame, index) => [frame, garbage[index] as Uint8Array]));
        expect(sequencesOf(bytes)).toEqual([0, 1, 2, 3]);
      }),
    );
  });

  test("a text whose defining frame is damaged is lost, not wrong", () => {
    const defining = Buffer.from(toolFrame(1, [[0, "a"]], 0));
    defining[FRAME_HEADER_BYTES + 3] = 0;
    const { entries, textOf } = readSegment(Buffer.concat([writerFrame(0), defining, toolFrame(2, [], 0)]));
    expect(entries.map(({ sequence }) => sequence)).toEqual([0, 2]);
    expect(() => textOf(0)).toThrow(expect.objectContaining({ code: "TEXT_LOST" }));
  });

  test("the writer is known from the file's name when the first frame is damaged", () => {
    const reader = new SegmentReader("/any/00000000000000bb-000003.seg");
    expect(reader.readBytes(toolFrame(7), 0)).toMatchObject({ header: null, writer: "00000000000000bb" });
  });

  test("headers nested in headers end in bounded time", () => {
    const header = Buffer.from(toolFrame(1).subarray(0, FRAME_HEADER_BYTES));
    const count = 100_000;
    const claim = (count * FRAME_HEADER_BYTES) / 2;
    header.writeUInt32LE(claim, 4);
    header.writeUInt32LE(~claim >>> 0, 8);
    const { entries } = readSegment(Buffer.alloc(count * FRAME_HEADER_BYTES, header));
    expect(entries).toEqual([]);
  });
});

describe("what is no entry of ours", () => {
  const id = { trace: "0123456789abcdef0123456789abcdef", span: "0123456789abcdef", atMs: 0 };
  const cases: readonly (readonly [string, string | Uint8Array, string])[] = [
    ["an unknown kind", JSON.stringify({ kind: "hologram" }), "unknown kind"],
    ["a kind named like a prototype's property", JSON.stringify({ kind: "constructor" }), "unknown kind"],
    ["no JSON", "{", "its payload is not JSON in UTF-8"],
    ["bytes that are not UTF-8", Buffer.from([0x22, 0xff, 0x22]), "its payload is not JSON in UTF-8"],
    ["an array", "[]", "not a JSON object"],
    ["a missing field", JSON.stringify({ kind: "trace-end", ...id, outcome: "returned" }), "trace-end.durationMs is not of its shape"],
    ["a trace id that is none", JSON.stringify({ kind: "trace-end", ...id, trace: "secret", outcome: "returned", durationMs: 1 }), "trace-end.trace is not of its shape"],
    ["fields only on `__proto__`", `{"__proto__":{"kind":"writer-end","atMs":1}}`, "no kind"],
    ["an unknown field 10,000 deep", `{"kind":"writer-end","atMs":1,"deep":${"[".repeat(10_000)}${"]".repeat(10_000)}}`, "writer-end: an unknown field nests too deep"],
    ["a slice of a channel that is not there", JSON.stringify({ kind: "request", ...id, attempt: 1, protocol: "unknown", provider: "", method: "", url: "", headers: {}, model: null, body: { form: "text", bytes: 1, pieces: [-1, 1] } }), "request.body is not of its shape"],
  ];
  test.each(cases)("%s is quarantined with a reason", (_, payload, reason) => {
    const { entries, quarantined } = readSegment(Buffer.concat([writerFrame(0), encodeFrame(1, Buffer.from(payload)), endFrame(2)]));
    expect(quarantined.map((frame) => frame.reason)).toEqual([reason]);
    expect(entries.map(({ sequence }) => sequence)).toEqual([0, 2]);
  });

  test("a kind we do not know still defines texts for entries we know", () => {
    const segment = Buffer.concat([writerFrame(0), jsonFrame(1, { kind: "hologram", texts: [[0, "a"]] }), toolFrame(2, [], 0)]);
    expect(readSegment(segment).textOf(0)).toBe("a");
  });

  test("a second frame of one sequence number is quarantined", () => {
    const { entries, quarantined } = readSegment(Buffer.concat([writerFrame(0), toolFrame(1), toolFrame(1)]));
    expect([entries.length, quarantined.length]).toEqual([2, 1]);
  });

  test("a text number defined anew is quarantined and the first text stays", () => {
    const { quarantined, textOf } = readSegment(Buffer.concat([writerFrame(0), toolFrame(1, [[0, "a"]], 0), toolFrame(2, [[0, "b"]], 0)]));
    expect([quarantined.length, textOf(0)]).toEqual([1, "a"]);
  });

  test("a newer format is refused with the way out", () => {
    expect(() => readSegment(writerFrame(0, { format: 2 }))).toThrow(expect.objectContaining({ code: "JOURNAL_NEWER_FORMAT" }));
  });

  test("a field a newer recorder added is let through", () => {
    expect(readSegment(writerFrame(0, { colour: "teal" })).entries.length).toBe(1);
  });
});

describe("a growing segment", () => {
  test("gives every entry once however its bytes arrive", () => {
    const whole = Buffer.concat([writerFrame(0), toolFrame(1, [[0, "a"]], 0), gapFrame(2), toolFrame(3, [[1, "b"]], 1), endFrame(4)]);
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: whole.length }), { maxLength: 12 }), (cuts) => {
        const reader = new SegmentReader("");
        const seen: number[] = [];
        let end = 0;
        for (const cut of [...cuts.sort((a, b) => a - b), whole.length]) {
          if (cut < end) continue;
          const part = reader.readBytes(whole.subarray(end, cut), end);
          seen.push(...part.entries.map(({ sequence }) => sequence));
          end = part.end;
        }
        expect(seen).toEqual([0, 1, 2, 3, 4]);
      }),
    );
  });
});
