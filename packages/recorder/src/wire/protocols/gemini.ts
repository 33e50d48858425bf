/**
 * Google's `generateContent` and `streamGenerateContent`, on the Gemini API and on Vertex. A stream is server-sent events with `alt=sse`,
 * else the elements of one JSON array; each element is a whole response with a little more text.
 *
 * @see https://ai.google.dev/api/generate-content
 */
import type { Part } from "../../format/index.ts";
import type { DecodedChoice, DecodedRequest, DecodedResponse, Decoder, RequestContext, StreamEvent, StreamProtocol } from "../decoder.ts";
import { Json } from "../json.ts";
import { laterUsage, otherPart, parametersOf, refusalPart } from "../parts.ts";
import { errorOf, noAnswer } from "../provider-error.ts";
import { contentParts, decodeContents, decodeTools, decodeUsage, field, partParts, systemText } from "./gemini-content.ts";
import { PartialArguments } from "./gemini-partial-arguments.ts";

const READ: ReadonlySet<string> = new Set(["model", "contents", "systemInstruction", "system_instruction", "tools"]);

function decodeRequest(body: Json, context: RequestContext): DecodedRequest {
  return {
    model: body.str("model") ?? context.model,
    system: systemText(field(body, "systemInstruction")),
    messages: decodeContents(body.get("contents")),
    tools: decodeTools(body.get("tools")),
    parameters: parametersOf(body, READ),
    // The body does not say: it is the method in the path.
    stream: /:streamGenerateContent\b/.test(context.url),
  };
}

function decodeResponse(body: Json): DecodedResponse {
  if (body.isArray) return assembleChunks(body.items());
  const candidates = body.get("candidates");
  if (!candidates.isArray && field(body, "usageMetadata").isAbsent && field(body, "promptFeedback").isAbsent) return noAnswer(errorOf(body));
  return { ...headOf(body), choices: [...candidates.items().map((candidate) => choiceOf(contentParts(candidate.get("content")), candidate)), ...blockedPrompt(body)], error: body.get("error").isAbsent ? null : errorOf(body) };
}

const headOf = (body: Json): Pick<DecodedResponse, "model" | "fingerprint" | "responseId" | "usage"> => ({
  model: field(body, "modelVersion").string,
  fingerprint: null,
  responseId: field(body, "responseId").string,
  usage: decodeUsage(field(body, "usageMetadata")),
});

/** Sources found by grounding stand beside the text; they are kept as parts. */
function choiceOf(parts: readonly Part[], candidate: Json): DecodedChoice {
  return { parts: [...parts, ...besideParts(candidate)], finishReason: field(candidate, "finishReason").literal };
}
function besideParts(candidate: Json): readonly Part[] {
  return ["groundingMetadata", "citationMetadata", "urlContextMetadata"].flatMap((key) => (field(candidate, key).keys().length === 0 ? [] : otherPart(field(candidate, key))));
}

/** A prompt that was refused has no candidate: the reason is the refusal. */
function blockedPrompt(body: Json): readonly DecodedChoice[] {
  const feedback = field(body, "promptFeedback");
  const reason = field(feedback, "blockReason").literal;
  return reason === null ? [] : [{ parts: refusalPart(field(feedback, "blockReasonMessage").string ?? reason), finishReason: reason }];
}

/** What the chunks of one candidate add up to: texts of one kind run together, anything else stays a part. */
class StreamedCandidate {
  private readonly parts: (Part | PartialArguments)[] = [];
  private beside: readonly Part[] = [];
  private finishReason: string | null = null;

  add(candidate: Json): void {
    for (const part of candidate.get("content", "parts").items()) this.addPart(part);
    this.finishReason = field(candidate, "finishReason").literal ?? this.finishReason;
    const beside = besideParts(candidate);
    if (beside.length > 0) this.beside = beside;
  }
  private addPart(part: Json): void {
    const last = this.parts.at(-1);
    const call = field(part, "functionCall");
    if (last instanceof PartialArguments && last.isOpen && call.isObject && call.str("name") === null) return last.add(call);
    if (call.isObject && (field(call, "willContinue").value === true || field(call, "partialArgs").isArray)) {
      this.parts.push(new PartialArguments(call));
      return;
    }
    for (const next of partParts(part)) {
      const previous = this.parts.at(-1);
      if ((next.type === "text" || next.type === "reasoning") && previous !== undefined && !(previous instanceof PartialArguments) && previous.type === next.type) {
        this.parts[this.parts.length - 1] = { ...next, text: previous.text + next.text };
      } else this.parts.push(next);
    }
  }
  choice(): DecodedChoice {
    const parts = this.parts.map((part): Part => (part instanceof PartialArguments ? part.part() : part));
    return { parts: [...parts, ...this.beside], finishReason: this.finishReason };
  }
}

function assembleChunks(chunks: readonly Json[]): DecodedResponse {
  const candidates = new Map<number, StreamedCandidate>();
  const blocked: DecodedChoice[] = [];
  let head: ReturnType<typeof headOf> = { model: null, fingerprint: null, responseId: null, usage: null };
  let error: DecodedResponse["error"] = null;
  for (const chunk of chunks) {
    const next = headOf(chunk);
    head = { model: next.model ?? head.model, fingerprint: null, responseId: next.responseId ?? head.responseId, usage: laterUsage(head.usage, next.usage) };
    if (!chunk.get("error").isAbsent) error ??= errorOf(chunk);
    blocked.push(...blockedPrompt(chunk));
    for (const [place, candidate] of chunk.get("candidates").items().entries()) {
      const index = candidate.num("index") ?? place;
      const streamed = candidates.get(index) ?? new StreamedCandidate();
      candidates.set(index, streamed);
      streamed.add(candidate);
    }
  }
  const choices = [...candidates].sort(([a], [b]) => a - b).map(([, candidate]) => candidate.choice());
  return { ...head, choices: [...choices, ...blocked.slice(0, 1)], error };
}

const stream: StreamProtocol = {
  channelOf({ json }, path) {
    if (path[0] !== "candidates" || path[2] !== "content" || path[3] !== "parts") return null;
    const candidate = Json.of(json).get("candidates").at(Number(path[1]));
    const index = candidate.num("index") ?? path[1];
    const part = candidate.get("content", "parts").at(Number(path[4]));
    if (path.length === 6 && path[5] === "text") return `${part.get("thought").value === true ? "reasoning" : "text"}:${index}`;
    if (path.at(-1) !== "stringValue" && path.at(-1) !== "string_value") return null;
    const partial = field(field(part, "functionCall"), "partialArgs").at(Number(path[7]));
    return `arguments:${index}:${field(partial, "jsonPath").string ?? ""}`;
  },
  isTerminal({ name, json }) {
    const chunk = Json.of(json);
    if (name === "error" || !chunk.get("error").isAbsent || !field(field(chunk, "promptFeedback"), "blockReason").isAbsent) return true;
    return chunk.get("candidates").items().some((candidate) => !field(candidate, "finishReason").isAbsent);
  },
  assemble: (events: readonly StreamEvent[]) => assembleChunks(events.map((event) => Json.of(event.json, event.raw)).flatMap((chunk) => (chunk.isArray ? chunk.items() : [chunk]))),
};

export const gemini: Decoder = { protocol: "gemini", decodeRequest, decodeResponse, stream };
