/**
 * OpenAI's chat completions, and every host that speaks them: Azure, Groq, Mistral, OpenRouter, DeepSeek, Together, vLLM, xAI, Fireworks, Ollama's `/v1`.
 *
 * @see https://platform.openai.com/docs/api-reference/chat/create and …/chat/streaming
 */
import type { Protocol } from "../../format/index.ts";
import type { DecodedChoice, DecodedRequest, DecodedResponse, Decoder, RequestContext, StreamEvent, StreamProtocol } from "../decoder.ts";
import { Json } from "../json.ts";
import { joined, parametersOf, textPart, textsOf } from "../parts.ts";
import { errorOf, noAnswer } from "../provider-error.ts";
import { decodeMessage, decodeTools, decodeUsage, messageParts, sourceParts, withSources } from "./openai-content.ts";
import { ChatStream } from "./openai-chat-stream.ts";

const READ: ReadonlySet<string> = new Set(["model", "messages", "tools", "functions"]);

export function decodeChatRequest(body: Json, context: RequestContext): DecodedRequest {
  const messages = body.get("messages").items().map(decodeMessage);
  const system = messages.filter(({ role }) => role === "system" || role === "developer").flatMap(({ parts }) => textsOf(parts).join("\n"));
  return {
    model: body.str("model") ?? context.model,
    system: joined(system.filter((text) => text !== "")),
    messages,
    tools: [...decodeTools(body.get("tools")), ...decodeTools(body.get("functions"))],
    parameters: parametersOf(body, READ),
    stream: body.get("stream").value === true,
  };
}

export function decodeChatResponse(body: Json): DecodedResponse {
  const choices = body.get("choices");
  const sources = sourceParts(body);
  const error = choices.isArray && body.get("error").isAbsent ? null : errorOf(body);
  if (!choices.isArray) return { ...noAnswer(error), model: body.str("model"), responseId: body.str("id"), choices: failedGeneration(body) };
  return {
    model: body.str("model"),
    fingerprint: body.str("system_fingerprint"),
    responseId: body.str("id"),
    choices: withSources(choices.items().map(decodeChoice), sources),
    usage: decodeUsage(body.get("usage")) ?? decodeUsage(body.get("x_groq", "usage")),
    error,
  };
}

/** A legacy completion's choice holds `text` in place of a message. */
function decodeChoice(choice: Json): DecodedChoice {
  const message = choice.get("message");
  const parts = message.isObject ? messageParts(message) : textPart(choice.str("text"));
  return { parts, finishReason: choice.get("finish_reason").literal };
}

/** Groq refuses a tool call that breaks its schema, and shows what the model had said. */
function failedGeneration(body: Json): readonly DecodedChoice[] {
  const parts = textPart(body.str("error", "failed_generation"));
  return parts.length === 0 ? [] : [{ parts, finishReason: null }];
}

export const chatStream: StreamProtocol = {
  channelOf: (event, path) => (path[0] === "choices" && path.length > 2 ? deltaChannel(event, path) : null),
  isTerminal: ({ name, json }) => name === "[DONE]" || name === "error" || !Json.of(json).get("error").isAbsent,
  assemble(events: readonly StreamEvent[]): DecodedResponse {
    const stream = new ChatStream();
    let error = null;
    for (const event of events) {
      const chunk = Json.of(event.json, event.raw);
      if (!chunk.isObject) continue;
      if (!chunk.get("choices").isArray || !chunk.get("error").isAbsent) error ??= errorOf(chunk);
      for (const choice of failedGeneration(chunk)) stream.addChoice(choice);
      stream.add(chunk);
    }
    return stream.response(error);
  },
};

/** `text` and the like are told apart by the choice's own `index`, so that interleaved choices stay apart. */
function deltaChannel(event: StreamEvent, path: readonly (string | number)[]): string | null {
  const choice = (event.json as { readonly choices?: Record<number, unknown> }).choices?.[path[1] as number];
  const index = indexOf(choice, path[1] as number);
  if (path[2] === "text" && path.length === 3) return `text:${index}`;
  if (path[2] === "logprobs") return path.at(-1) === "token" && path.length === 6 ? `logprobs-${String(path[3])}:${index}` : null;
  if (path[2] !== "delta" || typeof choice !== "object" || choice === null) return null;
  switch (path[3] ?? "") {
    case "content":
      return contentChannel(path, index);
    case "reasoning_content":
    case "reasoning":
    case "thinking":
      return path.length === 4 ? `reasoning:${index}` : null;
    case "refusal":
      return path.length === 4 ? `refusal:${index}` : null;
    case "function_call":
      return path[4] === "arguments" && path.length === 5 ? `arguments:${index}` : null;
    case "audio":
      return path[4] === "transcript" ? `transcript:${index}` : null;
    case "tool_calls": {
      const leaf = path.at(-1);
      if (path.length !== 7 || (leaf !== "arguments" && leaf !== "input")) return null;
      return `arguments:${index}:${indexOf(elementAt(choice, "tool_calls", path[4]), path[4] as number)}`;
    }
    case "reasoning_details": {
      const leaf = path.at(-1);
      return path.length === 6 && (leaf === "text" || leaf === "summary") ? `reasoning-details:${index}:${indexOf(elementAt(choice, "reasoning_details", path[4]), path[4] as number)}` : null;
    }
    default:
      return null;
  }
}

/** A content of parts: `[{type: "text", text}, {type: "thinking", thinking: [{text}]}]` (Mistral). */
function contentChannel(path: readonly (string | number)[], index: number): string | null {
  if (path.length === 4) return `text:${index}`;
  if (path.at(-1) === "text") return path[5] === "thinking" ? `reasoning:${index}` : `text:${index}`;
  return path.length === 6 && path[5] === "thinking" ? `reasoning:${index}` : null;
}

function elementAt(choice: object, list: string, place: string | number | undefined): unknown {
  const delta = (choice as { readonly delta?: Record<string, Record<number, unknown> | undefined> }).delta;
  return delta?.[list]?.[place as number];
}
/** The `index` an element gives itself, else its place. */
function indexOf(element: unknown, place: number): number {
  const index = (element as { readonly index?: unknown } | null | undefined)?.index;
  return typeof index === "number" ? index : place;
}

export function chatDecoder(protocol: Protocol): Decoder {
  return { protocol, decodeRequest: decodeChatRequest, decodeResponse: decodeChatResponse, stream: chatStream };
}
export const openaiChat: Decoder = chatDecoder("openai-chat");
