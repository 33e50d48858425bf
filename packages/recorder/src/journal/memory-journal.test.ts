import { expect, test } from "vitest";
import { readSegment, recalled, type Entry } from "../format/index.ts";
import { openMemoryJournal } from "./memory-journal.ts";
import { header, text, toolEntry, traceId } from "./testing/journals.ts";

const read = (segments: readonly Uint8Array[]): readonly { readonly sequence: number; readonly entry: Entry }[] => segments.flatMap((bytes) => readSegment(bytes).entries);
const kinds = (segments: readonly Uint8Array[]): readonly string[] => read(segments).map(({ entry }) => entry.kind);

test("what is drained is segments that can be read alone", () => {
  const journal = openMemoryJournal({ header, capBytes: 30_000 });
  for (let number = 1; number <= 30; number += 1) journal.append(toolEntry(number, text(500, number)));
  const segments = journal.drain();
  expect(segments.length).toBeGreaterThan(1);
  expect(segments.map((bytes) => readSegment(bytes).header === null)).not.toContain(true);
  const lengths = segments.flatMap((bytes) => {
    const { entries, textOf } = readSegment(bytes);
    return entries.flatMap(({ entry }) => (entry.kind === "tool" && entry.result !== null ? [textOf(entry.result).length] : []));
  });
  expect(lengths).toEqual(Array(30).fill(500));
});

test("draining empties it, and the sequence goes on", () => {
  const journal = openMemoryJournal({ header });
  journal.append(toolEntry(1, "a"));
  journal.drain();
  journal.append(toolEntry(2, "a"));
  expect(read(journal.drain()).map(({ sequence, entry }) => [sequence, entry.kind])).toEqual([[2, "writer"], [3, "tool"]]);
  expect(journal.drain()).toEqual([]);
});

test("over its cap the oldest goes, counted to the last and its traces named", () => {
  const problems: string[] = [];
  const journal = openMemoryJournal({ header, capBytes: 40_000, onProblem: ({ code }) => problems.push(code) });
  for (let number = 1; number <= 200; number += 1) expect(journal.append(toolEntry(number, text(1000, number)))).toBe(true);
  const segments = journal.drain();
  const entries = read(segments);
  const gaps = entries.flatMap(({ entry }) => (entry.kind === "gap" ? [entry] : []));
  const numbers = [...entries.map(({ sequence }) => sequence), ...gaps.flatMap(({ from, to }) => Array.from({ length: to - from + 1 }, (_, index) => from + index))];
  const highest = Math.max(...numbers);
  expect(new Set(numbers).size).toBe(numbers.length);
  expect(numbers.length).toBe(highest + 1);
  expect(gaps.at(-1)?.why).toBe("memory-cap");
  expect(gaps.flatMap(({ traces }) => traces)).toContain(traceId(1));
  expect(entries.findLast(({ entry }) => entry.kind === "tool")?.entry).toMatchObject({ trace: traceId(200) });
  expect(segments.reduce((sum, { length }) => sum + length, 0)).toBeLessThan(45_000);
  expect(problems).toEqual(["JOURNAL_CAPPED"]);
});

test("an entry larger than the cap is lost and counted", () => {
  const journal = openMemoryJournal({ header, capBytes: 10_000 });
  expect([journal.append(toolEntry(1, text(20_000))), journal.append(toolEntry(2, "next"))]).toEqual([false, true]);
  const entries = read(journal.drain());
  expect(entries.map(({ sequence, entry }) => [sequence, entry.kind])).toEqual([[0, "writer"], [2, "writer"], [3, "tool"], [4, "gap"]]);
  expect(entries.at(-1)?.entry).toMatchObject({ from: 1, to: 1, why: "too-large" });
});

test("closing it writes the end, and nothing comes after it", async () => {
  const problems: string[] = [];
  const journal = openMemoryJournal({ header, onProblem: ({ code }) => problems.push(code) });
  journal.append(toolEntry(1, "a"));
  await journal.close();
  expect(journal.append(toolEntry(2, "b"))).toBe(false);
  expect(kinds(journal.drain())).toEqual(["writer", "tool", "writer-end"]);
  expect(problems).toEqual(["AFTER_CLOSE"]);
});

test("an entry built inside another stands before it with texts of its own", () => {
  const journal = openMemoryJournal({ header });
  journal.append((texts) => {
    texts.ref(recalled("shared"));
    journal.append(toolEntry(1, "shared"));
    return toolEntry(2, "shared")(texts);
  });
  const [bytes] = journal.drain();
  const { entries, textOf } = readSegment(bytes as Uint8Array);
  expect(entries.map(({ sequence, entry }) => [sequence, entry.kind === "tool" && entry.result !== null ? textOf(entry.result) : null])).toEqual([[0, null], [1, "shared"], [2, "shared"]]);
});
