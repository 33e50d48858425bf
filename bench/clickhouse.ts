/**
 * The ClickHouse store: bytes per call, ingest rate, rebuild times, and drift over a million traces. `npm run bench clickhouse [-- --calls 100000]`.
 *
 * Runs against the engine of test/clickhouse behind HTTP on this machine, or against the server `WHYSAID_TEST_CLICKHOUSE_URL` names. Exit code 1 when what comes back is not what went in.
 */
import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { openJournal } from "@whysaid/recorder/journal";
import { digestOf } from "../packages/workbench/src/ingest/digest.ts";
import { ingestDirectory } from "../packages/workbench/src/ingest/directory.ts";
import { freshClickhouse } from "../packages/workbench/src/store/testing/clickhouse.ts";
import { installEngine, startEngine } from "../test/clickhouse/engine.mjs";
import { rebuild, warmTimes } from "./store/lookup.ts";
import { benchHeader, rawBytes, WorkloadRecorder } from "./store/record.ts";
import { Random, workload } from "./workload.ts";

const { values: options } = parseArgs({ options: { calls: { type: "string", default: "20000" }, rows: { type: "string", default: "1000000" } } });
const calls = Number(options.calls);
const ROUND = 20_000;

const given = process.env["WHYSAID_TEST_CLICKHOUSE_URL"];
if (given === undefined && !installEngine()) {
  console.error("ClickHouse's engine (npm package chdb) cannot be had here, and WHYSAID_TEST_CLICKHOUSE_URL names no server.");
  process.exit(1);
}
const engine = given === undefined ? await startEngine() : null;
if (engine !== null) process.env["WHYSAID_TEST_CLICKHOUSE_URL"] = engine.url;
const server = await freshClickhouse(digestOf);
const store = await server.open();
const connection = await server.connect();
const directory = mkdtempSync(join(tmpdir(), "whysaid-bench-clickhouse-"));

const random = new Random(5);
const sampled: { readonly trace: string; readonly units: number }[] = [];
const source = workload({ calls, seed: 1 });
let raw = 0;
let wallMs = 0;
let cpuMicros = 0;
for (let done = 0; done < calls; ) {
  const journal = openJournal({ directory, header: benchHeader, capBytes: 2 ** 40 });
  const recorder = new WorkloadRecorder(journal);
  for (let left = Math.min(ROUND, calls - done); left > 0; left -= 1, done += 1) {
    const call = source.next().value;
    if (call === undefined) break;
    recorder.record(call);
    raw += rawBytes(call);
    if (random.next() < Math.min(1, 400 / calls)) sampled.push({ trace: recorder.traces.at(-1) as string, units: call.requestBody.length + call.responseBody.length });
  }
  recorder.end();
  await journal.close();
  const before = process.cpuUsage();
  const started = performance.now();
  await ingestDirectory(directory, store);
  wallMs += performance.now() - started;
  const { user, system } = process.cpuUsage(before);
  cpuMicros += user + system;
  for (const name of readdirSync(directory)) rmSync(join(directory, name));
  console.log(`${done} calls …`);
}

const { database } = connection.address;
const bytesByTable = (): Promise<{ table: string; bytes: number }[]> => connection.select(`SELECT table, sum(bytes_on_disk) AS bytes FROM system.parts WHERE database = '${database}' AND active GROUP BY table ORDER BY bytes DESC`);
const asWritten = (await bytesByTable()).reduce((sum, { bytes }) => sum + bytes, 0);
for (const { table } of await bytesByTable()) await connection.command(`OPTIMIZE TABLE ${database}.${table} FINAL`);
const tables = await bytesByTable();
const merged = tables.reduce((sum, { bytes }) => sum + bytes, 0);
const [index] = await connection.select<{ bytes: number }>(`SELECT sum(secondary_indices_compressed_bytes) AS bytes FROM system.parts WHERE database = '${database}' AND table = 'texts' AND active`);

const warm = await warmTimes(store, sampled.map(({ trace }) => trace));
let wrong = 0;
for (const { trace, units } of sampled) if ((await rebuild(store, trace)) < units) wrong += 1;

