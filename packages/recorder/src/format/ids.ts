/**
 * Ids, the one kind of string in an entry that is not redacted: all are made here from random bytes and the clock,
 * or arrive in a W3C `traceparent`, and hold hexadecimal digits only.
 */
import { randomFillSync } from "node:crypto";

/** 32 lowercase hex digits, not all zero (W3C Trace Context §3.2.2.3). Ours are UUIDv7 bytes, so they sort by time. */
export type TraceId = string & { readonly __brand: "TraceId" };
/** 16 lowercase hex digits, not all zero (W3C Trace Context §3.2.2.4). */
export type SpanId = string & { readonly __brand: "SpanId" };
/** One run of one journal writer: 16 lowercase hex digits of random bytes. */
export type WriterId = string & { readonly __brand: "WriterId" };

const TRACE_ID = /^(?!0{32})[0-9a-f]{32}$/;
const SPAN_ID = /^(?!0{16})[0-9a-f]{16}$/;

export const isTraceId = (text: string): text is TraceId => TRACE_ID.test(text);
export const isSpanId = (text: string): text is SpanId => SPAN_ID.test(text);

/** An entry's name everywhere: its writer and its place in that writer's gap-free sequence. Idempotency rests on it. */
export type EntryId = `${string}.${number}`;
export const entryId = (writer: WriterId, sequence: number): EntryId => `${writer}.${sequence}`;

// Random bytes are drawn in bulk: one call of the system's generator costs as much as 50 ids.
const pool = Buffer.allocUnsafe(4096);
let used = pool.length;
function randomHex(bytes: number): string {
  if (used + bytes > pool.length) {
    randomFillSync(pool);
    used = 0;
  }
  used += bytes;
  return pool.toString("hex", used - bytes, used);
}

/** A UUIDv7 (RFC 9562 §5.7) as 32 hex digits: 48 bits of Unix milliseconds, then version, variant and 74 random bits. */
export function newTraceId(nowMs: number = Date.now()): TraceId {
  const random = randomHex(10);
  const variant = ((parseInt(random.charAt(3), 16) & 3) | 8).toString(16);
  const time = Math.max(0, Math.trunc(nowMs)).toString(16).padStart(12, "0").slice(-12);
  return `${time}7${random.slice(0, 3)}${variant}${random.slice(4, 19)}` as TraceId;
}
export function newSpanId(): SpanId {
  const id = randomHex(8);
  return (id === "0000000000000000" ? newSpanId() : id) as SpanId;
}
export const newWriterId = (): WriterId => randomHex(8) as WriterId;
