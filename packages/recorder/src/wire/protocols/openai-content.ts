/**
 * Messages, tools and usage as OpenAI's chat API writes them, with what compatible hosts add. Shared by the chat protocols of OpenAI and
 * Mistral, by Ollama and by Bedrock's OpenAI-shaped models.
 *
 * @see https://platform.openai.com/docs/api-reference/chat
 */
import type { Message, Part, ToolDefinition, UsageSignal } from "../../format/index.ts";
import type { DecodedChoice } from "../decoder.ts";
import type { Json } from "../json.ts";
import { mediaPart, otherPart, reasoningPart, refusalPart, rest, restPart, resultOfParts, textPart, toolCallPart, toolDefinition, usageOf } from "../parts.ts";

export const MESSAGE_KEYS: ReadonlySet<string> = new Set([
  "role", "name", "content", "refusal", "reasoning", "reasoning_content", "reasoning_details", "thinking", "tool_calls", "function_call", "tool_call_id", "tool_name", "audio", "annotations",
  "executed_tools", "images", "tool_plan", "citations", "prefix", "cache_control", "channel", "index", "id",
]);

export function decodeMessage(message: Json): Message {
  const role = message.str("role") ?? "";
  const name = message.str("name");
  const head = { role, ...(name === null ? {} : { name }) };
  return { ...head, parts: role === "tool" || role === "function" ? toolResultParts(message) : messageParts(message) };
}

/** What an assistant said, in the order reasoning, text, refusal, tool calls, anything else; user and system messages are the same with less. */
export function messageParts(message: Json): readonly Part[] {
  const { reasoning, others } = reasoningOf(message);
  return [
    ...reasoning,
    ...reasoningPart(message.str("tool_plan")),
    ...contentParts(message.get("content")),
    ...audioParts(message.get("audio")),
    ...refusalPart(message.str("refusal")),
    ...toolCalls(message),
    ...executedTools(message.get("executed_tools")),
    ...message.get("images").items().flatMap(imageParts),
    ...[...message.get("annotations").items(), ...message.get("citations").items()].flatMap(otherPart),
    ...others,
    ...restPart(message, MESSAGE_KEYS),
  ];
}

export function contentParts(content: Json): readonly Part[] {
  if (content.string !== null) return textPart(content.string);
  return content.isArray ? content.items().flatMap(contentPart) : content.isObject ? contentPart(content) : otherPart(content);
}

function contentPart(part: Json): readonly Part[] {
  if (part.string !== null) return textPart(part.string);
  const text = part.str("text");
  switch (part.str("type") ?? "") {
    case "text":
    case "input_text":
    case "output_text":
      return text === null ? otherPart(part) : [...textPart(text), ...part.get("annotations").items().flatMap(otherPart)];
    case "refusal":
      return refusalPart(part.str("refusal"));
    case "thinking":
      return thinkingParts(part.get("thinking"), part);
    case "summary_text":
    case "reasoning_text":
      return reasoningPart(text);
    case "output_audio":
      return audioParts(part);
    case "image_url":
    case "input_image":
    case "computer_screenshot":
      return [linkedPart(part.either("image_url", "file_id"))];
    case "video_url":
    case "audio_url":
    case "document_url":
      return [linkedPart(part.either("video_url", "audio_url", "document_url"), part.str("document_name"))];
    case "input_audio":
      return [audioPart(part.get("input_audio"))];
    case "file":
    case "input_file":
      return [filePart(part.get("file").isObject ? part.get("file") : part)];
    default:
      return text === null || part.keys().length > 2 ? otherPart(part) : textPart(text);
  }
}

const linkedPart = (link: Json, name: string | null = null): Part => mediaPart({ reference: link.string ?? link.str("url"), name });

/** Images beside the text: content parts (OpenRouter), or bare base64 (Ollama). */
export const imageParts = (image: Json): readonly Part[] => (image.string === null ? contentPart(image) : [barePart(image.string)]);
const barePart = (bare: string): Part => mediaPart({ inlined: bare });

/** `{data, format}`, or Mistral's bare base64 or URL. */
function audioPart(audio: Json): Part {
  if (audio.string !== null) return barePart(audio.string);
  const format = audio.str("format");
  return mediaPart({ mediaType: format === null ? null : `audio/${format}`, inlined: audio.str("data"), reference: audio.str("url") });
}
export function filePart(file: Json): Part {
  return mediaPart({
    mediaType: file.str("media_type") ?? file.str("mime_type"),
    inlined: file.str("file_data"),
    reference: file.str("file_id") ?? file.str("file_url") ?? (file.string === null ? null : file.string),
    name: file.str("filename"),
  });
}

/** Mistral and Anthropic-like thinking: a string, or text chunks. */
function thinkingParts(thinking: Json, part: Json): readonly Part[] {
  if (thinking.string !== null) return reasoningPart(thinking.string);
  if (!thinking.isArray) return otherPart(part);
  return thinking.items().flatMap((chunk) => (chunk.str("text") === null ? otherPart(chunk) : reasoningPart(chunk.str("text"))));
}

