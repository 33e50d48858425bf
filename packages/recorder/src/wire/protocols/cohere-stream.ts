/**
 * Cohere's streams. Version 2 names what each event does in `type`, version 1 in `event_type` and repeats the whole answer in its last event.
 *
 * @see https://docs.cohere.com/reference/chat-stream
 */
import type { Part } from "../../format/index.ts";
import type { DecodedError, DecodedResponse, StreamEvent } from "../decoder.ts";
import { Json } from "../json.ts";
import { otherPart } from "../parts.ts";
import { errorOf } from "../provider-error.ts";

const kindOf = (json: Json, name: string | null): string => json.str("type") ?? json.str("event_type") ?? name ?? "";

export function cohereChannel(event: StreamEvent, path: readonly (string | number)[]): string | null {
  const json = Json.of(event.json);
  const index = json.num("index") ?? 0;
  const leaf = path.at(-1);
  switch (kindOf(json, event.name)) {
    case "content-delta":
      if (path.length === 4 && path[2] === "content" && (leaf === "text" || leaf === "thinking")) return `${leaf === "text" ? "text" : "reasoning"}:${index}`;
      return null;
    case "tool-plan-delta":
      return leaf === "tool_plan" ? "tool-plan" : null;
    case "tool-call-delta":
      return leaf === "arguments" ? `arguments:${index}` : null;
    case "text-generation":
      return path.length === 1 && leaf === "text" ? "text:0" : null;
    case "tool-calls-chunk":
      if (path.length === 1 && leaf === "text") return "tool-plan";
      return leaf === "parameters" ? `arguments:${json.num("tool_call_delta", "index") ?? 0}` : null;
    default:
      return null;
  }
}

export function isCohereTerminal({ name, json }: StreamEvent): boolean {
  const kind = kindOf(Json.of(json), name);
  return kind === "message-end" || kind === "stream-end" || kind === "error" || Json.of(json).get("is_finished").value === true;
}

interface StreamedCall {
  id: string | null;
  name: string | null;
  args: string;
}

export function assembleCohere(events: readonly StreamEvent[], decodeResponse: (body: Json) => DecodedResponse): DecodedResponse {
  const contents = new Map<number, { reasoning: string; text: string }>();
  const calls = new Map<number, StreamedCall>();
  const others: Part[] = [];
  let plan = "";
  let id: string | null = null;
  let endReason: string | null = null;
  let end: DecodedResponse | null = null;
  let error: DecodedError | null = null;
  const contentAt = (index: number): { reasoning: string; text: string } => {
    const content = contents.get(index) ?? { reasoning: "", text: "" };
    contents.set(index, content);
    return content;
  };
  const addCall = (index: number, call: Json): void => {
    const known = calls.get(index) ?? { id: null, name: null, args: "" };
    const target = call.get("function").isObject ? call.get("function") : call;
    calls.set(index, { id: call.str("id") ?? known.id, name: target.str("name") ?? known.name, args: known.args + (target.either("arguments", "parameters").literal ?? "") });
  };
  for (const event of events) {
    const json = Json.of(event.json, event.raw);
    const message = json.get("delta", "message");
    const index = json.num("index") ?? 0;
    id ??= json.either("id", "generation_id", "response_id").string;
    switch (kindOf(json, event.name)) {
      case "content-start":
      case "content-delta": {
        const content = contentAt(index);
        content.text += message.str("content", "text") ?? "";
        content.reasoning += message.str("content", "thinking") ?? "";
        break;
      }
      case "tool-plan-delta":
        plan += message.str("tool_plan") ?? "";
        break;
      case "tool-call-start":
      case "tool-call-delta":
        addCall(index, message.get("tool_calls").isArray ? message.get("tool_calls").at(0) : message.get("tool_calls"));
        break;
      case "citation-start":
        others.push(...otherPart(message.get("citations")));
        break;
      case "text-generation":
        contentAt(0).text += json.str("text") ?? "";
        break;
      case "tool-calls-chunk":
        plan += json.str("text") ?? "";
        if (json.get("tool_call_delta").isObject) addCall(json.num("tool_call_delta", "index") ?? 0, json.get("tool_call_delta"));
        break;
      case "message-end": {
        const delta = json.get("delta");
        end = decodeResponse(Json.of({ message: {}, finish_reason: delta.get("finish_reason").value, usage: delta.get("usage").value }));
        if (!delta.get("error").isAbsent) error = errorOf(delta);
        break;
      }
      case "stream-end":
        end = decodeResponse(json.get("response"));
        endReason = json.get("finish_reason").literal;
        if (!json.get("error").isAbsent) error = errorOf(json);
        break;
      default:
        if (!json.get("error").isAbsent || event.name === "error") error ??= errorOf(json);
    }
  }
  const parts: Part[] = plan === "" ? [] : [{ type: "reasoning", text: plan }];
  for (const [, content] of [...contents].sort(([a], [b]) => a - b)) {
    if (content.reasoning !== "") parts.push({ type: "reasoning", text: content.reasoning });
    if (content.text !== "") parts.push({ type: "text", text: content.text });
  }
  for (const { id: callId, name, args } of calls.values()) parts.push(name === null ? { type: "other", json: JSON.stringify({ id: callId, arguments: args }) } : { type: "tool-call", callId, name, arguments: args });
  parts.push(...others);
  // Version 1's last event is the answer whole, with what deltas leave out (documents, call parameters as objects).
  const whole = end?.choices[0];
  const chosen = whole !== undefined && whole.parts.length > 0 ? whole.parts : parts;
  const choices = chosen.length > 0 || end !== null ? [{ parts: chosen, finishReason: whole?.finishReason ?? endReason }] : [];
  return { model: end?.model ?? null, fingerprint: null, responseId: id ?? end?.responseId ?? null, choices, usage: end?.usage ?? null, error };
}
