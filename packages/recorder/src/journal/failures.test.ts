import { closeSync, fstatSync, readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { readSegment, type GapEntry } from "../format/index.ts";
import { listSegments } from "./directory.ts";
import { openJournal } from "./index.ts";
import { realDisk, type Disk } from "./segment-file.ts";
import { failingDisk, failure, type Faults } from "./testing/failing-disk.ts";
import { entriesIn, freshDirectory, header, kindsIn, text, toolEntry } from "./testing/journals.ts";

const gapsIn = (directory: string): readonly GapEntry[] => entriesIn(directory).flatMap(({ entry }) => (entry.kind === "gap" ? [entry] : []));
const wait = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

/** A disk on which a file can't grow beyond `limit.bytes`; a write that would takes what fits. */
function limitedDisk(limit: { bytes: number }): Disk {
  return {
    ...realDisk,
    write: (fd, bytes, offset, length) => {
      const part = Math.min(length, limit.bytes - fstatSync(fd).size);
      if (part <= 0) throw failure("ENOSPC");
      return realDisk.write(fd, bytes, offset, part);
    },
  };
}
const sizeIn = (directory: string): number => listSegments(directory).at(-1)?.bytes ?? 0;

test("a write that the system takes in parts is one entry", () => {
  const directory = freshDirectory();
  const disk: Disk = { ...realDisk, write: (fd, bytes, offset, length) => realDisk.write(fd, bytes, offset, Math.min(7, length)) };
  const journal = openJournal({ directory, header, disk });
  expect(journal.append(toolEntry(1, text(1000)))).toBe(true);
  expect(entriesIn(directory).map(({ text: read }) => read)).toEqual([undefined, text(1000)]);
});

test("an interrupted write is tried again", () => {
  const directory = freshDirectory();
  let interruptions = 3;
  const disk: Disk = {
    ...realDisk,
    write: (...given) => {
      if ((interruptions -= 1) >= 0) throw failure("EINTR");
      return realDisk.write(...given);
    },
  };
  expect(openJournal({ directory, header, disk }).append(toolEntry(1, "x"))).toBe(true);
  expect(kindsIn(directory)).toEqual(["writer", "tool"]);
});

test("a frame of which only a part got in is cut off again", () => {
  const directory = freshDirectory();
  const limit = { bytes: Infinity };
  const journal = openJournal({ directory, header, disk: limitedDisk(limit) });
  journal.append(toolEntry(1, "x"));
  limit.bytes = sizeIn(directory) + 100;
  expect(journal.append(toolEntry(2, text(1000)))).toBe(false);
  expect(readSegment(listSegments(directory)[0]?.path as string).tornBytes).toBe(0);
});

test("a part that can't be cut off again costs the entries after it nothing", async () => {
  const directory = freshDirectory();
  const limit = { bytes: Infinity };
  const disk: Disk = {
    ...limitedDisk(limit),
    truncate: () => {
      throw failure("EIO");
    },
  };
  const journal = openJournal({ directory, header, disk });
  journal.append(toolEntry(1, "before"));
  limit.bytes = sizeIn(directory) + 100;
  journal.append(toolEntry(2, text(1000)));
  limit.bytes = Infinity;
  await wait(1_000); // the pause after a failure is a multiple of what the failing took, on a busy machine tens of milliseconds
  expect(journal.append(toolEntry(3, "after"))).toBe(true);
  expect(entriesIn(directory).map(({ entry, text: read }) => read ?? entry.kind)).toEqual(["writer", "before", "gap", "after"]);
  expect(readSegment(listSegments(directory)[0]?.path as string).damaged).toMatchObject([{ offset: entriesIn(directory)[1]?.end }]);
});

test("on a full disk what is lost is in a gap entry before there is space, and counted to the last after", async () => {
  const directory = freshDirectory();
  const limit = { bytes: Infinity };
  const journal = openJournal({ directory, header, disk: limitedDisk(limit) });
  journal.append(toolEntry(1, "x"));
  limit.bytes = sizeIn(directory) + 400; // a gap entry fits, as it does in the reserve; the entries do not
  const said = Array.from({ length: 50 }, (_, number) => journal.append(toolEntry(number + 2, text(1000, number))));
  expect(said).not.toContain(true);
  expect(gapsIn(directory)).toMatchObject([{ from: 2, to: 2, why: "disk-full", traces: ["00000000000000000000000000000002"] }]);
  limit.bytes = Infinity;
  let refused = 50;
  while (!journal.append(toolEntry(refused + 2, "again"))) {
    refused += 1;
    await wait(50);
  }
  expect(gapsIn(directory).reduce((sum, { from, to }) => sum + to - from + 1, 0)).toBe(refused);
  expect(gapsIn(directory).flatMap(({ traces }) => traces).length).toBe(refused);
});

test("a disk that refuses slowly is left alone, until it says that it has space", () => {
  const directory = freshDirectory();
  const limit = { bytes: Infinity };
  let free = 0;
  let refusals = 0;
  const limited = limitedDisk(limit);
  const disk: Disk = {
    ...limited,
    freeBytes: () => free,
    write: (...given) => {
      try {
        return limited.write(...given);
      } catch (cause) {
        refusals += 1;
        Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 30);
        throw cause;
      }
    },
  };
  const journal = openJournal({ directory, header, disk });
  journal.append(toolEntry(1, "x"));
  limit.bytes = sizeIn(directory);
  for (let number = 2; number < 100; number += 1) journal.append(toolEntry(number, "y"));
  const refusedBefore = refusals;
  limit.bytes = Infinity;
  free = 100_000;
  expect(refusedBefore).toBeLessThan(6);
  expect(journal.append(toolEntry(100, "z"))).toBe(true);
});

