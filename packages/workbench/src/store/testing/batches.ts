/** Builders of entries and batches for the tests of stores. */
import { recalled, WhysaidError, type Entry, type NewTexts, type RedactedText, type SpanId, type TextOf, type TextRef, type TraceId, type WriterEntry, type WriterId } from "@whysaid/recorder/format";
import type { SegmentBatch } from "../store.ts";

export const t = (text: string): RedactedText => recalled(text);
export const traceOf = (n: number): TraceId => `0190${n.toString(16).padStart(8, "0")}70008000${"0".repeat(11)}1` as TraceId;
export const spanOf = (n: number): SpanId => n.toString(16).padStart(16, "0") as SpanId;
export const writerOf = (n: number): WriterId => n.toString(16).padStart(16, "a") as WriterId;

export const writerEntry = (writer: WriterId, more: Partial<WriterEntry> = {}): WriterEntry => ({
  kind: "writer",
  atMs: 1,
  format: 1,
  writer,
  segment: 0,
  recorder: "0.1.0",
  runtime: t("node 20"),
  pid: 1,
  processStart: null,
  service: t("mila"),
  environment: t("production"),
  release: t("abc123"),
  redaction: { policy: t("off"), keyId: "off" },
  ...more,
});

/** A segment being written by hand: numbers texts as the journal does. */
export class HandSegment {
  readonly writer: WriterId;
  readonly entries: { sequence: number; entry: Entry }[] = [];
  readonly #refs = new Map<string, TextRef>();
  readonly #texts: string[] = [];
  readonly #lost = new Set<TextRef>();

  constructor(writer: WriterId = writerOf(1), header: Partial<WriterEntry> = {}) {
    this.writer = writer;
    this.add(() => writerEntry(writer, header));
  }
  add(build: (ref: (text: string) => TextRef) => Entry): this {
    const fresh: [TextRef, RedactedText][] = [];
    const entry = build((text) => {
      const known = this.#refs.get(text);
      if (known !== undefined) return known;
      const ref = this.#texts.push(text) - 1;
      this.#refs.set(text, ref);
      fresh.push([ref, t(text)]);
      return ref;
    });
    const texts: NewTexts = fresh;
    this.entries.push({ sequence: this.entries.length, entry: fresh.length === 0 ? entry : ({ ...entry, texts } as Entry) });
    return this;
  }
  /** Pretend that the frame which defined this text was damaged. */
  lose(text: string): void {
    this.#lost.add(this.#refs.get(text) as TextRef);
  }
  readonly textOf: TextOf = (ref) => {
    const text = this.#texts[ref];
    if (text === undefined || this.#lost.has(ref)) throw new WhysaidError("TEXT_LOST", "lost", { fix: "none" });
    return text;
  };
  batch(entries: readonly { sequence: number; entry: Entry }[] = this.entries, source = `${this.writer}-0`): SegmentBatch {
    return { cursor: { source, offset: entries.length }, writer: this.writer, entries, textOf: this.textOf, quarantined: [] };
  }
}

export interface CallOptions {
  readonly trace: TraceId;
  readonly atMs: number;
  readonly feature?: string;
  readonly conversation?: string;
  readonly model?: string;
  readonly answer?: string;
  readonly question?: string;
  readonly history?: readonly string[];
  readonly failedRule?: string;
  readonly promptVersion?: string;
  readonly tags?: Readonly<Record<string, string>>;
}

/** The entries of one answered call, OpenAI chat, as capture writes them. */
export function addCall(segment: HandSegment, call: CallOptions): void {
  const { trace, atMs, feature = "dose-summary", conversation, model = "gpt-4o", answer = "The dose is 3 mg per kilogram, given twice a day.", question = "What dose does the patient in bed 4 need today?", failedRule, promptVersion, tags } = call;
  const span = spanOf(atMs * 2 + 1);
  const root = spanOf(atMs * 2);
  segment.add((ref) => ({
    kind: "trace-start",
    atMs,
    trace,
    span: root,
    feature: t(feature),
    conversation: conversation === undefined ? null : t(conversation),
    user: null,
    ...(tags === undefined ? {} : { tags: tags as Readonly<Record<RedactedText, RedactedText>> }),
    ...(promptVersion === undefined ? {} : { prompt: { id: t("dose"), version: t(promptVersion), variables: ref('{"ward":"4B"}') } }),
  }));
  segment.add((ref) => ({ kind: "retrieval", atMs: atMs + 1, trace, span: spanOf(atMs * 2 + 2), parent: root, name: t("chart"), query: ref(question), chunks: [{ sourceId: t("chart/881#3"), text: ref("Weight on admission was 2.1 kg; the length was 46 cm."), score: 0.81 }], durationMs: 12 }));
  segment.add((ref) => ({
    kind: "request",
    atMs: atMs + 20,
    trace,
    span,
    parent: root,
    attempt: 1,
    protocol: "openai-chat",
    provider: t("openai"),
    method: t("POST"),
    url: t("https://api.openai.com/v1/chat/completions"),
    headers: { [t("content-type")]: t("application/json") },
    model: null,
    body: {
      form: "text",
      bytes: 1000,
      pieces: [
        ref(`{"model":"${model}","messages":[{"role":"system","content":"`) * 4,
        ref("You answer questions about doses for premature infants, in one sentence.") * 4,
        ...(call.history ?? []).flatMap((text) => [ref('"},{"role":"user","content":"') * 4, ref(text) * 4]),
        ref('"},{"role":"user","content":"') * 4,
        ref(question) * 4,
        ref('"}],"temperature":0}') * 4,
      ],
    },
  }));
  segment.add((ref) => ({
    kind: "response",
    atMs: atMs + 400,
    trace,
    span,
    parent: root,
    attempt: 1,
    state: "complete",
    status: 200,
    headers: { [t("content-type")]: t("application/json") },
    body: {
      form: "text",
      bytes: 500,
      pieces: [
        ref(`{"id":"chatcmpl-${atMs}","object":"chat.completion","created":${atMs},"model":"${model}-2024-08-06","choices":[{"index":0,"message":{"role":"assistant","content":"`) * 4,
        ref(answer) * 4 + 1,
        ref('"},"finish_reason":"stop"}],"usage":{"prompt_tokens":120,"completion_tokens":17,"total_tokens":137}}') * 4,
      ],
    },
    headersMs: 300,
    firstChunkMs: 310,
    durationMs: 380,
  }));
  segment.add((ref) => ({ kind: "parse", atMs: atMs + 401, trace, span: spanOf(atMs * 2 + 3), parent: root, parser: t("dose-json"), input: ref(answer), outcome: "parsed", result: ref('{"mg":3}'), durationMs: 1 }));
  segment.add((ref) => ({
    kind: "validation",
    atMs: atMs + 402,
    trace,
    span: spanOf(atMs * 2 + 4),
    parent: root,
    validator: t("dose"),
    outcome: failedRule === undefined ? "passed" : "failed",
    checks: [{ outcome: failedRule === undefined ? "passed" : "failed", rule: t(failedRule ?? "dose_range"), path: t("mg"), value: ref("3"), expected: t("≤ 5"), message: null }],
    durationMs: 1,
  }));
  segment.add(() => ({ kind: "trace-end", atMs: atMs + 410, trace, span: root, outcome: "returned", durationMs: 410 }));
}
