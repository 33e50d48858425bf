/**
 * Anthropic's content blocks, in requests and answers alike.
 *
 * A block that runs a tool on the provider's side (`server_tool_use`, `mcp_tool_use`) is a tool call, and whatever names a
 * `tool_use_id` is a tool result, so that new server tools are read without a change here.
 *
 * @see https://docs.anthropic.com/en/api/messages
 */
import type { Message, Part, ToolDefinition, UsageSignal } from "../../format/index.ts";
import type { Json } from "../json.ts";
import { mediaPart, otherPart, reasoningPart, rest, resultOfParts, textPart, toolCallPart, toolDefinition, usageOf } from "../parts.ts";

export const decodeMessage = (message: Json): Message => ({ role: message.str("role") ?? "", parts: blockParts(message.get("content")) });

export function blockParts(content: Json): readonly Part[] {
  if (content.string !== null) return textPart(content.string);
  return content.isArray ? content.items().flatMap(blockPart) : otherPart(content);
}

export function blockPart(block: Json): readonly Part[] {
  if (block.string !== null) return textPart(block.string);
  const type = block.str("type") ?? "";
  switch (type) {
    case "text":
      return block.str("text") === null ? otherPart(block) : [...textPart(block.str("text")), ...block.get("citations").items().flatMap(otherPart)];
    case "thinking":
      return block.str("thinking") === null ? otherPart(block) : reasoningPart(block.str("thinking"));
    case "image":
    case "document":
      return sourceParts(block.get("source"), block);
    case "container_upload":
      return [mediaPart({ reference: block.str("file_id") })];
    case "search_result":
      return [...blockParts(block.get("content")), ...otherMembers(block, ["content", "cache_control"])];
    default:
      if (block.str("tool_use_id") !== null) return toolResult(block);
      return type.endsWith("tool_use") ? toolCallPart(block.str("id"), block.str("name"), block.get("input"), block) : otherPart(block);
  }
}

function sourceParts(source: Json, block: Json): readonly Part[] {
  const name = block.str("title") ?? block.str("filename");
  const mediaType = source.str("media_type");
  const beside = otherMembers(block, ["type", "source", "title", "filename", "cache_control", "citations"]);
  switch (source.str("type") ?? "") {
    case "base64":
      return [mediaPart({ mediaType, inlined: source.str("data"), name }), ...beside];
    case "text":
      return [...textPart(source.str("data")), ...(name === null && mediaType === null ? [] : [mediaPart({ mediaType, name })]), ...beside];
    case "content":
      return [...blockParts(source.get("content")), ...(name === null ? [] : [mediaPart({ name })]), ...beside];
    case "url":
    case "file":
      return [mediaPart({ mediaType, reference: source.str("url") ?? source.str("file_id"), name }), ...beside];
    default:
      return otherPart(block);
  }
}

/** Text blocks as text; results of server tools, which are objects or lists of them, as their JSON text. */
function toolResult(block: Json): readonly Part[] {
  const content = block.get("content");
  const { result, media } = content.isArray ? resultOfParts(blockParts(content), content) : { result: content.literal ?? "", media: [] };
  const isError = block.get("is_error").value === true || content.str("type")?.endsWith("_error") === true;
  return [{ type: "tool-result", callId: block.str("tool_use_id"), name: null, result, isError }, ...media];
}

function otherMembers(block: Json, known: readonly string[]): readonly Part[] {
  const left = rest(block, new Set(known));
  return left === null ? [] : [{ type: "other", json: left }];
}

const TOOL_KEYS: ReadonlySet<string> = new Set(["name", "description", "input_schema"]);
export function decodeTools(tools: Json): readonly ToolDefinition[] {
  return tools.items().flatMap((tool) => {
    const known = tool.str("type") === "custom" ? new Set([...TOOL_KEYS, "type"]) : TOOL_KEYS;
    return toolDefinition({ name: tool.str("name") ?? tool.str("type"), description: tool.str("description"), parameters: tool.get("input_schema"), settings: rest(tool, known) });
  });
}

/** `input_tokens` as Anthropic counts it: without what was read from or written to the cache. It gives no total. */
export const decodeUsage = (usage: Json): UsageSignal | null =>
  usageOf(usage, {
    input: ["input_tokens"],
    output: ["output_tokens"],
    cacheRead: ["cache_read_input_tokens"],
    cacheWrite: ["cache_creation_input_tokens"],
    reasoning: ["output_tokens_details.thinking_tokens"],
    total: ["total_tokens"],
  });
