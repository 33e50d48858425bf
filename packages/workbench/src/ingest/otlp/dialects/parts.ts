/**
 * Messages of every dialect → our messages: OTel GenAI parts, OpenAI chat messages and response items, Anthropic blocks, AI SDK parts, Gemini parts, LangChain messages. One
 * reader that looks at what is there; a part of no known kind is kept as `other`. Never throws.
 */
import type { Message, Part, ToolDefinition } from "@whysaid/recorder/format";
import type { Json } from "@whysaid/recorder/wire";

/** A list of messages, one message, `{messages: […]}`, or a text (one message of `role`). */
export function messagesOf(json: Json, role: string): readonly Message[] {
  if (json.string !== null) return json.string === "" ? [] : [{ role, parts: [{ type: "text", text: json.string }] }];
  const inner = json.get("messages");
  if (inner.isArray) return messagesOf(inner, role);
  if (!json.isArray) return json.isObject ? messageOf(json, role) : [];
  return json.items().flatMap((one) => (one.isArray ? messagesOf(one, role) : one.isObject ? messageOf(one, role) : messagesOf(one, role)));
}

const langchainRoles: ReadonlyMap<string, string> = new Map([["human", "user"], ["HumanMessage", "user"], ["ai", "assistant"], ["AIMessage", "assistant"], ["AIMessageChunk", "assistant"], ["system", "system"], ["SystemMessage", "system"], ["tool", "tool"], ["ToolMessage", "tool"]]);

function messageOf(given: Json, otherwise: string): readonly Message[] {
  const kwargs = given.get("kwargs");
  if (kwargs.isObject) return messageOf(kwargs, langchainRoles.get(given.get("id").items().at(-1)?.string ?? "") ?? otherwise);
  const message = given.get("message").isObject ? given.get("message") : given;
  const role = message.str("role") ?? given.str("role") ?? langchainRoles.get(given.str("type") ?? "") ?? roleOfItem(given.str("type")) ?? roleOfEvent(given.str("event.name")) ?? otherwise;
  const name = message.str("name");
  const parts = partsOf(message, role);
  return [{ role, ...(name === null || parts.some((part) => part.type === "tool-result" || part.type === "tool-call") ? {} : { name }), parts }];
}

const roleOfItem = (type: string | null): string | null => (type === "function_call_output" ? "tool" : type === "function_call" || type === "reasoning" ? "assistant" : null);
/** `gen_ai.user.message`, `gen_ai.choice`. */
export function roleOfEvent(name: string | null): string | null {
  if (name === "gen_ai.choice") return "assistant";
  return /^gen_ai\.(system|user|assistant|tool)\.message$/.exec(name ?? "")?.[1] ?? null;
}

function partsOf(message: Json, role: string): readonly Part[] {
  if (message.get("type").string !== null && isPartType(message.str("type") ?? "")) return partOf(message);
  // A choice of Strands has its parts under `message`.
  const content = message.either("parts", "content", "text", "message");
  if ((role === "tool" || role === "function") && !hasResultPart(content)) {
    if (content.isAbsent) return [];
    return [{ type: "tool-result", callId: id(message.either("tool_call_id", "toolCallId", "id")), name: message.str("name"), result: resultOf(content), isError: message.get("is_error").value === true || message.str("status") === "error" }];
  }
  return [
    ...textParts("reasoning", message.either("reasoning_content", "reasoning", "thinking")),
    ...contentParts(content),
    ...textParts("refusal", message.get("refusal")),
    ...message.either("tool_calls", "toolCalls").items().flatMap(toolCall),
    ...toolCall(message.get("function_call")),
  ];
}

export function contentParts(content: Json): readonly Part[] {
  if (content.string !== null) return textParts("text", content);
  return content.isArray ? content.items().flatMap(partOf) : content.isObject ? partOf(content) : [];
}

const textParts = (type: "text" | "reasoning" | "refusal", json: Json): readonly Part[] => (json.string === null || json.string === "" ? [] : [{ type, text: json.string }]);
const id = (json: Json): string | null => json.string;

const callTypes = new Set(["tool_call", "tool-call", "tool_use", "server_tool_use", "function_call", "server_tool_call"]);
const resultTypes = new Set(["tool_call_response", "tool-result", "tool_result", "function_call_output", "tool-error", "server_tool_call_response"]);
const isPartType = (type: string): boolean => callTypes.has(type) || resultTypes.has(type) || type === "reasoning";
const isResult = (part: Json): boolean => resultTypes.has(part.str("type") ?? "") || !part.either("functionResponse", "function_response", "toolResult").isAbsent;
const hasResultPart = (content: Json): boolean => content.items().some(isResult);

