/**
 * Content blocks, tools and usage of Bedrock's converse API. A block is an object with one key that says its kind. Nova's own `invoke`
 * bodies are written the same way.
 *
 * @see https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_ContentBlock.html
 */
import type { Message, Part, ToolDefinition, UsageSignal } from "../../format/index.ts";
import { absent, type Json } from "../json.ts";
import { mediaPart, otherPart, reasoningPart, rest, restPart, resultOfParts, textPart, textsOf, toolCallPart, toolDefinition, usageOf } from "../parts.ts";

export const decodeMessage = (message: Json): Message => ({ role: message.str("role") ?? "", parts: blockParts(message.get("content")) });

export function blockParts(content: Json): readonly Part[] {
  if (content.string !== null) return textPart(content.string);
  return content.isArray ? content.items().flatMap(blockPart) : otherPart(content);
}

export function blockPart(block: Json): readonly Part[] {
  if (block.string !== null) return textPart(block.string);
  if (block.str("text") !== null) return textPart(block.str("text"));
  const call = block.get("toolUse");
  if (call.isObject) return toolCallPart(call.str("toolUseId"), call.str("name"), call.get("input"), block);
  if (block.get("toolResult").isObject) return toolResult(block.get("toolResult"));
  const reasoning = block.get("reasoningContent");
  if (reasoning.get("reasoningText").isObject) return reasoningPart(reasoning.str("reasoningText", "text"));
  const guarded = block.get("guardContent");
  if (guarded.get("text").isObject) return [...textPart(guarded.str("text", "text")), ...restPart(guarded.get("text"), new Set(["text"]))];
  if (guarded.get("image").isObject) return mediaParts(guarded) ?? [];
  if (block.get("citationsContent").isObject) return [...blockParts(block.get("citationsContent", "content")), ...block.get("citationsContent", "citations").items().flatMap(otherPart)];
  if (block.get("searchResult").isObject) return [...blockParts(block.get("searchResult", "content")), ...otherPart(block)];
  if (block.get("cachePoint").isObject) return [];
  return mediaParts(block) ?? otherPart(block);
}

/** The media type is Bedrock's `format` word under the block's kind: `image/png`, `document/pdf`. */
function mediaParts(block: Json): readonly Part[] | null {
  const kind = ["image", "document", "video", "audio"].find((key) => block.get(key).isObject);
  if (kind === undefined) return null;
  const media = block.get(kind);
  const source = media.get("source");
  const format = media.str("format");
  const texts = [...textPart(source.str("text")), ...blockParts(source.get("content"))];
  const context = media.str("context");
  return [
    ...texts,
    ...(context === null ? [] : textPart(context)),
    mediaPart({ mediaType: format === null ? null : `${kind}/${format}`, inlined: source.str("bytes"), reference: source.str("s3Location", "uri") ?? source.str("url"), name: media.str("name") }),
  ];
}

/** Text as it is; JSON content as its exact text; media beside it. */
function toolResult(toolResult: Json): readonly Part[] {
  const content = toolResult.get("content");
  const [only] = content.items();
  const sole = content.items().length === 1 && only !== undefined && !only.get("json").isAbsent ? only.get("json") : null;
  const { result, media } = sole === null ? resultOfParts(blockParts(content), content) : { result: sole.literal ?? "", media: [] };
  return [{ type: "tool-result", callId: toolResult.str("toolUseId"), name: null, result, isError: toolResult.str("status") === "error" }, ...media];
}

export const systemText = (system: Json): string | null => {
  const texts = textsOf(blockParts(system));
  return texts.length === 0 ? null : texts.join("\n\n");
};

const SPEC: ReadonlySet<string> = new Set(["name", "description", "inputSchema"]);
export function decodeTools(tools: Json): readonly ToolDefinition[] {
  return tools.items().flatMap((tool) => {
    const spec = tool.get("toolSpec");
    const schema = spec.get("inputSchema", "json").isAbsent ? spec.get("inputSchema") : spec.get("inputSchema", "json");
    if (spec.isObject) return toolDefinition({ name: spec.str("name"), description: spec.str("description"), parameters: schema, settings: rest(spec, SPEC) });
    if (!tool.get("cachePoint").isAbsent) return [];
    const [kind] = tool.keys();
    return kind === undefined ? [] : toolDefinition({ name: tool.str(kind, "name") ?? kind, description: null, parameters: absent, settings: tool.raw() });
  });
}

/** `inputTokens` leaves cached tokens out, as the model's maker counts. */
export const decodeUsage = (usage: Json): UsageSignal | null =>
  usageOf(usage, {
    input: ["inputTokens"],
    output: ["outputTokens"],
    cacheRead: ["cacheReadInputTokens", "cacheReadInputTokenCount"],
    cacheWrite: ["cacheWriteInputTokens", "cacheWriteInputTokenCount"],
    reasoning: ["reasoningTokens"],
    total: ["totalTokens"],
  });