test("the reserve is real space, given back for the gap entry and taken again", () => {
  const directory = freshDirectory();
  const limit = { bytes: Infinity };
  const journal = openJournal({ directory, header, disk: limitedDisk(limit) });
  journal.append(toolEntry(1, "x"));
  const reserve = join(directory, readdirSync(directory).find((name) => name.endsWith(".reserve")) ?? "");
  const before = statSync(reserve);
  limit.bytes = sizeIn(directory);
  journal.append(toolEntry(2, "y"));
  expect([before.size, before.blocks * 512 >= before.size, statSync(reserve).size]).toEqual([65_536, true, 65_536 - 8192]);
});

test("a segment that can't be followed by another goes on", () => {
  const directory = freshDirectory();
  let opens = 0;
  const disk: Disk = {
    ...realDisk,
    open: (path) => {
      if ((opens += 1) > 1) throw failure("EMFILE");
      return realDisk.open(path);
    },
  };
  const journal = openJournal({ directory, header, disk, segmentBytes: 1000 });
  expect(Array.from({ length: 10 }, (_, number) => journal.append(toolEntry(number + 1, text(500, number))))).not.toContain(false);
  expect(listSegments(directory).length).toBe(1);
});

test("a file that has reached the system's limit is followed by another", async () => {
  const directory = freshDirectory();
  let limited = false;
  const disk: Disk = {
    ...realDisk,
    write: (...given) => {
      if (limited) throw failure("EFBIG");
      return realDisk.write(...given);
    },
  };
  const journal = openJournal({ directory, header, disk });
  journal.append(toolEntry(1, "x"));
  limited = true;
  expect(journal.append(toolEntry(2, "over the limit"))).toBe(false);
  limited = false;
  await wait(1_000);
  expect(journal.append(toolEntry(3, "y"))).toBe(true);
  expect(listSegments(directory).length).toBe(2);
});

