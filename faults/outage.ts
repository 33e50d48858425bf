/**
 * The server goes away under an app that records: stopped for 10 s (SIGSTOP), killed (SIGKILL), started again on the same port, at 500 entries/s. Then an overload of 50,000 entries/s for 3 s.
 * Nothing may be lost or stored twice, the app must not feel it, and the backlog must be gone soon. `npm run faults outage [-- --paused 10 --rate 500 --overload 50000]`. Exit code 1 otherwise.
 *
 * The app's event-loop delay is measured beside the same app with a server that stays: on a busy machine most of it is the machine's.
 */
import { spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { setTimeout as wait } from "node:timers/promises";
import { startedServer, type ServerProcess } from "../bench/ingest/server-process.ts";
import { openStore } from "../packages/workbench/src/ingest/open-store.ts";
import { workspaceAt } from "../packages/workbench/src/ingest/workspace.ts";
import { AccessKeys } from "../packages/workbench/src/server/access/keys.ts";
import { Shipper } from "../packages/recorder/src/journal/shipping/shipper.ts";
import { numberOption } from "./testing/options.ts";

const pausedS = numberOption("paused", 10);
const rate = numberOption("rate", 500);
const overload = numberOption("overload", 50_000);
/** Before each fault, between them and after the last, the app records against a server that answers. */
const CALM_S = 3;
const DEAD_S = 2;
const OVERLOAD_S = 3;

interface App {
  readonly dir: string;
  readonly count: number;
  readonly perSecond: number;
  readonly loopP99Ms: number;
  readonly rssBytes: number;
  readonly backlogMs: number;
  readonly problems: readonly string[];
  readonly traces: readonly string[];
}

const directory = mkdtempSync(join(tmpdir(), "whysaid-faults-outage-"));
const serverDir = join(directory, "server");
const key = new AccessKeys(serverDir).add({ role: "ingest", project: "default", name: "outage", expiresAtMs: null }, Date.now()).secret;
let server: ServerProcess = await startedServer(serverDir);
const { url } = server;
const port = Number(new URL(url).port);

async function app(name: string, perSecond: number, seconds: number): Promise<App> {
  const dir = join(directory, name);
  const args = ["--conditions=whysaid-source", "--import", "tsx", join(import.meta.dirname, "outage/app.ts"), dir, url, key, String(perSecond), String(seconds)];
  const child = spawn(process.execPath, args, { stdio: ["ignore", "pipe", "inherit"] });
  let said = {} as Omit<App, "dir"> & { readonly recordedMs: number };
  for await (const line of createInterface({ input: child.stdout })) said = { ...said, ...(JSON.parse(line) as object) };
  return { ...said, dir, perSecond: said.count / (said.recordedMs / 1000) };
}

let failed = 0;
function told(what: string, value: string, isGood: boolean, aim: string): void {
  if (!isGood) failed += 1;
  console.log(`${what.padEnd(44)} ${value.padStart(12)}   to be ${aim}${isGood ? "" : "   ✘"}`);
}

try {
  const calm = await app("calm", rate, CALM_S);
  const total = CALM_S + pausedS + CALM_S + DEAD_S + CALM_S;
  const running = app("outage", rate, total);
  await wait(CALM_S * 1000);
  server.process.kill("SIGSTOP");
  await wait(pausedS * 1000);
  server.process.kill("SIGCONT");
  await wait(CALM_S * 1000);
  server.process.kill("SIGKILL");
  await wait(DEAD_S * 1000);
  server = await startedServer(serverDir, port);
  const outage = await running;
  const crowd = await app("overload", overload, OVERLOAD_S);
  // What the app did not wait for stands in its journal: the sidecar brings it.
  const sidecar = new Shipper({ directory: workspaceAt(crowd.dir).journalDir, url, key, own: null });
  const isShipped = await sidecar.flush(240_000);
  await sidecar.close();
  const peakBytes = server.usage().peakBytes;
  await server.stop();

  const store = await openStore(workspaceAt(serverDir).storePath);
  const kept = async ({ traces }: App): Promise<{ lost: number; doubled: number }> => {
    let [lost, doubled] = [0, 0];
    for (const id of traces) {
      const actions = (await store.trace(id))?.entries.filter(({ entry }) => entry.kind === "action").length ?? 0;
      if (actions === 0) lost += 1;
      if (actions > 1) doubled += 1;
    }
    return { lost, doubled };
  };
  let gapEntries = 0;
  for await (const { entry } of store.notes()) if (entry.kind === "gap") gapEntries += "entries" in entry && typeof entry.entries === "number" ? entry.entries : 1;
  const [inOutage, inCrowd] = [await kept(outage), await kept(crowd)];
  let damage = 0;
  for await (const one of store.verify()) if (one.what !== undefined) damage += 1;
  await store.close();

  console.log(`\npaused ${pausedS} s, killed, restarted under ${Math.round(outage.perSecond)} entries/s: ${outage.count.toLocaleString("en")} entries\n`);
  told("lost", String(inOutage.lost), inOutage.lost === 0, "0");
  told("stored twice", String(inOutage.doubled), inOutage.doubled === 0, "0");
  told("backlog gone in", `${(outage.backlogMs / 1000).toFixed(1)} s`, outage.backlogMs <= 15_000, "≤ 15 s");
  told("event loop's delay, p99", `${outage.loopP99Ms.toFixed(1)} ms`, outage.loopP99Ms <= Math.max(20, 1.5 * calm.loopP99Ms), `≤ 20 ms, or 1.5 × ${calm.loopP99Ms.toFixed(1)} ms, with a server that stays`);
  console.log(`problems told to the app: ${outage.problems.join(", ") || "none"}`);
  console.log(`\noverload: ${Math.round(crowd.perSecond).toLocaleString("en")} entries/s for ${OVERLOAD_S} s (asked for ${overload.toLocaleString("en")}): ${crowd.count.toLocaleString("en")} entries\n`);
  told("lost without a gap entry", String(Math.max(0, inCrowd.lost - gapEntries)), inCrowd.lost <= gapEntries, "0");
  told("told by gap entries", String(gapEntries), true, "what was not written");
  told("stored twice", String(inCrowd.doubled), inCrowd.doubled === 0, "0");
  told("everything was shipped", isShipped ? "yes" : "no", isShipped, "yes");
  told("the app's memory after it", `${Math.round(crowd.rssBytes / 1e6)} MB`, crowd.rssBytes <= 400e6, "≤ 400 MB");
  told("the server's memory, most", `${Math.round(peakBytes / 1e6)} MB`, peakBytes <= 600e6, "≤ 600 MB (from sources: the loader's included)");
  told("damage found by verify", String(damage), damage === 0, "0");
} finally {
  server.process.kill("SIGKILL");
  rmSync(directory, { recursive: true, force: true });
}
process.exit(failed === 0 ? 0 : 1);
