/**
 * `npm run faults canary [--kills 50] [--keep 1] [--leaks-only 1] [--adapters-only 1]`: does one byte of an identifier get out?
 *
 * Identifiers of 28 kinds are planted in every field a recording has, through the real recorder in processes of its own, streaming and not, in a dozen spellings; the process is killed at random moments. The same through
 * every adapter, shipped to `whysaid up`, which is sent OTLP and actions too. Then every byte under `.whysaid/` on both sides, the temporary folder, standard output and error, exports, ticket files and the store is searched for all encodings of them, and in a second run every write to a file or socket as strace saw it. The same with a
 * redactor that throws, hangs and runs out of budget. Before any of it is believed, the harness must find leaks that were put in. Exits 1 on one hit, or on one leak not found.
 */
import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { installIn } from "../scripts/install-in.mjs";
import { CanaryApp, type Run, type RunOptions } from "./canary/app.ts";
import { needles as allNeedles } from "./canary/encodings.ts";
import { leaks, onlyTraced } from "./canary/leaks.ts";
import { saidOf, type ReadBack } from "./canary/outputs.ts";
import { listening } from "./canary/provider.ts";
import { CanaryServer } from "./canary/server.ts";
import { searchBytes, searchFolders, type Hit } from "./canary/search.ts";
import { searchSyscalls } from "./canary/syscalls.ts";
import { declaredCanaries, foundCanaries, foundProse, prose, spellings } from "./canary/values.ts";
import { numberOption } from "./testing/options.ts";
import { seeded } from "./testing/numbered-entries.ts";

const kills = numberOption("kills", 50);
/** Only the check that the harness finds leaks. */
const leaksOnly = numberOption("leaks-only", 0) === 1;
const random = seeded(numberOption("seed", Date.now() % 1_000_000));
const needles = allNeedles();
const app = new CanaryApp();
const base = mkdtempSync(join(tmpdir(), "whysaid-canary-"));
/** Starting takes a third of a second; the first round of planting some more. */
const KILLED_WITHIN_MS = 6_000;
let failed = false;
let folders = 0;

/** A recording directory, a temporary folder and a place for what was printed. */
function place(): { readonly dir: string; readonly temporary: string; readonly printed: string; readonly all: string } {
  const all = join(base, String((folders += 1)));
  const [dir, temporary, printed] = [join(all, ".whysaid"), join(all, "tmp"), join(all, "printed")];
  for (const folder of [temporary, printed]) mkdirSync(folder, { recursive: true });
  return { dir, temporary, printed, all };
}
function keepPrinted(run: Run, printed: string, name: string): void {
  writeFileSync(join(printed, `${name}.out`), run.stdout);
  writeFileSync(join(printed, `${name}.err`), run.stderr);
}

/** Debian's package is installed where it is missing and this account may. */
function hasStrace(): boolean {
  const isThere = (): boolean => spawnSync("strace", ["-V"]).status === 0;
  if (isThere()) return true;
  if (process.getuid?.() === 0) spawnSync("apt-get", ["install", "-y", "-q", "strace"], { timeout: 120_000, stdio: "ignore" });
  return isThere();
}

const show = (hits: readonly Hit[]): void => {
  for (const { where, kind, encoding } of hits.slice(0, 12)) console.log(`    HIT ${kind} (${encoding}) in ${where.replace(base, "")}`);
  if (hits.length > 12) console.log(`    … and ${hits.length - 12} more`);
};
const row = (name: string, ...cells: readonly string[]): void => console.log(`${name.padEnd(58)}${cells.map((cell) => cell.padStart(13)).join("")}`);

console.log(`\n${declaredCanaries.length + foundCanaries.length} kinds of identifier, ${needles.length} encodings, ${Object.keys(spellings).length} spellings\n`);
row("what was recorded", "hits", "MB searched", "traces", "pseudonyms", "markers");

async function searched(name: string, options: Omit<RunOptions, "dir" | "temporary">, check: { readonly rounds?: number; readonly needsMarkers?: boolean } = {}): Promise<void> {
  const { dir, temporary, printed, all } = place();
  for (let round = 0; round < (check.rounds ?? 1); round += 1) {
    const run = await app.run({ dir, temporary, ...options, ...(options.killAfterMs === undefined ? {} : { killAfterMs: 300 + random(options.killAfterMs) }) });
    keepPrinted(run, printed, String(round));
    if (options.killAfterMs === undefined && run.code !== 0) {
      failed = true;
      console.log(`    the app ended with ${run.code ?? run.signal}: ${run.stderr.toString().slice(-400)}`);
    }
  }
  const read = await saidOf(dir, printed);
  const { hits, bytes } = await searchFolders([all], needles);
  row(name, String(hits.length), (bytes / 1e6).toFixed(1), String(read.traces), String(read.pseudonyms), String(read.markers));
  show(hits);
  if (hits.length > 0 || read.traces === 0) failed = true;
  if (check.needsMarkers === true && read.markers === 0) {
    failed = true;
    console.log("    no markers: the texts that were dropped left no trace");
  }
}