test("an entry whose sync failed is not acknowledged, and the file is not trusted again", () => {
  const directory = freshDirectory();
  let failing = false;
  const disk: Disk = {
    ...realDisk,
    sync: (fd) => {
      if (failing) throw failure("EIO");
      realDisk.sync(fd);
    },
  };
  const problems: string[] = [];
  const journal = openJournal({ directory, header, disk, durability: "power", onProblem: ({ code }) => problems.push(code) });
  journal.append(toolEntry(1, "x"));
  failing = true;
  expect([journal.append(toolEntry(2, "y")), journal.batch(() => journal.append(toolEntry(3, "z")))]).toEqual([false, false]);
  failing = false;
  expect(journal.append(toolEntry(4, "w"))).toBe(true);
  expect(listSegments(directory).length).toBe(3);
  expect(gapsIn(directory).flatMap(({ traces }) => traces)).toEqual(expect.arrayContaining(["00000000000000000000000000000002", "00000000000000000000000000000003"]));
  expect(problems).toEqual(["JOURNAL_UNWRITABLE"]);
});

test("who is told of a problem may record it, in the middle of whatever went wrong", async () => {
  for (const durability of ["process", "power"] as const) {
    const directory = freshDirectory();
    let failing = false;
    const fail = (): void => {
      if (failing) throw failure("EIO");
    };
    const disk: Disk = {
      ...realDisk,
      write: (...given) => {
        if (durability === "process") fail();
        return realDisk.write(...given);
      },
      sync: (fd) => {
        fail();
        realDisk.sync(fd);
      },
    };
    const journal = openJournal({ directory, header, disk, durability, segmentBytes: 1500, onProblem: () => journal.append(toolEntry(1000, "a problem")) });
    const acknowledged: number[] = [];
    for (let number = 1; number <= 30; number += 1) {
      failing = number % 7 === 0;
      if (journal.batch(() => void journal.append(toolEntry(number, text(400, number))))) acknowledged.push(number);
      failing = false;
      await wait(10);
    }
    await wait(60);
    await journal.close();
    const entries = entriesIn(directory);
    const numbers = new Set([...entries.map(({ sequence }) => sequence), ...gapsIn(directory).flatMap(({ from, to }) => Array.from({ length: to - from + 1 }, (_, index) => from + index))]);
    expect([...numbers].toSorted((a, b) => a - b)).toEqual(Array.from({ length: numbers.size }, (_, index) => index));
    expect(new Set(entries.map(({ sequence }) => sequence)).size).toBe(entries.length);
  }
});

test("a descriptor the app closed is noticed, and a new segment begun", async () => {
  const directory = freshDirectory();
  let fd = -1;
  const disk: Disk = { ...realDisk, open: (path) => (fd = realDisk.open(path)) };
  const journal = openJournal({ directory, header, disk });
  journal.append(toolEntry(1, "x"));
  closeSync(fd);
  expect(journal.append(toolEntry(2, "y"))).toBe(false);
  // How long it pauses depends on how long the failing took.
  await expect.poll(() => journal.append(toolEntry(3, "z"))).toBe(true);
  const kinds = kindsIn(directory);
  expect(kinds.filter((kind) => kind !== "gap").toSorted()).toEqual(["tool", "tool", "writer", "writer"]);
  expect(kinds).toContain("gap");
});

test("whatever calls fail, every sequence number is an entry or in a gap, and what was acknowledged is there", async () => {
  let state = 7;
  const random = (below: number): number => (state = (Math.imul(state, 1_103_515_245) + 12_345) & 0x7fffffff) % below;
  for (let run = 0; run < 20; run += 1) {
    const directory = freshDirectory();
    const faults: Faults = { percent: 30, injected: 0 };
    const journal = openJournal({ directory, header, disk: failingDisk(random, faults), segmentBytes: 3000 });
    const acknowledged: string[] = [];
    for (let number = 1; number <= 40; number += 1) if (journal.append(toolEntry(number, `text ${number}`))) acknowledged.push(`text ${number}`);
    faults.percent = 0;
    await wait(60);
    await journal.close();
    const entries = entriesIn(directory);
    const numbers = [...entries.map(({ sequence }) => sequence), ...gapsIn(directory).flatMap(({ from, to }) => Array.from({ length: to - from + 1 }, (_, index) => from + index))];
    expect(entries.flatMap(({ text: read }) => read ?? []).toSorted()).toEqual(acknowledged.toSorted());
    expect(numbers.toSorted((a, b) => a - b)).toEqual(Array.from({ length: numbers.length }, (_, index) => index));
  }
});
