/**
 * Anthropic's messages API: direct, and under Vertex's `rawPredict` (the model stands in the path there). Bedrock's `invoke` uses it for Claude.
 * The older text completions (a prompt, a `completion`) are read here too.
 *
 * @see https://docs.anthropic.com/en/api/messages and …/messages-streaming
 */
import type { Part } from "../../format/index.ts";
import type { DecodedChoice, DecodedRequest, DecodedResponse, Decoder, RequestContext, StreamEvent, StreamProtocol } from "../decoder.ts";
import { absent, Json } from "../json.ts";
import { joined, parametersOf, refusalPart, textPart, textsOf } from "../parts.ts";
import { errorOf, noAnswer } from "../provider-error.ts";
import { promptMessages } from "./openai-completions.ts";
import { blockPart, blockParts, decodeMessage, decodeTools, decodeUsage } from "./anthropic-content.ts";

const READ: ReadonlySet<string> = new Set(["model", "messages", "system", "tools", "prompt"]);

export function decodeRequest(body: Json, context: RequestContext): DecodedRequest {
  return {
    model: body.str("model") ?? context.model,
    system: joined(textsOf(blockParts(body.get("system")))),
    messages: body.get("messages").isAbsent ? promptMessages(body.get("prompt")) : body.get("messages").items().map(decodeMessage),
    tools: decodeTools(body.get("tools")),
    parameters: parametersOf(body, READ),
    stream: body.get("stream").value === true,
  };
}

export function decodeResponse(body: Json): DecodedResponse {
  const completion = body.str("completion");
  if (!body.get("content").isArray && body.str("stop_reason") === null && completion === null) return noAnswer(errorOf(body));
  return {
    model: body.str("model"),
    fingerprint: null,
    responseId: body.str("id"),
    choices: [choiceOf([...textPart(completion), ...blockParts(body.get("content"))], body.get("stop_reason"), body.get("stop_details"))],
    usage: decodeUsage(body.get("usage")),
    error: null,
  };
}

/** `stop_details` explains a `stop_reason` of `refusal`. */
function choiceOf(parts: readonly Part[], reason: Json, details: Json): DecodedChoice {
  const why = details.isObject ? (details.either("explanation", "message", "reason", "category").string ?? (details.str("type") === "refusal" ? details.raw() : null)) : details.string;
  return { parts: [...parts, ...refusalPart(why)], finishReason: reason.literal };
}

/** What the deltas of one content block add up to. */
interface StreamedBlock {
  readonly start: Json;
  text: string;
  thinking: string;
  input: string;
  compaction: string;
  readonly citations: Part[];
}

export const anthropicStream: StreamProtocol = {
  channelOf({ json }, path) {
    if (path[0] === "completion" && path.length === 1) return "text:0";
    if (path[0] !== "delta" || path.length !== 2) return null;
    const index = Json.of(json).num("index") ?? 0;
    switch (path[1] ?? "") {
      case "text":
        return `text:${index}`;
      case "thinking":
        return `reasoning:${index}`;
      case "partial_json":
        return `arguments:${index}`;
      case "content":
        return `compaction:${index}`;
      default:
        return null;
    }
  },
  isTerminal: ({ name, json }) => {
    const type = Json.of(json).str("type") ?? name;
    return type === "message_stop" || type === "error" || (type === "completion" && !Json.of(json).get("stop_reason").isAbsent);
  },
  assemble,
};

