/** Every body, cut and put together again, is the bytes it was; checked on made-up bodies of every shape and on recorded exchanges. */
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { restoreBody } from "../format/body-render.ts";
import type { Protocol, RedactedText, TextRef } from "../format/index.ts";
import { redactionOff } from "../redact/off.ts";
import { createRedactor } from "../redact/redact.ts";
import type { RedactionScope } from "../redact/redactor.ts";
import { presets } from "../redact/structure/presets.ts";
import { bodyEntry, type HeldBody } from "./body.ts";
import { BodyCache } from "./body-cache.ts";
import { buildEventStreamMessage } from "./eventstream.ts";
import { splitResponse } from "./response-body.ts";
import { eventHeaders, eventStream } from "./testing/event-stream.ts";

const root = join(import.meta.dirname, "../../../..");
const corpus = process.env["WHYSAID_CORPUS"] ?? join(root, "../shared/data");

/** Number the texts as a segment does, and build the bytes again. */
function restored(held: HeldBody): { readonly bytes: Uint8Array | null; readonly texts: readonly string[]; readonly channels: readonly string[] } {
  const refs = new Map<RedactedText, TextRef>();
  const entry = bodyEntry(held, { ref: (text) => refs.get(text) ?? (refs.set(text, refs.size), refs.size - 1) });
  const texts = [...refs.keys()];
  const textOf = (ref: TextRef): string => texts[ref] as string;
  const channels = "channels" in entry ? (entry.channels ?? []) : [];
  return { bytes: restoreBody(entry, textOf, (text) => text), texts, channels: channels.map(textOf) };
}
const off = redactionOff.root;
const bytesOf = (text: string): Uint8Array => new TextEncoder().encode(text);
const asText = (bytes: Uint8Array | null): string => new TextDecoder("utf-8", { ignoreBOM: true }).decode(bytes ?? new Uint8Array());

function throughRequest(text: string, scope: RedactionScope = off, cache: BodyCache = new BodyCache()): ReturnType<typeof restored> {
  return restored({ form: "text", bytes: Buffer.byteLength(text), pieces: cache.split(text, scope), channels: [] });
}
function throughResponse(text: string | Uint8Array, contentType: string, protocol: Protocol, scope: RedactionScope = off): ReturnType<typeof restored> & { readonly ended: boolean } {
  const { body, ended } = splitResponse(typeof text === "string" ? bytesOf(text) : text, contentType, protocol, scope);
  return { ...restored(body), ended };
}

/** Texts with everything that JSON writers escape differently. */
const anyText = fc.oneof(fc.string({ unit: "grapheme", maxLength: 80 }), fc.string({ unit: "binary", maxLength: 60 }), fc.constantFrom("a/b", "\u0000\u001f\u007f", "\u2028\u2029", '\\"\n\t', "é".repeat(40), "😀".repeat(20), "x".repeat(100)));
const writers: readonly ((value: unknown) => string)[] = [
  (value) => JSON.stringify(value),
  (value) => JSON.stringify(value, null, 2),
  (value) => JSON.stringify(value).replace(/[\u007f-\uffff]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`),
  (value) => JSON.stringify(value).replace(/[\u007f-\uffff]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).toUpperCase().padStart(4, "0")}`),
  (value) => JSON.stringify(value).replaceAll("/", "\\/").replace(/[<>&]/g, (unit) => `\\u00${unit.charCodeAt(0).toString(16)}`),
];
const anyJson = fc.letrec((tie) => ({ value: fc.oneof({ maxDepth: 3 }, anyText, fc.double({ noNaN: true, noDefaultInfinity: true }), fc.bigInt().map(Number), fc.boolean(), fc.constant(null), fc.array(tie("value"), { maxLength: 4 }), fc.dictionary(anyText, tie("value"), { maxKeys: 4 })) })).value;

