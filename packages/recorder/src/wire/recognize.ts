/**
 * Which protocol and provider a request is, from method, URL, headers and at most a peek at the body. Asked by capture before the
 * request leaves; the `register` hook asks it which calls of `globalThis.fetch` are a model's.
 *
 * The path decides the protocol and the host the provider, so that a gateway, a proxy or a base URL of your own is read like the
 * provider behind it.
 */
import type { Protocol } from "../format/index.ts";
import { hostProviders, providerOfHost } from "./hosts.ts";

export interface OutgoingRequest {
  readonly method: string;
  /** Absolute. */
  readonly url: string;
  readonly header?: (name: string) => string | null | undefined;
  /** The body's text or its beginning, where it is at hand: tells apart what the path leaves open. */
  readonly body?: string;
}
export interface Recognized {
  /** `unknown`: kept whole, read by no decoder. */
  readonly protocol: Protocol;
  /** `openai`, `azure`, `anthropic`, …; `unknown` for a host nobody named. */
  readonly provider: string;
  /** The model as the URL names it (Azure deployment, Gemini and Bedrock path), decoded; else null. */
  readonly model: string | null;
  /** True for a call that asks a model for an answer; false for file uploads, model lists, token counts and the like. */
  readonly generates: boolean;
}
/** A base URL the user names, e.g. `{url: "http://llm.internal/v1", provider: "vllm"}`. */
export interface NamedBase {
  readonly url: string;
  readonly provider?: string;
}

/** null when the URL is not one. */
export function recognize(request: OutgoingRequest, bases: readonly NamedBase[] = []): Recognized | null {
  const url = parseUrl(request.url);
  if (url === null) return null;
  const named = bases.find((base) => isUnder(url, base.url));
  const path = url.pathname.replace(/\/+$/, "");
  const isPost = request.method.toUpperCase() === "POST";
  const route = isPost ? routeOf(path, request) : null;
  const provider = named?.provider ?? providerOfHost(url, path) ?? providerOfHeaders(request) ?? "unknown";
  if (route === null) return { protocol: "unknown", provider, model: null, generates: isPost && (named !== undefined || provider !== "unknown") && !HOUSEKEEPING.test(path) };
  const protocol = provider === "mistral" && route.protocol === "openai-chat" ? "mistral-chat" : route.protocol;
  return { protocol, provider, model: route.model, generates: true };
}

/** Routes of model hosts that ask for no answer: files, batches, embeddings, token counts, assistants' storage, … */
const HOUSEKEEPING =
  /[/:](?:assistants|batches|batchEmbedContents|cachedContents|cancel|classifiers|compute_?[tT]okens|containers|conversations|copy|corpora|count_?[tT]okens|detokenize|embed|embedContent|embeddings|evals|feedback|files|fileSearchStores|fine[-_]tun\w*|graders|input_tokens|jobs|models|moderations|organization|projects|pull|push|realtime|rerank\w*|score|show|skills|threads(?:\/[^/]+\/messages)?|tokenize|uploads|vector_stores|videos)(?:\/[^/]*)?$/;

/** True for the hosts the zero-code hook records: known providers, and the base URLs the user names. */
export function isModelHost(url: string, bases: readonly NamedBase[] = []): boolean {
  const parsed = parseUrl(url);
  return parsed !== null && (providerOfHost(parsed, parsed.pathname) !== null || bases.some((base) => isUnder(parsed, base.url)));
}

/** The hosts `isModelHost` knows, for `whysaid doctor` and the docs; `*.` stands for any subdomain. */
export const modelHosts: readonly string[] = hostProviders.map(([host]) => host);

interface Route {
  readonly protocol: Protocol;
  readonly model: string | null;
}
const plain = (protocol: Protocol): Route => ({ protocol, model: null });

function routeOf(path: string, request: OutgoingRequest): Route | null {
  const model = modelInPath(path);
  if (path.endsWith("/chat/completions") || path.endsWith("/agents/completions")) return { protocol: "openai-chat", model };
  if (path.endsWith("/completions")) return { protocol: "openai-completions", model };
  if (path.endsWith("/responses")) return { protocol: "openai-responses", model };
  // `/threads/{id}/messages` is a store of OpenAI's, not a call.
  if (path.endsWith("/messages") && !path.includes("/threads/")) return plain("anthropic-messages");
  const google = /\/(?:publishers\/([^/]+)\/)?(?:models|tunedModels|endpoints)\/([^/]+):(\w+)$/.exec(path);
  if (google !== null) return googleRoute(google[1] ?? null, decoded(google[2] ?? ""), google[3] ?? "");
  const bedrock = /\/model\/([^/]+(?:\/[^/]+)*?)\/(converse|converse-stream|invoke|invoke-with-response-stream)$/.exec(path);
  if (bedrock !== null) return { protocol: bedrock[2]?.startsWith("converse") === true ? "bedrock-converse" : "bedrock-invoke", model: decoded(bedrock[1] ?? "") };
  if (path.endsWith("/api/chat")) return plain("ollama-chat");
  if (path.endsWith("/api/generate")) return plain("ollama-generate");
  if (/\/v[12]\/chat$/.test(path) || path.endsWith("/v1/generate")) return plain("cohere-chat");
  if (path.endsWith("/v1/complete")) return plain("anthropic-messages");
  return peeked(request.body ?? "");
}

/** Vertex carries other makers' models in their own protocol under `rawPredict`. */
function googleRoute(publisher: string | null, model: string, verb: string): Route | null {
  if (verb === "generateContent" || verb === "streamGenerateContent") return { protocol: "gemini", model };
  if (verb !== "rawPredict" && verb !== "streamRawPredict") return null;
  if (publisher === "anthropic") return { protocol: "anthropic-messages", model };
  return publisher === "mistralai" ? { protocol: "mistral-chat", model } : { protocol: "openai-chat", model };
}

/** A gateway with a path of its own: the few bodies that can be told by their first keys. */
function peeked(body: string): Route | null {
  const head = body.slice(0, 4096);
  if (!/^\s*\{/.test(head)) return null;
  if (/"anthropic_version"\s*:/.test(head)) return plain("anthropic-messages");
  if (/"contents"\s*:\s*[[{]/.test(head) && /"parts"\s*:/.test(head)) return plain("gemini");
  return /"messages"\s*:\s*\[/.test(head) && /"model"\s*:\s*"/.test(head) ? plain("openai-chat") : null;
}

/** Azure's deployment, which is the user's own name for a model. */
function modelInPath(path: string): string | null {
  const deployment = /\/deployments\/([^/]+)\//.exec(path);
  return deployment === null ? null : decoded(deployment[1] ?? "");
}

function providerOfHeaders({ header }: OutgoingRequest): string | null {
  if (header === undefined) return null;
  if (header("anthropic-version")) return "anthropic";
  if (header("x-goog-api-key") || header("x-goog-api-client")) return "gemini";
  return /^AWS4-HMAC-SHA256 .*\/bedrock\//.test(header("authorization") ?? "") ? "bedrock" : null;
}

function parseUrl(url: string): URL | null {
  try {
    return new URL(url);
  } catch {
    return null;
  }
}
function isUnder(url: URL, base: string): boolean {
  const parsed = parseUrl(base);
  if (parsed === null || parsed.host !== url.host || parsed.protocol !== url.protocol) return false;
  const folder = parsed.pathname.replace(/\/+$/, "");
  return url.pathname === folder || url.pathname.startsWith(`${folder}/`);
}
/** A malformed percent sequence stays as it is. */
function decoded(segment: string): string {
  try {
    return decodeURIComponent(segment);
  } catch {
    return segment;
  }
}