function partOf(part: Json): readonly Part[] {
  if (part.string !== null) return textParts("text", part);
  const type = part.str("type") ?? "";
  if (callTypes.has(type)) return toolCall(part);
  if (resultTypes.has(type)) return toolResult(part);
  const text = part.either("text", "content");
  switch (type) {
    case "text":
    case "input_text":
    case "output_text":
      return text.string === null ? other(part) : textParts("text", text);
    case "thinking":
    case "reasoning":
    case "reasoning_text":
    case "summary_text": {
      const thought = part.either("content", "text", "thinking", "reasoning", "summary");
      return thought.string !== null ? textParts("reasoning", thought) : thought.isArray ? thought.items().flatMap((one) => textParts("reasoning", one.string === null ? one.either("text", "content") : one)) : [];
    }
    case "refusal":
      return textParts("refusal", part.either("refusal", "content", "text"));
    case "image":
    case "image_url":
    case "input_image":
    case "file":
    case "input_file":
    case "blob":
    case "uri":
    case "audio":
    case "media":
      return [media(part)];
    default:
      return untyped(part);
  }
}

/** Gemini's and Bedrock's parts say by their key what they are. */
function untyped(part: Json): readonly Part[] {
  const call = part.either("functionCall", "function_call", "toolUse");
  if (call.isObject) return toolCall(call);
  const result = part.either("functionResponse", "function_response", "toolResult");
  if (result.isObject) return toolResult(result);
  const inline = part.either("inlineData", "inline_data", "fileData", "file_data");
  if (inline.isObject) return [media(inline)];
  const text = part.either("text");
  if (text.string === null) return other(part);
  return part.get("thought").value === true ? textParts("reasoning", text) : part.keys().length > 2 ? other(part) : textParts("text", text);
}

const other = (json: Json): readonly Part[] => (json.isAbsent ? [] : [{ type: "other", json: json.raw() }]);

/** OpenAI's `{id, function: {name, arguments}}`, and the same without `function`. The argument string as it stands; an object as its exact text. */
function toolCall(call: Json): readonly Part[] {
  if (!call.isObject) return [];
  const named = call.get("function").isObject ? call.get("function") : call;
  const name = named.either("name", "toolName").string;
  if (name === null) return other(call);
  return [{ type: "tool-call", callId: id(call.either("call_id", "id", "toolCallId", "tool_call_id", "toolUseId")), name, arguments: named.either("arguments", "args", "input").literal ?? "" }];
}

function toolResult(result: Json): readonly Part[] {
  const isError = result.get("is_error").value === true || result.get("isError").value === true || result.str("type") === "tool-error" || result.str("status") === "error";
  const said = result.either("response", "result", "output", "content", "error");
  return [{ type: "tool-result", callId: id(result.either("tool_use_id", "toolCallId", "call_id", "id", "toolUseId", "tool_call_id")), name: result.either("name", "toolName").string, result: resultOf(said), isError }];
}

/** Text as it is; text parts joined by line breaks; AI SDK's `{type, value}` by its value; anything else as its exact JSON. */
export function resultOf(json: Json): string {
  const value = json.get("value");
  if (json.isObject && !value.isAbsent && /^(?:text|json|error-text|error-json|content)$/.test(json.str("type") ?? "")) return resultOf(value);
  const items = json.items();
  const texts = items.map((item) => (item.isObject && /^(?:text|input_text|output_text)$/.test(item.str("type") ?? "text") ? item.either("text", "content").string : null));
  return items.length > 0 && texts.every((text) => text !== null) ? texts.join("\n") : (json.literal ?? "");
}

function media(part: Json): Part {
  const inner = part.either("image_url", "source", "file");
  const at = inner.isObject ? inner : part;
  const address = (inner.string ?? at.either("url", "uri", "fileUri", "file_uri", "file_id").string ?? at.either("data", "image", "content").string) || null;
  const head = /^data:([^;,]*)[^,]{0,200},/i.exec(address ?? "");
  const isLink = address !== null && /^[a-z][a-z0-9+.-]*:/i.test(address) && head === null;
  const encoded = address === null || isLink ? null : address.slice(head?.[0].length ?? 0);
  return {
    type: "media",
    mediaType: at.either("media_type", "mediaType", "mime_type", "mimeType").string ?? (head?.[1] || null),
    bytes: encoded === null || /[^A-Za-z0-9+/_=\s-]/.test(encoded) ? null : Math.floor((encoded.replace(/[\s=]+/g, "").length * 3) / 4),
    reference: isLink ? address : null,
  };
}

const definitionKeys = new Set(["type", "name", "description", "parameters", "input_schema", "inputSchema", "function"]);

export function toolDefinition(given: Json): readonly ToolDefinition[] {
  const tool = given.string === null ? given : null;
  if (tool === null || !tool.isObject) return [];
  const named = tool.get("function").isObject ? tool.get("function") : tool;
  const name = named.str("name") ?? tool.str("type");
  if (name === null) return [];
  const settings = named.keys().filter((key) => !definitionKeys.has(key)).map((key) => `${JSON.stringify(key)}:${named.get(key).raw()}`);
  return [{ name, description: named.str("description"), parameters: named.either("parameters", "inputSchema", "input_schema").literal, ...(settings.length === 0 ? {} : { settings: `{${settings.join(",")}}` }) }];
}
