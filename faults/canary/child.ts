/**
 * The app: plants every canary in every field a recording has, streaming and not. Arguments: directory, mode (`short`, `once`, `forever`, `none`, `throw`, `hang`, `budget`, `off`), and the leak to add.
 * Says `ready` on descriptor 3 once everything has been planted the first time.
 */
import { mkdirSync, writeSync } from "node:fs";
import Anthropic from "@anthropic-ai/sdk";
import OpenAI from "openai";
import { createRecorder, type Recorder } from "../../packages/recorder/src/index.ts";
import { buildEventStreamMessage } from "../../packages/recorder/src/wire/eventstream.ts";
import { eventHeaders, eventStream } from "../../packages/recorder/src/wire/testing/event-stream.ts";
import { leaks } from "./leaks.ts";
import { declared, declaredProse, person, prose, relative, spellings } from "./values.ts";

const [dir = "", mode = "once", leak = ""] = process.argv.slice(2);

/** A provider that says back what it is asked to, in the wire format of the path; in pieces of three characters when it streams. */
function provider(answer: () => string): typeof globalThis.fetch {
  return async (input, init) => {
    const url = input instanceof Request ? input.url : String(input);
    const text = answer();
    if (url.includes("/refuse")) throw new TypeError(`connect failed for ${text}`);
    if (url.includes("/broken")) return new Response(`{"error": "${text.replaceAll('"', "'")}`, { status: 500, headers: { "content-type": "application/json", "x-request-id": relative.given } });
    if (url.includes("/invoke-with-response-stream")) return new Response(Buffer.concat([invokedStream(text), Buffer.from("cut here")]), { headers: { "content-type": "application/vnd.amazon.eventstream" } });
    const wantsStream = typeof init?.body === "string" && init.body.includes('"stream":true');
    if (!wantsStream) return Response.json(url.includes("messages") || url.includes("/invoke") ? anthropicAnswer(text) : openaiAnswer(text), { headers: { "x-request-id": `req ${declaredProse((value) => value.normalize("NFD").replace(/[^ -~]/g, ""))}`.slice(0, 400) } });
    return new Response(events(url.includes("messages") ? anthropicEvents(text) : openaiEvents(text)), { headers: { "content-type": "text/event-stream" } });
  };
}

const openaiAnswer = (text: string): object => ({
  id: "chatcmpl-1", object: "chat.completion", created: 1, model: "gpt-4o-2024-08-06",
  choices: [{ index: 0, finish_reason: "tool_calls", message: { role: "assistant", content: text, refusal: text, tool_calls: [{ id: "call_1", type: "function", function: { name: "get_weight", arguments: JSON.stringify({ note: text, mrn: 7714028835, nested: JSON.stringify({ again: text }) }) } }] } }],
  usage: { prompt_tokens: 1, completion_tokens: 1, total_tokens: 2 },
});
const anthropicAnswer = (text: string): object => ({ id: "msg_1", type: "message", role: "assistant", model: "claude-haiku-5-5", stop_reason: "tool_use", stop_sequence: null, content: [{ type: "text", text }, { type: "tool_use", id: "toolu_1", name: "get_weight", input: { note: text, [person.family]: 1 } }], usage: { input_tokens: 1, output_tokens: 1 } });
const pieces = (text: string): string[] => text.match(/[\s\S]{1,3}/g) ?? [];
function openaiEvents(text: string): string[] {
  const chunk = (delta: object): string => `data: ${JSON.stringify({ id: "chatcmpl-1", object: "chat.completion.chunk", created: 1, model: "gpt-4o", choices: [{ index: 0, delta, finish_reason: null }] })}\n\n`;
  const args = JSON.stringify({ note: text });
  return [...pieces(text).map((content) => chunk({ content })), ...pieces(args).map((one, index) => chunk({ tool_calls: [{ index: 0, ...(index === 0 ? { id: "call_1", type: "function" } : {}), function: { ...(index === 0 ? { name: "get_weight" } : {}), arguments: one } }] })), "data: [DONE]\n\n"];
}
function anthropicEvents(text: string): string[] {
  const event = (type: string, rest: object): string => `event: ${type}\ndata: ${JSON.stringify({ type, ...rest })}\n\n`;
  return [
    event("message_start", { message: { id: "msg_1", type: "message", role: "assistant", model: "claude-haiku-5-5", content: [], stop_reason: null, stop_sequence: null, usage: { input_tokens: 1, output_tokens: 1 } } }),
    event("content_block_start", { index: 0, content_block: { type: "text", text: "" } }),
    ...pieces(text).map((one) => event("content_block_delta", { index: 0, delta: { type: "text_delta", text: one } })),
    event("content_block_stop", { index: 0 }),
    event("content_block_start", { index: 1, content_block: { type: "tool_use", id: "toolu_1", name: "get_weight", input: {} } }),
    ...pieces(JSON.stringify({ note: text })).map((one) => event("content_block_delta", { index: 1, delta: { type: "input_json_delta", partial_json: one } })),
    event("content_block_stop", { index: 1 }),
    event("message_delta", { delta: { stop_reason: "tool_use", stop_sequence: null }, usage: { output_tokens: 9 } }),
    event("message_stop", {}),
  ];
}
/** As Bedrock's invoke streams: the family's events in base64, in binary frames; an error whose message stands in a header; and a message that was cut. */
function invokedStream(text: string): Uint8Array {
  const encoded = (event: object): readonly [string, object] => ["chunk", { bytes: Buffer.from(JSON.stringify(event)).toString("base64"), p: "abcdefghij" }];
  const deltas = pieces(text).map((one) => encoded({ type: "content_block_delta", index: 0, delta: { type: "text_delta", text: one } }));
  const failed = buildEventStreamMessage(eventHeaders({ ":message-type": "error", ":error-code": "InternalServerException", ":error-message": text.slice(0, 400) }), new Uint8Array(0));
  return Buffer.concat([eventStream([...deltas, encoded({ type: "message_stop" })]), failed, eventStream([encoded({ type: "content_block_delta", index: 0, delta: { type: "text_delta", text: text.slice(0, 200) } })]).subarray(0, -9)]);
}
const events = (all: readonly string[]): ReadableStream<Uint8Array> => ReadableStream.from(all.map((one) => Buffer.from(one))) as ReadableStream<Uint8Array>;

