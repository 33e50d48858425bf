/**
 * The bundled loopback provider: a process of its own that speaks the wire formats of OpenAI chat completions and Anthropic messages,
 * JSON and server-sent events, over HTTP on 127.0.0.1.
 *
 * Prints `listening <port>` when ready. A request whose text holds `[[hold]]` is never answered (`holding` is printed): the demo kills the app while it waits.
 * A request whose text holds `[[busy]]` gets one 429 before its answer, as a provider at its rate limit would give.
 */
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { anthropicBody, anthropicEvents } from "./provider-anthropic.ts";
import { openAiBody, openAiEvents } from "./provider-openai.ts";
import type { Prompt } from "./provider-model.ts";
import { anthropicPrompt } from "./provider-anthropic.ts";
import { openAiPrompt } from "./provider-openai.ts";

const busyOnce = new Set<string>();
let served = 0;

async function bodyOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString("utf8");
}

const wait = (delayMs: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, delayMs));

async function sendEvents(response: ServerResponse, events: readonly string[]): Promise<void> {
  response.writeHead(200, { "content-type": "text/event-stream; charset=utf-8", "cache-control": "no-cache" });
  for (const [index, event] of events.entries()) {
    response.write(event);
    if (index % 8 === 0) await wait(1);
  }
  response.end();
}

function sendJson(response: ServerResponse, status: number, body: unknown, headers: Record<string, string> = {}): void {
  response.writeHead(status, { "content-type": "application/json", "x-request-id": `req_${String(served).padStart(6, "0")}`, ...headers });
  response.end(JSON.stringify(body));
}

async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const body = await bodyOf(request);
  const json = JSON.parse(body) as Record<string, unknown>;
  served += 1;
  if (body.includes("[[hold]]")) {
    console.log("holding");
    return;
  }
  if (body.includes("[[busy]]") && !busyOnce.has(body)) {
    busyOnce.add(body);
    sendJson(response, 429, { error: { message: "Rate limit reached for requests", type: "requests", param: null, code: "rate_limit_exceeded" } }, { "retry-after-ms": "5" });
    return;
  }
  const openAi = request.url === "/v1/chat/completions";
  if (!openAi && request.url !== "/v1/messages") {
    sendJson(response, 404, { error: { message: `Unknown request URL: ${String(request.method)} ${String(request.url)}`, type: "invalid_request_error", param: null, code: null } });
    return;
  }
  const prompt: Prompt = openAi ? openAiPrompt(json) : anthropicPrompt(json);
  await wait(4 + (served % 7));
  if (json["stream"] === true) await sendEvents(response, openAi ? openAiEvents(json, prompt, served) : anthropicEvents(prompt, served));
  else sendJson(response, 200, openAi ? openAiBody(prompt, served) : anthropicBody(prompt, served));
}

const server = createServer((request, response) => {
  answer(request, response).catch((error: unknown) => sendJson(response, 400, { error: { message: String(error), type: "invalid_request_error", param: null, code: null } }));
});
server.listen(Number(process.env["PROVIDER_PORT"] ?? 0), "127.0.0.1", () => {
  const address = server.address();
  console.log(`listening ${typeof address === "object" && address !== null ? address.port : 0}`);
});
process.on("SIGTERM", () => {
  server.close();
  server.closeAllConnections();
});
