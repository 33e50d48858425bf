import * as fc from "fast-check";
import { expect, test } from "vitest";
import { cut, escapeJson, escapeJsonAscii, piece, pieceStyles, type PieceStyle, type RecordedBody, type TextRef } from "./body.ts";
import { renderBody, restoreBody } from "./body-render.ts";
import { crc32, crc32ByTable } from "./crc32.ts";

/** A text table, and texts redacted by writing them in reverse between marks: the length changes, and it can be taken back. */
const redact = (text: string): string => `⟦${Array.from(text).toReversed().join("")}⟧`;
const reveal = (text: string): string => (text.startsWith("⟦") ? Array.from(text.slice(1, -1)).toReversed().join("") : text);

class Table {
  readonly texts: string[] = [];
  add(text: string): TextRef {
    return this.texts.push(text) - 1;
  }
  readonly textOf = (ref: TextRef): string => {
    const text = this.texts[ref];
    if (text === undefined) throw new RangeError(`no text ${ref}`);
    return text;
  };
}

const rendered = (body: RecordedBody, table: Table): string => {
  const result = renderBody(body, table.textOf);
  return result.form === "text" ? result.text : Buffer.from(result.form === "bytes" ? result.bytes : []).toString();
};
const restored = (body: RecordedBody, table: Table): string => Buffer.from(restoreBody(body, table.textOf, reveal) as Uint8Array).toString();
const bytesOf = (text: string): number => Buffer.byteLength(text);
const escapes: Readonly<Record<PieceStyle, (text: string) => string>> = { verbatim: (text) => text, json: escapeJson, jsonAscii: escapeJsonAscii, number: (text) => text };

test("texts stand in the body in the style of their piece", () => {
  const table = new Table();
  const name = table.add('Ana "G."\n');
  const city = table.add("Köln");
  const body: RecordedBody = {
    form: "text",
    bytes: 0,
    pieces: [piece(table.add('{"name":"'), "verbatim"), piece(name, "json"), piece(table.add('","city":"'), "verbatim"), piece(city, "jsonAscii"), piece(table.add('"}'), "verbatim")],
  };
  expect(rendered(body, table)).toBe(String.raw`{"name":"Ana \"G.\"\n","city":"K\u00f6ln"}`);
});

test("a number that redaction took is shown as a string and revealed bare", () => {
  const table = new Table();
  const body: RecordedBody = { form: "text", bytes: 12, pieces: [piece(table.add('{"mrn":'), "verbatim"), piece(table.add(redact("4711")), "number"), piece(table.add("}"), "verbatim")] };
  expect(rendered(body, table)).toBe('{"mrn":"⟦1174⟧"}');
  expect(restored(body, table)).toBe('{"mrn":4711}');
});

test("a number that can't be revealed stays a string, so that the body stays JSON", () => {
  const table = new Table();
  const body: RecordedBody = { form: "text", bytes: 12, pieces: [piece(table.add("⟦ID:x⟧"), "number")] };
  expect(Buffer.from(restoreBody(body, table.textOf, (text) => text) as Uint8Array).toString()).toBe('"⟦ID:x⟧"');
});

test("a channel that redaction left alone is cut where the wire cut it", () => {
  const table = new Table();
  const body: RecordedBody = { form: "text", bytes: 0, channels: [table.add("2.1 kg")], pieces: [cut(0, "json"), 2, piece(table.add("|"), "verbatim"), cut(0, "json"), 4] };
  expect(rendered(body, table)).toBe("2.|1 kg");
});

test("a channel that redaction changed stands whole in its first place", () => {
  const table = new Table();
  const body: RecordedBody = { form: "text", bytes: 0, channels: [table.add(redact("Ana García"))], pieces: [cut(0, "json"), 7, piece(table.add("|"), "verbatim"), cut(0, "json"), 3] };
  expect(rendered(body, table)).toBe("⟦aícraG anA⟧|");
  expect(restored(body, table)).toBe("Ana Gar|cía");
});

test("a character split over two slices is escaped half by half, as the wire had it", () => {
  const table = new Table();
  const body: RecordedBody = { form: "text", bytes: 12, channels: [table.add(redact("😀"))], pieces: [cut(0, "jsonAscii"), 1, cut(0, "jsonAscii"), 1] };
  expect(restored(body, table)).toBe(String.raw`\ud83d\ude00`);
});

test("a body of no bytes and a dropped one are what they are", () => {
  const table = new Table();
  const dropped: RecordedBody = { form: "dropped", bytes: 9, why: "too-large" };
  expect([renderBody({ form: "none" }, table.textOf), renderBody(dropped, table.textOf)]).toEqual([{ form: "none" }, dropped]);
  expect([restoreBody({ form: "none" }, table.textOf, reveal), restoreBody(dropped, table.textOf, reveal)]).toEqual([new Uint8Array(0), null]);
});

