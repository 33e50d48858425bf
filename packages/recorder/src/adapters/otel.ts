/**
 * OpenTelemetry in process: a span exporter that takes in what an app instrumented already tells of its model calls. Beside any other exporter:
 *
 * ```ts
 * new NodeTracerProvider({ spanProcessors: [new SimpleSpanProcessor(otelSpanExporter(recorder))] }).register();
 * ```
 * Spans of other things are left alone. Nothing of OpenTelemetry is imported: the types are what its SDK hands over.
 */
import { holdChunks, chunkEntries } from "../capture/chunks.ts";
import type { Ambient, Core } from "../capture/core.ts";
import { errorEntry, holdError } from "../capture/errors.ts";
import { recordGeneration } from "../capture/generation.ts";
import type { Recorder } from "../capture/recorder.ts";
import { heldValue, refOf } from "../capture/trace.ts";
import { isSpanId, isTraceId, type SpanId, type TraceId } from "../format/ids.ts";
import { generationOf, kindOf, retrievalFacts, textAt, toolFacts } from "./otel-spans.ts";

type Scope = Ambient["scope"];
/** `ReadableSpan` of @opentelemetry/sdk-trace-base, as far as it is read here. Times are seconds and nanoseconds. */
export interface OtelSpan {
  readonly name: string;
  spanContext(): { readonly traceId: string; readonly spanId: string };
  readonly parentSpanContext?: { readonly spanId: string; readonly isRemote?: boolean } | undefined;
  /** SDK 1.x. */
  readonly parentSpanId?: string | undefined;
  readonly startTime: readonly [seconds: number, nanoseconds: number];
  readonly endTime: readonly [seconds: number, nanoseconds: number];
  readonly status: { readonly code: number; readonly message?: string | undefined };
  readonly attributes: Readonly<Record<string, unknown>>;
  readonly events: readonly { readonly name: string; readonly attributes?: Readonly<Record<string, unknown>> | undefined }[];
}
/** `SpanExporter` of @opentelemetry/sdk-trace-base. */
export interface OtelSpanExporter {
  export(spans: readonly OtelSpan[], resultCallback: (result: { code: number }) => void): void;
  forceFlush(): Promise<void>;
  shutdown(): Promise<void>;
}
export interface OtelSpanExporterOptions {
  /** Whom a span is about, so that names only the app knows are taken too: an exporter runs where the request's own declarations no longer hold. */
  readonly declared?: (span: OtelSpan) => Parameters<Scope["with"]>[0] | undefined;
}

const ERROR = 2;
/** Traces that are remembered at once; an app has a few open. */
const REMEMBERED = 2000;
const msOf = ([seconds, nanoseconds]: OtelSpan["startTime"]): number => seconds * 1000 + nanoseconds / 1e6;

/**
 * Each finished model call, tool execution and retrieval becomes an entry under its own trace and span id, redacted as everything else. A call whose bytes crossed `recorder.fetch`
 * while its span was open is left to those.
 */
export function otelSpanExporter(recorder: Recorder, { declared }: OtelSpanExporterOptions = {}): OtelSpanExporter {
  const { core, exchanges } = recorder.internals;
  const crossed = new Map<TraceId, number[]>();
  const answered = new Map<TraceId, true>();
  exchanges.onBegin.add((trace) => remember(crossed, trace, [...(crossed.get(trace) ?? []), core.now()]));

  const recorded = (span: OtelSpan): void => {
    const { traceId, spanId } = span.spanContext();
    if (!isTraceId(traceId) || !isSpanId(spanId)) return;
    const kind = kindOf(span);
    const [startMs, endMs] = [Math.trunc(msOf(span.startTime)), Math.trunc(msOf(span.endTime))];
    const hasCrossed = kind === "generation" && (crossed.get(traceId) ?? []).some((atMs) => atMs >= startMs && atMs <= endMs);
    if (kind !== "other") remember(answered, traceId, true);
    if (kind === "other" && !answered.has(traceId)) return;
    const whom = declared?.(span);
    const scope = whom === undefined ? core.ambient().scope : core.ambient().scope.with(whom);
    writeSpan(core, span, { trace: traceId, span: spanId, kind: hasCrossed ? "agent" : kind, startMs, endMs, scope });
  };
  const flushed = (): Promise<void> => recorder.flush().catch(() => undefined);
  return {
    export: (spans, resultCallback) => {
      for (const span of spans) core.safely("record an OpenTelemetry span", () => recorded(span));
      resultCallback({ code: 0 });
    },
    forceFlush: flushed,
    shutdown: flushed,
  };
}

