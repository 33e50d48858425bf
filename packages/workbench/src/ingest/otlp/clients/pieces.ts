/**
 * Clients that tell a span in pieces (LangSmith: post, then patch; Langfuse: create, then update) → `OtlpSpan`s, so that everything after this is what OTLP goes through: one table of
 * names, one redactor, one shape of entries. Pieces of one request are joined here; those that come in different ones are joined when the trace is read.
 */
import type { Json } from "@whysaid/recorder/wire";
import type { Attributes, AttributeValue, OtlpEvent, OtlpSpan } from "../spans.ts";

export class MalformedClientBody extends Error {
  override readonly name = "MalformedClientBody";
}

/** What one message says of a span; null where it says nothing. */
export interface SpanPiece {
  readonly traceId: string;
  readonly spanId: string;
  readonly parentSpanId: string | null;
  readonly name: string | null;
  readonly startNs: bigint | null;
  readonly endNs: bigint | null;
  /** When it was said: stands for times that are not. */
  readonly saidNs: bigint;
  readonly attributes: Attributes;
  readonly events: readonly OtlpEvent[];
  readonly error: string | null;
  /** Begins the span; others add to it. */
  readonly isFirst: boolean;
  /** The protocol has no word for when this one ends. */
  readonly neverEnds: boolean;
}

/** Whole spans where a request tells them whole, else what it tells. */
export function spansOfPieces(pieces: readonly SpanPiece[], scope: string): OtlpSpan[] {
  const spans = new Map<string, SpanPiece>();
  for (const piece of pieces) {
    const key = `${piece.traceId} ${piece.spanId}`;
    const known = spans.get(key);
    spans.set(key, known === undefined ? piece : joined(known, piece));
  }
  return [...spans.values()].map((piece) => spanOf(piece, scope));
}

/** What is said later stands. */
const joined = (a: SpanPiece, b: SpanPiece): SpanPiece => ({
  ...b,
  parentSpanId: b.parentSpanId ?? a.parentSpanId,
  name: b.name ?? a.name,
  startNs: earlier(a.startNs, b.startNs),
  endNs: b.endNs ?? a.endNs,
  attributes: new Map([...a.attributes, ...b.attributes]),
  events: [...a.events, ...b.events],
  error: b.error ?? a.error,
  isFirst: a.isFirst || b.isFirst,
});
const earlier = (a: bigint | null, b: bigint | null): bigint | null => (a === null || (b !== null && b < a) ? b : a);

function spanOf({ traceId, spanId, parentSpanId, name, startNs, endNs, saidNs, attributes, events, error, isFirst, neverEnds }: SpanPiece, scope: string): OtlpSpan {
  const isWhole = isFirst && startNs !== null && endNs !== null;
  const start = startNs ?? endNs ?? saidNs;
  return {
    traceId,
    spanId,
    parentSpanId,
    name: name ?? "",
    startNs: start,
    endNs: endNs ?? start,
    attributes,
    events,
    statusCode: error === null ? 0 : 2,
    statusMessage: error ?? "",
    scope,
    scopeVersion: "",
    resource: new Map(),
    ...(isWhole ? {} : { piece: { hasStart: startNs !== null, end: neverEnds ? "untold" : endNs === null ? "later" : "told" } }),
  };
}

/** ISO 8601 to the microsecond, or milliseconds since 1970. A time without a zone is UTC. */
export function nsOf(time: Json): bigint | null {
  if (typeof time.value === "number") return Number.isFinite(time.value) ? BigInt(Math.round(time.value * 1000)) * 1000n : null;
  const [, whole, fraction = "", zone = ""] = /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(?:\.(\d{1,9}))?(Z|[+-]\d\d:?\d\d)?$/.exec(time.string ?? "") ?? [];
  const ms = whole === undefined ? Number.NaN : Date.parse(`${whole}${zone === "" ? "Z" : zone}`);
  return Number.isNaN(ms) ? null : BigInt(ms) * 1_000_000n + BigInt(fraction.padEnd(9, "0").slice(0, 9));
}

/** Attributes of what is there. */
export class Told {
  readonly attributes: Map<string, AttributeValue> = new Map<string, AttributeValue>();

  /** A text as it is; anything else as its exact JSON text. */
  add(key: string, value: Json): this {
    const text = value.literal;
    if (text !== null) this.attributes.set(key, text);
    return this;
  }
  text(key: string, value: string | null): this {
    if (value !== null && value !== "") this.attributes.set(key, value);
    return this;
  }
  under(prefix: string, of: Json): this {
    for (const key of of.keys()) this.add(`${prefix}${key}`, of.get(key));
    return this;
  }
}
