/** A loopback provider: a real node:http server that a test gives its answers to, and what it was sent. */
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

export interface Received {
  readonly method: string;
  readonly path: string;
  readonly headers: IncomingMessage["headers"];
  readonly body: Buffer;
}
export interface Provider {
  readonly url: string;
  readonly received: Received[];
  stop(): Promise<void>;
}
export type Answer = (request: Received, response: ServerResponse) => void;

export async function startProvider(answer: Answer): Promise<Provider> {
  const received: Received[] = [];
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on("data", (chunk: Buffer) => chunks.push(chunk));
    request.on("end", () => {
      const one = { method: request.method ?? "", path: request.url ?? "", headers: request.headers, body: Buffer.concat(chunks) };
      received.push(one);
      answer(one, response);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    received,
    stop: () =>
      new Promise((resolve) => {
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  };
}

export const json =
  (value: unknown, status = 200, headers: Record<string, string> = {}): Answer =>
  (_request, response) => {
    response.writeHead(status, { "content-type": "application/json", ...headers });
    response.end(typeof value === "string" ? value : JSON.stringify(value));
  };

/** The parts as they are, each in a write of its own. */
export const streamed =
  (parts: readonly (string | Uint8Array)[], contentType = "text/event-stream"): Answer =>
  (_request, response) => {
    response.writeHead(200, { "content-type": contentType });
    void (async () => {
      for (const part of parts) {
        await new Promise<void>((resolve) => void response.write(part, () => setImmediate(resolve)));
      }
      response.end();
    })();
  };

export const chatCompletion = (content: string): object => ({
  id: "chatcmpl-1",
  object: "chat.completion",
  created: 1,
  model: "gpt-4o-2024-08-06",
  choices: [{ index: 0, message: { role: "assistant", content, refusal: null }, logprobs: null, finish_reason: "stop" }],
  usage: { prompt_tokens: 12, completion_tokens: 7, total_tokens: 19 },
});

export function chatEvents(words: readonly string[]): string[] {
  const event = (delta: object, finish: string | null): string => `data: ${JSON.stringify({ id: "chatcmpl-1", object: "chat.completion.chunk", created: 1, model: "gpt-4o-2024-08-06", choices: [{ index: 0, delta, finish_reason: finish }] })}\n\n`;
  return [event({ role: "assistant", content: "" }, null), ...words.map((content) => event({ content }, null)), event({}, "stop"), "data: [DONE]\n\n"];
}

export function messageEvents(words: readonly string[]): string[] {
  const event = (name: string, rest: object): string => `event: ${name}\ndata: ${JSON.stringify({ type: name, ...rest })}\n\n`;
  return [
    event("message_start", { message: { id: "msg_1", type: "message", role: "assistant", model: "claude-sonnet-4-5-20250929", content: [], stop_reason: null, usage: { input_tokens: 9, output_tokens: 1 } } }),
    event("content_block_start", { index: 0, content_block: { type: "text", text: "" } }),
    ...words.map((text) => event("content_block_delta", { index: 0, delta: { type: "text_delta", text } })),
    event("content_block_stop", { index: 0 }),
    event("message_delta", { delta: { stop_reason: "end_turn", stop_sequence: null }, usage: { output_tokens: 6 } }),
    event("message_stop", {}),
  ];
}