describe("a JSON body", () => {
  test("comes back byte for byte, whoever wrote it", () => {
    fc.assert(
      fc.property(anyJson, fc.constantFrom(...writers), (value, write) => {
        const text = write(value).toWellFormed();
        expect(asText(throughRequest(text).bytes)).toBe(text);
        expect(asText(throughResponse(text, "application/json", "openai-chat").bytes)).toBe(text);
      }),
      { numRuns: 400 },
    );
  });

  test("comes back byte for byte when it is none, or half of one", () => {
    fc.assert(
      fc.property(anyJson, fc.nat(), (value, at) => {
        const whole = JSON.stringify(value);
        const text = whole.slice(0, at % (whole.length + 1)).toWellFormed();
        expect(asText(throughRequest(text).bytes)).toBe(text);
      }),
      { numRuns: 200 },
    );
  });

  test.each([
    ["a NUL", '{"a":"\u0000","b":"\\u0000 and more than thirty-two units of it"}'],
    ["lone surrogates, escaped", '{"a":"\\ud800 is not a character, though JSON lets it stand"}'],
    ["duplicate keys", '{"a":"the first of two values of one key","a":"the second of two values of one key"}'],
    ["__proto__", '{"__proto__":{"polluted":"a value that is long enough to be cut"},"constructor":1}'],
    ["64-bit integers", '{"id":12345678901234567890,"n":-0.0,"e":1E400}'],
    ["no JSON", "not json at all"],
    ["a byte order mark", '\ufeff{"a":1}'],
    ["only space", " \n"],
    ["10,000 levels", `${'{"a":['.repeat(10_000)}"${"deep ".repeat(20)}"${"]}".repeat(10_000)}`],
    ["a raw line break in a string", '{"a":"one line\nand another, which is no JSON but is sent all the same"}'],
  ])("with %s comes back", (_name, text) => {
    expect(asText(throughRequest(text).bytes)).toBe(text);
    expect(asText(throughResponse(text, "application/json", "anthropic-messages").bytes)).toBe(text);
    expect(Object.hasOwn(Object.prototype, "polluted")).toBe(false);
  });

  test("a long string is a text as the app knows it, not as it is escaped", () => {
    const content = 'He said: "weigh the baby",\nand so the nurse did.';
    expect(throughRequest(JSON.stringify({ messages: [{ role: "user", content }] })).texts).toContain(content);
    expect(throughRequest(JSON.stringify({ content: `${content} é` }).replace("é", "\\u00e9")).texts).toContain(`${content} é`);
  });

  test("a message that comes again is the same text", () => {
    const cache = new BodyCache();
    const message = { role: "user", content: "How much does the baby weigh today?" };
    const one = cache.split(JSON.stringify({ model: "m", messages: [message] }), off);
    const two = cache.split(JSON.stringify({ model: "m", messages: [message, { role: "assistant", content: "2.1 kg, as of this morning's round." }] }), off);
    expect(two.texts.slice(0, 2)).toEqual(one.texts.slice(0, 2));
    expect(two.texts).toHaveLength(5);
  });

  test("bytes that are no UTF-8 come back", () => {
    const bytes = new Uint8Array([0x7b, 0xff, 0xfe, 0x00, 0xc3, 0x28, 0x7d]);
    expect(throughResponse(bytes, "application/json", "openai-chat").bytes).toEqual(Buffer.from(bytes));
    expect(throughResponse(bytes, "text/event-stream", "openai-chat").bytes).toEqual(Buffer.from(bytes));
  });
});

describe("a growing conversation", () => {
  test("each body comes back, whichever was cut before it", () => {
    const turn = fc.record({ role: fc.constantFrom("user", "assistant", "tool"), content: anyText });
    fc.assert(
      fc.property(fc.array(turn, { minLength: 1, maxLength: 12 }), fc.array(fc.record({ upTo: fc.nat(12), changed: fc.nat(30) }), { maxLength: 12 }), fc.boolean(), (turns, asks, toolsLast) => {
        const cache = new BodyCache();
        for (const { upTo, changed } of asks) {
          const messages = turns.slice(0, upTo).map((one, index) => (index === changed ? { ...one, content: `${one.content}, changed` } : one));
          const tools = [{ name: "get_weight", description: "The newest weight of one patient, in kilograms" }];
          const text = JSON.stringify(toolsLast ? { model: "m", messages, tools } : { model: "m", tools, messages, temperature: 0 }).toWellFormed();
          expect(asText(throughRequest(text, off, cache).bytes)).toBe(text);
        }
      }),
      { numRuns: 200 },
    );
  });
});

