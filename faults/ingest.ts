/**
 * The ingester is killed (SIGKILL) again and again while it loads a journal, alone and two at a time; then it may finish. Each entry must be in the store exactly
 * once, whole, with its text. `npm run faults ingest [--kills 100] [--entries 30000] [--seed N]`. Exit code 1 otherwise.
 */
import { spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Entry } from "@whysaid/recorder/format";
import { openJournal } from "@whysaid/recorder/journal";
import { openStore } from "../packages/workbench/src/ingest/open-store.ts";
import { workspaceAt } from "../packages/workbench/src/ingest/workspace.ts";
import { header, lengthBetween, seeded, textOf, toolEntry, traceOf } from "./testing/numbered-entries.ts";
import { numberOption } from "./testing/options.ts";

const kills = numberOption("kills", 100);
const entries = numberOption("entries", 30_000);
const seed = numberOption("seed", 1);
/** Entries of one trace; they are spread over the writers. */
const PER_TRACE = 6;
const WRITERS = 3;

const random = seeded(seed);
const directory = mkdtempSync(join(tmpdir(), "whysaid-faults-ingest-"));
const workspace = workspaceAt(directory);
const lengthOf = (number: number): number => lengthBetween(seeded(number + 7), 40, 6000);

const journals = Array.from({ length: WRITERS }, () => openJournal({ directory: workspace.journalDir, header, segmentBytes: 4 * 2 ** 20 }));
for (let number = 0; number < entries; number += 1) {
  // Every fifth repeats a text of before: deduplication is under fire too.
  const shown = number % 5 === 4 ? number - random(Math.min(number, 400)) : number;
  const entry = toolEntry(number, textOf(shown, lengthOf(shown)));
  const written = journals[random(WRITERS)]?.append((texts): Entry => ({ ...entry(texts), trace: traceOf(Math.floor(number / PER_TRACE)) }) as Entry);
  if (written !== true) throw new Error(`entry ${number} was not written`);
}
for (const journal of journals) await journal.close();

interface Life {
  readonly killed: boolean;
  readonly done: boolean;
}
/** @param afterMs  from the moment the store is open; null lets it finish */
function ingester(afterMs: number | null): Promise<Life> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, ["--conditions=whysaid-source", "--import", "tsx", join(import.meta.dirname, "testing/ingest-child.ts"), directory], { stdio: ["ignore", "pipe", "inherit"] });
    let heard = "";
    let timer: ReturnType<typeof setTimeout> | undefined;
    child.stdout.on("data", (chunk: Buffer) => {
      heard += chunk.toString();
      if (afterMs !== null && heard.includes("open")) timer ??= setTimeout(() => child.kill("SIGKILL"), afterMs);
    });
    child.on("error", reject);
    child.on("close", (code, signal) => {
      clearTimeout(timer);
      if (signal === null && code !== 0) reject(new Error(`the ingester ended with ${code}`));
      else resolve({ killed: signal === "SIGKILL", done: heard.includes("done") });
    });
  });
}

let killed = 0;
let finishedEarly = 0;
while (killed < kills) {
  // One life takes a fair share of what is left; every third time two run at once.
  const lives = await Promise.all(Array.from({ length: killed % 3 === 2 ? 2 : 1 }, () => ingester(random(90))));
  killed += lives.filter((life) => life.killed).length;
  if (!lives.some((life) => life.done)) continue;
  // Loaded before enough kills were had: check and begin anew.
  finishedEarly += 1;
  if (Object.values(await check()).some((count) => count > 0)) process.exit(1);
  for (const suffix of ["", "-wal", "-shm"]) rmSync(`${workspace.storePath}${suffix}`, { force: true });
}
await Promise.all([ingester(null), ingester(null)]);
const wrong = await check();
console.log(`\n${kills} kills while ${entries.toLocaleString("en")} entries of ${WRITERS} writers were loaded (${finishedEarly + 1} loadings), seed ${seed}\n`);
for (const [what, count] of Object.entries(wrong)) console.log(`${what.padEnd(28)} ${String(count).padStart(6)}   to be 0`);
rmSync(directory, { recursive: true, force: true });
process.exit(Object.values(wrong).some((count) => count > 0) ? 1 : 0);

async function check(): Promise<Record<"lost" | "doubled" | "wrong text" | "damage found by verify" | "rows too many or too few" | "counted wrong", number>> {
  const store = await openStore(workspace.storePath);
  const seen = new Map<number, number>();
  const traces = Math.ceil(entries / PER_TRACE);
  let wrongText = 0;
  let missing = 0;
  for (let n = 0; n < traces; n += 1) {
    const trace = await store.trace(traceOf(n));
    if (trace === null) continue;
    missing += trace.missing.length;
    for (const { entry } of trace.entries) {
      if (entry.kind !== "tool" || entry.result === null) continue;
      seen.set(entry.atMs, (seen.get(entry.atMs) ?? 0) + 1);
      const text = trace.textOf(entry.result);
      const shown = Number(/^#(\d+):/.exec(text)?.[1]);
      if (text !== textOf(shown, lengthOf(shown)) || (entry.atMs % 5 !== 4 && shown !== entry.atMs)) wrongText += 1;
    }
  }
  let damage = 0;
  for await (const one of store.verify()) {
    damage += 1;
    console.error(one);
  }
  let rows = 0;
  for (let after: string | undefined; ; ) {
    const page = await store.list({ limit: 1000, ...(after === undefined ? {} : { after }) });
    rows += page.length;
    after = page.at(-1)?.key;
    if (page.length < 1000 || after === undefined) break;
  }
  const counts = await store.counts();
  await store.close();
  const lost = Array.from({ length: entries }, (_, number) => number).filter((number) => !seen.has(number)).length;
  const found = {
    lost,
    doubled: [...seen.values()].filter((times) => times > 1).length,
    "wrong text": wrongText,
    "damage found by verify": damage,
    "rows too many or too few": Math.abs(rows - traces),
    // Beside the numbered ones: a header each segment, an end each writer.
    "counted wrong": (counts.traces === traces ? 0 : 1) + missing,
  };
  if (Object.values(found).some((count) => count > 0)) console.error(found);
  return found;
}
