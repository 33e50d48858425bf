/**
 * Items of OpenAI's responses API, in requests and answers alike, and its tools.
 *
 * Items are told apart by how their type ends, so that a new built-in tool is read without a change here: `…_call` is a tool call,
 * by the tool's own name or else the item's type; `…_output` is its result. A call run by the provider may hold its result itself.
 *
 * @see https://platform.openai.com/docs/api-reference/responses
 */
import type { Message, Part, ToolDefinition } from "../../format/index.ts";
import type { Json } from "../json.ts";
import { mediaPart, otherPart, refusalPart, resultOfParts, toolCallPart } from "../parts.ts";
import { contentParts, decodeTools } from "./openai-content.ts";

/** Items without a role: what the model made is the assistant's, what answers it the tool's. */
export function itemMessage(item: Json): Message {
  const type = item.str("type") ?? "message";
  return { role: item.str("role") ?? (isResult(type) ? "tool" : "assistant"), parts: itemParts(item) };
}

const isResult = (type: string): boolean => type.endsWith("_output");
const isCall = (type: string): boolean => type.endsWith("_call") || type === "program" || type === "mcp_approval_request";

export function itemParts(item: Json): readonly Part[] {
  const type = item.str("type") ?? "message";
  if (type === "message") return [...contentParts(item.get("content")), ...refusalPart(item.str("refusal"))];
  if (type === "reasoning") return reasoningParts(item);
  if (isResult(type)) return resultParts(item);
  return isCall(type) ? callParts(item, type) : otherPart(item);
}

/** Reasoning that came only encrypted is kept as it is. */
function reasoningParts(item: Json): readonly Part[] {
  const parts = [...contentParts(item.get("summary")), ...contentParts(item.get("content"))];
  return parts.length === 0 ? otherPart(item) : parts;
}

function callParts(item: Json, type: string): readonly Part[] {
  const name = item.str("name") ?? type;
  const callId = item.str("call_id") ?? item.str("id");
  const args = item.either("arguments", "input", "code", "action", "actions", "operation", "queries", "prompt", "revised_prompt");
  const image = type === "image_generation_call" ? item.str("result") : null;
  return [
    ...toolCallPart(callId, name, args, item),
    ...ownResult(item.either("output", "outputs", "results"), callId, name, false),
    ...ownResult(item.get("error"), callId, name, true),
    ...(image === null ? [] : [mediaPart({ inlined: image })]),
  ];
}
function ownResult(result: Json, callId: string | null, name: string, isError: boolean): readonly Part[] {
  return result.isAbsent ? [] : [{ type: "tool-result", callId, name, result: result.literal ?? "", isError }];
}

function resultParts(item: Json): readonly Part[] {
  const output = item.either("output", "result", "outputs", "tools");
  const { result, media } = output.isArray || output.isObject ? resultOfParts(contentParts(output), output) : { result: output.literal ?? "", media: [] };
  const isError = item.str("status") === "failed" || !item.get("error").isAbsent;
  return [{ type: "tool-result", callId: item.str("call_id") ?? item.str("id"), name: item.str("name"), result, isError }, ...media];
}

/** A namespace holds tools of its own; each is listed, after the namespace itself. */
export function responsesTools(tools: Json): readonly ToolDefinition[] {
  return [...decodeTools(tools), ...tools.items().flatMap((tool) => (tool.str("type") === "namespace" ? decodeTools(tool.get("tools")) : []))];
}
