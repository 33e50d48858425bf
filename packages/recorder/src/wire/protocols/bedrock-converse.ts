/**
 * Bedrock's converse and converse-stream. The model stands in the path; the answer names one only where a prompt router chose it.
 *
 * @see https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_Converse.html and …_ConverseStream.html
 */
import type { Part } from "../../format/index.ts";
import type { DecodedRequest, DecodedResponse, Decoder, RequestContext, StreamEvent, StreamProtocol } from "../decoder.ts";
import { absent, Json } from "../json.ts";
import { parametersOf, toolCallPart } from "../parts.ts";
import { errorOf, noAnswer } from "../provider-error.ts";
import { blockPart, blockParts, decodeMessage, decodeTools, decodeUsage, systemText } from "./bedrock-content.ts";

const READ: ReadonlySet<string> = new Set(["messages", "system", "modelId"]);

export function decodeConverseRequest(body: Json, context: RequestContext): DecodedRequest {
  return {
    model: body.str("modelId") ?? context.model,
    system: systemText(body.get("system")),
    messages: body.get("messages").items().map(decodeMessage),
    tools: decodeTools(body.get("toolConfig", "tools")),
    parameters: withoutTools(parametersOf(body, READ)),
    stream: /\/(?:converse-stream|invoke-with-response-stream)\b/.test(context.url),
  };
}

/** `toolConfig` holds the choice of tool beside the tools. */
function withoutTools(parameters: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  const config = parameters["toolConfig"];
  if (typeof config !== "object" || config === null || Array.isArray(config)) return parameters;
  const left = Object.entries(config).filter(([key]) => key !== "tools");
  const entries = Object.entries(parameters).flatMap(([key, value]) => (key !== "toolConfig" ? [[key, value] as const] : left.length === 0 ? [] : [["toolConfig", Object.fromEntries(left)] as const]));
  return Object.fromEntries(entries);
}

export function decodeConverseResponse(body: Json): DecodedResponse {
  const message = body.get("output", "message");
  if (!message.isObject && body.get("stopReason").isAbsent) return noAnswer(errorOf(body));
  return {
    model: routedModel(body),
    fingerprint: null,
    responseId: null,
    choices: [{ parts: blockParts(message.get("content")), finishReason: body.get("stopReason").literal }],
    usage: decodeUsage(body.get("usage")),
    error: null,
  };
}
const routedModel = (body: Json): string | null => body.str("trace", "promptRouter", "invokedModelId");

/** An event's payload stands alone under the name in its header, or (in logs and test recordings) under a key of that name. */
export function converseEvent(event: StreamEvent): { readonly kind: string; readonly payload: Json } {
  const json = Json.of(event.json, event.raw);
  const [key] = json.keys();
  if (key !== undefined && json.get(key).isObject && (KINDS.has(key) || key.endsWith("Exception"))) return { kind: key, payload: json.get(key) };
  return { kind: event.name ?? "", payload: json };
}
const KINDS: ReadonlySet<string> = new Set(["messageStart", "contentBlockStart", "contentBlockDelta", "contentBlockStop", "messageStop", "metadata"]);

interface StreamedBlock {
  start: Json;
  text: string;
  reasoning: string;
  input: string;
  readonly others: Part[];
  readonly results: Json[];
}

export function assembleConverse(events: readonly StreamEvent[]): DecodedResponse {
  const blocks = new Map<number, StreamedBlock>();
  let finishReason: string | null = null;
  let usage: DecodedResponse["usage"] = null;
  let error: DecodedResponse["error"] = null;
  let model: string | null = null;
  let began = false;
  for (const event of events) {
    const { kind, payload } = converseEvent(event);
    began ||= KINDS.has(kind);
    if (kind === "contentBlockStart") blockAt(blocks, payload).start = payload.get("start");
    else if (kind === "contentBlockDelta") addDelta(blockAt(blocks, payload), payload.get("delta"));
    else if (kind === "messageStop") finishReason = payload.get("stopReason").literal;
    else if (kind === "metadata") {
      usage = decodeUsage(payload.get("usage"));
      model = routedModel(payload);
    } else if (kind.endsWith("Exception") || !payload.get("message").isAbsent) error ??= errorOf(payload) ?? { type: kind, message: "", code: null };
    if (error !== null && error.type === null && kind.endsWith("Exception")) error = { ...error, type: kind };
  }
  const parts = [...blocks].sort(([a], [b]) => a - b).flatMap(([, block]) => streamedParts(block));
  return { model, fingerprint: null, responseId: null, choices: began ? [{ parts, finishReason }] : [], usage, error };
}

function blockAt(blocks: Map<number, StreamedBlock>, payload: Json): StreamedBlock {
  const index = payload.num("contentBlockIndex") ?? 0;
  const block = blocks.get(index) ?? { start: absent, text: "", reasoning: "", input: "", others: [], results: [] };
  blocks.set(index, block);
  return block;
}

function addDelta(block: StreamedBlock, delta: Json): void {
  block.text += delta.str("text") ?? "";
  block.reasoning += delta.str("reasoningContent", "text") ?? delta.str("reasoningContent", "reasoningText", "text") ?? "";
  block.input += delta.get("toolUse", "input").literal ?? "";
  block.results.push(...delta.get("toolResult").items());
  if (!delta.get("reasoningContent", "redactedContent").isAbsent || !delta.get("citation").isAbsent || !delta.get("image").isAbsent) block.others.push(...blockPart(delta));
}

function streamedParts({ start, text, reasoning, input, others, results }: StreamedBlock): readonly Part[] {
  const call = start.get("toolUse");
  const result = start.get("toolResult");
  const parts: Part[] = [];
  if (reasoning !== "") parts.push({ type: "reasoning", text: reasoning });
  if (text !== "") parts.push({ type: "text", text });
  if (call.isObject) parts.push(...toolCallPart(call.str("toolUseId"), call.str("name"), Json.of(input), start));
  else if (input !== "") parts.push({ type: "other", json: JSON.stringify({ input }) });
  if (result.isObject) {
    const body = results.map((item) => item.str("text") ?? item.get("json").literal ?? item.raw()).join("\n");
    parts.push({ type: "tool-result", callId: result.str("toolUseId"), name: null, result: body, isError: result.str("status") === "error" });
  }
  return [...parts, ...others];
}

/** Paths are those of the payload, with or without the event's name in front. */
export function converseChannel(event: StreamEvent, path: readonly (string | number)[]): string | null {
  const at = path[0] === "contentBlockDelta" ? 1 : 0;
  if (path[at] !== "delta") return null;
  const index = converseEvent(event).payload.num("contentBlockIndex") ?? 0;
  const depth = path.length - at;
  if (depth === 2 && path[at + 1] === "text") return `text:${index}`;
  if (depth === 3 && path[at + 1] === "toolUse" && path[at + 2] === "input") return `arguments:${index}`;
  return path[at + 1] === "reasoningContent" && path.at(-1) === "text" ? `reasoning:${index}` : null;
}

const stream: StreamProtocol = {
  channelOf: converseChannel,
  // `metadata` with the usage comes after `messageStop`; a stream cut between the two is not complete.
  isTerminal: (event) => {
    const { kind } = converseEvent(event);
    return kind === "metadata" || kind.endsWith("Exception");
  },
  assemble: assembleConverse,
};

export const bedrockConverse: Decoder = { protocol: "bedrock-converse", decodeRequest: decodeConverseRequest, decodeResponse: decodeConverseResponse, stream };
