/** A replay's answer in our words, and the trace as it would read with it: what provenance is compared on. */
import { captured, missing, type ChunkSignal, type CompletionSignal, type Generation, type InputSnapshot, type Protocol, type Reconstruction, type Signal, type ToolCallSignal, type UsageSignal } from "@whysaid/recorder/format";
import { decodeRequestBody, decodeResponseBody } from "@whysaid/recorder/wire";
import type { WireAnswer } from "./send.ts";

export interface ReplayAnswer {
  readonly text: string;
  readonly toolCalls: readonly { readonly name: string; readonly arguments: string }[];
  readonly refusal: string | null;
  readonly finishReason: string | null;
  readonly model: string | null;
  readonly usage: UsageSignal | null;
  /** The provider's error instead of an answer. */
  readonly error: string | null;
}

const SHOWN_BODY = 500;

export function decodedAnswer(protocol: Protocol, { status, body, contentType }: Pick<WireAnswer, "status" | "body" | "contentType">): ReplayAnswer {
  const decoded = decodeResponseBody(protocol, body, contentType);
  const parts = decoded?.choices[0]?.parts ?? [];
  const text = parts.map((part) => (part.type === "text" ? part.text : "")).join("");
  const refusal = parts.map((part) => (part.type === "refusal" ? part.text : "")).join("");
  const isAnswer = status < 300 && (decoded?.choices.length ?? 0) > 0;
  const shown = typeof body === "string" ? body.slice(0, SHOWN_BODY) : "";
  return {
    text,
    refusal: refusal === "" ? null : refusal,
    toolCalls: parts.flatMap((part) => (part.type === "tool-call" ? [{ name: part.name, arguments: part.arguments }] : [])),
    finishReason: decoded?.choices[0]?.finishReason ?? null,
    model: decoded?.model ?? null,
    usage: decoded?.usage ?? null,
    error: isAnswer ? null : (decoded?.error?.message ?? (status >= 300 && status < 400 ? `HTTP ${status}: a redirect, which is not followed` : `HTTP ${status} ${shown}`)),
  };
}

/** What the one generation was given: every chunk of the trace counts, whichever call it was retrieved for. */
export function chunksOf(story: Reconstruction): readonly ChunkSignal[] {
  const all = story.generations.flatMap(({ signals }) => (signals.chunks.state === "captured" ? signals.chunks.value : []));
  return [...new Map([...all, ...story.steps.flatMap((step) => (step.kind === "retrieval" ? step.chunks : []))].map((chunk) => [`${chunk.sourceId}\n${chunk.text}`, chunk])).values()];
}

export function toolCallsOf(story: Reconstruction): readonly ToolCallSignal[] {
  return story.generations.flatMap(({ signals }) => (signals.toolCalls.state === "captured" ? signals.toolCalls.value : []));
}

export interface Asked {
  readonly index: number;
  /** Redacted. */
  readonly body: string;
  readonly chunksGone: readonly string[];
}

/**
 * The trace with one generation only, asked with `body` and answered with `answer`: no parse, check or action, which belong to the recorded answer. Recorded and
 * replayed answers are both put this way, so that their provenance compares.
 */
export function storyWith(story: Reconstruction, { index, body, chunksGone }: Asked, answer: Pick<ReplayAnswer, "text" | "toolCalls">): Reconstruction {
  const generation = story.generations[index] as Generation;
  const gone = new Set(chunksGone);
  const stays = (chunk: ChunkSignal): boolean => chunk.sourceId === null || !gone.has(chunk.sourceId);
  const chunks = chunksOf(story).filter(stays);
  const one: Generation = {
    ...generation,
    signals: {
      ...generation.signals,
      input: inputOf(generation, body),
      chunks: chunks.length === 0 ? missing("not-applicable") : captured(chunks),
      completion: captured<CompletionSignal>({ text: answer.text, raw: null, finishReason: null, refusal: null, reasoning: null, alternatives: [] }),
      toolCalls: captured(answer.toolCalls.map((call): ToolCallSignal => ({ ...call, callId: null, result: null, error: null, durationMs: null, source: null }))),
      parsed: missing("not-applicable"),
      validation: missing("not-applicable"),
      action: missing("not-applicable"),
    },
  };
  const steps = story.steps.filter(({ kind }) => kind === "retrieval").map((step) => (step.kind === "retrieval" ? { ...step, chunks: step.chunks.filter(stays) } : step));
  return { ...story, generations: [one], steps, actions: [], findings: [], provenance: [] };
}

function inputOf(generation: Generation, body: string): Signal<InputSnapshot> {
  const decoded = decodeRequestBody(generation.protocol as Protocol, body, { url: generation.url ?? "", model: null });
  if (decoded === null) return generation.signals.input;
  const { system, messages, tools, parameters } = decoded;
  return captured({ system, messages, tools, parameters, requestBody: body });
}