function assemble(events: readonly StreamEvent[]): DecodedResponse {
  let message = absent;
  let reason = absent;
  let details = absent;
  let error: DecodedResponse["error"] = null;
  let usage: Record<string, unknown> | null = null;
  const blocks: StreamedBlock[] = [];
  const open = new Map<number, StreamedBlock>();
  for (const event of events) {
    const json = Json.of(event.json, event.raw);
    const index = json.num("index") ?? 0;
    switch (json.str("type") ?? event.name ?? "") {
      case "message_start":
        message = json.get("message");
        usage = mergeUsage(usage, message.get("usage"));
        for (const block of message.get("content").items()) startBlock(blocks, open, blocks.length, block);
        break;
      case "content_block_start":
        startBlock(blocks, open, index, json.get("content_block"));
        break;
      case "content_block_delta":
        addDelta(open.get(index) ?? startBlock(blocks, open, index, absent), json.get("delta"));
        break;
      case "message_delta":
        reason = json.get("delta", "stop_reason").isAbsent ? reason : json.get("delta", "stop_reason");
        details = json.get("delta", "stop_details").isAbsent ? details : json.get("delta", "stop_details");
        usage = mergeUsage(usage, json.get("usage"));
        break;
      case "completion":
        message = json;
        reason = json.get("stop_reason");
        (blocks[0] ?? startBlock(blocks, open, 0, absent)).text += json.str("completion") ?? "";
        break;
      case "error":
        error = errorOf(json);
        break;
      default: // ping, content_block_stop, message_stop, and whatever is added later
    }
  }
  reason = reason.isAbsent ? message.get("stop_reason") : reason;
  const began = blocks.length > 0 || !message.isAbsent || !reason.isAbsent;
  return {
    model: message.str("model"),
    fingerprint: null,
    responseId: message.str("id"),
    choices: began ? [choiceOf(blocks.flatMap(streamedParts), reason, details)] : [],
    usage: usage === null ? null : decodeUsage(Json.of(usage)),
    error,
  };
}

function startBlock(blocks: StreamedBlock[], open: Map<number, StreamedBlock>, index: number, start: Json): StreamedBlock {
  const block: StreamedBlock = { start, text: "", thinking: "", input: "", compaction: "", citations: [] };
  blocks.push(block);
  open.set(index, block);
  return block;
}

function addDelta(block: StreamedBlock, delta: Json): void {
  block.text += delta.str("text") ?? "";
  block.thinking += delta.str("thinking") ?? "";
  block.input += delta.str("partial_json") ?? "";
  block.compaction += delta.str("content") ?? "";
  if (!delta.get("citation").isAbsent) block.citations.push({ type: "other", json: delta.get("citation").raw() });
}

/** A block without deltas is what its start said; one whose start was lost is known by what its deltas carry. */
function streamedParts(block: StreamedBlock): readonly Part[] {
  const { start } = block;
  const known = blockPart(start);
  const [first] = known;
  if (first?.type === "tool-call") return [{ ...first, arguments: block.input === "" ? first.arguments : block.input }, ...known.slice(1)];
  const parts: Part[] = [];
  if (block.thinking !== "" || start.str("type") === "thinking") parts.push({ type: "reasoning", text: (start.str("thinking") ?? "") + block.thinking });
  if (block.text !== "" || start.str("type") === "text") parts.push({ type: "text", text: (start.str("text") ?? "") + block.text });
  if (block.compaction !== "") parts.push({ type: "other", json: JSON.stringify({ type: start.str("type"), content: block.compaction }) });
  if (parts.length === 0) parts.push(...known);
  if (block.input !== "") parts.push({ type: "other", json: block.input });
  const startCitations = start.str("type") === "text" ? start.get("citations").items().map((citation): Part => ({ type: "other", json: citation.raw() })) : [];
  return [...parts.filter((part) => (part.type !== "text" && part.type !== "reasoning") || part.text !== ""), ...startCitations, ...block.citations];
}

/** Later counts replace earlier ones key by key: `message_delta` is cumulative and leaves out what did not change. */
function mergeUsage(usage: Record<string, unknown> | null, update: Json): Record<string, unknown> | null {
  if (!update.isObject) return usage;
  const merged: Record<string, unknown> = { ...usage };
  for (const key of update.keys()) if (!update.get(key).isAbsent) Object.defineProperty(merged, key, { value: update.get(key).value, enumerable: true, configurable: true, writable: true });
  return merged;
}

export const anthropicMessages: Decoder = { protocol: "anthropic-messages", decodeRequest, decodeResponse, stream: anthropicStream };
