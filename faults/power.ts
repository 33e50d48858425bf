/**
 * Power cuts, simulated: a run's writes and syncs are recorded, and for every moment of it the disk is left as the order of syncs allows. What `append`
 * (or the `batch` around it) returned true for at durability `power` must be there. `npm run faults power [--runs 60] [--seed N]`.
 *
 * Then the same of a real process under `strace`, where there is one: before each acknowledgement the kernel has been told to sync.
 * Exit code 1 when `power` loses one acknowledged entry, or a wrong one is read. What `process` loses is shown for comparison.
 */
import { seeded } from "./testing/numbered-entries.ts";
import { numberOption } from "./testing/options.ts";
import { powerCuts, type PowerCount } from "./testing/power-cuts.ts";
import { syncOrder } from "./testing/sync-order.ts";

const runs = numberOption("runs", 60);
const seed = numberOption("seed", 1);

console.log(`\nseed ${seed}, ${runs} recorded runs each\n\ndurability     states replayed   acknowledged in them        lost   wrong entries`);
const counts = new Map<"power" | "process", PowerCount>();
for (const durability of ["power", "process"] as const) {
  const count = powerCuts(durability, runs, seeded(seed));
  counts.set(durability, count);
  const share = ((100 * count.lost) / Math.max(1, count.acknowledged)).toFixed(2);
  console.log(`${durability.padEnd(14)} ${String(count.states).padStart(15)} ${String(count.acknowledged).padStart(22)} ${`${count.lost} (${share} %)`.padStart(11)} ${String(count.wrong).padStart(15)}`);
}

const order = syncOrder();
if (order === null) console.log("\nstrace is not there (or may not trace here): the order of system calls was not checked.\n");
else console.log(`\nunder strace: ${order.acknowledged} acknowledgements of a real process, ${order.unsynced} of them before the sync of their write; ${order.syncs} fdatasync, ${order.writes} writes\n`);

const power = counts.get("power") as PowerCount;
if (power.lost + power.wrong + (counts.get("process")?.wrong ?? 0) + (order?.unsynced ?? 0) > 0) process.exit(1);
