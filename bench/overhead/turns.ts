/**
 * No recorder, the floor and ours, round by round in turns in one process: what else the machine does slows all three alike, so that their ratio holds on a busy one.
 * Prints a line of JSON: CPU per call in µs by variant, the median of the rounds and the least: what else the machine does can only add to a round.
 */
import { round } from "./round.ts";
import { openVariant, ownVariants } from "./variants.ts";
import { stubFetch, workloads, type Mode, type WorkloadName } from "./workloads.ts";

export interface TurnsOrder {
  readonly workload: WorkloadName;
  readonly mode: Mode;
  readonly calls: number;
}

export type OwnCpuUs = Readonly<Record<"none" | "floor" | "whysaid", number>>;
export interface Turns {
  readonly median: OwnCpuUs;
  readonly least: OwnCpuUs;
}

const order = JSON.parse(process.argv[2] ?? "") as TurnsOrder;
const workload = workloads[order.workload];
const stub = stubFetch(order.mode, workload.answerWords);
const turns = await Promise.all(ownVariants.map(async (name) => ({ name, variant: await openVariant(name, stub, ""), rounds: [] as number[] })));
let number = 0;
const warmup = Math.ceil(200 / workload.callsPerRound);
for (let turn = -warmup; turn * workload.callsPerRound < order.calls; turn += 1) {
  for (const { variant, rounds } of turns) {
    const cpuUs = await round(variant, workload, order.mode, (number += 1));
    if (turn >= 0) rounds.push(cpuUs);
  }
}
for (const { variant } of turns) await variant.close();
const at = (share: number): OwnCpuUs => Object.fromEntries(turns.map(({ name, rounds }) => [name, rounds.toSorted((a, b) => a - b)[Math.floor(rounds.length * share)] ?? Number.NaN])) as OwnCpuUs;
process.stdout.write(`${JSON.stringify({ median: at(0.5), least: at(0) } satisfies Turns)}\n`, () => process.exit(0));
