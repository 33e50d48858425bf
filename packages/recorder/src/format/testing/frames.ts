/** Frames of small entries, for the tests of what reads them. */
import { encodeFrame } from "../frame.ts";

const ids = { atMs: 1_767_225_600_000, trace: "019b7a2c000070008000000000000001", span: "00000000000000b1" };

export const jsonFrame = (sequence: number, value: unknown): Buffer => encodeFrame(sequence, Buffer.from(JSON.stringify(value)));

export const writerFrame = (sequence: number, changes: Readonly<Record<string, unknown>> = {}): Buffer =>
  jsonFrame(sequence, {
    kind: "writer",
    atMs: ids.atMs,
    format: 1,
    writer: "00000000000000aa",
    segment: 0,
    recorder: "0.1.0",
    runtime: "node 20",
    pid: 4711,
    processStart: null,
    service: null,
    environment: null,
    release: null,
    redaction: { policy: "off", keyId: "none" },
    ...changes,
  });

export const toolFrame = (sequence: number, texts: readonly (readonly [number, string])[] = [], result: number | null = null): Buffer =>
  jsonFrame(sequence, { kind: "tool", ...ids, name: "get_weight", callId: null, arguments: null, result, durationMs: 41, ...(texts.length > 0 ? { texts } : {}) });

export const gapFrame = (sequence: number): Buffer => jsonFrame(sequence, { kind: "gap", atMs: ids.atMs, from: 0, to: 0, why: "disk-full", traces: [] });

export const endFrame = (sequence: number): Buffer => jsonFrame(sequence, { kind: "writer-end", atMs: ids.atMs });
