/** Records runs of the journal on a disk in memory and reads what is left of them after a power cut at every moment. */
import { readSegment } from "../../packages/recorder/src/format/index.ts";
import { openJournal } from "../../packages/recorder/src/journal/index.ts";
import { header, lengthBetween, textOf, toolEntry } from "./numbered-entries.ts";
import { afterPowerCut, RecordedDisk, type Caprice } from "./recorded-disk.ts";

export interface PowerCount {
  states: number;
  acknowledged: number;
  lost: number;
  wrong: number;
}
type Random = (below: number) => number;

const caprices: readonly Caprice[] = ["nothing-unforced", "everything", "any-sectors", "any-sectors-and-length"];

export function powerCuts(durability: "power" | "process", runs: number, random: Random): PowerCount {
  const count: PowerCount = { states: 0, acknowledged: 0, lost: 0, wrong: 0 };
  for (let run = 0; run < runs; run += 1) {
    const disk = recordedRun(durability, random);
    for (let moment = 0; moment <= disk.operations.length; moment += 1) {
      for (const caprice of caprices) check(disk, moment, caprice, random, count);
    }
  }
  return count;
}

/** Single entries and batches, several segments, now and then a sync that fails. */
function recordedRun(durability: "power" | "process", random: Random): RecordedDisk {
  const disk = new RecordedDisk();
  const journal = openJournal({ directory: "/simulated", header, durability, disk, segmentBytes: 6000 });
  let number = 0;
  const append = (): number | null => {
    const mine = (number += 1);
    return journal.append(toolEntry(mine, textOf(mine, lengthBetween(random, 20, 3000)))) ? mine : null;
  };
  const acknowledge = (mine: number | null): void => {
    if (mine !== null) disk.operations.push({ does: "acknowledge", number: mine });
  };
  for (let step = 0; step < 12; step += 1) {
    if (random(8) === 0) disk.failingSyncs = 1;
    if (random(3) > 0) acknowledge(append());
    else {
      const written: (number | null)[] = [];
      if (journal.batch(() => written.push(append(), append(), append()))) written.forEach(acknowledge);
    }
  }
  void journal.close();
  return disk;
}

function check(disk: RecordedDisk, moment: number, caprice: Caprice, random: Random, count: PowerCount): void {
  const { files, acknowledged } = afterPowerCut(disk.operations, moment, caprice, random);
  const read = new Set<number>();
  for (const bytes of files.values()) {
    const { entries, textOf: textIn } = readSegment(bytes);
    for (const { entry } of entries) {
      if (entry.kind !== "tool" || entry.result === null) continue;
      const text = textIn(entry.result);
      if (text !== textOf(entry.atMs, text.length)) count.wrong += 1;
      read.add(entry.atMs);
    }
  }
  count.states += 1;
  count.acknowledged += acknowledged.length;
  count.lost += acknowledged.filter((number) => !read.has(number)).length;
}
