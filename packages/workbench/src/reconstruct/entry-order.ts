/**
 * The set of a trace's entries, put in one order. First step of a reconstruction: whatever follows sees the same list however the
 * entries arrived, and however often.
 *
 * Inside one writer the sequence number is the truth: a clock that jumps back does not reorder what a process did. Between writers
 * there is only the clock.
 */
import type { StoredEntry } from "../store/store.ts";

interface Placed {
  readonly stored: StoredEntry;
  /** The highest time the writer had shown up to this entry. */
  readonly timeMs: number;
}

/** When an entry was written: a step's own time is when it began. */
function timeOf({ entry }: StoredEntry): number {
  const isStep = entry.kind === "retrieval" || entry.kind === "tool" || entry.kind === "parse" || entry.kind === "validation";
  return isStep ? entry.atMs + entry.durationMs : entry.atMs;
}
const byText = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

export function inOrder(entries: readonly StoredEntry[]): readonly StoredEntry[] {
  const distinct = new Map<string, StoredEntry>();
  for (const stored of entries) distinct.set(stored.id, stored);
  const bySequence = [...distinct.values()].sort((a, b) => byText(a.writer, b.writer) || a.sequence - b.sequence);

  const placed: Placed[] = [];
  let writer: string | null = null;
  let timeMs = 0;
  for (const stored of bySequence) {
    timeMs = stored.writer === writer ? Math.max(timeMs, timeOf(stored)) : timeOf(stored);
    writer = stored.writer;
    placed.push({ stored, timeMs });
  }
  // A stable sort keeps each writer's sequence where times are equal; equal times of two writers fall in the order of their ids.
  return placed.sort((a, b) => a.timeMs - b.timeMs).map((one) => one.stored);
}
