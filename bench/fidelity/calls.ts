/** One exchange asked for as an app would: through the official client of its provider where there is one, else by plain `fetch`. */
import Anthropic from "@anthropic-ai/sdk";
import OpenAI from "openai";
import { createHash } from "node:crypto";
import type { Exchange } from "./exchange.ts";

export type Fetch = typeof globalThis.fetch;

/** What the app saw, in a form that two calls can be compared by. */
export interface Seen {
  readonly status: number | null;
  readonly headers: string;
  /** Of plain `fetch`: the body's hash. Of a client: what it gave, as JSON. */
  readonly body: string;
  readonly error: string | null;
  /** Hash of the request body as the provider received it. */
  readonly received: string | null;
}

export async function plainCall(fetch: Fetch, base: string, exchange: Exchange): Promise<Seen> {
  const response = await fetch(`${base}${exchange.path}`, { method: "POST", headers: { "content-type": "application/json" }, body: exchange.request_body });
  const bytes = Buffer.from(await response.arrayBuffer());
  return { status: response.status, headers: headersOf(response), body: createHash("sha256").update(bytes).digest("hex"), error: null, received: response.headers.get("x-received") };
}

const headersOf = (response: Response): string => JSON.stringify([...response.headers].filter(([name]) => name !== "date"));

type Client = (fetch: Fetch, base: string, exchange: Exchange, options?: { readonly maxRetries?: number }) => Promise<unknown>;

/** undefined where no official client speaks the API; the client's promise gives a value, or a stream to iterate. */
export function clientOf({ provider, api, path, request_body }: Exchange): Client | undefined {
  if (!request_body.startsWith("{")) return undefined;
  if (provider === "anthropic") return anthropicCall;
  return ["chat", "completions", "responses"].includes(api) && /\/(?:chat\/completions|completions|responses)(?:\?|$)/.test(path) ? openaiCall : undefined;
}

const openaiCall: Client = async (fetch, base, exchange, { maxRetries = 0 } = {}) => {
  const url = new URL(`${base}${exchange.path}`);
  const baseURL = url.href.slice(0, url.href.length - url.search.length).replace(/\/(?:chat\/completions|completions|responses)$/, "");
  const client = new OpenAI({ apiKey: "none", baseURL, fetch, maxRetries, defaultQuery: Object.fromEntries(url.searchParams) });
  const body: unknown = JSON.parse(exchange.request_body);
  if (exchange.api === "responses") return await client.responses.create(body as OpenAI.Responses.ResponseCreateParams);
  if (exchange.api === "completions") return await client.completions.create(body as OpenAI.CompletionCreateParams);
  return await client.chat.completions.create(body as OpenAI.Chat.ChatCompletionCreateParams);
};

const anthropicCall: Client = async (fetch, base, exchange, { maxRetries = 0 } = {}) => {
  const client = new Anthropic({ apiKey: "none", baseURL: base, fetch, maxRetries, timeout: 60_000 });
  const body: unknown = JSON.parse(exchange.request_body);
  if (exchange.path.includes("beta=true")) return await client.beta.messages.create(body as Anthropic.Beta.MessageCreateParams);
  return await client.messages.create(body as Anthropic.MessageCreateParams);
};

/** The client's answer or error, a stream taken to its end; and the status and headers that crossed underneath. */
export async function clientCall(client: Client, fetch: Fetch, base: string, exchange: Exchange, options?: { readonly maxRetries?: number }): Promise<Seen> {
  let crossed: Response | undefined;
  const watching: Fetch = async (input, init) => {
    crossed = await fetch(input, init);
    return crossed;
  };
  let body = "";
  let error: string | null = null;
  try {
    const answer = await client(watching, base, exchange, options);
    body = JSON.stringify(isStream(answer) ? await taken(answer) : answer);
  } catch (thrown) {
    const { name, message, status } = thrown as { name?: string; message?: string; status?: number };
    error = `${String(name)} ${String(status)} ${String(message).replaceAll(base, "")}`;
  }
  return { status: crossed?.status ?? null, headers: crossed === undefined ? "" : headersOf(crossed), body, error, received: crossed?.headers.get("x-received") ?? null };
}

export const isStream = (answer: unknown): answer is AsyncIterable<unknown> => typeof answer === "object" && answer !== null && Symbol.asyncIterator in answer;
async function taken(stream: AsyncIterable<unknown>): Promise<readonly unknown[]> {
  const chunks: unknown[] = [];
  for await (const chunk of stream) chunks.push(chunk);
  return chunks;
}
