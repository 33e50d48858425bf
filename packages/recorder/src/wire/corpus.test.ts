/** The recorded exchanges of WHYSAID_CORPUS: how every stream's deltas and its end are told. (What decoding finds is measured by `npm run bench decode`.) */
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import type { Part } from "../format/index.ts";
import { decodeRequestBody, decodeResponseBody, decoderOf, streamEventsOf } from "./decode.ts";
import { recognize } from "./recognize.ts";

interface Exchange {
  readonly id: string;
  readonly host: string;
  readonly path: string;
  readonly stream: boolean;
  readonly request_body: string;
  readonly response_body_raw: string;
  readonly response_body_encoding: string;
}
const file = join(process.env["WHYSAID_CORPUS"] ?? join(import.meta.dirname, "../../../../../shared/data"), "http/exchanges.jsonl");
const exchanges = existsSync(file) ? readFileSync(file, "utf8").split("\n").filter((line) => line !== "").map((line) => JSON.parse(line) as Exchange) : [];

const recognized = (exchange: Exchange) => recognize({ method: "POST", url: `https://${exchange.host}${exchange.path}` });
const bodyOf = (exchange: Exchange): string | Uint8Array => (exchange.response_body_encoding === "base64" ? Buffer.from(exchange.response_body_raw, "base64") : exchange.response_body_raw);

test(`each of ${exchanges.length} recorded exchanges is recognized and read`, () => {
  const unread = exchanges.filter((exchange) => {
    const { protocol = "unknown", model = null } = recognized(exchange) ?? {};
    return decodeRequestBody(protocol, exchange.request_body, { url: exchange.path, model }) === null || decodeResponseBody(protocol, bodyOf(exchange)) === null;
  });
  expect(unread.map(({ id }) => id)).toEqual([]);
});

const streams = exchanges.flatMap((exchange) => {
  const { protocol = "unknown" } = recognized(exchange) ?? {};
  const events = streamEventsOf(bodyOf(exchange));
  return events === null ? [] : [{ id: exchange.id, protocol, events, stream: decoderOf(protocol)?.stream, decoded: decodeResponseBody(protocol, bodyOf(exchange)) }];
});

test(`each of ${streams.length} recorded streams has its terminal event once the whole is there, and not before its last two events`, () => {
  const wrong = streams.filter(({ events, stream, protocol }) => {
    const first = events.findIndex((event) => stream?.isTerminal(event) === true);
    // Gemini has no terminal event of its own: a candidate's finish reason counts, and its counts may follow.
    return first < 0 || (protocol !== "gemini" && first < events.length - 2);
  });
  expect(wrong.map(({ id, protocol }) => `${protocol} ${id}`)).toEqual([]);
});

test(`the deltas of each of ${streams.length} recorded streams, run together by channel, are the texts decoded from it`, () => {
  const wrong = streams.filter(({ events, stream, decoded, protocol }) => {
    if (stream === undefined || decoded === null || protocol === "bedrock-invoke") return stream === undefined || decoded === null;
    const channels = new Map<string, string>();
    const whole = new Set<string>();
    for (const event of events) {
      for (const [path, text] of strings(event.json, [])) {
        const channel = stream.channelOf(event, path);
        whole.add(text);
        if (channel !== null) channels.set(channel, (channels.get(channel) ?? "") + text);
      }
    }
    const parts = decoded.choices.flatMap(({ parts: all }) => all);
    return parts.flatMap(textOf).some((text) => !whole.has(text) && ![...channels.values()].some((run) => run.includes(text)));
  });
  expect(wrong.map(({ id, protocol }) => `${protocol} ${id}`)).toEqual([]);
});

const textOf = (part: Part): readonly string[] => (part.type === "text" || part.type === "reasoning" || part.type === "refusal" ? [part.text] : []);

function* strings(json: unknown, path: readonly (string | number)[]): Iterable<readonly [readonly (string | number)[], string]> {
  if (typeof json === "string") yield [path, json];
  else if (Array.isArray(json)) for (const [index, item] of json.entries()) yield* strings(item, [...path, index]);
  else if (typeof json === "object" && json !== null) for (const [key, member] of Object.entries(json)) yield* strings(member, [...path, key]);
}
