/**
 * Bedrock's invoke and invoke-with-response-stream: the body is the model family's own. The family is told by the body's shape rather than
 * by the model id, which may be an ARN that names nothing.
 *
 * A stream carries each of the family's events as base64 in `{"bytes": "…"}`; the last one has Bedrock's own counts beside it.
 *
 * @see https://docs.aws.amazon.com/bedrock/latest/userguide/model-parameters.html
 */
import type { Message } from "../../format/index.ts";
import type { DecodedChoice, DecodedRequest, DecodedResponse, Decoder, RequestContext, StreamEvent, StreamProtocol } from "../decoder.ts";
import { Json } from "../json.ts";
import { laterUsage, mediaPart, parametersOf, textPart, usageOf } from "../parts.ts";
import { errorOf, noAnswer } from "../provider-error.ts";
import { anthropicMessages, anthropicStream } from "./anthropic-messages.ts";
import { assembleConverse, converseChannel, decodeConverseRequest, decodeConverseResponse } from "./bedrock-converse.ts";
import { cohereChat, decodeCohereRequest, decodeCohereResponse } from "./cohere-chat.ts";
import { decodeChatRequest, decodeChatResponse, openaiChat } from "./openai-chat.ts";

const PROMPT_KEYS: ReadonlySet<string> = new Set(["prompt", "inputText", "texts", "images", "inputImage"]);

function decodeRequest(body: Json, context: RequestContext): DecodedRequest {
  const stream = /\/invoke-with-response-stream\b/.test(context.url);
  return { ...familyRequest(body, context), model: context.model ?? body.str("model") ?? body.str("modelId"), stream };
}

function familyRequest(body: Json, context: RequestContext): DecodedRequest {
  const messages = body.get("messages");
  if (messages.isArray) {
    if (!body.get("anthropic_version").isAbsent) return anthropicMessages.decodeRequest(body, context);
    const blocks = messages.items().flatMap((message) => message.get("content").items());
    const isConverse = !body.get("schemaVersion").isAbsent || !body.get("inferenceConfig").isAbsent || blocks.some((block) => block.isObject && block.str("type") === null);
    return isConverse ? decodeConverseRequest(body, context) : decodeChatRequest(body, context);
  }
  if (!body.get("message").isAbsent) return decodeCohereRequest(body, context);
  return { model: null, system: body.str("system"), messages: promptMessages(body), tools: [], parameters: parametersOf(body, new Set([...PROMPT_KEYS, "system"])), stream: false };
}

/** Titan, Llama, Mistral, Command, Jurassic and older Claude take a prompt; embedding models take texts. */
function promptMessages(body: Json): readonly Message[] {
  const embedded = body.get("singleEmbeddingParams", "text", "value");
  const texts = [body.get("prompt"), body.get("inputText"), embedded, ...body.get("texts").items()];
  const images = [body.get("inputImage"), ...body.get("images").items()];
  return [
    ...texts.flatMap(({ string }) => (string === null ? [] : [{ role: "user", parts: textPart(string) }])),
    ...images.flatMap(({ string }) => (string === null ? [] : [{ role: "user", parts: [mediaPart({ inlined: string })] }])),
  ];
}

function decodeResponse(body: Json): DecodedResponse {
  if (body.get("output", "message").isObject) return decodeConverseResponse(body);
  if (body.get("choices").isArray) return decodeChatResponse(body);
  if (body.str("type") === "message" || body.get("content").isArray) return anthropicMessages.decodeResponse(body);
  if (body.get("text").string !== null && !body.get("finish_reason").isAbsent) return decodeCohereResponse(body);
  const choices = completionsOf(body);
  const usage = usageOfPrompt(body);
  if (choices.length === 0 && usage === null && body.get("embeddings").isAbsent && body.get("embedding").isAbsent) return noAnswer(errorOf(body));
  return { ...noAnswer(null), model: body.str("model"), responseId: body.get("id").literal, choices, usage };
}

/** What each family calls its text and why it stopped. */
function completionsOf(body: Json): readonly DecodedChoice[] {
  const choice = (text: Json, reason: Json): DecodedChoice => ({ parts: textPart(text.string), finishReason: reason.literal });
  if (!body.get("generation").isAbsent) return [choice(body.get("generation"), body.get("stop_reason"))];
  if (!body.get("completion").isAbsent) return [choice(body.get("completion"), body.get("stop_reason"))];
  if (!body.get("outputText").isAbsent) return [choice(body.get("outputText"), body.get("completionReason"))];
  return [
    ...body.get("results").items().map((result) => choice(result.get("outputText"), result.get("completionReason"))),
    ...body.get("outputs").items().map((output) => choice(output.get("text"), output.get("stop_reason"))),
    ...body.get("generations").items().map((generation) => choice(generation.get("text"), generation.get("finish_reason"))),
    ...body.get("completions").items().map((completion) => choice(completion.get("data", "text"), completion.get("finishReason", "reason"))),
  ];
}