const rows = Number(options.rows);
await connection.command(`TRUNCATE TABLE ${database}.traces`);
// A month of 12 features, 4 models and 3 prompt versions; trace ids begin with their time, as ours do. In parts, as they come.
for (let part = 0; part < 10; part += 1) {
  await connection.command(`INSERT INTO ${database}.traces SELECT
      toFixedString(unhex(concat(leftPad(hex(toUInt64(1764000000000 + number * 2600)), 12, '0'), leftPad(hex(cityHash64(number)), 20, '0'))), 16), 7, 1764000000000 + number * 2600, 'aaaaaaaaaaaaaaa1',
      concat('feature-', toString(number % 12)), concat('c', toString(intDiv(number, 20))), 'openai', concat('gpt-4o-', toString(cityHash64(number) % 4)), concat('v', toString(number % 3)), 'complete', 1, 0,
      1000 + cityHash64(number, 1) % 20000, 10 + cityHash64(number, 2) % 900, 500 + cityHash64(number, 3) % 9000, 100 + cityHash64(number, 4) % 3000,
      if(cityHash64(number, 5) % 20 = 0, ['dose_range'], []), if(cityHash64(number, 5) % 20 = 0, ['schema'], ['dose_range', 'schema']), 0, if(cityHash64(number, 6) % 9 = 0, 'edit', NULL), 'An answer.', map('ward', toString(number % 5)), [], [], ''
    FROM numbers(${(part * rows) / 10}, ${rows / 10})`);
}
const timed = async (work: () => Promise<unknown>): Promise<{ median: number; worst: number }> => {
  const times: number[] = [];
  for (let run = 0; run < 11; run += 1) {
    const started = performance.now();
    await work();
    times.push(performance.now() - started);
  }
  times.sort((a, b) => a - b);
  return { median: times[5] as number, worst: times[10] as number };
};
const DAY_MS = 86_400_000;
const drift = await timed(() => store.outcomes({ feature: "feature-3", by: ["model", "promptVersion"], bucketMs: DAY_MS }));
const everything = await timed(() => store.outcomes({ by: ["model"], bucketMs: DAY_MS }));
const page = await timed(() => store.list({ limit: 50, feature: "feature-3", rule: "dose_range" }));
const [version] = await connection.select<{ version: string }>("SELECT version() AS version");

const perCall = (bytes: number): string => Math.round(bytes / calls).toLocaleString("en").padStart(8);
console.log(`\nClickHouse ${version?.version ?? "?"}${engine === null ? "" : " (the engine behind HTTP on this machine)"}, ${calls.toLocaleString("en")} calls, Node ${process.versions.node}\n`);
console.log("                              bytes/call");
console.log(`raw JSON, one record a call   ${perCall(raw)}`);
console.log(`store as written              ${perCall(asWritten)}`);
console.log(`store, parts merged           ${perCall(merged)}   ${(raw / merged).toFixed(1)}× smaller than raw; to reach ≤ 3,072 with full text at 100,000 calls`);
for (const { table, bytes } of tables) if (bytes / calls >= 1) console.log(`  ${table.padEnd(26)}  ${perCall(bytes)}${table === "texts" ? `  (of it the full-text index ${Math.round((index?.bytes ?? 0) / calls)})` : ""}`);
console.log(`\ningest: ${Math.round(calls / (wallMs / 1000)).toLocaleString("en")} calls per second, ${Math.round(calls / (cpuMicros / 1e6)).toLocaleString("en")} per CPU second of the writing process`);
console.log(`rebuild: median ${warm.p50.toFixed(1)} ms, p99 ${warm.p99.toFixed(1)} ms (${warm.count} traces); to reach a median ≤ 20 ms`);
console.log(`drift of a feature by model, prompt version and day, ${rows.toLocaleString("en")} traces: median ${drift.median.toFixed(0)} ms, slowest of 11 ${drift.worst.toFixed(0)}; to reach ≤ 300 ms`);
console.log(`all features by model and day: median ${everything.median.toFixed(0)} ms · list by feature and failed rule: median ${page.median.toFixed(0)} ms`);
console.log(wrong === 0 ? `\n${sampled.length} rebuilt traces hold everything that was sent.` : `\n${wrong} of ${sampled.length} rebuilt traces are not what was sent.`);
await connection.close();
await store.close();
await server.drop();
await engine?.stop();
rmSync(directory, { recursive: true, force: true });
process.exit(wrong === 0 ? 0 : 1);
