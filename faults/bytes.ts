/**
 * Damaged segments: every entry whose bytes are untouched must be read, and nothing else. `npm run faults bytes [--runs 10000] [--seed N]`.
 * Exit code 1 when a wrong entry or text is accepted, or an undamaged one is lost.
 */
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { readSegment, SegmentReader, type SegmentContents, type SegmentEntry } from "@whysaid/recorder/format";
import { listSegments, openJournal } from "@whysaid/recorder/journal";
import { kinds, type Damage, type DamageKind } from "./testing/damage.ts";
import { header, lengthBetween, seeded, textOf, toolEntry } from "./testing/numbered-entries.ts";
import { numberOption } from "./testing/options.ts";

const runs = numberOption("runs", 10_000);
const seed = numberOption("seed", 1);
const random = seeded(seed);

interface Whole {
  readonly bytes: Buffer;
  readonly contents: SegmentContents;
  readonly bySequence: ReadonlyMap<number, SegmentEntry>;
}

/** Segments of many shapes: few long entries, many short ones, texts used again and again. */
function segments(): readonly Whole[] {
  const directory = mkdtempSync(join(tmpdir(), "whysaid-bytes-"));
  for (const [entries, most] of [[3, 300], [40, 400], [12, 3000], [200, 2000], [30, 20_000], [4, 150_000], [1, 40]] as const) {
    const journal = openJournal({ directory, header });
    for (let number = 0; number < entries; number += 1) {
      const shown = random(3) === 0 ? random(number + 1) : number;
      journal.append(toolEntry(number, textOf(shown, lengthBetween(seeded(shown), 40, most))));
    }
    if (random(2) === 0) void journal.close();
  }
  const read = listSegments(directory).map(({ path }) => {
    const bytes = readFileSync(path);
    const contents = readSegment(bytes);
    return { bytes, contents, bySequence: new Map(contents.entries.map((entry) => [entry.sequence, entry])) };
  });
  rmSync(directory, { recursive: true });
  return read;
}

const count = { faults: 0, undamaged: 0, damaged: 0, read: 0, wrong: 0, lost: 0, grown: 0, wrongTexts: 0, lostTexts: 0 };
type Count = typeof count;
const perKind = new Map<DamageKind, Count>();

function check({ contents, bySequence }: Whole, { bytes, intact }: Damage, into: Count): void {
  const isUndamaged = ({ offset, end }: SegmentEntry): boolean => intact.some(({ from, to }) => from <= offset && end <= to);
  const undamaged = new Set(contents.entries.filter(isUndamaged).map(({ sequence }) => sequence));
  const after = readSegment(bytes);
  const read = new Set<number>();
  for (const { sequence, entry } of after.entries) {
    const original = bySequence.get(sequence);
    if (original === undefined || read.has(sequence) || JSON.stringify(entry) !== JSON.stringify(original.entry)) into.wrong += 1;
    read.add(sequence);
    if (entry.kind !== "tool" || entry.result === null) continue;
    const text = textIn(after, entry.result);
    if (text === null) into.lostTexts += 1;
    else if (text !== contents.textOf(entry.result)) into.wrongTexts += 1;
  }
  const grown = sequencesAsItGrows(bytes);
  if (grown.length !== after.entries.length || grown.some((sequence, index) => sequence !== after.entries[index]?.sequence)) into.grown += 1;
  for (const sequence of undamaged) if (!read.has(sequence)) into.lost += 1;
  into.faults += 1;
  into.read += read.size;
  into.undamaged += undamaged.size;
  into.damaged += contents.entries.length - undamaged.size;
}

/** What a reader finds that is given the damaged bytes in three parts, as a writer might have been seen writing them. */
function sequencesAsItGrows(bytes: Buffer): readonly number[] {
  const reader = new SegmentReader("");
  let end = 0;
  return [random(bytes.length + 1), random(bytes.length + 1), bytes.length]
    .sort((a, b) => a - b)
    .flatMap((length) => {
      if (length < end) return [];
      const part = reader.readBytes(bytes.subarray(end, length), end);
      end = part.end;
      return part.entries.map(({ sequence }) => sequence);
    });
}

function textIn(contents: SegmentContents, ref: number): string | null {
  try {
    return contents.textOf(ref);
  } catch {
    return null;
  }
}

const wholes = segments();
const names = Object.keys(kinds) as DamageKind[];
for (let run = 0; run < runs; run += 1) {
  const kind = names[run % names.length] as DamageKind;
  const whole = wholes[random(wholes.length)] as Whole;
  const into = perKind.get(kind) ?? { ...count };
  perKind.set(kind, into);
  check(whole, kinds[kind](whole.bytes, random), into);
}

const columns = ["faults", "undamaged", "damaged", "read", "lost", "wrong", "wrongTexts", "grown", "lostTexts"] as const;
const row = (name: string, values: Count): string => name.padEnd(18) + columns.map((column) => String(values[column]).padStart(13)).join("");
console.log(`\nseed ${seed}, ${wholes.length} segments, ${wholes.reduce((sum, { contents }) => sum + contents.entries.length, 0)} entries\n`);
console.log("".padEnd(18) + ["faults", "undamaged", "damaged", "read", "lost", "wrong", "texts wrong", "grown", "texts lost"].map((title) => title.padStart(13)).join(""));
for (const [kind, values] of perKind) {
  for (const column of columns) count[column] += values[column];
  console.log(row(kind, values));
}
console.log(row("all", count));
console.log("\nlost: undamaged entries not read. wrong: entries or texts read that were never written.\ngrown: reading the bytes in three parts found something else than reading them whole. texts lost: named as lost, their defining entry is damaged.\n");
if (count.lost + count.wrong + count.wrongTexts + count.grown > 0) process.exit(1);
