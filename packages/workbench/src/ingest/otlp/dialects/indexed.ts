/**
 * Messages spread over numbered attributes (`llm.input_messages.0.message.content`, `gen_ai.prompt.0.content`) → the shape the reader of messages knows. Only the keys named
 * here are looked at: no object is built along a key.
 */
import { jsonOf, type Message } from "@whysaid/recorder/format";
import { Json } from "@whysaid/recorder/wire";
import type { AttributeValue } from "../spans.ts";
import { groups, plain, type AttributeReader } from "./attributes.ts";
import { messagesOf } from "./parts.ts";

export function indexedMessages(attributes: AttributeReader, prefixes: readonly string[], role: string): readonly Message[] {
  for (const prefix of prefixes) {
    const found = attributes.indexed(prefix).map(messageFields);
    if (found.length > 0) return messagesOf(Json.parse(jsonOf(found) ?? "[]") ?? Json.of([]), role);
  }
  return [];
}

type Group = ReadonlyMap<string, AttributeValue>;

function messageFields(whole: Group): Readonly<Record<string, unknown>> {
  const group = new Map([...whole].map(([key, value]) => [key.startsWith("message.") ? key.slice("message.".length) : key, value]));
  const value = (key: string): unknown => (group.has(key) ? plain(group.get(key) as AttributeValue) : undefined);
  const contents = groups(group, "contents.").flatMap(contentFields);
  const calls = groups(group, "tool_calls.").map(callFields);
  const content = contentOf(group.get("content"));
  return {
    role: value("role"),
    name: value("name"),
    content: content === undefined || content === "" ? (contents.length > 0 ? contents : content) : content,
    refusal: value("refusal"),
    reasoning_content: value("reasoning_content") ?? value("reasoning"),
    tool_call_id: value("tool_call_id"),
    tool_calls: calls,
    ...(calls.length === 0 && group.has("function_call_name") ? { function_call: { name: value("function_call_name"), arguments: value("function_call_arguments_json") ?? "" } } : {}),
    ...(calls.length === 0 && group.has("function_call.name") ? { function_call: { name: value("function_call.name"), arguments: value("function_call.arguments") ?? "" } } : {}),
  };
}

/** Some write a list of parts as its JSON text. */
function contentOf(value: AttributeValue | undefined): unknown {
  if (value === undefined || value === null) return undefined;
  if (typeof value !== "string") return plain(value);
  const parts = /^\s*\[\s*\{/.test(value) ? Json.parse(value) : null;
  return parts !== null && parts.items().every((part) => part.str("type") !== null) ? parts.value : value;
}

function callFields(group: Group): unknown {
  const at = (...keys: readonly string[]): unknown => keys.map((key) => group.get(key)).find((one) => one !== undefined);
  return { id: at("tool_call.id", "id"), function: { name: at("tool_call.function.name", "function.name", "name"), arguments: at("tool_call.function.arguments", "function.arguments", "arguments") ?? "" } };
}

/** Tool calls among contents repeat those of `tool_calls`. */
function contentFields(group: Group): readonly unknown[] {
  const at = (key: string): AttributeValue | undefined => group.get(`message_content.${key}`);
  const type = at("type");
  const image = at("image.image.url") ?? at("image");
  if (image !== undefined) return [{ type: "image", url: plain(image) }];
  const text = at("text");
  if (type === "tool_use" || type === "tool_result") return [];
  return text === undefined ? [] : [{ type: type ?? "text", text: plain(text) }];
}
