/** Journals in fresh directories, and entries to put into them. */
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach } from "vitest";
import { readSegment, recalled, type Entry, type RedactedText, type SegmentEntry, type SpanId, type TraceId } from "../../format/index.ts";
import { listSegments } from "../directory.ts";
import type { SegmentHeader } from "../header.ts";
import type { TextTable } from "../journal.ts";

export const header: SegmentHeader = {
  recorder: "0.1.0",
  runtime: recalled("node"),
  service: recalled("mila"),
  environment: null,
  release: null,
  redaction: { policy: recalled("off"), keyId: "none" },
};

/** @param number  from 1, for the id of all zeros is none */
export const traceId = (number: number): TraceId => number.toString(16).padStart(32, "0") as TraceId;

/** A tool entry whose result is `text`. */
export const toolEntry = (number: number, text: string) => (texts: TextTable): Entry => ({
  kind: "tool",
  atMs: 1_767_225_600_000 + number,
  trace: traceId(number),
  span: "00000000000000b1" as SpanId,
  name: recalled("get_weight"),
  callId: null,
  arguments: null,
  result: texts.ref(recalled(text)),
  durationMs: 41,
});

export const text = (length: number, seed: number = 1): RedactedText => {
  let state = seed;
  let out = "";
  while (out.length < length) {
    state = (state * 1_103_515_245 + 12_345) & 0x7fffffff;
    out += state.toString(36);
  }
  return recalled(out.slice(0, length));
};

const made: string[] = [];
/** A directory that is gone after the test. */
export function freshDirectory(): string {
  const directory = mkdtempSync(join(tmpdir(), "whysaid-journal-"));
  made.push(directory);
  return directory;
}
afterEach(() => {
  for (const directory of made.splice(0)) rmSync(directory, { recursive: true, force: true });
});

/** All entries in a directory's segments, with texts resolved where the entry is a tool's. */
export function entriesIn(directory: string): readonly (SegmentEntry & { readonly text?: string })[] {
  return listSegments(directory).flatMap(({ path }) => {
    const { entries, textOf } = readSegment(readFileSync(path));
    return entries.map((read) => (read.entry.kind === "tool" && read.entry.result !== null ? { ...read, text: textOf(read.entry.result) } : read));
  });
}

export const kindsIn = (directory: string): readonly string[] => entriesIn(directory).map(({ entry }) => entry.kind);
