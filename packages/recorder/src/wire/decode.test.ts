import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { protocols } from "../format/index.ts";
import { decodeRequestBody, decodeResponseBody, decoderOf, streamEventsOf } from "./decode.ts";
import { Json } from "./json.ts";
import { lines, sse } from "./testing/decoded.ts";
import { eventStream } from "./testing/event-stream.ts";
import { shapes } from "./testing/shapes.ts";

describe("how a body is framed", () => {
  const names = (body: string | Uint8Array, contentType: string | null = null) => streamEventsOf(body, contentType)?.map(({ name, json }) => [name, json]) ?? null;
  test("server-sent events are told by their look", () => {
    expect(names(sse({ type: "a" }, "[DONE]"))).toEqual([["a", { type: "a" }], ["[DONE]", undefined]]);
  });
  test("JSON lines and streamed arrays too", () => {
    expect(names(lines({ a: 1 }, { b: 2 }))).toEqual([[null, { a: 1 }], [null, { b: 2 }]]);
    expect(names('[{"a":1}\n,\r\n{"b":2}\n]')).toEqual([[null, { a: 1 }], [null, { b: 2 }]]);
  });
  test("one JSON value is no stream, whatever the content type says", () => {
    expect([names('{"a":1}'), names('{"error":{}}', "text/event-stream"), names('{\n "a": {\n },\n "b": 1 }')]).toEqual([null, null, null]);
  });
  test("bytes are an AWS event stream", () => {
    expect(names(eventStream([["metadata", { x: 1 }]]))).toEqual([["metadata", { x: 1 }]]);
    expect(names(new Uint8Array([1, 2, 3]))).toBeNull();
  });
});

test("what can't be read is null", () => {
  expect(decodeRequestBody("unknown", "{}", { url: "", model: null })).toBeNull();
  expect(decodeRequestBody("openai-chat", "not json", { url: "", model: null })).toBeNull();
  expect([decodeResponseBody("openai-chat", "<html>"), decodeResponseBody("openai-chat", ""), decodeResponseBody("openai-chat", null)]).toEqual([null, null, null]);
});

test("a body that was cut is read as far as it came", () => {
  expect(decodeResponseBody("openai-chat", '{"id":"x","choices":[{"message":{"content":"Hello wo')).toMatchObject({ responseId: "x", choices: [{ parts: [{ type: "text", text: "Hello wo" }], finishReason: null }], usage: null });
});

const decoding = protocols.filter((protocol) => protocol !== "unknown");

describe.each(decoding)("%s", (protocol) => {
  const decoder = decoderOf(protocol);
  const shape = shapes[protocol];
  const decodeAll = (json: unknown): void => {
    if (decoder === null) throw new Error("no decoder");
    for (const body of [Json.of(json), Json.parse(JSON.stringify(json) ?? "null") ?? Json.of(json)]) {
      decoder.decodeRequest(body, { url: "", model: null });
      decoder.decodeResponse(body);
    }
    for (const name of [null, "error", "chunk", "contentBlockDelta"]) {
      const event = { name, json };
      decoder.stream.isTerminal(event);
      for (const path of stringPaths(json)) decoder.stream.channelOf(event, path);
      decoder.stream.assemble([event, event]);
    }
  };

  test("takes any JSON at all", () => {
    expect(() => fc.assert(fc.property(fc.jsonValue({ maxDepth: 4 }), decodeAll), { numRuns: 100 })).not.toThrow();
  });
  test("takes its own shapes with anything at any place", () => {
    const wrong = fc.oneof(fc.jsonValue({ maxDepth: 1 }), fc.constant(JSON.parse('{"__proto__": {"x": 1}, "constructor": 1, "index": -1}') as unknown));
    const misplaced = fc.property(fc.constantFrom(...shape), fc.nat(), wrong, (json, place, value) => decodeAll(replaced(json, place, value)));
    expect(() => fc.assert(misplaced, { numRuns: 400 })).not.toThrow();
  });
  test("takes 10,000 levels at any place", () => {
    const deep = `${'{"content":['.repeat(5_000)}${"]}".repeat(5_000)}`;
    for (const json of shape) {
      for (let place = 0; place < 9; place += 1) {
        const text = JSON.stringify(replaced(json, place, "here")).replace('"here"', deep);
        expect(decodeRequestBody(protocol, text, { url: "", model: null })).not.toBeNull();
        decodeResponseBody(protocol, text);
        decodeResponseBody(protocol, `data: ${text}\n\n`);
      }
    }
  });
});

/** The JSON with its `place`-th node, counted through, set to `value`. */
function replaced(json: unknown, place: number, value: unknown): unknown {
  const total = countNodes(json);
  let left = place % total;
  const visit = (node: unknown): unknown => {
    if (left-- === 0) return value;
    if (Array.isArray(node)) return node.map(visit);
    if (typeof node === "object" && node !== null) return Object.fromEntries(Object.entries(node).map(([key, member]) => [key, visit(member)]));
    return node;
  };
  return visit(json);
}
function countNodes(json: unknown): number {
  return typeof json === "object" && json !== null ? 1 + Object.values(json).reduce((sum: number, member) => sum + countNodes(member), 0) : 1;
}
function* stringPaths(json: unknown, path: readonly (string | number)[] = []): Iterable<readonly (string | number)[]> {
  if (typeof json === "string") yield path;
  else if (Array.isArray(json)) for (const [index, item] of json.entries()) yield* stringPaths(item, [...path, index]);
  else if (typeof json === "object" && json !== null) for (const [key, member] of Object.entries(json)) yield* stringPaths(member, [...path, key]);
}
