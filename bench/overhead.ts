/**
 * `npm run bench overhead [-- --calls 400 --repeats 5 --workload agent --no-peers --rss 100000 | --only-rss]`: CPU that recording adds to a call of the official `openai` client, over the client without
 * a recorder; the longest stall of the event loop; resident memory over a long run. The provider is stubbed in process (bench/overhead/workloads.ts), sending is waited for.
 *
 * Each variant, workload and mode runs in processes of its own, in turns, so that a busy machine slows all alike. Printed are the median of all rounds and the least: what else the machine
 * does can only add to a round. Ours journals and deduplicates, with redaction off.
 * The floor is a tap of `fetch` and one append; the ratio to it is of rounds in turns in one process (bench/overhead/turns.ts; alone with --only-turns). The peers are set up as their documentation says (bench/peers, installed on demand) and send to a server in another process.
 */
import { spawn, spawnSync } from "node:child_process";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { parseArgs } from "node:util";
import { installIn } from "../scripts/install-in.mjs";
import type { Order, Outcome } from "./overhead/child.ts";
import type { OwnCpuUs, Turns } from "./overhead/turns.ts";
import { ownVariants, peerVariants } from "./overhead/variants.ts";
import { workloads, type WorkloadName } from "./overhead/workloads.ts";

const { values: options } = parseArgs({
  options: { calls: { type: "string", default: "400" }, repeats: { type: "string", default: "5" }, workload: { type: "string" }, mode: { type: "string" }, "no-peers": { type: "boolean", default: false }, "only-turns": { type: "boolean", default: false }, "only-rss": { type: "boolean", default: false }, rss: { type: "string", default: "20000" } },
});
const calls = Number(options.calls);
const repeats = Number(options.repeats);
const folder = join(import.meta.dirname, "overhead");
const peersFolder = join(import.meta.dirname, "peers");
const TO_REACH = { ofFloor: 1.5, ofPeerOnAgent: 1 / 3, stallMs: 2 };

const peers = options["no-peers"] || options["only-turns"] || options["only-rss"] ? [] : peerVariants;
if (peers.length > 0 && !installIn(peersFolder)) throw new Error("the peers could not be installed");
const sink = spawn(process.execPath, [...process.execArgv, join(folder, "sink.ts")], { stdio: ["pipe", "pipe", "inherit"] });
const sinkUrl = await new Promise<string>((resolve) => createInterface(sink.stdout).once("line", resolve));

function ran(script: string, order: object): unknown {
  const { status, stdout, stderr } = spawnSync(process.execPath, [...process.execArgv, join(folder, script), JSON.stringify(order)], { encoding: "utf8", maxBuffer: 2 ** 26 });
  if (status !== 0) throw new Error(`${JSON.stringify(order)} ended with ${String(status)}: ${stderr}`);
  return JSON.parse(stdout.trim().split("\n").at(-1) ?? "");
}
const measured = (order: Omit<Order, "sinkUrl">): Outcome => ran("child.ts", { ...order, sinkUrl }) as Outcome;
const median = (values: readonly number[]): number => values.toSorted((a, b) => a - b)[values.length >> 1] ?? Number.NaN;
const least = (values: readonly number[]): number => Math.min(...values);
const ofFloor = ({ none, floor, whysaid }: OwnCpuUs): number => (whysaid - none) / (floor - none);

const names = (Object.keys(workloads) as WorkloadName[]).filter((name) => options.workload === undefined || name === options.workload);
const modes = (["json", "sse"] as const).filter((mode) => options.mode === undefined || mode === options.mode);
const variants = options["only-turns"] ? [] : [...ownVariants, ...peers];

