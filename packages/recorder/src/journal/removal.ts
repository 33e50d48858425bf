/** The one way a segment leaves the journal: when a store has it whole and nobody can add to it. Called by ingest, never by the writer. */
import { unlinkSync } from "node:fs";
import { dirname, join } from "node:path";
import { parseSegmentName } from "../format/segment-name.ts";
import { readSegment } from "../format/segment.ts";
import { listSegments, reserveName, type ListedSegment } from "./directory.ts";
import { writerState } from "./liveness.ts";

/** How long a segment written elsewhere must lie untouched before it counts as left behind. */
const ELSEWHERE_SETTLED_MS = 24 * 60 * 60 * 1000;
/** An exiting process writes its end entry and may still append what its last exit listeners say. */
const ENDED_SETTLED_MS = 10_000;

/**
 * Remove a segment that a store has whole. Refused (false) unless nothing can be added to it any more: its writer has gone on to another
 * segment, ended, or died.
 *
 * @param ingestedEnd  the store's committed cursor for it (`SegmentContents.end`); a torn tail behind it is nobody's
 */
export function removeSegment(path: string, ingestedEnd: number, nowMs: number = Date.now()): boolean {
  const name = parseSegmentName(path);
  if (name === null) return false;
  const segments = listSegments(dirname(path)).filter(({ writer }) => writer === name.writer);
  const segment = segments.find((candidate) => candidate.segment === name.segment);
  if (segment === undefined || (segment === segments.at(-1) && !isSettled(segment, nowMs))) return false;
  // Asked last: what is settled grows no more.
  const left = readSegment(path, ingestedEnd);
  if (left.entries.length > 0 || left.quarantined.length > 0) return false;
  unlinkSync(path);
  if (segments.length === 1) unlinkIfThere(join(dirname(path), reserveName(name.writer)));
  return true;
}

function isSettled(segment: ListedSegment, nowMs: number): boolean {
  const { header, entries } = readSegment(segment.path);
  const untouchedMs = nowMs - segment.modifiedMs;
  if (entries.at(-1)?.entry.kind === "writer-end" && untouchedMs > ENDED_SETTLED_MS) return true;
  const state = header === null ? "elsewhere" : writerState(header);
  return state === "gone" || (state === "elsewhere" && untouchedMs > ELSEWHERE_SETTLED_MS);
}

function unlinkIfThere(path: string): void {
  try {
    unlinkSync(path);
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code !== "ENOENT") throw cause;
  }
}