const detector = {
  throw: (text: string): never => {
    throw new Error(`cannot read ${text}`);
  },
  hang: (): [] => {
    const untilMs = performance.now() + 120;
    while (performance.now() < untilMs);
    return [];
  },
} as const;

function recorder(answer: () => string): Recorder {
  const redaction = mode === "off" ? ("off" as const) : mode === "throw" || mode === "hang" ? { detectors: [detector[mode]], detectorBudgetMs: 20 } : mode === "budget" ? { budgetMs: 0 } : {};
  return createRecorder({ dir, service: `svc ${declaredProse()}`.slice(0, 200), release: "r1", declared: declared(), redaction, fetch: provider(answer) });
}

/** A value of every kind that JSON has no form for. */
function odd(text: string): object {
  const cycle: Record<string, unknown> = { text };
  cycle["self"] = cycle;
  return {
    cycle,
    map: new Map<unknown, unknown>([[text, text], [{ key: text }, 7714028835n]]),
    set: new Set([text, person.family]),
    error: new RangeError(text, { cause: new Error(text) }),
    url: new URL(`https://example.org/p/${encodeURIComponent(person.family)}?q=${encodeURIComponent(person.given)}#${relative.given}`),
    buffer: Buffer.from(text),
    bytes: new TextEncoder().encode(text),
    date: new Date("1979-11-23T00:00:00Z"),
    big: 7714028835n,
    number: 7714028835,
    expression: new RegExp(person.given),
    boxed: Object(text) as object,
    json: { toJSON: () => ({ text }) },
    [person.family]: { [text.slice(0, 120)]: text },
    get throws(): string {
      throw new Error(text);
    },
  };
}

