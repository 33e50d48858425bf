/**
 * Which trace the running code belongs to: AsyncLocalStorage inside, W3C `traceparent` in and out, and the active OpenTelemetry span's trace where
 * there is one. No ids or personal data in baggage.
 */
import { isSpanId, isTraceId, type SpanId, type TraceId } from "../format/index.ts";

export interface Remote {
  readonly trace: TraceId;
  readonly span: SpanId;
}

/** @see https://www.w3.org/TR/trace-context/#traceparent-header; undefined for what is none, as the standard asks. */
export function readTraceparent(header: string): Remote | undefined {
  const match = /^\s*([0-9a-f]{2})-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})(-.*)?\s*$/.exec(header);
  if (match === null) return undefined;
  const [, version, trace = "", span = "", , rest] = match;
  if (version === "ff" || (version === "00" && rest !== undefined)) return undefined;
  return isTraceId(trace) && isSpanId(span) ? { trace, span } : undefined;
}

/** Always sampled: what is recorded here is recorded whole. */
export const writeTraceparent = (trace: TraceId, span: SpanId): string => `00-${trace}-${span}-01`;

interface OpenTelemetryGlobal {
  readonly trace?: { getActiveSpan?: () => unknown };
  readonly context?: { active: () => { getValue: (key: symbol) => unknown } };
}
/** The key `@opentelemetry/api` 1.x keeps the active span under. */
const SPAN_KEY = Symbol.for("OpenTelemetry Context Key SPAN");
const API = Symbol.for("opentelemetry.js.api.1");

/** The active OpenTelemetry span, read through the global that every 1.x copy of the API shares; we depend on none. */
export function activeOpenTelemetrySpan(): Remote | undefined {
  const api = (globalThis as Record<symbol, OpenTelemetryGlobal | undefined>)[API];
  if (api === undefined) return undefined;
  try {
    const span = api.context?.active().getValue(SPAN_KEY) as { spanContext?: () => { traceId?: unknown; spanId?: unknown } } | undefined;
    const context = span?.spanContext?.();
    if (typeof context?.traceId !== "string" || typeof context.spanId !== "string") return undefined;
    return isTraceId(context.traceId) && isSpanId(context.spanId) ? { trace: context.traceId, span: context.spanId } : undefined;
  } catch {
    return undefined;
  }
}