/** Events as the providers write them, with counters and fillers that change. */
const anyDelta = fc.oneof(anyText, fc.constantFrom("", "Hel", "lo", '"', "\\", "\n", "\ud83d", "\ude00"));
const chat = (delta: string, index: number): string => `data: ${JSON.stringify({ id: "chatcmpl-1", choices: [{ index: 0, delta: { content: delta } }], obfuscation: "x".repeat(index % 5) })}\n\n`;
const responses = (delta: string, index: number): string => `event: response.output_text.delta\ndata: ${JSON.stringify({ type: "response.output_text.delta", sequence_number: index, item_id: "msg_1", output_index: 0, content_index: 0, delta })}\n\n`;
const tools = (delta: string, index: number): string => `data: ${JSON.stringify({ choices: [{ index: 0, delta: { tool_calls: [{ index: index % 2, function: { arguments: delta } }] } }] })}\n\n`;
const anthropic = (delta: string, index: number): string => `event: content_block_delta\ndata: ${JSON.stringify({ type: "content_block_delta", index: index % 3 === 0 ? 1 : 0, delta: { type: "text_delta", text: delta } })}\n\n`;
const other = (delta: string): string => `: keep-alive ${delta.replace(/[\r\n]/g, "")}\n\ndata: ${JSON.stringify({ unknown: delta })}\n\n`;
const ollama = (delta: string, index: number): string => `${JSON.stringify({ model: "llama3", created_at: `2026-01-01T00:00:0${index % 10}Z`, message: { role: "assistant", content: delta }, done: false })}\n`;

describe("a streamed body", () => {
  const anyStream = (makers: readonly ((delta: string, index: number) => string)[]): fc.Arbitrary<string> =>
    fc.array(fc.tuple(fc.nat(makers.length - 1), anyDelta), { maxLength: 30 }).map((events) => events.map(([maker, delta], index) => (makers[maker] as (delta: string, index: number) => string)(delta, index)).join("").toWellFormed());

  test("of server-sent events comes back byte for byte", () => {
    fc.assert(
      fc.property(anyStream([chat, chat, responses, tools, anthropic, other]), fc.constantFrom<Protocol>("openai-chat", "openai-responses", "anthropic-messages", "unknown"), fc.constantFrom("\n", "\r\n", "\r"), fc.nat(9), (text, protocol, lineEnd, cut) => {
        const wire = text.replaceAll("\n", lineEnd).slice(0, cut === 0 ? Math.floor(text.length / 2) : undefined).toWellFormed();
        expect(asText(throughResponse(wire, "text/event-stream", protocol).bytes)).toBe(wire);
      }),
      { numRuns: 300 },
    );
  });

  test("of JSON lines or array elements comes back byte for byte", () => {
    fc.assert(
      fc.property(anyStream([ollama]), (text) => {
        expect(asText(throughResponse(text, "application/x-ndjson", "ollama-chat").bytes)).toBe(text);
        const array = `[${text.trim().split("\n").join("\n,\n")}]`;
        expect(asText(throughResponse(array, "application/json", "gemini").bytes)).toBe(array);
      }),
      { numRuns: 150 },
    );
  });

  test("its deltas are one text, however they were cut and whatever stood between", () => {
    const deltas = ["Ana Gar", "cía", " weighs ", '2.1 "kg"', "", "\n"];
    expect(throughResponse(deltas.map(chat).join(""), "text/event-stream", "openai-chat").channels).toEqual([deltas.join("")]);
    expect(throughResponse(deltas.map(responses).join(""), "text/event-stream", "openai-responses").channels).toEqual([deltas.join("")]);
    expect(throughResponse(deltas.map(ollama).join(""), "application/x-ndjson", "ollama-chat").channels).toEqual([deltas.join("")]);
    expect(throughResponse(deltas.map(tools).join(""), "text/event-stream", "openai-chat").channels).toEqual([deltas.filter((_one, index) => index % 2 === 0).join(""), deltas.filter((_one, index) => index % 2 === 1).join("")]);
  });

  test("events that differ in delta, counter and filler alone share their literals", () => {
    const { texts } = throughResponse(Array.from({ length: 100 }, (_one, index) => responses(`word${index} `, index + 10)).join(""), "text/event-stream", "openai-responses");
    expect(texts.filter((text) => text.includes("item_id")).length).toBeLessThan(8);
  });

  test("a name cut in two by the wire is found by redaction, and its bytes come back through the pieces", () => {
    const scope = createRedactor({ key: Buffer.alloc(32, 7), vault: "none" }).root.with({ subject: { name: "Ana García" } });
    const { channels, texts } = throughResponse(["The baby of Ana Gar", "cía weighs ", "2.1 kg"].map(chat).join(""), "text/event-stream", "openai-chat", scope);
    expect(channels[0]).toMatch(/^The baby of ⟦PERSON:[^⟧]+⟧ weighs 2\.1 kg$/);
    expect(texts.join(" ")).not.toMatch(/Ana|Gar|cía/);
  });
});