async function plant(text: string): Promise<void> {
  const app = recorder(() => text);
  const openai = new OpenAI({ apiKey: "sk-none", baseURL: "https://api.openai.com/v1", fetch: app.fetch, maxRetries: 0 });
  const anthropic = new Anthropic({ apiKey: "none", fetch: app.fetch, maxRetries: 0 });
  const quietly = async (work: () => unknown): Promise<void> => {
    try {
      await work();
    } catch {
      // The app's own errors, with canaries in them, must not reach any output of ours.
    }
  };
  let traceId = "";
  await quietly(() =>
    app.trace(`dose ${text}`, { ...declared(), conversation: text, user: text, tags: { [text]: text, mrn: 7714028835 }, prompt: { id: text, version: text, variables: odd(text) as Record<string, unknown> } }, async (trace) => {
      traceId = trace.id;
      await quietly(() => trace.retrieve(text, { query: text, odd: odd(text) }, () => Promise.resolve([{ sourceId: `chart/${text}`, text, score: 0.5, metadata: odd(text), [person.given]: text }, text])));
      await quietly(() => trace.tool(text, odd(text), () => Promise.resolve({ note: text, mrn: 7714028835 }), { callId: text }));
      await quietly(() =>
        trace.tool("get_weight", JSON.stringify({ note: text }), () => {
          throw Object.assign(new Error(`tool failed for ${text}`, { cause: new TypeError(text) }), { patient: text });
        }),
      );
      const messages = [{ role: "system" as const, content: text }, { role: "user" as const, content: [{ type: "text" as const, text }, { type: "image_url" as const, image_url: { url: `data:image/png;base64,${Buffer.from(text.repeat(3)).toString("base64")}` } }] }, { role: "assistant" as const, content: null, tool_calls: [{ id: "call_0", type: "function" as const, function: { name: "f", arguments: JSON.stringify({ note: text, deep: JSON.stringify({ mrn: 7714028835, note: text }) }) } }] }, { role: "tool" as const, tool_call_id: "call_0", content: JSON.stringify({ rows: [{ name: text, id: 7714028835, [text.slice(0, 60)]: 1 }] }) }];
      const tools = [{ type: "function" as const, function: { name: "get_weight", description: text, parameters: { type: "object", properties: { [person.given]: { type: "string", description: text } } } } }];
      for (const stream of [false, true]) {
        await quietly(async () => {
          const answer = await openai.chat.completions.create({ model: "gpt-4o", messages, tools, stream, user: text, metadata: { who: text } }, { headers: { "x-patient": person.given, "openai-project": relative.given, "x-client-request-id": person.given } });
          if (Symbol.asyncIterator in answer) for await (const _ of answer);
        });
        await quietly(async () => {
          const answer = await anthropic.messages.create({ model: "claude-haiku-5-5", max_tokens: 9, stream, system: text, messages: [{ role: "user", content: text }], metadata: { user_id: text } });
          if (Symbol.asyncIterator in answer) for await (const _ of answer);
        });
        await quietly(async () => {
          const path = stream ? "invoke-with-response-stream" : "invoke";
          const response = await app.fetch(`https://bedrock-runtime.eu-central-1.amazonaws.com/model/anthropic.claude-3-haiku-20240307-v1%3A0/${path}`, { method: "POST", body: JSON.stringify({ anthropic_version: "bedrock-2023-05-31", max_tokens: 9, system: text, messages: [{ role: "user", content: [{ type: "text", text }] }] }) });
          await response.arrayBuffer();
        });
        await quietly(async () => {
          const response = await app.fetch("https://api.openai.com/v1/responses", { method: "POST", body: JSON.stringify({ model: "gpt-4o", stream, instructions: text, input: [{ role: "user", content: [{ type: "input_text", text }] }] }) });
          await response.text();
        });
      }
      const odds: readonly (readonly [string, string | Uint8Array])[] = [
        [`https://api.openai.com/v1/chat/completions?patient=${encodeURIComponent(person.family)}&key=${encodeURIComponent(text.slice(0, 300))}`, `not JSON: ${text}`],
        [`https://generativelanguage.googleapis.com/v1beta/models/gemini:generateContent?q=${encodeURIComponent(person.given)}`, JSON.stringify({ contents: [{ parts: [{ text }, { functionCall: { name: "f", args: { note: text } } }] }] })],
        ["https://api.openai.com/v1/chat/completions/refuse", JSON.stringify({ messages: [{ content: text }] })],
        ["https://api.openai.com/v1/chat/completions/broken", JSON.stringify({ messages: [{ content: text }] })],
        ["https://api.openai.com/v1/embeddings", Buffer.concat([Buffer.from([0xff, 0xfe, 0x00]), Buffer.from(text)])],
        ["https://api.openai.com/v1/chat/completions", `{"model":"gpt-4o","messages":[{"role":"user","content":"${text.replaceAll('"', "'").replaceAll("\\", "\\\\")}`],
      ];
      for (const [url, body] of odds) await quietly(async () => await (await app.fetch(url, { method: "POST", body })).text());
      const parsed = await (async () => trace.parse(text, text, () => odd(text)))();
      await quietly(() =>
        trace.parse("dose-json", text, (raw) => {
          throw new SyntaxError(`unexpected ${raw}`);
        }),
      );
      await trace.validate(text, parsed, { rules: { [text]: () => false, range: () => ({ passed: false, path: text, expected: text, message: text }) as never } });
      trace.update({ tags: { late: text }, conversation: text, user: text });
      app.generation({ provider: "local", input: { system: text, messages: [{ role: "user", content: text }], parameters: { user: text } }, chunks: [{ text, sourceId: text, metadata: { note: text } }], model: "local-1", toolCalls: [{ name: "f", arguments: { note: text }, result: odd(text) }], completion: { text, raw: text }, parsed: { outcome: "parsed", result: odd(text) }, error: new Error(text) });
      throw new Error(`the trace failed for ${text}`);
    }),
  );
  app.action(traceId, "edit", { before: text, after: text, user: text, note: text, id: text } as never);
  await app.flush();
  await app.close();
}

async function everything(): Promise<void> {
  await plant(prose());
  for (const spell of Object.values(spellings)) await plant(declaredProse(spell));
}

// `none`: only the leak, so that finding it is not finding something else.
if (mode === "short") await plant(prose());
else if (mode !== "none") await everything();
writeSync(3, "ready\n");
if (leak !== "") {
  mkdirSync(dir, { recursive: true });
  await leaks[leak]?.(dir);
}
if (mode === "forever") for (;;) await everything();
