/**
 * OpenAI's legacy completions: a prompt instead of messages. The answer has the frame of a chat completion.
 *
 * @see https://platform.openai.com/docs/api-reference/completions
 */
import type { Message } from "../../format/index.ts";
import type { DecodedRequest, Decoder, RequestContext } from "../decoder.ts";
import type { Json } from "../json.ts";
import { otherPart, parametersOf, textPart } from "../parts.ts";
import { chatStream, decodeChatRequest, decodeChatResponse } from "./openai-chat.ts";

const READ: ReadonlySet<string> = new Set(["model", "prompt"]);

function decodeRequest(body: Json, context: RequestContext): DecodedRequest {
  if (body.get("messages").isArray) return decodeChatRequest(body, context);
  return {
    model: body.str("model") ?? context.model,
    system: null,
    messages: promptMessages(body.get("prompt")),
    tools: [],
    parameters: parametersOf(body, READ),
    stream: body.get("stream").value === true,
  };
}

/** A string, or several prompts at once; token numbers have no text and are kept as they are. */
export function promptMessages(prompt: Json): readonly Message[] {
  if (prompt.isAbsent) return [];
  const prompts = prompt.isArray && prompt.items().every(({ string }) => string !== null) ? prompt.items() : [prompt];
  return prompts.map((one) => ({ role: "user", parts: one.string === null ? otherPart(one) : textPart(one.string) }));
}

export const openaiCompletions: Decoder = { protocol: "openai-completions", decodeRequest, decodeResponse: decodeChatResponse, stream: chatStream };
