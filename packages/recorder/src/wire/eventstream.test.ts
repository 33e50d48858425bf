import { expect, test } from "vitest";
import { buildEventStreamMessage, parseEventStream } from "./eventstream.ts";
import { eventHeaders } from "./testing/event-stream.ts";

const utf8 = new TextEncoder();
const message = (type: string, json: unknown): Uint8Array => buildEventStreamMessage(eventHeaders({ ":event-type": type, ":message-type": "event" }), utf8.encode(JSON.stringify(json)));

test("what is built is parsed back, header by header and byte by byte", () => {
  const bytes = Buffer.concat([message("a", { x: 1 }), message("b", "ü")]);
  const { messages, tornBytes } = parseEventStream(bytes);
  expect(tornBytes).toBe(0);
  expect(messages.map(({ headers, payload }) => [headers.get(":event-type"), new TextDecoder().decode(payload)])).toEqual([
    ["a", '{"x":1}'],
    ["b", '"ü"'],
  ]);
  expect(Buffer.concat(messages.map(({ headerBytes, payload }) => buildEventStreamMessage(headerBytes, payload))).equals(bytes)).toBe(true);
});

test("the checksums are AWS's", () => {
  // The empty message of the specification's test suite.
  expect(Buffer.from(buildEventStreamMessage(new Uint8Array(), new Uint8Array())).toString("hex")).toBe("000000100000000005c248eb7d98c8ff");
});

test("a flipped bit ends the reading there, and every cut leaves the whole messages before it", () => {
  const bytes = Buffer.concat([message("a", { x: 1 }), message("b", { y: 2 })]);
  const first = message("a", { x: 1 }).length;
  for (let at = first; at < bytes.length; at += 1) {
    const flipped = Buffer.from(bytes);
    flipped[at] = (flipped[at] ?? 0) ^ 0x10;
    expect(parseEventStream(flipped)).toMatchObject({ messages: [{ start: 0, end: first }], tornBytes: bytes.length - first });
    expect(parseEventStream(bytes.subarray(0, at)).messages).toHaveLength(1);
  }
});
