/**
 * Searches nobody means well: 5,000 fuzzed queries and phrases of 5,000 words through the server's route, over recorded calls. `npm run faults search [-- --queries 5000 --calls 1000]`.
 * None may be a server error, and each is to be answered within 250 ms. Exit code 1 when one is not.
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openJournal, Shipper } from "../packages/recorder/src/journal/index.ts";
import { startedServer } from "../bench/ingest/server-process.ts";
import { benchHeader, WorkloadRecorder } from "../bench/store/record.ts";
import { Language, Random, workload } from "../bench/workload.ts";
import { AccessKeys } from "../packages/workbench/src/server/access/keys.ts";
import { fuzzedQueries } from "../packages/workbench/src/server/testing/fuzzed-queries.ts";
import { numberOption } from "./testing/options.ts";

const queries = numberOption("queries", 5000);
const calls = numberOption("calls", 1000);
const PHRASES = 20;
const PHRASE_WORDS = 5000;
const AIM_MS = 250;

const directory = mkdtempSync(join(tmpdir(), "whysaid-faults-search-"));
const keys = new AccessKeys(join(directory, "server"));
const keyOf = (role: "ingest" | "read"): string => keys.add({ role, project: "default", name: role, expiresAtMs: null }, Date.now()).secret;
const [ingestKey, readKey] = [keyOf("ingest"), keyOf("read")];
const server = await startedServer(join(directory, "server"));
try {
  const journal = openJournal({ directory: join(directory, "app"), header: benchHeader });
  const recorder = new WorkloadRecorder(journal);
  for (const call of workload({ calls })) recorder.record(call);
  recorder.end();
  await journal.close();
  const shipper = new Shipper({ directory: join(directory, "app"), url: server.url, key: ingestKey, own: null });
  await shipper.flush(300_000);
  await shipper.close();

  const statuses = new Map<number, number>();
  const measured = async (texts: readonly string[]): Promise<number[]> => {
    const times: number[] = [];
    for (const text of texts) {
      const started = performance.now();
      const answer = await fetch(`${server.url}/api/find`, { method: "POST", headers: { authorization: `Bearer ${readKey}`, "content-type": "application/json" }, body: JSON.stringify({ text }) });
      await answer.arrayBuffer();
      times.push(performance.now() - started);
      statuses.set(answer.status, (statuses.get(answer.status) ?? 0) + 1);
    }
    return times.toSorted((a, b) => a - b);
  };
  const language = new Language(1);
  const random = new Random(3);
  const told = (what: string, times: readonly number[]): number => {
    const at = (share: number): string => `${(times[Math.min(times.length - 1, Math.floor(times.length * share))] ?? 0).toFixed(0)} ms`;
    const late = times.filter((ms) => ms > AIM_MS).length;
    console.log(`${what.padEnd(40)} p50 ${at(0.5).padStart(7)}   p99 ${at(0.99).padStart(7)}   most ${at(1).padStart(7)}   over ${AIM_MS} ms: ${late} of ${times.length}`);
    return late;
  };
  await measured(fuzzedQueries(9, 20)); // starts what searches
  statuses.clear();
  const lateQueries = told(`${queries.toLocaleString("en")} fuzzed queries`, await measured(fuzzedQueries(1, queries)));
  const latePhrases = told(`${PHRASES} phrases of ${PHRASE_WORDS.toLocaleString("en")} words`, await measured(Array.from({ length: PHRASES }, () => language.text(random, 6 * PHRASE_WORDS))));
  console.log(`answers by status: ${[...statuses].map(([status, count]) => `${status}: ${count}`).join(", ")}`);
  const errors = [...statuses].reduce((sum, [status, count]) => sum + (status >= 500 ? count : 0), 0);
  process.exitCode = errors > 0 || lateQueries + latePhrases > 0 ? 1 : 0;
} finally {
  await server.stop();
  rmSync(directory, { recursive: true, force: true });
}