test("a binary body is its bytes, dropped media its note", () => {
  const table = new Table();
  const kept: RecordedBody = { form: "base64", bytes: 3, text: table.add("AP+A") };
  const media: RecordedBody = { form: "base64", bytes: 90_000, text: table.add("image/png, 90000 bytes, sha-256 …") };
  expect(renderBody(kept, table.textOf)).toEqual({ form: "bytes", bytes: Buffer.from([0, 0xff, 0x80]) });
  expect(renderBody(media, table.textOf)).toEqual({ form: "text", text: "image/png, 90000 bytes, sha-256 …" });
});

test("an event stream has its lengths and CRCs again", () => {
  const table = new Table();
  const headers = Buffer.from("\u000b:event-type\u0007\u0000\u0005delta", "latin1");
  const body: RecordedBody = { form: "eventstream", bytes: 0, channels: [table.add("ab")], messages: [[table.add(headers.toString("base64")), [piece(table.add('{"t":"'), "verbatim"), cut(0, "json"), 2, piece(table.add('"}'), "verbatim")]]] };
  const bytes = Buffer.from(restoreBody(body, table.textOf, reveal) as Uint8Array);
  expect([bytes.readUInt32BE(0), bytes.readUInt32BE(4)]).toEqual([bytes.length, headers.length]);
  expect([bytes.readUInt32BE(8), bytes.readUInt32BE(bytes.length - 4)]).toEqual([crc32(bytes.subarray(0, 8)), crc32(bytes.subarray(0, -4))]);
  expect(bytes.subarray(12 + headers.length, -4).toString()).toBe('{"t":"ab"}');
});

const text = fc.string({ unit: "binary", maxLength: 40 });
const styled = fc.constantFrom(...pieceStyles.filter((style) => style !== "number"));

test("whatever pieces a body was cut into, reveal restores its bytes", () => {
  const part = fc.oneof(
    fc.record({ kind: fc.constant("text" as const), text, style: styled, isRedacted: fc.boolean() }),
    fc.record({ kind: fc.constant("slice" as const), text, style: styled, channel: fc.nat(2) }),
    fc.record({ kind: fc.constant("text" as const), text: fc.integer().map(String), style: fc.constant("number" as const), isRedacted: fc.boolean() }),
  );
  fc.assert(
    fc.property(fc.array(part, { maxLength: 30 }), fc.tuple(fc.boolean(), fc.boolean(), fc.boolean()), (parts, redactsChannel) => {
      const table = new Table();
      const assembled = ["", "", ""];
      const pieces: number[] = [];
      let original = "";
      for (const one of parts) {
        if (one.kind === "slice") {
          assembled[one.channel] += one.text;
          pieces.push(cut(one.channel, one.style), one.text.length);
        } else pieces.push(piece(table.add(one.isRedacted ? redact(one.text) : one.text), one.style));
        original += escapes[one.style](one.text);
      }
      fc.pre(parts.every((one) => !one.text.includes("⟦")));
      const channels = assembled.map((whole, index) => table.add(redactsChannel[index] === true ? redact(whole) : whole));
      expect(restored({ form: "text", bytes: bytesOf(original), pieces, channels }, table)).toBe(original);
    }),
  );
});

test("a rendered JSON body is JSON whatever redaction made of its texts", () => {
  fc.assert(
    fc.property(fc.array(fc.tuple(text, fc.constantFrom<PieceStyle>("json", "jsonAscii", "number"))), (values) => {
      const table = new Table();
      const pieces = values.flatMap(([value, style], index) => {
        const quote = style === "number" ? "" : '"';
        return [piece(table.add(`${index === 0 ? "" : ","}${quote}`), "verbatim"), piece(table.add(redact(value)), style), piece(table.add(quote), "verbatim")];
      });
      const body: RecordedBody = { form: "text", bytes: 0, pieces: [piece(table.add("["), "verbatim"), ...pieces, piece(table.add("]"), "verbatim")] };
      expect(JSON.parse(rendered(body, table))).toEqual(values.map(([value]) => redact(value)));
    }),
  );
});

test("a stream of 20,000 slices renders without depth or quadratic time", () => {
  const table = new Table();
  const whole = "ab".repeat(20_000);
  const body: RecordedBody = { form: "text", bytes: 0, channels: [table.add(whole)], pieces: Array.from({ length: 20_000 }, () => [cut(0, "json"), 2]).flat() };
  expect(rendered(body, table)).toBe(whole);
});

test("the CRC by table is zlib's", () => {
  fc.assert(fc.property(fc.uint8Array(), fc.uint8Array(), (before, bytes) => crc32ByTable(bytes, crc32ByTable(before)) === crc32(bytes, crc32(before))));
  expect(crc32ByTable(Buffer.from("123456789"))).toBe(0xcbf43926);
});
