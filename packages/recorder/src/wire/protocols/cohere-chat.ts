/**
 * Cohere's chat: version 2 (messages) and version 1 (a message with its history), told apart by their keys. Bedrock's Command R speaks
 * version 1. Its older generate (a prompt, `generations`) is read here too.
 *
 * @see https://docs.cohere.com/reference/chat and …/reference/chat-v1
 */
import type { Message, Part, UsageSignal } from "../../format/index.ts";
import type { DecodedRequest, DecodedResponse, Decoder, RequestContext, StreamEvent, StreamProtocol } from "../decoder.ts";
import type { Json } from "../json.ts";
import { joined, otherPart, parametersOf, refusalPart, rest, textPart, textsOf, toolCallPart, toolDefinition, usageOf } from "../parts.ts";
import { errorOf, noAnswer } from "../provider-error.ts";
import { decodeMessage, decodeTools as decodeChatTools, messageParts } from "./openai-content.ts";
import { promptMessages } from "./openai-completions.ts";
import { assembleCohere, cohereChannel, isCohereTerminal } from "./cohere-stream.ts";

const READ: ReadonlySet<string> = new Set(["model", "messages", "tools", "message", "chat_history", "preamble", "tool_results", "prompt"]);

export function decodeCohereRequest(body: Json, context: RequestContext): DecodedRequest {
  // Version 2's messages are OpenAI's, with a plan beside the tool calls.
  const isFirst = !body.get("message").isAbsent || !body.get("chat_history").isAbsent;
  const messages = isFirst ? firstMessages(body) : body.get("messages").isAbsent ? promptMessages(body.get("prompt")) : body.get("messages").items().map(decodeMessage);
  const spoken = messages.filter(({ role }) => role.toLowerCase() === "system").map(({ parts }) => textsOf(parts).join("\n"));
  return {
    model: body.str("model") ?? context.model,
    system: joined([body.str("preamble") ?? "", ...spoken].filter((text) => text !== "")),
    messages,
    tools: body.get("tools").items().some((tool) => tool.get("function").isObject) ? decodeChatTools(body.get("tools")) : body.get("tools").items().flatMap(firstTool),
    parameters: parametersOf(body, READ),
    stream: body.get("stream").value === true,
  };
}

function firstMessages(body: Json): readonly Message[] {
  const results = body.get("tool_results").items().map(firstResult);
  return [
    ...body.get("chat_history").items().map((turn): Message => ({ role: turn.str("role") ?? "", parts: [...textPart(turn.str("message")), ...firstCalls(turn.get("tool_calls")), ...turn.get("tool_results").items().map(firstResult)] })),
    ...(body.get("message").isAbsent ? [] : [{ role: "USER", parts: textPart(body.str("message")) }]),
    ...(results.length === 0 ? [] : [{ role: "TOOL", parts: results }]),
  ];
}
/** `{call: {name, parameters}, outputs: […]}`: version 1 has no call ids. */
const firstResult = (result: Json): Part => ({ type: "tool-result", callId: null, name: result.str("call", "name"), result: result.get("outputs").literal ?? "", isError: false });
const firstCalls = (calls: Json): readonly Part[] => calls.items().flatMap((call) => toolCallPart(call.str("id"), call.str("name"), call.get("parameters"), call));

const FIRST_TOOL: ReadonlySet<string> = new Set(["name", "description", "parameter_definitions"]);
const firstTool = (tool: Json): ReturnType<typeof toolDefinition> =>
  toolDefinition({ name: tool.str("name") ?? tool.str("type"), description: tool.str("description"), parameters: tool.get("parameter_definitions"), settings: rest(tool, FIRST_TOOL) });

export function decodeCohereResponse(body: Json): DecodedResponse {
  const message = body.get("message");
  const finishReason = body.get("finish_reason").literal;
  const head = { model: body.str("model"), fingerprint: null, responseId: body.either("id", "generation_id", "response_id").string, error: null };
  if (message.isObject) return { ...head, choices: [{ parts: messageParts(message), finishReason }], usage: cohereUsage(body.get("usage")) };
  const generations = body.get("generations").items();
  if (generations.length > 0) return { ...head, choices: generations.map((one) => ({ parts: textPart(one.str("text")), finishReason: one.get("finish_reason").literal })), usage: cohereUsage(body.get("meta")) };
  if (body.get("text").isAbsent && finishReason === null) return noAnswer(errorOf(body));
  const parts = [...textPart(body.str("text")), ...firstCalls(body.get("tool_calls")), ...refusalPart(body.str("refusal")), ...body.get("citations").items().flatMap(otherPart), ...body.get("documents").items().flatMap(otherPart)];
  return { ...head, choices: [{ parts, finishReason }], usage: cohereUsage(body.get("meta")) };
}

/** Version 2 gives `usage`, version 1 `meta`. `tokens` is what the model saw; `billed_units` leaves Cohere's own prompt out. */
function cohereUsage(usage: Json): UsageSignal | null {
  if (usage.get("tokens").isAbsent && usage.get("billed_units").isAbsent && usage.get("input_tokens").isAbsent) return null;
  return usageOf(usage, {
    input: ["tokens.input_tokens", "input_tokens", "billed_units.input_tokens"],
    output: ["tokens.output_tokens", "output_tokens", "billed_units.output_tokens"],
    cacheRead: ["cached_tokens", "tokens.cached_tokens"],
    cacheWrite: [],
    reasoning: ["tokens.reasoning_tokens", "reasoning_tokens"],
    total: ["tokens.total_tokens", "total_tokens"],
  });
}

const stream: StreamProtocol = {
  channelOf: cohereChannel,
  isTerminal: isCohereTerminal,
  assemble: (events: readonly StreamEvent[]) => assembleCohere(events, decodeCohereResponse),
};

export const cohereChat: Decoder = { protocol: "cohere-chat", decodeRequest: decodeCohereRequest, decodeResponse: decodeCohereResponse, stream };
