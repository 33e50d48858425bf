import { chmodSync, existsSync, readdirSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { readSegment, recalled, type Entry, type WhysaidError } from "../format/index.ts";
import { listSegments, openJournal, type TextTable } from "./index.ts";
import { entriesIn, freshDirectory, header, kindsIn, text, toolEntry } from "./testing/journals.ts";

describe("an append", () => {
  test("is on disk when it returns", () => {
    const directory = freshDirectory();
    const journal = openJournal({ directory, header });
    expect(journal.append(toolEntry(1, "2.1 kg"))).toBe(true);
    expect(entriesIn(directory).map(({ sequence, entry, text }) => [sequence, entry.kind, text])).toEqual([[0, "writer", undefined], [1, "tool", "2.1 kg"]]);
  });

  test("writes a text once in a segment", () => {
    const directory = freshDirectory();
    const journal = openJournal({ directory, header });
    for (const number of [1, 2, 3]) journal.append(toolEntry(number, "the same"));
    const entries = entriesIn(directory);
    expect(entries.map(({ text }) => text)).toEqual([undefined, "the same", "the same", "the same"]);
    expect(entries.map(({ entry }) => "texts" in entry)).toEqual([false, true, false, false]);
  });

  test("takes nothing but redacted text", () => {
    const journal = openJournal({ directory: freshDirectory(), header });
    const raw = (texts: TextTable) => texts.ref(recalled("this one was"));
    // @ts-expect-error a raw string must not reach the text table
    const unredacted = (texts: TextTable) => texts.ref("patient Ana, 3.2 kg");
    expect([raw, unredacted].map((result) => journal.append((texts) => ({ ...toolEntry(1, "x")(texts), kind: "tool", result: result(texts) }) as Entry))).toEqual([true, true]);
    // @ts-expect-error nor a field
    journal.append((texts) => ({ ...toolEntry(1, "x")(texts), name: "patient Ana" }));
  });

  test("nothing is touched before the first", () => {
    const directory = join(freshDirectory(), "journal");
    openJournal({ directory, header });
    expect(existsSync(directory)).toBe(false);
  });

  test("makes files and directories for the owner only", () => {
    const directory = join(freshDirectory(), "whysaid", "journal");
    openJournal({ directory, header }).append(toolEntry(1, "x"));
    expect(statSync(directory).mode & 0o777).toBe(0o700);
    expect(readdirSync(directory).map((name) => statSync(join(directory, name)).mode & 0o777)).toEqual([0o600, 0o600]);
  });

  test("whose builder throws is reported, and the next one is written", () => {
    const directory = freshDirectory();
    const problems: string[] = [];
    const journal = openJournal({ directory, header, onProblem: ({ code }) => problems.push(code) });
    const failed = journal.append((texts) => {
      texts.ref(recalled("half built"));
      throw new Error("defect");
    });
    expect([failed, journal.append(toolEntry(1, "half built"))]).toEqual([false, true]);
    expect(problems).toEqual(["CAPTURE_FAILED"]);
    expect(entriesIn(directory).map(({ text }) => text)).toEqual([undefined, "half built"]);
  });

  test("inside the building of another stands before it with texts of its own", () => {
    const directory = freshDirectory();
    const journal = openJournal({ directory, header });
    journal.append((texts) => {
      texts.ref(recalled("shared"));
      journal.append(toolEntry(1, "shared"));
      return toolEntry(2, "shared")(texts);
    });
    expect(entriesIn(directory).map(({ sequence, text }) => [sequence, text])).toEqual([[0, undefined], [1, "shared"], [2, "shared"]]);
  });
});

describe("rotation", () => {
  test("starts a self-contained segment when one is full", () => {
    const directory = freshDirectory();
    const journal = openJournal({ directory, header, segmentBytes: 4096 });
    for (let number = 1; number <= 20; number += 1) journal.append(toolEntry(number, text(1000, number % 2)));
    expect(listSegments(directory).length).toBeGreaterThan(1);
    expect(entriesIn(directory).filter(({ entry }) => entry.kind === "tool").map(({ text }) => text?.length)).toEqual(Array(20).fill(1000));
    expect(entriesIn(directory).map(({ sequence }) => sequence)).toEqual(Array.from({ length: entriesIn(directory).length }, (_, index) => index));
  });

  test("lets an entry larger than a segment through whole", () => {
    const directory = freshDirectory();
    const journal = openJournal({ directory, header, segmentBytes: 4096 });
    const long = text(1_000_000);
    expect([journal.append(toolEntry(1, long)), journal.append(toolEntry(2, "next"))]).toEqual([true, true]);
    expect(entriesIn(directory).map(({ text }) => text)).toEqual([undefined, long, undefined, "next"]);
  });
});

describe("the end", () => {
  test("is written by close, and nothing comes after it", async () => {
    const directory = freshDirectory();
    const problems: string[] = [];
    const journal = openJournal({ directory, header, onProblem: ({ code }) => problems.push(code) });
    journal.append(toolEntry(1, "x"));
    await journal.close();
    expect(journal.append(toolEntry(2, "y"))).toBe(false);
    expect(kindsIn(directory)).toEqual(["writer", "tool", "writer-end"]);
    expect(problems).toEqual(["AFTER_CLOSE"]);
    expect(readdirSync(directory).length).toBe(1);
  });

  test("of a journal nobody wrote to leaves nothing behind", async () => {
    const directory = freshDirectory();
    await openJournal({ directory, header }).close();
    expect(readdirSync(directory)).toEqual([]);
  });
});

describe("what can't be written", () => {
  test("is one problem, no exception, and a gap entry once it can", async () => {
    const directory = join(freshDirectory(), "journal");
    writeFileSync(directory, "a file where the directory should be");
    const problems: WhysaidError[] = [];
    const journal = openJournal({ directory, header, onProblem: (problem) => problems.push(problem) });
    expect([1, 2, 3].map((number) => journal.append(toolEntry(number, "lost")))).toEqual([false, false, false]);
    rmSync(directory);
    await new Promise((resolve) => setTimeout(resolve, 1_000));
    expect(journal.append(toolEntry(4, "kept"))).toBe(true);
    expect(problems.map(({ code }) => code)).toEqual(["JOURNAL_UNWRITABLE"]);
    expect(entriesIn(directory).map(({ sequence, entry }) => [sequence, entry.kind])).toEqual([[3, "writer"], [4, "gap"], [5, "tool"]]);
    expect(entriesIn(directory)[1]?.entry).toMatchObject({ from: 0, to: 2, why: "unwritable", traces: ["00000000000000000000000000000001", "00000000000000000000000000000002", "00000000000000000000000000000003"] });
  });

  test("because it is too large is counted and the next entry is written", () => {
    const directory = freshDirectory();
    const journal = openJournal({ directory, header });
    expect([journal.append(toolEntry(1, "x".repeat(65 * 1024 * 1024))), journal.append(toolEntry(2, "next"))]).toEqual([false, true]);
    expect(kindsIn(directory)).toEqual(["writer", "gap", "tool"]);
    expect(entriesIn(directory)[1]?.entry).toMatchObject({ from: 1, to: 1, why: "too-large" });
  });

  test("because the journal has reached its cap is counted, and recording goes on when segments are removed", async () => {
    const directory = freshDirectory();
    const journal = openJournal({ directory, header, capBytes: 20_000, segmentBytes: 5000 });
    const written = Array.from({ length: 40 }, (_, number) => journal.append(toolEntry(number, text(1000, number))));
    const lost = written.filter((ok) => !ok).length;
    expect(lost).toBeGreaterThan(15);
    for (const { path } of listSegments(directory).slice(0, -1)) rmSync(path);
    await new Promise((resolve) => setTimeout(resolve, 1_000));
    expect(journal.append(toolEntry(99, "again"))).toBe(true);
    const gaps = entriesIn(directory).flatMap(({ entry }) => (entry.kind === "gap" ? [entry] : []));
    expect(gaps.reduce((sum, { from, to }) => sum + to - from + 1, 0)).toBe(lost);
    expect(new Set(gaps.map(({ why }) => why))).toEqual(new Set(["journal-cap"]));
  });
});

test("a segment deleted under the writer is noticed and a new one begun", async () => {
  const directory = freshDirectory();
  const problems: string[] = [];
  const journal = openJournal({ directory, header, onProblem: ({ code }) => problems.push(code) });
  journal.append(toolEntry(1, "gone"));
  rmSync(directory, { recursive: true });
  await new Promise((resolve) => setTimeout(resolve, 1100));
  journal.append(toolEntry(2, "there"));
  expect(kindsIn(directory)).toEqual(["writer", "tool"]);
  expect(problems).toEqual(["JOURNAL_UNWRITABLE"]);
});

test("a directory that may be written but not listed still takes entries", () => {
  const directory = freshDirectory();
  chmodSync(directory, 0o300);
  const journal = openJournal({ directory, header });
  expect(journal.append(toolEntry(1, "x"))).toBe(true);
  chmodSync(directory, 0o700);
});

test("entries of a batch are all there when it returns, at durability power", async () => {
  const directory = freshDirectory();
  const journal = openJournal({ directory, header, durability: "power" });
  expect(journal.batch(() => [1, 2, 3].forEach((number) => journal.append(toolEntry(number, "x"))))).toBe(true);
  await journal.close();
  expect(readSegment(listSegments(directory)[0]?.path as string)).toMatchObject({ tornBytes: 0, missing: [] });
  expect(kindsIn(directory)).toEqual(["writer", "tool", "tool", "tool", "writer-end"]);
});
