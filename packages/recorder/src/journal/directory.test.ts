import { spawn, spawnSync } from "node:child_process";
import { appendFileSync, existsSync, readdirSync, utimesSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import { readSegment, type WriterEntry, type WriterId } from "../format/index.ts";
import { listSegments } from "./directory.ts";
import { openJournal } from "./index.ts";
import { isWriterAlive, writerState } from "./liveness.ts";
import { removeSegment } from "./removal.ts";
import { entriesIn, freshDirectory, header, text, toolEntry } from "./testing/journals.ts";

const here = dirname(fileURLToPath(import.meta.url));
const sourceFlags = ["--conditions=whysaid-source", "--import", "tsx"];

/** A process that writes one entry into the directory and then waits, or not. */
async function writerProcess(directory: string, stays: boolean): Promise<{ kill(): Promise<void> }> {
  const child = spawn(process.execPath, [...sourceFlags, join(here, "testing", "writer.ts"), directory, stays ? "stay" : "die"], { stdio: ["ignore", "pipe", "inherit"] });
  const ended = new Promise<void>((resolve) => child.on("close", () => resolve()));
  await new Promise<void>((resolve, reject) => {
    child.stdout.once("data", () => resolve());
    child.on("error", reject);
  });
  const kill = async (): Promise<void> => {
    child.kill("SIGKILL");
    await ended;
  };
  if (!stays) await kill();
  return { kill };
}

const headerOf = (directory: string): WriterEntry => readSegment(listSegments(directory)[0]?.path as string).header as WriterEntry;

describe("a writer", () => {
  test("is alive as long as its process, and gone after it", async () => {
    const directory = freshDirectory();
    const writer = await writerProcess(directory, true);
    expect([writerState(headerOf(directory)), isWriterAlive(headerOf(directory))]).toEqual(["running", true]);
    await writer.kill();
    expect([writerState(headerOf(directory)), isWriterAlive(headerOf(directory))]).toEqual(["gone", false]);
  });

  test.runIf(process.platform === "linux")("whose pid belongs to another process by now is gone", () => {
    const directory = freshDirectory();
    openJournal({ directory, header }).append(toolEntry(1, "x"));
    const mine = headerOf(directory);
    expect([writerState(mine), writerState({ ...mine, processStart: (mine.processStart ?? 0) - 1 })]).toEqual(["running", "gone"]);
  });

  test.runIf(process.platform === "linux")("in another container or before a reboot can't be told", () => {
    const directory = freshDirectory();
    openJournal({ directory, header }).append(toolEntry(1, "x"));
    expect(writerState({ ...headerOf(directory), place: "0123456789abcdef" })).toBe("elsewhere");
  });

  test("in a worker thread has a segment of its own", () => {
    const directory = freshDirectory();
    const run = spawnSync(process.execPath, [...sourceFlags, join(here, "testing", "threads.ts"), directory], { encoding: "utf8" });
    expect([run.status, run.stderr]).toEqual([0, ""]);
    const writers = new Set(listSegments(directory).map(({ writer }) => writer));
    expect(writers.size).toBe(3);
    expect(entriesIn(directory).filter(({ entry }) => entry.kind === "tool").length).toBe(300);
    expect(entriesIn(directory).filter(({ entry }) => entry.kind === "writer-end").length).toBe(3);
  });
});

describe("a segment may be removed", () => {
  const endOf = (path: string): number => readSegment(path).end;

  test("when its writer has gone on to the next, and it is ingested whole", () => {
    const directory = freshDirectory();
    const journal = openJournal({ directory, header, segmentBytes: 2000 });
    for (let number = 1; number < 5; number += 1) journal.append(toolEntry(number, text(1500, number)));
    const [first, ...others] = listSegments(directory).map(({ path }) => path);
    expect(others.length).toBeGreaterThan(0);
    expect([removeSegment(first as string, endOf(first as string) - 1), removeSegment(first as string, endOf(first as string))]).toEqual([false, true]);
    expect(existsSync(first as string)).toBe(false);
    const last = others.at(-1) as string;
    expect(removeSegment(last, endOf(last))).toBe(false);
  });

  test("when its writer was killed, torn tail and reserve included", async () => {
    const directory = freshDirectory();
    await writerProcess(directory, false);
    const { path, writer } = listSegments(directory)[0] as { path: string; writer: WriterId };
    const end = endOf(path);
    appendFileSync(path, "torn");
    expect(existsSync(join(directory, `${writer}.reserve`))).toBe(true);
    expect(removeSegment(path, end)).toBe(true);
    expect(readdirSync(directory)).toEqual([]);
  });

  test("when its writer has said it ended a while ago, not while it may still exit", async () => {
    const directory = freshDirectory();
    const journal = openJournal({ directory, header });
    journal.append(toolEntry(1, "x"));
    await journal.close();
    const { path } = listSegments(directory)[0] as { path: string };
    expect([removeSegment(path, endOf(path)), removeSegment(path, endOf(path), Date.now() + 60_000)]).toEqual([false, true]);
  });

  test("when it was written elsewhere and nobody touched it for a day", () => {
    const directory = freshDirectory();
    openJournal({ directory, header }).append(toolEntry(1, "x"));
    const { path } = listSegments(directory)[0] as { path: string };
    // Without its first entry nobody knows who wrote it.
    const bytes = readSegment(path).entries[1]?.offset ?? 0;
    writeFileSync(path, "x".repeat(bytes));
    expect(removeSegment(path, 0)).toBe(false);
    utimesSync(path, 0, 0);
    expect(removeSegment(path, 0)).toBe(true);
  });
});

test("only segments are listed, a writer's in order", () => {
  const directory = freshDirectory();
  for (const name of ["00000000000000bb-000000.seg", "00000000000000aa-000010.seg", "00000000000000aa-000009.seg", "00000000000000aa.reserve", "notes.txt", "x-000000.seg"]) writeFileSync(join(directory, name), "");
  expect(listSegments(directory).map(({ writer, segment }) => [writer, segment])).toEqual([["00000000000000aa", 9], ["00000000000000aa", 10], ["00000000000000bb", 0]]);
  expect(listSegments(join(directory, "missing"))).toEqual([]);
});
