/**
 * Bodies held whole in one attribute: a provider's request or response by the recorder's own decoders, anything else by the reader of messages (parts.ts).
 */
import type { Message, Part, Protocol, ToolDefinition, UsageSignal } from "@whysaid/recorder/format";
import { decoderOf, type Json } from "@whysaid/recorder/wire";
import { contentParts, messagesOf, toolDefinition } from "./parts.ts";

export interface AskedBody {
  readonly model: string | null;
  readonly system: string | null;
  readonly messages: readonly Message[];
  readonly tools: readonly ToolDefinition[];
  readonly parameters: Readonly<Record<string, unknown>>;
}
export interface SaidBody {
  readonly model: string | null;
  readonly fingerprint: string | null;
  readonly usage: UsageSignal | null;
  readonly finishReason: string | null;
  readonly choices: readonly (readonly Part[])[];
}

const anthropicBlocks = new Set(["tool_use", "tool_result", "thinking", "redacted_thinking"]);

function requestProtocol(body: Json): Protocol | null {
  if (body.get("contents").isArray) return "gemini";
  const messages = body.get("messages");
  if (messages.isArray) {
    const [first] = messages.items();
    if (first === undefined || !first.isObject || first.get("parts").isArray || first.get("kwargs").isObject) return null;
    if (isConverse(body, messages)) return "bedrock-converse";
    const isAnthropic =
      !body.get("system").isAbsent ||
      !body.get("anthropic_version").isAbsent ||
      body.get("tools").items().some((tool) => !tool.get("input_schema").isAbsent) ||
      messages.items().some((message) => message.get("content").items().some((block) => anthropicBlocks.has(block.str("type") ?? "")));
    return isAnthropic ? "anthropic-messages" : "openai-chat";
  }
  if (!body.get("input").isAbsent && body.str("model") !== null) return "openai-responses";
  return body.str("prompt") !== null && body.str("model") !== null ? "openai-completions" : null;
}

/** Bedrock's blocks have no type: the key says what they are. */
const isConverse = (body: Json, messages: Json): boolean =>
  !body.get("inferenceConfig").isAbsent || !body.get("toolConfig").isAbsent || messages.items().some((message) => message.get("content").items().some((block) => block.isObject && block.str("type") === null && !block.either("text", "toolUse", "toolResult").isAbsent));

/** null for what is no request and no message. */
export function askedOf(body: Json): AskedBody | null {
  const protocol = requestProtocol(body);
  if (protocol !== null) {
    const decoded = decoderOf(protocol)?.decodeRequest(body, { url: "", model: null });
    if (decoded !== undefined) return decoded;
  }
  const messages = messagesOf(body, "user").filter(({ parts }) => parts.length > 0);
  if (messages.length === 0) return null;
  return { model: body.str("model"), system: null, messages, tools: body.get("tools").items().flatMap(toolDefinition), parameters: {} };
}

function responseProtocol(body: Json): Protocol | null {
  if (body.get("choices").isArray) return body.get("choices").at(0).str("text") === null ? "openai-chat" : "openai-completions";
  if (body.get("candidates").isArray) return "gemini";
  if (body.get("output").get("message").isObject && body.str("stopReason") !== null) return "bedrock-converse";
  if (body.str("type") === "message" && body.get("content").isArray && body.get("usage").isObject) return "anthropic-messages";
  return body.str("object") === "response" || (body.get("output").isArray && body.str("id") !== null) ? "openai-responses" : null;
}

/** What a model said: a provider's response, a message, a list of them, or a value (structured output), which is the answer's text. */
export function saidOf(body: Json): SaidBody | null {
  const protocol = responseProtocol(body);
  const decoded = protocol === null ? undefined : decoderOf(protocol)?.decodeResponse(body);
  if (decoded !== undefined && decoded.choices.length > 0)
    return { model: decoded.model, fingerprint: decoded.fingerprint, usage: decoded.usage, finishReason: decoded.choices[0]?.finishReason ?? null, choices: decoded.choices.map(({ parts }) => parts) };
  const generations = body.get("generations").items().flatMap((one) => (one.isArray ? one.items() : [one]));
  if (generations.length > 0) return saidByLangchain(generations);
  const streamed = body.str("combined_chunk_content");
  if (streamed !== null) return said([[{ type: "text", text: streamed }]]);
  if (body.string !== null) return body.string === "" ? null : said([[{ type: "text", text: body.string }]]);
  const isMessage = ["role", "content", "parts", "tool_calls", "message", "messages", "kwargs"].some((key) => !body.get(key).isAbsent);
  if (isMessage || (body.isArray && body.items().every((item) => item.isObject && !(item.get("role").isAbsent && item.get("type").isAbsent && item.get("parts").isAbsent)))) {
    const parts = messagesOf(body, "assistant").flatMap((message) => message.parts);
    return parts.length === 0 ? null : said([parts]);
  }
  const texts = contentParts(body).filter((part) => part.type === "text");
  if (body.isArray && texts.length > 0 && texts.length === body.items().length) return said([texts]);
  return body.isAbsent || body.get("message").value === null || (body.isObject && body.keys().length === 0) ? null : said([[{ type: "text", text: body.raw() }]]);
}
/** `LLMResult.generations`: a list of choices for each prompt; a chat model's have a message, others a text. */
function saidByLangchain(generations: readonly Json[]): SaidBody {
  const choices = generations.map((one) => (one.get("message").isObject ? messagesOf(one.get("message"), "assistant").flatMap(({ parts }) => parts) : contentParts(one.get("text"))));
  const info = generations[0]?.either("generationInfo", "generation_info");
  return { ...said(choices), finishReason: info?.either("finish_reason", "stop_reason", "finishReason").string ?? null };
}
const said = (choices: readonly (readonly Part[])[]): SaidBody => ({ model: null, fingerprint: null, usage: null, finishReason: null, choices });

/** The counts of one JSON object, whatever the dialect calls them. */
export function usageOfObject(usage: Json): UsageSignal | null {
  if (!usage.isObject) return null;
  const count = (...keys: readonly string[]): number | null => keys.map((key) => usage.num(...key.split("/"))).find((one) => one !== null) ?? null;
  const found: UsageSignal = {
    inputTokens: count("input_tokens", "prompt_tokens", "input", "inputTokens", "promptTokens"),
    outputTokens: count("output_tokens", "completion_tokens", "output", "outputTokens", "completionTokens"),
    totalTokens: count("total_tokens", "total", "totalTokens"),
    cacheReadTokens: count("input_token_details/cache_read", "input_tokens_details/cached_tokens", "prompt_tokens_details/cached_tokens", "input_cached_tokens", "cache_read_input_tokens", "input_cache_read"),
    cacheWriteTokens: count("input_token_details/cache_creation", "input_tokens_details/cache_write_tokens", "cache_creation_input_tokens", "input_cache_creation"),
    reasoningTokens: count("output_token_details/reasoning", "output_tokens_details/reasoning_tokens", "completion_tokens_details/reasoning_tokens", "output_reasoning_tokens"),
  };
  return Object.values(found).every((one) => one === null) ? null : found;
}