if (options["only-turns"]) {
  console.log(`\nCPU added per call, µs (no recorder, the floor and ours in turns in one process; ${calls} calls each)\n`);
  for (const workload of names) {
    for (const mode of modes) {
      const turns = ran("turns.ts", { workload, mode, calls }) as Turns;
      for (const of of ["median", "least"] as const) {
        const { none, floor, whysaid } = turns[of];
        console.log(`${(of === "median" ? `${workloads[workload].title}, ${mode}` : "").padEnd(34)}${of.padEnd(8)} none ${none.toFixed(0).padStart(6)}   +floor ${(floor - none).toFixed(0).padStart(6)}   +ours ${(whysaid - none).toFixed(0).padStart(6)}   ${ofFloor(turns[of]).toFixed(2)}× the floor (to reach: ${TO_REACH.ofFloor}×)`);
      }
    }
  }
  sink.kill();
  process.exit(0);
}

if (options["only-rss"]) {
  memory();
  sink.stdin.end();
  process.exit(0);
}

console.log(`\nCPU added per call, µs (the median and the least of the rounds of ${repeats} processes, ${calls} calls each, sending included); the longest stall over that without a recorder, ms\n`);
console.log(`${"".padEnd(34)}${"none".padStart(8)}${variants.slice(1).map((name) => `+${name}`.padStart(15)).join("")}   ours / floor   ours / cheapest peer   stall`);
let isReached = true;
for (const workload of names) {
  for (const mode of modes) {
    const cpu = new Map<string, number[]>();
    const stall = new Map<string, number[]>();
    for (let repeat = 0; repeat < repeats; repeat += 1) {
      for (const variant of variants) {
        const outcome = measured({ variant, workload, mode, warmupCalls: Math.max(200, calls / 2), calls });
        cpu.set(variant, [...(cpu.get(variant) ?? []), ...outcome.cpuPerCallUs]);
        stall.set(variant, [...(stall.get(variant) ?? []), outcome.longestStallMs]);
      }
    }
    const turns = ran("turns.ts", { workload, mode, calls }) as Turns;
    const stallMs = median(stall.get("whysaid") ?? []) - median(stall.get("none") ?? []);
    for (const [of, kind] of [[median, "median"], [least, "least"]] as const) {
      const bare = of(cpu.get("none") ?? []);
      const added = (variant: string): number => of(cpu.get(variant) ?? []) - bare;
      const ofPeer = peers.length === 0 ? Number.NaN : added("whysaid") / Math.min(...peers.map(added));
      if (kind === "least") isReached &&= ofFloor(turns.least) <= TO_REACH.ofFloor && stallMs <= TO_REACH.stallMs && !(ofPeer > (workload === "agent" ? TO_REACH.ofPeerOnAgent : 1));
      const row = variants.slice(1).map((variant) => added(variant).toFixed(0).padStart(15));
      const title = kind === "median" ? `${workloads[workload].title}, ${mode}` : "  least";
      console.log(`${title.padEnd(34)}${bare.toFixed(0).padStart(8)}${row.join("")}   ${ofFloor(turns[kind]).toFixed(2).padStart(11)}×   ${(peers.length === 0 ? "–" : ofPeer.toFixed(2)).padStart(20)}   ${kind === "median" ? stallMs.toFixed(1).padStart(5) : ""}`);
    }
  }
}
console.log(`\nto reach: ≤ ${TO_REACH.ofFloor}× the floor; below every peer, on the conversation ≤ ⅓ of the cheapest; stall no worse than without + ${TO_REACH.stallMs} ms${isReached ? ": reached" : ""}`);

memory();
sink.stdin.end();

/** Whether the app's memory grows with what is recorded: resident after each tenth of a long run. */
function memory(): void {
  const rssCalls = Number(options.rss);
  if (rssCalls === 0) return;
  const { rssBytes } = measured({ variant: "whysaid", workload: "chat", mode: "json", warmupCalls: Math.min(2000, rssCalls / 10), calls: rssCalls });
  console.log(`\nresident memory after each tenth of ${rssCalls.toLocaleString("en")} calls, MB: ${rssBytes.map((bytes) => (bytes / 2 ** 20).toFixed(0)).join(" ")}`);
}
