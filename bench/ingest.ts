/**
 * How fast `whysaid up` takes in calls, and what that costs a reader. `npm run bench ingest [-- --calls 4000 --otlp 400]`.
 *
 * The agent workload (53 KB of snapshot a call) is recorded into four journals beforehand; then four shippers send them at once to a server in a process of its own, the whole way: HTTP,
 * parsing, deduplication, commit, index. The same calls as OTLP spans take redaction on the server too. A reader lists and opens traces all the while. The senders share the machine's cores with the
 * server: CPU seconds of the storing thread tell what it alone took. Exit code 1 when a call did not arrive.
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { openJournal, Shipper } from "@whysaid/recorder/journal";
import { AccessKeys } from "../packages/workbench/src/server/access/keys.ts";
import { otlpRequest } from "./ingest/otlp-request.ts";
import { Reader } from "./ingest/reader.ts";
import { startedServer, storingSeconds } from "./ingest/server-process.ts";
import { benchHeader, rawBytes, WorkloadRecorder } from "./store/record.ts";
import { workload, type WorkloadCall } from "./workload.ts";

const { values: options } = parseArgs({ options: { calls: { type: "string", default: "4000" }, otlp: { type: "string", default: "400" } } });
const calls = Number(options.calls);
const otlpCalls = Number(options.otlp);
const CLIENTS = 4;
const SPANS_A_REQUEST = 8;

const directory = mkdtempSync(join(tmpdir(), "whysaid-bench-ingest-"));
const keys = new AccessKeys(join(directory, "server"));
const ingestKey = keys.add({ role: "ingest", project: "default", name: "bench", expiresAtMs: null }, Date.now()).secret;
const readKey = keys.add({ role: "read", project: "default", name: "bench", expiresAtMs: null }, Date.now()).secret;

// One app's traffic, of which each client has its share of the conversations: they share system prompts, tools and passages, as replicas of a service do.
let raw = 0;
const journals = Array.from({ length: CLIENTS }, (_, client) => {
  const journalDir = join(directory, `client-${client}`);
  const journal = openJournal({ directory: journalDir, header: benchHeader, capBytes: 2 ** 40 });
  return { journalDir, journal, recorder: new WorkloadRecorder(journal) };
});
const clientOf = new Map<string, number>();
for (const call of workload({ calls })) {
  const client = clientOf.get(call.conversation) ?? clientOf.size % CLIENTS;
  clientOf.set(call.conversation, client);
  journals[client]?.recorder.record(call);
  raw += rawBytes(call);
}
for (const { journal, recorder } of journals) {
  recorder.end();
  await journal.close();
}

const server = await startedServer(join(directory, "server"));
const reader = new Reader(server.url, readKey);
const shipperOf = (journalDir: string): Shipper => new Shipper({ directory: journalDir, url: server.url, key: ingestKey, own: null, keep: true });

// Something to read first: a tenth of the first client's calls, as a server that has run has them.
const warm = mkdtempSync(join(directory, "warm-"));
const warmJournal = openJournal({ directory: warm, header: benchHeader });
const warmRecorder = new WorkloadRecorder(warmJournal);
for (const call of workload({ calls: 400, seed: 77 })) warmRecorder.record(call);
warmRecorder.end();
await warmJournal.close();
const warming = shipperOf(warm);
await warming.flush(60_000);
await warming.close();
const idle = await reader.measured(async () => new Promise((resolve) => setTimeout(resolve, 3000)));

const shippers = journals.map(({ journalDir }) => shipperOf(journalDir));
const before = server.usage();
const started = performance.now();
const busy = await reader.measured(async () => {
  await Promise.all(shippers.map((shipper) => shipper.flush(300_000)));
});
const seconds = (performance.now() - started) / 1000;
const after = server.usage();
const sent = shippers.reduce((sum, { counts }) => sum + counts.bytes, 0);
await Promise.all(shippers.map((shipper) => shipper.close()));

const requests: string[] = [];
const batch: WorkloadCall[] = [];
for (const call of workload({ calls: otlpCalls, seed: 9 })) {
  batch.push(call);
  if (batch.length === SPANS_A_REQUEST) requests.push(otlpRequest(batch.splice(0)));
}
if (batch.length > 0) requests.push(otlpRequest(batch));
const otlpBefore = server.usage();
const otlpStarted = performance.now();
let refused = 0;
const otlpReader = await reader.measured(async () => {
  await Promise.all(
    Array.from({ length: CLIENTS }, async () => {
      for (let body = requests.pop(); body !== undefined; body = requests.pop()) {
        const answer = await fetch(`${server.url}/v1/traces`, { method: "POST", headers: { "content-type": "application/json", authorization: `Bearer ${ingestKey}` }, body });
        if (answer.status !== 200) refused += 1;
        await answer.arrayBuffer();
      }
    }),
  );
});
const otlpSeconds = (performance.now() - otlpStarted) / 1000;
const otlpAfter = server.usage();

const metrics = await (await fetch(`${server.url}/metrics`, { headers: { authorization: `Bearer ${readKey}` } })).text();
const stored = Number(/^whysaid_entries_stored_total (\d+)/m.exec(metrics)?.[1] ?? 0);
const expected = shippers.reduce((sum, { counts }) => sum + counts.entries, 0);
await server.stop();
rmSync(directory, { recursive: true, force: true });

const ms = (value: number): string => `${value.toFixed(1)} ms`;
console.log(`shipped    ${calls} calls of ${(raw / calls / 1000).toFixed(0)} kB from ${CLIENTS} clients: ${(calls / seconds).toFixed(0)} calls/s, ${(calls / storingSeconds(server.pid, before.threads, after.threads)).toFixed(0)} per CPU second of the storing thread; ${(sent / calls / 1000).toFixed(1)} kB sent a call`);
console.log(`OTLP       ${otlpCalls} calls, redacted on the server: ${(otlpCalls / otlpSeconds).toFixed(0)} calls/s, ${(otlpCalls / storingSeconds(server.pid, otlpBefore.threads, otlpAfter.threads)).toFixed(0)} per CPU second of the storing thread; ${refused} requests refused`);
console.log(`reader     idle p50 ${ms(idle.p50)}, p95 ${ms(idle.p95)} · while shipping p50 ${ms(busy.p50)} (×${(busy.p50 / idle.p50).toFixed(1)}), p95 ${ms(busy.p95)} · while OTLP p50 ${ms(otlpReader.p50)} (×${(otlpReader.p50 / idle.p50).toFixed(1)})`);
console.log(`memory     ${(otlpAfter.peakBytes / 1e6).toFixed(0)} MB at most (resident)`);
const isWhole = stored >= expected && refused === 0;
console.log(isWhole ? `all ${expected} entries arrived` : `${expected - stored} entries are missing, ${refused} requests were refused`);
process.exit(isWhole ? 0 : 1);
