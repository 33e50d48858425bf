/**
 * Bytes per call, ingest rate and rebuild times of the store, beside raw JSON and the floor. `npm run bench store [-- --calls 100000]`.
 *
 * Calls of `bench/workload.ts` are written through the real journal, ingested, and looked up. Exit code 1 when what comes back is not what went in.
 */
import { mkdtempSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { journalBytes, openJournal } from "@whysaid/recorder/journal";
import { ingestDirectory } from "../packages/workbench/src/ingest/directory.ts";
import { workspaceAt } from "../packages/workbench/src/ingest/workspace.ts";
import { openStore } from "../packages/workbench/src/ingest/open-store.ts";
import { openDatabase } from "../packages/workbench/src/store/sqlite/driver.ts";
import { loadZstd } from "../packages/workbench/src/store/sqlite/zstd.ts";
import { UniqueContent } from "./store/floor.ts";
import { coldTimes, rebuild, warmTimes } from "./store/lookup.ts";
import { benchHeader, rawBytes, WorkloadRecorder } from "./store/record.ts";
import { Random, workload, type WorkloadCall } from "./workload.ts";

const { values: options } = parseArgs({ options: { calls: { type: "string", default: "20000" }, seed: { type: "string", default: "1" }, "no-floor": { type: "boolean", default: false }, keep: { type: "string" } } });
const wanted = Number(options.calls);
/** Calls generated, journaled and ingested at a time, so that a million do not need the disk for their journal. */
const ROUND = 20_000;
const FLOOR_CALLS = 100_000;

const directory = options.keep ?? mkdtempSync(join(process.env["WHYSAID_BENCH_DIR"] ?? tmpdir(), "whysaid-bench-store-"));
const workspace = workspaceAt(directory);
const unique = new UniqueContent(directory.length > 0 ? (statSync(directory, { throwIfNoEntry: false }) === undefined ? tmpdir() : directory) : tmpdir());
const lookups = new Random(5);
const sampled: { readonly trace: string; readonly units: number }[] = [];
let raw = 0;
let journaled = 0;
let entries = 0;
let cpuMicros = 0;
let wallMs = 0;
let floorCalls = 0;

const zstd = await loadZstd();
const store = await openStore(workspace.storePath);
const source: Generator<WorkloadCall, undefined> = workload({ calls: wanted, seed: Number(options.seed) });
let done = 0;
const interrupted = new AbortController();
// A million calls take an hour here: an interrupt ends the run after its round, and what was stored by then is measured.
process.once("SIGINT", () => interrupted.abort());
while (done < wanted && !interrupted.signal.aborted) {
  const journal = openJournal({ directory: workspace.journalDir, header: benchHeader, capBytes: 2 ** 40 });
  const recorder = new WorkloadRecorder(journal);
  for (let left = Math.min(ROUND, wanted - done); left > 0; left -= 1) {
    const call = source.next().value;
    if (call === undefined) break;
    recorder.record(call);
    raw += rawBytes(call);
    if (done < FLOOR_CALLS && !options["no-floor"]) {
      for (const text of call.unique) unique.add(text);
      unique.add(JSON.stringify([recorder.traces.at(-1), call.atMs, call.conversation, call.feature, call.promptVersion, call.model, call.firstChunkMs, call.durationMs, call.action, call.failedRule, call.chunks.map(({ sourceId, score }) => [sourceId, score]), call.responseBody.slice(7, 50), call.tool?.callId]));
      floorCalls += 1;
    }
    const sampleRate = Math.min(1, 2000 / wanted);
    if (lookups.next() < sampleRate) sampled.push({ trace: recorder.traces.at(-1) as string, units: call.requestBody.length + call.responseBody.length });
    done += 1;
  }
  recorder.end();
  await journal.close();
  journaled += journalBytes(workspace.journalDir);
  globalThis.gc?.();
  const before = process.cpuUsage();
  const started = performance.now();
  const outcome = await ingestDirectory(workspace.journalDir, store);
  wallMs += performance.now() - started;
  const { user, system } = process.cpuUsage(before);
  cpuMicros += user + system;
  entries += outcome.stored;
  for (const name of (await import("node:fs")).readdirSync(workspace.journalDir)) rmSync(join(workspace.journalDir, name));
  if (wanted > ROUND) console.log(`${done} calls … ${Math.round(done / (cpuMicros / 1e6))} per CPU second`);
}
const calls = done;
const counts = await store.counts();
const warm = await warmTimes(store, sampled.map(({ trace }) => trace));
let wrong = 0;
for (const { trace, units } of sampled) if ((await rebuild(store, trace)) < units) wrong += 1;
await store.close();

const database = await openDatabase(workspace.storePath);
database.exec("PRAGMA wal_checkpoint(TRUNCATE)");
const tables = database.prepare("SELECT name, sum(pgsize) AS bytes, sum(unused) AS unused FROM dbstat GROUP BY name ORDER BY 2 DESC").all() as readonly { name: string; bytes: number; unused: number }[];
database.close();
const storeBytes = statSync(workspace.storePath).size;
const cold = await coldTimes(workspace.storePath, sampled.slice(0, 100).map(({ trace }) => trace));
const floor = options["no-floor"] ? null : unique.compress();

const perCall = (bytes: number): string => Math.round(bytes / calls).toLocaleString("en").padStart(8);
const ratio = (bytes: number): string => `${(raw / bytes).toFixed(1)}×`.padStart(7);
console.log(`\n${calls.toLocaleString("en")} calls, ${entries.toLocaleString("en")} entries, ${counts.texts.toLocaleString("en")} texts; ${zstd.name}, Node ${process.versions.node}\n`);
console.log("                              bytes/call   raw is larger by");
console.log(`raw JSON, one record a call   ${perCall(raw)}`);
console.log(`journal                       ${perCall(journaled)}   ${ratio(journaled)}   to reach ≥ 8×`);
console.log(`store, all tables             ${perCall(storeBytes)}   ${ratio(storeBytes)}   to reach ≥ 20× at 100,000 calls`);
if (floor !== null) {
  const floorPerCall = floor.bytes / floorCalls;
  const uniquePerCall = unique.bytes / floorCalls;
  console.log(`what no other call said, as it is${Math.round(uniquePerCall).toLocaleString("en").padStart(6)}   ${ratio(uniquePerCall * calls)}   no journal without compression can be smaller`);
  console.log(`floor: ${floor.by.padEnd(23)}${Math.round(floorPerCall).toLocaleString("en").padStart(8)}   ${ratio(floorPerCall * calls)}   store is ${(storeBytes / calls / floorPerCall).toFixed(2)}× the floor${floorCalls < calls ? ` (of the first ${floorCalls.toLocaleString("en")})` : ""}, to reach ≤ 2.5×`);
} else console.log("floor: not measured (no zstd command here, or --no-floor)");
console.log(`\nwhere the store's bytes are, per call (unused in brackets):`);
for (const { name, bytes, unused } of tables) if (bytes / calls >= 2) console.log(`  ${name.padEnd(26)} ${perCall(bytes)}  (${Math.round(unused / calls)})`);
console.log(`\ningest: ${Math.round(calls / (cpuMicros / 1e6)).toLocaleString("en")} calls per CPU second, ${Math.round(calls / (wallMs / 1000)).toLocaleString("en")} per second; to reach ≥ 3,000 per CPU second`);
const times = (name: string, found: typeof warm | null, aim: string): void => console.log(`rebuild ${name}: ${found === null ? "not measured here" : `median ${found.p50.toFixed(2)} ms, p99 ${found.p99.toFixed(2)} ms (${found.count} traces)`}; to reach ${aim}`);
times("warm", warm, "≤ 1 ms, p99 ≤ 10 ms");
times("cold", cold, "≤ 50 ms");
console.log(wrong === 0 ? `\n${sampled.length} rebuilt traces hold everything that was sent.` : `\n${wrong} of ${sampled.length} rebuilt traces are not what was sent.`);
if (options.keep === undefined) rmSync(directory, { recursive: true, force: true });
process.exit(wrong === 0 ? 0 : 1);
