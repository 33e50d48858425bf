/**
 * One variant, workload and mode in a process of its own. Prints a line of JSON: CPU per call in µs, flush included, of each round; the longest stall of the event
 * loop in ms; resident memory after each tenth of the run, where asked for.
 */
import { monitorEventLoopDelay } from "node:perf_hooks";
import { round } from "./round.ts";
import { openVariant } from "./variants.ts";
import { stubFetch, workloads, type Mode, type WorkloadName } from "./workloads.ts";

export interface Order {
  readonly variant: string;
  readonly workload: WorkloadName;
  readonly mode: Mode;
  readonly warmupCalls: number;
  readonly calls: number;
  readonly sinkUrl: string;
}
export interface Outcome {
  readonly cpuPerCallUs: readonly number[];
  readonly longestStallMs: number;
  readonly rssBytes: readonly number[];
}

const order = JSON.parse(process.argv[2] ?? "") as Order;
const workload = workloads[order.workload];
const variant = await openVariant(order.variant, stubFetch(order.mode, workload.answerWords), order.sinkUrl);

let number = 1;
for (let done = 0; done < order.warmupCalls; done += workload.callsPerRound) await round(variant, workload, order.mode, (number += 1));
globalThis.gc?.();
const cpuPerCallUs: number[] = [];
const rssBytes: number[] = [];
const stalls = monitorEventLoopDelay({ resolution: 1 });
stalls.enable();
const tenth = order.calls / 10;
for (let done = 0; done < order.calls; done += workload.callsPerRound) {
  cpuPerCallUs.push(await round(variant, workload, order.mode, (number += 1)));
  if (Math.floor(done / tenth) !== Math.floor((done + workload.callsPerRound) / tenth)) {
    globalThis.gc?.();
    rssBytes.push(process.memoryUsage.rss());
  }
}
stalls.disable();
await variant.close();
const outcome: Outcome = { cpuPerCallUs, longestStallMs: stalls.max / 1e6, rssBytes };
process.stdout.write(`${JSON.stringify(outcome)}\n`, () => process.exit(0));