function remember<T>(map: Map<TraceId, T>, trace: TraceId, value: T): void {
  map.delete(trace);
  map.set(trace, value);
  const [oldest] = map.keys();
  if (map.size > REMEMBERED && oldest !== undefined) map.delete(oldest);
}

interface Told {
  readonly trace: TraceId;
  readonly span: SpanId;
  readonly kind: ReturnType<typeof kindOf>;
  readonly startMs: number;
  readonly endMs: number;
  readonly scope: Scope;
}
function writeSpan(core: Core, source: OtelSpan, { trace, span, kind, startMs, endMs, scope }: Told): void {
  const { attributes } = source;
  const given = source.parentSpanContext?.spanId ?? source.parentSpanId;
  const parent = given !== undefined && isSpanId(given) ? given : undefined;
  const isRoot = parent === undefined || source.parentSpanContext?.isRemote === true;
  const durationMs = Math.max(0, endMs - startMs);
  const thrown = thrownIn(source);
  const held = thrown === undefined ? undefined : holdError(thrown, scope);
  const joined = { trace, span, ...(parent === undefined ? {} : { parent }) };
  const word = (...keys: readonly string[]) => {
    const text = textAt(attributes, ...keys);
    return text === undefined ? null : scope.text(text, { signal: "metadata" });
  };
  const feature = word("ai.telemetry.functionId", "gen_ai.workflow.name", "traceloop.workflow.name", "gen_ai.agent.name", "agent.name");
  const starts = isRoot || feature !== null;
  if (starts) core.append(() => ({ kind: "trace-start", atMs: startMs, ...joined, feature, conversation: word("gen_ai.conversation.id", "session.id", "ai.telemetry.metadata.sessionId"), user: word("user.id", "enduser.id", "ai.telemetry.metadata.userId") }));
  if (kind === "generation") {
    const told: Core = { ...core, now: () => endMs, newSpanId: () => span, ambient: () => ({ trace, parent, scope, owner: undefined }) };
    const { latency, ...signals } = generationOf(source);
    recordGeneration(told, { ...signals, latency: { ...latency, totalMs: durationMs }, startedAt: startMs, durationMs, ...(thrown === undefined ? {} : { error: thrown }) });
  } else if (kind === "tool") {
    const tool = toolFacts(source);
    const [name, callId] = [scope.text(tool.name, { signal: "metadata" }), tool.callId === undefined ? null : scope.text(tool.callId, { signal: "metadata" })];
    const [asked, result] = (["arguments", "result"] as const).map((path) => (tool[path] === undefined ? undefined : heldValue(tool[path], scope, { signal: "toolCalls", path: [path] })));
    core.append((texts) => ({ kind: "tool", atMs: startMs, ...joined, name, callId, arguments: refOf(asked, texts), result: refOf(result, texts), ...(held === undefined ? {} : { error: errorEntry(held, texts) }), durationMs }));
  } else if (kind === "retrieval") {
    const { query, documents } = retrievalFacts(source);
    const name = scope.text(textAt(attributes, "gen_ai.data_source.id") ?? source.name, { signal: "metadata" });
    const [heldQuery, chunks] = [query === undefined ? undefined : heldValue(query, scope, { signal: "chunks", path: ["query"] }), holdChunks(documents, scope)];
    core.append((texts) => ({ kind: "retrieval", atMs: startMs, ...joined, name, query: refOf(heldQuery, texts), chunks: chunkEntries(chunks, texts), ...(held === undefined ? {} : { error: errorEntry(held, texts) }), durationMs }));
  }
  if (starts) core.append((texts) => ({ kind: "trace-end", atMs: endMs, ...joined, outcome: thrown === undefined ? "returned" : "threw", ...(held === undefined ? {} : { error: errorEntry(held, texts) }), durationMs }));
}

function thrownIn({ status, events }: OtelSpan): Error | undefined {
  if (status.code !== ERROR) return undefined;
  const told = events.find(({ name }) => name === "exception")?.attributes ?? {};
  const error = new Error(textAt(told, "exception.message") ?? status.message ?? "");
  error.name = textAt(told, "exception.type") ?? "Error";
  // ours would be of this file
  error.stack = textAt(told, "exception.stacktrace") ?? "";
  return error;
}