/** `reasoning_details` (OpenRouter) repeats the text; what is only there, encrypted blocks, is kept as `other`. */
function reasoningOf(message: Json): { readonly reasoning: readonly Part[]; readonly others: readonly Part[] } {
  const plain = message.either("reasoning_content", "reasoning", "thinking");
  const details = message.get("reasoning_details").items();
  const texts = details.map((detail) => detail.str("text") ?? detail.str("summary"));
  const reasoning = plain.string === null ? [...(plain.isAbsent ? [] : otherPart(plain)), ...texts.flatMap(reasoningPart)] : reasoningPart(plain.string);
  return { reasoning, others: details.filter((_, index) => texts[index] === null).flatMap(otherPart) };
}

/** Spoken answers carry their words as `transcript`. */
function audioParts(audio: Json): readonly Part[] {
  if (!audio.isObject) return otherPart(audio);
  return [...textPart(audio.str("transcript")), mediaPart({ inlined: audio.str("data"), reference: audio.str("id") })];
}

function toolCalls(message: Json): readonly Part[] {
  const legacy = message.get("function_call");
  return [...message.get("tool_calls").items().flatMap(toolCall), ...(legacy.isObject ? toolCallPart(null, legacy.str("name"), legacy.get("arguments"), legacy) : otherPart(legacy))];
}
function toolCall(call: Json): readonly Part[] {
  const target = call.get("function").isObject ? call.get("function") : call.get("custom");
  return toolCallPart(call.str("id"), target.str("name"), target.either("arguments", "input", "parameters"), call);
}

/** Groq's compound systems run tools themselves and tell so in the answer. */
export function executedTools(tools: Json): readonly Part[] {
  return tools.items().flatMap((tool): readonly Part[] => {
    const name = tool.str("name") ?? tool.str("type");
    const output = tool.get("output").literal;
    return [
      ...toolCallPart(tool.str("id"), name, tool.get("arguments"), tool),
      ...(output === null ? [] : ([{ type: "tool-result", callId: tool.str("id"), name, result: output, isError: false }] as const)),
      ...(tool.get("search_results").isAbsent ? [] : otherPart(tool.get("search_results"))),
    ];
  });
}

function toolResultParts(message: Json): readonly Part[] {
  const content = message.get("content");
  const callId = message.str("tool_call_id");
  const name = message.str("name") ?? message.str("tool_name");
  const { result, media } = content.isArray ? resultOfParts(contentParts(content), content) : { result: content.literal ?? "", media: [] };
  return [{ type: "tool-result", callId, name, result, isError: false }, ...media, ...restPart(message, MESSAGE_KEYS)];
}

/** What was searched (Perplexity, xAI) stands beside the choices; it belongs to the first. */
export function sourceParts(body: Json): readonly Part[] {
  return ["citations", "search_results"].flatMap((key) => (body.get(key).items().length === 0 ? [] : otherPart(body.get(key))));
}
export function withSources(choices: readonly DecodedChoice[], sources: readonly Part[]): readonly DecodedChoice[] {
  return sources.length === 0 ? choices : choices.map((choice, index) => (index === 0 ? { ...choice, parts: [...choice.parts, ...sources] } : choice));
}

const FUNCTION_KEYS: ReadonlySet<string> = new Set(["name", "description", "parameters", "input_schema"]);

/** `{type: "function", function: {…}}`, custom and built-in tools, and the older `functions` list. */
export function decodeTools(tools: Json): readonly ToolDefinition[] {
  return tools.items().flatMap((tool) => {
    const type = tool.str("type");
    const target = tool.get("function").isObject ? tool.get("function") : tool.get("custom").isObject ? tool.get("custom") : tool;
    const wrapper = target === tool ? null : rest(tool, new Set(type === "function" ? ["type", "function"] : ["function", "custom"]));
    const own = rest(target, type === "function" ? new Set([...FUNCTION_KEYS, "type"]) : FUNCTION_KEYS);
    return toolDefinition({
      name: target.str("name") ?? type,
      description: target.str("description"),
      parameters: target.either("parameters", "input_schema"),
      settings: mergeObjects(wrapper, own),
    });
  });
}
/** Two JSON objects' texts as one. */
const mergeObjects = (left: string | null, right: string | null): string | null => (left === null || right === null ? (left ?? right) : `${left.slice(0, -1)},${right.slice(1)}`);

/** `prompt_tokens` as OpenAI counts it, cached ones included; DeepSeek, Moonshot, Mistral and OpenRouter name the cache their own way. */
export const decodeUsage = (usage: Json): UsageSignal | null =>
  usageOf(usage, {
    input: ["prompt_tokens", "input_tokens"],
    output: ["completion_tokens", "output_tokens"],
    cacheRead: ["prompt_tokens_details.cached_tokens", "input_tokens_details.cached_tokens", "prompt_cache_hit_tokens", "cached_tokens", "num_cached_tokens"],
    cacheWrite: ["prompt_tokens_details.cache_write_tokens", "prompt_tokens_details.cache_creation_tokens", "input_tokens_details.cache_write_tokens", "cache_creation_input_tokens"],
    reasoning: ["completion_tokens_details.reasoning_tokens", "output_tokens_details.reasoning_tokens", "reasoning_tokens"],
    total: ["total_tokens"],
  });
