/**
 * Readings → redacted entries → batches for the store. Last step of OTLP ingest.
 *
 * Each span is the whole journal of a writer of its own, named by a hash of trace and span id, its entries numbered from 0: a span that is sent twice, in whatever company,
 * is stored once, and a trace needs no more than the set of its spans. A piece of a span is one too, named by what it says as well.
 */
import { createHash } from "node:crypto";
import { isSpanId, isTraceId, unreachable, WhysaidError, type Entry, type RecordedError, type RedactedText, type SignalName, type SpanId, type TextRef, type TraceId, type WriterId } from "@whysaid/recorder/format";
import type { RedactionScope, Where } from "@whysaid/recorder/redact";
import type { TextTable } from "@whysaid/recorder/journal";
import { givenEntry, holdGiven } from "@whysaid/recorder/wire";
import type { SegmentBatch } from "../../store/store.ts";
import { DraftTexts } from "../import/draft.ts";
import { readingOf, type Facts, type Reading } from "./dialects/reading.ts";
import { redactedJson } from "./redacted-json.ts";
import type { OtlpLog, OtlpSpan } from "./spans.ts";

export interface OtlpRecords {
  readonly spans: readonly OtlpSpan[];
  readonly logs: readonly OtlpLog[];
}
export interface OtlpBatches {
  readonly batches: readonly SegmentBatch[];
  readonly traces: readonly TraceId[];
  /** Spans of other things (HTTP, databases), which a trace of answers has no place for. */
  readonly others: number;
  /** Spans and records without valid ids. */
  readonly refused: number;
}

/** @param feature  for traces that name none */
export function otlpBatches(records: OtlpRecords, scope: RedactionScope, feature: string | null = null): OtlpBatches {
  const logs = bySpan(records.logs);
  const all = [...records.spans.map((span) => readingOf(span, logs.get(span.spanId))), ...lonely(records, logs)];
  const readings = all.filter((reading) => reading !== null);
  const traces = new Set(readings.filter(({ kind }) => kind !== "other").map(({ trace }) => trace));
  // The request that asked for the answer says when it began and how it ended; without an answer it is none of ours.
  const kept = readings.filter(({ kind, parent, trace }) => kind !== "other" || (parent === null && traces.has(trace)));
  return { batches: kept.map((reading) => batchOfReading(reading, scope, feature)), traces: [...traces], others: readings.length - kept.length, refused: all.length - readings.length };
}

function bySpan(logs: readonly OtlpLog[]): ReadonlyMap<string, readonly OtlpLog[]> {
  const found = new Map<string, OtlpLog[]>();
  for (const log of logs) {
    if (!/^(?:gen_ai\.|event\.gen_ai)/.test(log.name)) continue;
    const list = found.get(log.spanId) ?? [];
    list.push(log);
    found.set(log.spanId, list);
  }
  return found;
}

/**
 * Log records whose span is not in this request: what they say of the call is kept under its span's id, in a journal of its own, named by what it says. The span may come before or
 * after it; read back they are one generation (reconstruct/recorded-calls.ts).
 */
function lonely({ spans }: OtlpRecords, logs: ReadonlyMap<string, readonly OtlpLog[]>): readonly (Reading | null)[] {
  const known = new Set(spans.map(({ spanId }) => spanId));
  return [...logs].flatMap(([spanId, told]) => {
    const [first] = told;
    if (first === undefined || known.has(spanId) || !isTraceId(first.traceId) || !isSpanId(spanId)) return [];
    const attributes = new Map([["gen_ai.operation.name", "chat"], ...first.attributes]);
    const span: OtlpSpan = { traceId: first.traceId, spanId, parentSpanId: null, name: first.name, startNs: first.atNs, endNs: told.at(-1)?.atNs ?? first.atNs, attributes, events: [], statusCode: 0, statusMessage: "", scope: first.scope, scopeVersion: "", resource: first.resource };
    const reading = readingOf(span, told);
    return [reading === null ? null : { ...reading, isTold: true }];
  });
}

