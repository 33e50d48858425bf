import { spawn } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync, truncateSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { encodeFrame, segmentName, type Entry } from "@whysaid/recorder/format";
import { openJournal, type Journal } from "@whysaid/recorder/journal";
import { mapPieces, mapRefs } from "../store/packing/entry-refs.ts";
import type { Store } from "../store/store.ts";
import { addCall, HandSegment, spanOf, t, traceOf, writerOf } from "../store/testing/batches.ts";
import { ingestDirectory, JournalIngest } from "./directory.ts";
import { openFreshStore, workspaceAt, type Workspace } from "./workspace.ts";
import { openStore } from "./open-store.ts";

let workspace: Workspace;
let store: Store;
beforeEach(async () => {
  workspace = workspaceAt(mkdtempSync(join(tmpdir(), "whysaid-ingest-")));
  store = await openStore(workspace.storePath);
});
afterEach(async () => {
  await store.close();
  rmSync(workspace.directory, { recursive: true, force: true });
});

const header = { recorder: "0.1.0", runtime: t("node"), service: t("mila"), environment: null, release: t("r1"), redaction: { policy: t("off"), keyId: "off" } };
const journalOf = (segmentBytes = 16_384): Journal => openJournal({ directory: workspace.journalDir, header, segmentBytes, durability: "process" });

/** Calls through the real journal, which numbers the texts itself. */
function record(journal: Journal, from: number, to: number): void {
  for (let n = from; n < to; n += 1) {
    const call = new HandSegment();
    addCall(call, { trace: traceOf(n), atMs: 1000 + n, question: `A question of its own, number ${n}, for this trace only.` });
    for (const { entry } of call.entries.slice(1)) journal.append((texts) => renumbered(entry, call, (text) => texts.ref(t(text))));
  }
}
function renumbered(entry: Entry, call: HandSegment, ref: (text: string) => number): Entry {
  const text = (one: number): number => ref(call.textOf(one));
  return mapRefs(entry, { text, pieces: (pieces) => mapPieces(pieces, text) });
}

test("what a journal holds is in the store after one pass, and a second pass adds nothing", async () => {
  const journal = journalOf();
  record(journal, 0, 60);
  await journal.close();
  expect(readdirSync(workspace.journalDir).filter((name) => name.endsWith(".seg")).length).toBeGreaterThan(2);
  const first = await ingestDirectory(workspace.journalDir, store);
  expect((await store.counts()).traces).toBe(60);
  const trace = await store.trace(traceOf(7));
  expect(trace?.entries.length).toBe(7);
  expect(trace?.missing).toEqual([]);
  expect(trace?.writers.length).toBeGreaterThan(0);
  const again = await ingestDirectory(workspace.journalDir, store);
  expect(again).toMatchObject({ stored: 0, duplicates: 0, segments: first.segments });
});

test("a live segment is followed as it grows", async () => {
  const journal = journalOf(16 * 1024 * 1024);
  const ingest = new JournalIngest(workspace.journalDir, store);
  for (let n = 0; n < 5; n += 1) {
    record(journal, n * 3, n * 3 + 3);
    const { duplicates } = await ingest.pass();
    expect(duplicates).toBe(0);
    expect((await store.counts()).traces).toBe(n * 3 + 3);
  }
  await journal.close();
  // Another process goes on where this one stopped.
  const { ingested, store: other } = await openFreshStore(workspace);
  expect(ingested).toMatchObject({ stored: 1, duplicates: 0 });
  await other.close();
});

test("a damaged frame is quarantined without its content, entries after it are kept, and a text it defined reads as lost", async () => {
  const journal = journalOf(16 * 1024 * 1024);
  record(journal, 0, 3);
  await journal.close();
  const [name] = readdirSync(workspace.journalDir).filter((file) => file.endsWith(".seg"));
  const path = join(workspace.journalDir, name as string);
  const bytes = readFileSync(path);
  // The first request defines the system prompt that the later ones name too.
  const at = bytes.indexOf("You answer questions about doses");
  bytes[at] = (bytes[at] as number) ^ 1;
  writeFileSync(path, bytes);
  const outcome = await ingestDirectory(workspace.journalDir, store);
  expect(outcome.quarantined).toBe(1);
  const trace = await store.trace(traceOf(1));
  expect(trace?.missing).toHaveLength(1);
  const request = trace?.entries.find(({ entry }) => entry.kind === "request")?.entry;
  if (request?.kind !== "request" || request.body.form !== "text") throw new TypeError("the request is there");
  expect(() => (request.body.form === "text" ? request.body.pieces : []).map((code) => trace?.textOf(Math.floor(code / 4)))).toThrow(expect.objectContaining({ code: "TEXT_LOST" }));
  expect((await store.list({ limit: 9 })).map(({ answer }) => answer)).toHaveLength(3);
});

test("a torn tail is left for later: nothing is stored of it, nothing after it is lost", async () => {
  const journal = journalOf(16 * 1024 * 1024);
  record(journal, 0, 2);
  await journal.close();
  const [name] = readdirSync(workspace.journalDir).filter((file) => file.endsWith(".seg"));
  const path = join(workspace.journalDir, name as string);
  const whole = readFileSync(path);
  truncateSync(path, whole.length - 40);
  const first = await ingestDirectory(workspace.journalDir, store);
  expect(first.quarantined).toBe(0);
  writeFileSync(path, whole);
  expect(await ingestDirectory(workspace.journalDir, store)).toMatchObject({ stored: 1, duplicates: 0 });
});

