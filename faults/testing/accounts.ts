/** Settles what a journal says against what `append` said: every number is either there or in a gap entry, never both, never neither. */
import { readSegment, type GapEntry } from "../../packages/recorder/src/format/index.ts";
import { listSegments } from "../../packages/recorder/src/journal/index.ts";
import { textOf, traceOf } from "./numbered-entries.ts";

export interface Account {
  readonly written: number;
  readonly lost: number;
  /** Acknowledged and not there, or there and not acknowledged. */
  readonly misplaced: number;
  readonly wrong: number;
  /** Sequence numbers that are in no entry and no gap, or in both. */
  readonly unexplained: number;
  /** Lost entries whose trace no gap names, as long as a gap names fewer than 1,000. */
  readonly unnamed: number;
  readonly gaps: readonly GapEntry[];
}

/** @param said  what `append` returned for entry 0, 1, 2 … */
export function settle(directory: string, said: readonly boolean[]): Account {
  const there = new Set<number>();
  const sequences: number[] = [];
  const gaps: GapEntry[] = [];
  let wrong = 0;
  for (const { path } of listSegments(directory)) {
    const { entries, textOf: textIn } = readSegment(path);
    for (const { sequence, entry } of entries) {
      sequences.push(sequence);
      if (entry.kind === "gap") gaps.push(entry);
      if (entry.kind !== "tool" || entry.result === null) continue;
      const text = textIn(entry.result);
      if (text !== textOf(entry.atMs, text.length)) wrong += 1;
      there.add(entry.atMs);
    }
  }
  for (const { from, to } of gaps) for (let sequence = from; sequence <= to; sequence += 1) sequences.push(sequence);
  sequences.sort((a, b) => a - b);
  const unexplained = sequences.reduce((sum, sequence, index) => sum + Math.abs(sequence - (index === 0 ? 0 : (sequences[index - 1] as number) + 1)), 0);
  const named = new Set(gaps.flatMap(({ traces }) => traces));
  const hasRoomForNames = gaps.every(({ traces }) => traces.length < 1000);
  const lostNumbers = said.flatMap((ok, number) => (ok ? [] : [number]));
  return {
    written: said.length - lostNumbers.length,
    lost: lostNumbers.length,
    misplaced: said.filter((ok, number) => ok !== there.has(number)).length,
    wrong,
    unexplained,
    unnamed: hasRoomForNames ? lostNumbers.filter((number) => !named.has(traceOf(number))).length : 0,
    gaps,
  };
}

export const lostIn = (gaps: readonly GapEntry[]): number => gaps.reduce((sum, { from, to }) => sum + to - from + 1, 0);
