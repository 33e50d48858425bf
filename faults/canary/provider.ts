/** A provider that says back what it is told, canaries and all: as a `fetch` for clients that take one, and on a socket of this machine for those that do not. */
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { buildEventStreamMessage } from "../../packages/recorder/src/wire/eventstream.ts";
import { eventHeaders, eventStream } from "../../packages/recorder/src/wire/testing/event-stream.ts";
import { declaredProse, person, relative } from "./values.ts";

/** A provider that says back what it is asked to, in the wire format of the path; in pieces of three characters when it streams. */
export function provider(answer: () => string): typeof globalThis.fetch {
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

/** Bedrock's Converse, whole and streaming. */
const converseAnswer = (text: string): object => ({ output: { message: { role: "assistant", content: [{ text }, { toolUse: { toolUseId: "t1", name: "get_weight", input: { note: text } } }] } }, stopReason: "tool_use", usage: { inputTokens: 1, outputTokens: 1, totalTokens: 2 }, metrics: { latencyMs: 1 } });
const converseStream = (text: string): Uint8Array =>
  eventStream([
    ["messageStart", { role: "assistant" }],
    ...pieces(text).map((one): readonly [string, object] => ["contentBlockDelta", { contentBlockIndex: 0, delta: { text: one } }]),
    ["contentBlockStop", { contentBlockIndex: 0 }],
    ["messageStop", { stopReason: "end_turn" }],
    ["metadata", { usage: { inputTokens: 1, outputTokens: 1, totalTokens: 2 }, metrics: { latencyMs: 1 } }],
  ]);

/** The same on a loopback socket. What it answers with is said by `text`; no byte of it is written anywhere. */
export async function listening(text: () => string): Promise<{ readonly url: string; readonly server: Server }> {
  const answers = provider(text);
  const server = createServer((request, response) => {
    const body: Buffer[] = [];
    request.on("data", (bytes: Buffer) => body.push(bytes));
    request.on("end", () => {
      const path = request.url ?? "";
      const stream = { "content-type": "application/vnd.amazon.eventstream" };
      if (path.endsWith("/converse-stream")) response.writeHead(200, stream).end(converseStream(text()));
      else if (path.endsWith("/converse")) response.writeHead(200, { "content-type": "application/json" }).end(JSON.stringify(converseAnswer(text())));
      else void answers(`http://127.0.0.1${path}`, { method: "POST", body: Buffer.concat(body).toString() }).then(
        async (answer) => void response.writeHead(answer.status, { "content-type": answer.headers.get("content-type") ?? "application/json" }).end(Buffer.from(await answer.arrayBuffer())),
        () => void response.destroy(),
      );
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, server };
}
