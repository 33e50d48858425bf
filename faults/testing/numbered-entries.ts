/** Entries that can be checked: every byte follows from the entry's number. Written by the fault harnesses' children, checked by their parents. */
import { recalled, type Entry, type RedactedText, type SpanId, type TraceId } from "../../packages/recorder/src/format/index.ts";
import type { SegmentHeader } from "../../packages/recorder/src/journal/header.ts";
import type { TextTable } from "../../packages/recorder/src/journal/journal.ts";

export const header: SegmentHeader = {
  recorder: "faults",
  runtime: recalled("node"),
  service: null,
  environment: null,
  release: null,
  redaction: { policy: recalled("off"), keyId: "none" },
};

/** A generator that gives the same numbers for the same seed: 0 up to and without `below`. */
export function seeded(seed: number): (below: number) => number {
  let state = (seed ^ 0x9e3779b9) >>> 0;
  return (below) => {
    // Mulberry32 (public domain).
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) % below;
  };
}

export const traceOf = (number: number): TraceId => (number + 1).toString(16).padStart(32, "0") as TraceId;

/** `length` units that name their entry and are not all alike: quotes, umlauts and line ends among them. */
export function textOf(number: number, length: number): RedactedText {
  const random = seeded(number);
  const block = Array.from({ length: 64 }, () => `${random(36 ** 4).toString(36)}"é\n漢 `).join("");
  return recalled(`#${number}:${length}#${block.repeat(Math.ceil(length / block.length))}`.slice(0, length));
}

/** Log-uniform between the two. */
export const lengthBetween = (random: (below: number) => number, least: number, most: number): number => Math.round(least * (most / least) ** (random(10_000) / 9999));

export const toolEntry =
  (number: number, text: RedactedText) =>
  (texts: TextTable): Entry => ({
    kind: "tool",
    atMs: number,
    trace: traceOf(number),
    span: "00000000000000b1" as SpanId,
    name: recalled("numbered"),
    callId: null,
    arguments: null,
    result: texts.ref(text),
    durationMs: 0,
  });
