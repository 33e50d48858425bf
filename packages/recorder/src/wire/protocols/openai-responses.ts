/**
 * OpenAI's responses API, and the hosts that speak it (Azure, OpenRouter, xAI, Bedrock's mantle endpoint).
 *
 * @see https://platform.openai.com/docs/api-reference/responses and …/responses-streaming
 */
import type { Message } from "../../format/index.ts";
import type { DecodedRequest, DecodedResponse, Decoder, RequestContext } from "../decoder.ts";
import type { Json } from "../json.ts";
import { joined, parametersOf, textPart, textsOf } from "../parts.ts";
import { errorOf, noAnswer } from "../provider-error.ts";
import { decodeUsage } from "./openai-content.ts";
import { itemMessage, itemParts, responsesTools } from "./openai-responses-items.ts";
import { responsesStream } from "./openai-responses-stream.ts";

const READ: ReadonlySet<string> = new Set(["model", "input", "instructions", "tools"]);

function decodeRequest(body: Json, context: RequestContext): DecodedRequest {
  const input = body.get("input");
  const items = input.items();
  const messages: readonly Message[] = input.string === null ? items.map(itemMessage) : [{ role: "user", parts: textPart(input.string) }];
  const instructions = body.get("instructions");
  const instructed = instructions.isArray ? instructions.items().map((item) => textsOf(itemParts(item)).join("\n")) : [instructions.string ?? ""];
  const spoken = messages.filter(({ role }) => role === "system" || role === "developer").map(({ parts }) => textsOf(parts).join("\n"));
  return {
    model: body.str("model") ?? context.model,
    system: joined([...instructed, ...spoken].filter((text) => text !== "")),
    messages,
    tools: [...responsesTools(body.get("tools")), ...items.flatMap((item) => (item.str("type") === "additional_tools" ? responsesTools(item.get("tools")) : []))],
    parameters: parametersOf(body, READ),
    stream: body.get("stream").value === true,
  };
}

export function decodeResponse(body: Json): DecodedResponse {
  const output = body.get("output");
  if (!output.isArray && body.str("status") === null) return { ...noAnswer(errorOf(body)), responseId: body.str("id"), model: body.str("model") };
  return {
    model: body.str("model"),
    fingerprint: body.str("system_fingerprint"),
    responseId: body.str("id"),
    choices: output.items().length === 0 && !body.get("error").isAbsent ? [] : [{ parts: output.items().flatMap(itemParts), finishReason: body.get("incomplete_details", "reason").literal ?? ended(body.get("status").literal) }],
    usage: decodeUsage(body.get("usage")),
    error: body.get("error").isAbsent ? null : errorOf(body),
  };
}

/** A background response, or the first event of a stream, says that it goes on. */
const ended = (status: string | null): string | null => (status === "queued" || status === "in_progress" ? null : status);

export const openaiResponses: Decoder = { protocol: "openai-responses", decodeRequest, decodeResponse, stream: responsesStream(decodeResponse) };