/** Llama and Titan count beside the text; Titan's output count stands in its first result. */
function usageOfPrompt(body: Json): DecodedResponse["usage"] {
  const counts = {
    prompt_token_count: body.get("prompt_token_count").value,
    generation_token_count: body.get("generation_token_count").value,
    inputTextTokenCount: body.get("inputTextTokenCount").value,
    tokenCount: body.get("results").at(0).get("tokenCount").value,
    totalOutputTextTokenCount: body.get("totalOutputTextTokenCount").value,
  };
  const given = Object.fromEntries(Object.entries(counts).filter(([, count]) => count !== undefined && count !== null));
  if (Object.keys(given).length === 0) return null;
  return usageOf(Json.of(given), {
    input: ["prompt_token_count", "inputTextTokenCount"],
    output: ["generation_token_count", "tokenCount", "totalOutputTextTokenCount"],
    cacheRead: [],
    cacheWrite: [],
    reasoning: [],
    total: [],
  });
}

/** The family's event inside a chunk; anything else (an exception) as it is. */
function innerEvent(event: StreamEvent): StreamEvent {
  const encoded = Json.of(event.json).str("bytes");
  if (encoded === null) return event;
  const raw = Buffer.from(encoded, "base64").toString("utf8");
  const json = Json.parse(raw);
  return json === null ? event : { name: null, json: json.value, raw };
}

const METRICS = "amazon-bedrock-invocationMetrics";

function assemble(events: readonly StreamEvent[]): DecodedResponse {
  const inner = events.map(innerEvent);
  const jsons = inner.map((event) => Json.of(event.json, event.raw));
  const answer = familyAnswer(inner, jsons);
  const metrics = jsons.map((json) => json.get(METRICS)).find(({ isObject }) => isObject);
  const failed = inner.find(({ name }) => name?.endsWith("Exception") === true);
  const error = failed === undefined ? answer.error : { code: null, message: "", ...errorOf(Json.of(failed.json, failed.raw)), type: failed.name };
  if (metrics === undefined) return { ...answer, error };
  const counted = usageOf(metrics, { input: ["inputTokenCount"], output: ["outputTokenCount"], cacheRead: ["cacheReadInputTokenCount"], cacheWrite: ["cacheWriteInputTokenCount"], reasoning: [], total: [] });
  return { ...answer, error, usage: laterUsage(counted, answer.usage) };
}

function familyAnswer(events: readonly StreamEvent[], jsons: readonly Json[]): DecodedResponse {
  const has = (key: string): boolean => jsons.some((json) => !json.get(key).isAbsent);
  if (jsons.some((json) => /^(?:message_|content_block)/.test(json.str("type") ?? ""))) return anthropicStream.assemble(events);
  if (["messageStart", "contentBlockDelta", "messageStop"].some(has)) return assembleConverse(events);
  if (has("choices")) return openaiChat.stream.assemble(events);
  if (has("event_type")) return cohereChat.stream.assemble(events);
  return assembleCompletions(jsons);
}

/** Titan, Llama, Mistral and Command stream pieces of one text; the last piece has the reason, counts come where each family puts them. */
function assembleCompletions(jsons: readonly Json[]): DecodedResponse {
  let text = "";
  let finishReason: string | null = null;
  let usage: DecodedResponse["usage"] = null;
  for (const json of jsons) {
    const { choices, usage: counted } = decodeResponse(json);
    const said = choices[0]?.parts.map((part) => (part.type === "text" ? part.text : "")).join("") ?? "";
    text += said === "" && !json.get("is_finished").isAbsent ? (json.str("text") ?? "") : said;
    finishReason = choices[0]?.finishReason ?? json.get("finish_reason").literal ?? finishReason;
    usage = laterUsage(usage, counted);
  }
  return { ...noAnswer(null), choices: text === "" && finishReason === null ? [] : [{ parts: textPart(text), finishReason }], usage };
}

/** Where Titan, Llama, older Claude, Command, Mistral and Jurassic have their piece of the text. */
function completionChannel(path: readonly (string | number)[]): string | null {
  const [list, index, leaf] = path;
  if (path.length === 1) return TEXT_KEYS.has(String(list)) ? "text:0" : null;
  if (path.length === 3 && typeof index === "number") return (list === "results" && leaf === "outputText") || ((list === "outputs" || list === "generations") && leaf === "text") ? `text:${index}` : null;
  return null;
}
const TEXT_KEYS: ReadonlySet<string> = new Set(["generation", "completion", "outputText", "text"]);

const stream: StreamProtocol = {
  // Asked about the family's own events, decoded (`body-eventstream.ts`).
  channelOf(event, path) {
    const json = Json.of(event.json);
    const type = json.str("type") ?? "";
    if (/^(?:message_|content_block)/.test(type)) return anthropicStream.channelOf(event, path);
    if (path[0] === "contentBlockDelta") return converseChannel(event, path);
    if (path[0] === "choices") return openaiChat.stream.channelOf(event, path);
    if (!json.get("event_type").isAbsent) return cohereChat.stream.channelOf(event, path);
    return completionChannel(path);
  },
  isTerminal(event) {
    const json = Json.of(innerEvent(event).json);
    return !json.get(METRICS).isAbsent || json.str("type") === "message_stop" || event.name?.endsWith("Exception") === true;
  },
  assemble,
};

export const bedrockInvoke: Decoder = { protocol: "bedrock-invoke", decodeRequest, decodeResponse, stream };