/** As Bedrock's invoke streams: each event of the family in base64, beside padding of random length. */
const invoked = (events: readonly unknown[]): Uint8Array => eventStream(events.map((event, index) => ["chunk", { bytes: Buffer.from(JSON.stringify(event)).toString("base64"), p: "abcdefghijklmnopqrstuvwxyz".slice(0, (index * 7) % 26) }]));
const families: Readonly<Record<string, (delta: string) => unknown>> = {
  Claude: (text) => ({ type: "content_block_delta", index: 0, delta: { type: "text_delta", text } }),
  "older Claude": (completion) => ({ completion, stop_reason: null }),
  Nova: (text) => ({ contentBlockDelta: { contentBlockIndex: 0, delta: { text } } }),
  Titan: (outputText) => ({ outputText, index: 0 }),
  Llama: (generation) => ({ generation, stop_reason: null }),
  Mistral: (text) => ({ outputs: [{ text, stop_reason: null }] }),
  "gpt-oss": (content) => ({ choices: [{ index: 0, delta: { content } }] }),
  Command: (text) => ({ text, is_finished: false }),
  "Command R": (text) => ({ event_type: "text-generation", text }),
};

describe("a binary event stream", () => {
  const type = "application/vnd.amazon.eventstream";
  const scope = createRedactor({ key: Buffer.alloc(32, 7), vault: "none" }).root.with({ subject: { name: "Ana García" } });

  test.each(Object.entries(families))("of %s in base64 comes back byte for byte, its deltas as one text", (_, event) => {
    const bytes = invoked(["Ana Gar", "cía", " weighs ", '2.1 "kg"'].map(event));
    const { bytes: back, channels } = throughResponse(bytes, type, "bedrock-invoke");
    expect(Buffer.from(back ?? []).equals(bytes)).toBe(true);
    expect(channels).toEqual(['Ana García weighs 2.1 "kg"']);
  });

  test.each(Object.entries(families))("of %s in base64 does not hold the name that was cut in two", (_, event) => {
    const { channels, texts } = throughResponse(invoked(["The baby of Ana Gar", "cía weighs ", "2.1 kg"].map(event)), type, "bedrock-invoke", scope);
    expect(channels[0]).toMatch(/^The baby of ⟦PERSON:[^⟧]+⟧ weighs 2\.1 kg$/);
    expect(texts.map((text) => text + Buffer.from(text, "base64").toString("utf8")).join(" ")).not.toMatch(/Ana|Gar|cía/);
  });

  test("that was cut keeps the messages before the cut, byte for byte without redaction and without the rest with it", () => {
    const bytes = invoked(["The baby of Ana Gar", "cía weighs ", "2.1 kg, Ana"].map(families["Claude"] as (delta: string) => unknown));
    const cut = bytes.subarray(0, bytes.length - 9);
    const plain = throughResponse(cut, type, "bedrock-invoke");
    expect([Buffer.from(plain.bytes ?? []).equals(cut), plain.ended, plain.channels]).toEqual([true, false, ["The baby of Ana García weighs "]]);
    const redacted = throughResponse(cut, type, "bedrock-invoke", scope);
    expect(redacted.channels[0]).toMatch(/^The baby of ⟦PERSON:[^⟧]+⟧ weighs $/);
    expect(redacted.texts.at(-1)).toMatch(/^⟦MEDIA:application\/octet-stream:\d+:\w+⟧$/);
  });

  test("with an error's message in its headers does not keep a name in them", () => {
    const message = buildEventStreamMessage(eventHeaders({ ":message-type": "error", ":error-code": "InternalServerException", ":error-message": "no answer about Ana García" }), new Uint8Array(0));
    const { texts } = throughResponse(message, type, "bedrock-converse", scope);
    expect(texts.map((text) => text + Buffer.from(text, "base64").toString("utf8")).join(" ")).not.toMatch(/Ana|Garc/);
  });
});

