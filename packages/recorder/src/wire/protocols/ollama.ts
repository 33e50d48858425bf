/**
 * Ollama's own API: chat and generate. A stream is JSON lines, each a whole response with a little more text; the last has `done: true`
 * and the counts. (Its `/v1` path is OpenAI's protocol.)
 *
 * @see https://github.com/ollama/ollama/blob/main/docs/api.md
 */
import type { Protocol } from "../../format/index.ts";
import type { DecodedRequest, DecodedResponse, Decoder, RequestContext, StreamEvent, StreamProtocol } from "../decoder.ts";
import { Json } from "../json.ts";
import { joined, parametersOf, reasoningPart, textPart, textsOf, usageOf } from "../parts.ts";
import { errorOf, noAnswer } from "../provider-error.ts";
import { decodeMessage, decodeTools, imageParts, messageParts } from "./openai-content.ts";
import { promptMessages } from "./openai-completions.ts";

const CHAT_KEYS: ReadonlySet<string> = new Set(["model", "messages", "tools"]);
function decodeChatRequest(body: Json, context: RequestContext): DecodedRequest {
  const messages = body.get("messages").items().map(decodeMessage);
  const system = messages.filter(({ role }) => role === "system").map(({ parts }) => textsOf(parts).join("\n"));
  return {
    model: body.str("model") ?? context.model,
    system: joined(system.filter((text) => text !== "")),
    messages,
    tools: decodeTools(body.get("tools")),
    parameters: parametersOf(body, CHAT_KEYS),
    stream: streams(body),
  };
}

const GENERATE_KEYS: ReadonlySet<string> = new Set(["model", "prompt", "system", "images"]);
function decodeGenerateRequest(body: Json, context: RequestContext): DecodedRequest {
  const system = body.str("system");
  const [prompt] = promptMessages(body.get("prompt"));
  const parts = [...(prompt?.parts ?? []), ...body.get("images").items().flatMap(imageParts)];
  return {
    model: body.str("model") ?? context.model,
    system: system === "" ? null : system,
    messages: parts.length === 0 ? [] : [{ role: "user", parts }],
    tools: [],
    parameters: parametersOf(body, GENERATE_KEYS),
    stream: streams(body),
  };
}
/** Ollama streams unless told not to. */
const streams = (body: Json): boolean => body.get("stream").value !== false;

function decodeResponse(body: Json): DecodedResponse {
  if (!body.get("message").isObject && body.str("response") === null && body.get("done").isAbsent) return noAnswer(errorOf(body));
  const parts = body.get("message").isObject ? messageParts(body.get("message")) : [...reasoningPart(body.str("thinking")), ...textPart(body.str("response"))];
  return {
    model: body.str("model"),
    fingerprint: null,
    responseId: body.str("id"),
    choices: [{ parts, finishReason: body.get("done_reason").literal }],
    usage: body.get("prompt_eval_count").isAbsent && body.get("eval_count").isAbsent ? null : usage(body),
    error: body.get("error").isAbsent ? null : errorOf(body),
  };
}
/** Counts and durations (nanoseconds) stand in the answer itself; what else is numbered there is the message's. */
function usage(body: Json): DecodedResponse["usage"] {
  const counts = Object.fromEntries(body.keys().filter((key) => /_(?:count|duration)$/.test(key)).map((key) => [key, body.get(key).value]));
  return usageOf(Json.of(counts), { input: ["prompt_eval_count"], output: ["eval_count"], cacheRead: [], cacheWrite: [], reasoning: [], total: [] });
}

function assemble(events: readonly StreamEvent[]): DecodedResponse {
  const lines = events.map((event) => Json.of(event.json, event.raw)).filter(({ isObject }) => isObject);
  const answers = lines.map(decodeResponse);
  const last = answers.at(-1) ?? noAnswer(null);
  const all = answers.flatMap(({ choices }) => choices.flatMap(({ parts }) => parts));
  const together = (type: "text" | "reasoning"): string => all.map((part) => (part.type === type ? part.text : "")).join("");
  const parts = [...reasoningPart(together("reasoning")), ...textPart(together("text")), ...all.filter(({ type }) => type !== "text" && type !== "reasoning")];
  const finishReason = answers.map(({ choices }) => choices[0]?.finishReason ?? null).findLast((reason) => reason !== null) ?? null;
  const first = <T>(read: (answer: DecodedResponse) => T | null): T | null => answers.map(read).find((value) => value !== null) ?? null;
  return {
    ...last,
    model: first(({ model }) => model),
    choices: answers.some(({ choices }) => choices.length > 0) ? [{ parts, finishReason }] : [],
    usage: first((answer) => answer.usage),
    error: first((answer) => answer.error),
  };
}

const stream: StreamProtocol = {
  channelOf(_, path) {
    if (path.length === 1) return path[0] === "response" ? "text:0" : path[0] === "thinking" ? "reasoning:0" : null;
    if (path.length !== 2 || path[0] !== "message") return null;
    return path[1] === "content" ? "text:0" : path[1] === "thinking" ? "reasoning:0" : null;
  },
  isTerminal: ({ json }) => Json.of(json).get("done").value === true || Json.of(json).str("error") !== null,
  assemble,
};

const decoder = (protocol: Protocol, decodeRequest: Decoder["decodeRequest"]): Decoder => ({ protocol, decodeRequest, decodeResponse, stream });
export const ollamaChat: Decoder = decoder("ollama-chat", decodeChatRequest);
export const ollamaGenerate: Decoder = decoder("ollama-generate", decodeGenerateRequest);