export function batchOfReading(reading: Reading, scope: RedactionScope, feature: string | null): SegmentBatch {
  const texts = new DraftTexts();
  const all = new SpanEntries(reading, scope, texts, feature).all();
  // Of a call told by log records we know what was said, not when the trace began or ended: that is its spans' to say.
  const entries = reading.isTold === true ? all.filter(({ kind }) => kind === "generation") : all;
  const said = reading.isTold === true || reading.piece !== undefined ? ` told ${JSON.stringify([entries, texts.texts])}` : "";
  const writer = createHash("sha256").update(`otlp ${reading.trace} ${reading.span}${said}`).digest("hex").slice(0, 16) as WriterId;
  const textOf = (ref: TextRef): string => {
    const text = texts.texts[ref];
    if (text === undefined) throw new WhysaidError("TEXT_LOST", "an imported span names a text it did not bring", { fix: "Report this with the name of the exporter." });
    return text;
  };
  return { cursor: null, writer, entries: entries.map((entry, sequence) => ({ sequence, entry })), textOf, quarantined: [] };
}

const whereOf = (name: SignalName): Where["signal"] => (name === "model" || name === "usage" || name === "latency" ? "metadata" : name);

class SpanEntries {
  readonly #reading: Reading;
  readonly #scope: RedactionScope;
  readonly #texts: TextTable;
  readonly #feature: string | null;

  constructor(reading: Reading, scope: RedactionScope, texts: TextTable, feature: string | null) {
    this.#reading = reading;
    this.#scope = scope;
    this.#texts = texts;
    this.#feature = feature;
  }