test("bytes that are no text are dropped however few they are, and kept where policy keeps media", () => {
  const bytes = Buffer.concat([Buffer.from([0xff, 0x00]), Buffer.from("seen: Ana García")]);
  const redactor = (media: "drop" | "keep"): RedactionScope => createRedactor({ key: Buffer.alloc(32, 7), vault: "none", policy: { ...presets.healthcare, media } }).root;
  expect(throughResponse(bytes, "application/octet-stream", "unknown", redactor("drop")).texts[0]).toMatch(/^⟦MEDIA:application\/octet-stream:\d+:\w+⟧$/);
  expect(Buffer.from(throughResponse(bytes, "application/octet-stream", "unknown", redactor("keep")).bytes ?? []).equals(bytes)).toBe(true);
});

interface Exchange {
  readonly id: string;
  readonly api: string;
  readonly request_body: string | null;
  readonly response_headers: Readonly<Record<string, string>> | null;
  readonly response_body_raw: string | null;
  readonly response_body_encoding: "utf8" | "base64";
  readonly stream: boolean;
}
const file = join(corpus, "http/exchanges.jsonl");
const protocolOf = (exchange: Exchange): Protocol => (/chat/.test(exchange.api) ? "openai-chat" : /responses/.test(exchange.api) ? "openai-responses" : /messages/.test(exchange.api) ? "anthropic-messages" : /gemini|generate/i.test(exchange.api) ? "gemini" : /converse/.test(exchange.api) ? "bedrock-converse" : "unknown");

test("every recorded exchange's bodies come back byte for byte", () => {
  const exchanges = existsSync(file) ? readFileSync(file, "utf8").trim().split("\n").map((line) => JSON.parse(line) as Exchange) : [];
  const cache = new BodyCache();
  let bodies = 0;
  for (const exchange of exchanges) {
    const request = exchange.request_body ?? "";
    expect(asText(throughRequest(request, off, cache).bytes)).toBe(request);
    const bytes = Buffer.from(exchange.response_body_raw ?? "", exchange.response_body_encoding);
    const contentType = exchange.response_headers?.["content-type"] ?? exchange.response_headers?.["Content-Type"] ?? (exchange.stream ? "text/event-stream" : "application/json");
    expect(Buffer.from(throughResponse(bytes, contentType, protocolOf(exchange)).bytes ?? []).equals(bytes)).toBe(true);
    bodies += 2;
  }
  process.stdout.write(`  ${bodies} recorded bodies came back byte for byte${bodies === 0 ? " (no corpus here)" : ""}\n`);
});