/** All adapters, and what they record shipped to `whysaid up`; then the app that is recorded by `--import` alone. The server is sent OTLP, actions and searches as well. */
async function throughAdapters(): Promise<void> {
  const here = place();
  const serving = place();
  if (!installIn(join(import.meta.dirname, "../examples/adapters"))) throw new Error("the packages of examples/adapters could not be installed");
  const provider = await listening(prose);
  const server = await CanaryServer.start(serving.dir, serving.temporary, serving.printed);
  const run = await app.adapters({ args: [here.dir, provider.url], temporary: here.temporary, env: { WHYSAID_URL: server.url, WHYSAID_KEY: server.key("ingest") } });
  keepPrinted(run, here.printed, "adapters");
  const statuses = await server.use();
  await server.stop();
  provider.server.close();
  await report("every adapter, streaming and not", here, run, await saidOf(here.dir, here.printed), 100);
  await report(`the server it was shipped to, OTLP, actions (${statuses.join(" ")})`, serving, run, await saidOf(serving.dir, serving.printed), 100);

  const alone = place();
  const found = await listening(foundProse);
  const registered = await app.registered({ args: [found.url], temporary: alone.temporary, env: { WHYSAID_DIR: alone.dir, WHYSAID_BASE_URLS: found.url } });
  found.server.close();
  keepPrinted(registered, alone.printed, "registered");
  await report("--import register, nothing declared", alone, registered, await saidOf(alone.dir, alone.printed), 2);
}

async function report(name: string, { all }: { readonly all: string }, run: Run, read: ReadBack, leastPlanted: number): Promise<void> {
  const { hits, bytes } = await searchFolders([all], needles);
  row(name, String(hits.length), (bytes / 1e6).toFixed(1), String(read.traces), String(read.pseudonyms), String(read.markers));
  show(hits);
  const planted = Number(run.stdout.toString());
  if (hits.length > 0 || read.traces === 0 || read.pseudonyms === 0 || run.code !== 0 || !(planted >= leastPlanted)) {
    failed = true;
    console.log(`    planted ${planted} times, ended with ${run.code ?? run.signal}: ${run.stderr.toString().slice(-600)}`);
  }
}

/** Only the adapters and the server. */
const adaptersOnly = numberOption("adapters-only", 0) === 1;
if (adaptersOnly) await throughAdapters();
else if (!leaksOnly) {
  await searched("every field, streaming and not", { mode: "once" });
  await searched(`the same, killed ${kills} times at random`, { mode: "forever", killAfterMs: KILLED_WITHIN_MS }, { rounds: kills });
  await throughAdapters();
  await searched("a detector that throws", { mode: "throw" }, { needsMarkers: true });
  await searched("a detector that hangs", { mode: "hang" }, { needsMarkers: true });
  await searched("a redactor out of budget", { mode: "budget" }, { needsMarkers: true });

  if (hasStrace()) {
    console.log("");
    row("what was handed to the kernel (strace)", "hits", "MB written", "calls");
    const { dir, temporary, all } = place();
    const trace = join(all, "strace.txt");
    await app.run({ dir, temporary, mode: "once", trace });
    const { hits, calls, bytes } = searchSyscalls(trace, needles);
    row("every field, streaming and not", String(hits.length), (bytes / 1e6).toFixed(1), String(calls));
    show(hits);
    if (hits.length > 0 || calls === 0) failed = true;
  } else {
    failed = true;
    console.log("\nstrace is not installed, and could not be: what is written and overwritten again cannot be seen (apt-get install strace)");
  }
}

console.log("\nLeaks put in on purpose, each of which must be found\n");
for (const leak of adaptersOnly ? [] : ["redaction switched off", ...Object.keys(leaks)]) {
  const { dir, temporary, printed, all } = place();
  const trace = join(base, "leak-strace.txt");
  const isTraced = onlyTraced.has(leak);
  const run = await app.run({ dir, temporary, mode: leak === "redaction switched off" ? "off" : "none", leak: leak === "redaction switched off" ? "" : leak, ...(isTraced ? { trace } : {}) });
  keepPrinted(run, printed, "leak");
  const hits = isTraced ? searchSyscalls(trace, needles).hits : (await searchFolders([all], needles)).hits;
  if (hits.length === 0) failed = true;
  console.log(`${hits.length > 0 ? "found " : "MISSED"}  ${leak.padEnd(44)} ${hits[0] === undefined ? run.stderr.toString().slice(-200) : `${hits[0].kind}, ${hits[0].encoding}`}`);
  rmSync(all, { recursive: true, force: true });
}

// The search itself must not find what is not there: text of the same shape with other values.
const harmless = Buffer.from("Zephyra Quelbrant, QX-99999-000, 1978-11-23, +1 (213) 555-9999".repeat(100));
if (searchBytes(harmless, "", needles).length > 0) {
  failed = true;
  console.log("the search finds canaries where there are none");
}
app.remove();
if (numberOption("keep", 0) === 0) rmSync(base, { recursive: true, force: true });
else console.log(`kept in ${base}`);
console.log(failed ? "\nFAILED" : "\nno byte got out");
process.exit(failed ? 1 : 0);
