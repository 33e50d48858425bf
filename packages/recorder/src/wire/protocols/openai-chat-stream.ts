/** Assembles the chunks of a streamed chat completion (or legacy completion) into the answer they add up to. */
import type { Part } from "../../format/index.ts";
import type { DecodedChoice, DecodedError, DecodedResponse } from "../decoder.ts";
import type { Json } from "../json.ts";
import { mediaPart, otherPart, restPart, textPart } from "../parts.ts";
import { contentParts, decodeUsage, executedTools, imageParts, MESSAGE_KEYS, messageParts, sourceParts, withSources } from "./openai-content.ts";

interface StreamedCall {
  id: string | null;
  name: string | null;
  args: string;
}

class StreamedChoice {
  private text = "";
  private reasoning = "";
  private refusal = "";
  private readonly calls = new Map<string, StreamedCall>();
  private audio: { id: string | null; transcript: string; encoded: string } | null = null;
  private readonly others: Part[] = [];
  private readonly details = new Map<number, { text: string; last: Json }>();
  private whole: readonly Part[] | null = null;
  finishReason: string | null = null;

  add(choice: Json): void {
    this.finishReason = choice.get("finish_reason").literal ?? this.finishReason;
    this.text += choice.str("text") ?? "";
    // Some hosts close a stream with the whole message.
    if (choice.get("message").isObject && !choice.get("delta").isObject) this.whole = messageParts(choice.get("message"));
    const delta = choice.get("delta");
    this.addContent(delta.get("content"));
    this.reasoning += delta.str("reasoning_content") ?? delta.str("reasoning") ?? delta.str("thinking") ?? "";
    this.refusal += delta.str("refusal") ?? "";
    for (const [place, call] of delta.get("tool_calls").items().entries()) this.addCall(call, place);
    if (delta.get("function_call").isObject) this.addTo("function", null, delta.get("function_call"));
    this.addAudio(delta.get("audio"));
    this.others.push(...delta.get("images").items().flatMap(imageParts), ...delta.get("annotations").items().flatMap(otherPart));
    for (const [place, detail] of delta.get("reasoning_details").items().entries()) this.addDetail(detail, place);
    // Groq's compound systems tell of a tool when it starts and again when it is done.
    this.others.push(...executedTools(delta.get("executed_tools")), ...restPart(delta, MESSAGE_KEYS));
  }

  private addContent(content: Json): void {
    this.text += content.string ?? "";
    if (!content.isArray) return;
    for (const part of content.items().flatMap((item) => contentParts(item))) {
      if (part.type === "text") this.text += part.text;
      else if (part.type === "reasoning") this.reasoning += part.text;
      else this.others.push(part);
    }
  }

  private addCall(call: Json, place: number): void {
    const target = call.get("function").isObject ? call.get("function") : call.get("custom");
    this.addTo(`call ${call.num("index") ?? place}`, call.str("id"), target);
  }
  /** Arguments grow; id and name are said once, and by some hosts again in each chunk. */
  private addTo(key: string, id: string | null, target: Json): void {
    const call = this.calls.get(key) ?? { id: null, name: null, args: "" };
    call.id = id || call.id;
    call.name = target.str("name") || call.name;
    call.args += target.either("arguments", "input").literal ?? "";
    this.calls.set(key, call);
  }

  private addAudio(audio: Json): void {
    if (!audio.isObject) return;
    this.audio ??= { id: null, transcript: "", encoded: "" };
    this.audio.id = audio.str("id") ?? this.audio.id;
    this.audio.transcript += audio.str("transcript") ?? "";
    this.audio.encoded += audio.str("data") ?? "";
  }

  private addDetail(detail: Json, place: number): void {
    const key = detail.num("index") ?? place;
    const known = this.details.get(key);
    const text = detail.str("text") ?? detail.str("summary") ?? "";
    if (text === "" && !detail.get("data").isAbsent) this.others.push(...otherPart(detail));
    this.details.set(key, { text: (known?.text ?? "") + text, last: detail });
  }

  choice(): DecodedChoice {
    if (this.whole !== null && this.text === "" && this.calls.size === 0) return { parts: this.whole, finishReason: this.finishReason };
    const reasoning = this.reasoning === "" ? [...this.details.values()].map(({ text }) => text).join("") : this.reasoning;
    const parts: Part[] = [];
    if (reasoning !== "") parts.push({ type: "reasoning", text: reasoning });
    parts.push(...textPart(this.text));
    if (this.audio !== null) parts.push(...textPart(this.audio.transcript), mediaPart({ inlined: this.audio.encoded || null, reference: this.audio.id }));
    if (this.refusal !== "") parts.push({ type: "refusal", text: this.refusal });
    for (const { id, name, args } of this.calls.values()) {
      if (name === null) parts.push({ type: "other", json: JSON.stringify({ id, arguments: args }) });
      else parts.push({ type: "tool-call", callId: id, name, arguments: args });
    }
    return { parts: [...parts, ...this.others], finishReason: this.finishReason };
  }
}

export class ChatStream {
  private readonly choices = new Map<number, StreamedChoice>();
  private readonly given: DecodedChoice[] = [];
  private model: string | null = null;
  private fingerprint: string | null = null;
  private responseId: string | null = null;
  private usage: DecodedResponse["usage"] = null;
  private sources: readonly Part[] = [];

  add(chunk: Json): void {
    this.model = chunk.str("model") || this.model;
    this.fingerprint = chunk.str("system_fingerprint") ?? this.fingerprint;
    this.responseId = chunk.str("id") || this.responseId;
    this.usage = decodeUsage(chunk.get("usage")) ?? decodeUsage(chunk.get("x_groq", "usage")) ?? this.usage;
    const sources = sourceParts(chunk);
    if (sources.length > 0) this.sources = sources;
    for (const [place, choice] of chunk.get("choices").items().entries()) {
      const index = choice.num("index") ?? place;
      const streamed = this.choices.get(index) ?? new StreamedChoice();
      this.choices.set(index, streamed);
      streamed.add(choice);
      // Moonshot counts inside the choice.
      this.usage = decodeUsage(choice.get("usage")) ?? this.usage;
    }
  }
  addChoice(choice: DecodedChoice): void {
    this.given.push(choice);
  }

  response(error: DecodedError | null): DecodedResponse {
    const choices = [...this.choices].sort(([a], [b]) => a - b).map(([, choice]) => choice.choice());
    return { model: this.model, fingerprint: this.fingerprint, responseId: this.responseId, choices: withSources([...choices, ...this.given], this.sources), usage: this.usage, error };
  }
}