  all(): readonly Entry[] {
    const { parent, facts, startMs, durationMs } = this.#reading;
    const { piece } = this.#reading;
    const isRoot = parent === null;
    const feature = facts.feature ?? (isRoot ? this.#feature : null);
    const step = this.#step();
    const spans = isRoot || feature !== null;
    const starts = spans && piece?.hasStart !== false;
    // Until the root's end is told, the trace is open.
    const tellsAll = isRoot && piece?.end !== "later";
    const entries: Entry[] = [];
    if (starts) entries.push({ kind: "trace-start", ...this.#joined(startMs), feature: this.#wordOrNull(feature), conversation: this.#wordOrNull(facts.conversation), user: this.#wordOrNull(facts.user) });
    entries.push({ kind: "trace-update", ...this.#joined(startMs), ...this.#known(facts), ...(tellsAll ? { imported: this.#origin() } : {}), ...(step === null ? this.#attributes() : {}) });
    if (step !== null) entries.push(step);
    if (spans && (piece === undefined || piece.end === "told")) entries.push({ kind: "trace-end", ...this.#joined(startMs + durationMs), outcome: this.#reading.error === null ? "returned" : "threw", ...this.#error(), durationMs });
    return entries;
  }

  #step(): Entry | null {
    const reading = this.#reading;
    const { startMs, durationMs, name } = reading;
    switch (reading.kind) {
      case "generation": {
        const { timeToFirstChunkMs, ...signals } = reading.signals;
        const { piece } = reading;
        const isTimed = piece === undefined || (piece.hasStart && piece.end === "told");
        const latency = { retrievalMs: null, timeToFirstChunkMs, generationMs: null, toolsMs: null, totalMs: durationMs };
        const refs = Object.entries({ ...signals, ...(isTimed ? { latency } : {}) }).flatMap(([signal, value]) => {
          const json = redactedJson(value, this.#scope, whereOf(signal as SignalName));
          return json === undefined ? [] : [[signal, givenEntry(holdGiven(json), this.#texts)] as const];
        });
        return {
          kind: "generation",
          ...this.#joined(startMs + durationMs),
          provider: this.#wordOrNull(reading.provider),
          startedAtMs: startMs,
          durationMs: isTimed ? durationMs : null,
          state: reading.error !== null ? "failed" : piece === undefined || piece.end === "told" ? "complete" : "open",
          signals: Object.fromEntries(refs),
          ...this.#error(),
          ...this.#attributes(),
        };
      }
      case "tool":
        return {
          kind: "tool",
          ...this.#joined(startMs),
          name: this.#word(reading.tool),
          callId: this.#wordOrNull(reading.callId),
          arguments: this.#textOrNull(reading.arguments, "toolCalls"),
          result: this.#textOrNull(reading.result, "toolCalls"),
          ...this.#error(),
          durationMs,
          ...this.#attributes(),
        };
      case "retrieval":
        return {
          kind: "retrieval",
          ...this.#joined(startMs),
          name: this.#word(name),
          query: this.#textOrNull(reading.query, "chunks"),
          chunks: reading.chunks.map((chunk) => {
            const metadata = chunk.metadata === null || chunk.metadata === undefined ? undefined : this.#scope.json(chunk.metadata, { signal: "chunks" });
            return { sourceId: this.#wordOrNull(chunk.sourceId), text: this.#texts.ref(this.#scope.text(chunk.text, { signal: "chunks" })), score: chunk.score, ...(metadata === undefined ? {} : { metadata: this.#texts.ref(metadata) }) };
          }),
          ...this.#error(),
          durationMs,
          ...this.#attributes(),
        };
      case "agent":
      case "other":
        return null;
      default:
        return unreachable(reading);
    }
  }

  #joined(atMs: number): { readonly atMs: number; readonly trace: TraceId; readonly span: SpanId; readonly parent?: SpanId } {
    const { trace, span, parent } = this.#reading;
    return { atMs, trace, span, ...(parent === null ? {} : { parent }) };
  }

  #known({ conversation, user, tags, prompt }: Facts) {
    const variables = prompt === null || prompt.variables === null ? undefined : this.#scope.json(prompt.variables, { signal: "metadata" });
    return {
      ...(conversation === null ? {} : { conversation: this.#word(conversation) }),
      ...(user === null ? {} : { user: this.#word(user) }),
      ...(tags.size === 0 ? {} : { tags: Object.fromEntries([...tags].map(([key, value]) => [this.#word(key), this.#word(value)])) }),
      ...(prompt === null ? {} : { prompt: { id: this.#word(prompt.id), version: this.#wordOrNull(prompt.version, "version"), variables: variables === undefined ? null : this.#texts.ref(variables) } }),
    };
  }

  /** The root's own times and the resource's names. */
  #origin(): RedactedText {
    const { facts, startMs, durationMs, error, piece } = this.#reading;
    const { service, environment, release } = facts;
    if (piece?.end === "untold") return this.#scope.json({ service, environment, release, gaps: [] }, { signal: "metadata" }) ?? this.#word("{}");
    return this.#scope.json({ service, environment, release, startedAtMs: startMs, durationMs, outcome: error === null ? "returned" : "threw", error, gaps: [] }, { signal: "metadata" }) ?? this.#word("{}");
  }

  #attributes(): { readonly attributes?: RedactedText } {
    const json = this.#reading.rest.size === 0 ? undefined : this.#scope.json(this.#reading.rest, { signal: "metadata" });
    return json === undefined ? {} : { attributes: json };
  }

  #error(): { readonly error?: RecordedError } {
    const { error } = this.#reading;
    return error === null ? {} : { error: { name: this.#scope.text(error.name, { signal: "error" }), message: this.#scope.text(error.message, { signal: "error" }) } };
  }
  #word(text: string, field?: string): RedactedText {
    return this.#scope.text(text, field === undefined ? { signal: "metadata" } : { signal: "metadata", path: [field] });
  }
  #wordOrNull(text: string | null, field?: string): RedactedText | null {
    return text === null ? null : this.#word(text, field);
  }
  #textOrNull(text: string | null, signal: Where["signal"]): TextRef | null {
    return text === null ? null : this.#texts.ref(this.#scope.text(text, { signal }));
  }
}