test("entries larger than what is read at once, and damage between them, are read like others", async () => {
  const journal = journalOf(64 * 1024 * 1024);
  const large = (n: number): string => `${n} ${"a long tool result, ".repeat(500_000)}`;
  for (let n = 0; n < 3; n += 1) {
    record(journal, n * 2, n * 2 + 2);
    journal.append((texts) => ({ kind: "tool", atMs: n, trace: traceOf(100 + n), span: spanOf(1), name: t("big"), callId: null, arguments: null, result: texts.ref(t(large(n))), durationMs: 1 }));
  }
  await journal.close();
  const [name] = readdirSync(workspace.journalDir).filter((file) => file.endsWith(".seg"));
  const path = join(workspace.journalDir, name as string);
  const bytes = readFileSync(path);
  const at = bytes.indexOf("1 a long tool result");
  bytes[at] = (bytes[at] as number) ^ 1;
  writeFileSync(path, bytes);
  expect(await ingestDirectory(workspace.journalDir, store)).toMatchObject({ duplicates: 0, quarantined: 1 });
  expect((await store.counts()).traces).toBe(6 + 2);
  const trace = await store.trace(traceOf(102));
  const entry = trace?.entries[0]?.entry;
  expect(entry?.kind === "tool" && entry.result !== null ? trace?.textOf(entry.result) : null).toBe(large(2));
  expect(await ingestDirectory(workspace.journalDir, store)).toMatchObject({ stored: 0, duplicates: 0 });
});

test("frames of kinds this program does not know are quarantined with a reason", async () => {
  const journal = journalOf();
  record(journal, 0, 1);
  await journal.close();
  const writer = writerOf(9);
  const frames = [
    encodeFrame(0, Buffer.from(JSON.stringify(new HandSegment(writer).entries[0]?.entry))),
    encodeFrame(1, Buffer.from(JSON.stringify({ kind: "hologram", atMs: 1, secret: "do not print" }))),
    encodeFrame(2, Buffer.from(JSON.stringify({ kind: "action", atMs: 2, trace: traceOf(0), action: "accept", before: null, after: null, user: null, note: null, actionId: null }))),
  ];
  writeFileSync(join(workspace.journalDir, segmentName(writer, 0)), Buffer.concat(frames));
  expect(await ingestDirectory(workspace.journalDir, store)).toMatchObject({ quarantined: 1 });
  expect((await store.list({ limit: 1 }))[0]?.action).toBe("accept");
});

test("segments that are stored whole are removed when asked, those that may grow are not", async () => {
  const journal = journalOf();
  record(journal, 0, 60);
  const outcome = await ingestDirectory(workspace.journalDir, store, { removeIngested: true });
  const left = readdirSync(workspace.journalDir).filter((name) => name.endsWith(".seg"));
  expect(outcome.removed).toBe(outcome.segments - 1);
  expect(left).toHaveLength(1);
  record(journal, 60, 62);
  await journal.close();
  await ingestDirectory(workspace.journalDir, store, { removeIngested: true });
  expect((await store.counts()).traces).toBe(62);
  expect((await store.trace(traceOf(0)))?.missing).toEqual([]);
});

test("a segment of a newer format is refused with a clear error, after the others are stored", async () => {
  const writer = writerOf(8);
  const newer = { ...(new HandSegment(writer).entries[0]?.entry as object), format: 99 };
  const journal = journalOf();
  record(journal, 0, 1);
  await journal.close();
  writeFileSync(join(workspace.journalDir, segmentName(writer, 0)), encodeFrame(0, Buffer.from(JSON.stringify(newer))));
  await expect(ingestDirectory(workspace.journalDir, store)).rejects.toMatchObject({ code: "JOURNAL_NEWER_FORMAT" });
  expect((await store.counts()).traces).toBe(1);
});

test("texts and rows are the same whichever of two ingesters stored them", async () => {
  const journal = journalOf();
  record(journal, 0, 80);
  await journal.close();
  const other = await openStore(workspace.storePath);
  const [one, two] = await Promise.all([ingestDirectory(workspace.journalDir, store), ingestDirectory(workspace.journalDir, other)]);
  const counts = await store.counts();
  expect(one.stored + two.stored).toBe(counts.entries);
  expect(counts.traces).toBe(80);
  for await (const damage of store.verify()) throw new Error(JSON.stringify(damage));
  await other.close();
});

test("two processes that ingest one journal at once store each entry once", { timeout: 120_000 }, async () => {
  const journal = journalOf();
  record(journal, 0, 400);
  await journal.close();
  const launcher = join(import.meta.dirname, "../../bin/whysaid.js");
  const list = (): Promise<number> => new Promise((done) => void spawn(process.execPath, [launcher, "list", "--json", "--dir", workspace.directory], { stdio: "ignore" }).on("close", (code) => done(code ?? 1)));
  expect(await Promise.all([list(), list()])).toEqual([0, 0]);
  const counts = await store.counts();
  expect(counts).toMatchObject({ traces: 400, quarantined: 0 });
  expect(await ingestDirectory(workspace.journalDir, store)).toMatchObject({ stored: 0, quarantined: 0 });
  for await (const damage of store.verify()) throw new Error(JSON.stringify(damage));
});
