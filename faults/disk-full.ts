/**
 * A disk that is full, read-only or failing: nothing may throw, what is lost is counted exactly and named, and recording resumes by itself.
 * `npm run faults disk-full [--runs 30] [--seed N]`. Exit code 1 when a count is off by one.
 *
 * On real file systems of a few MB, filled and freed (where they may be mounted), and on a disk whose calls fail at random.
 */
import { mkdtempSync, rmSync, statfsSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openJournal, type Journal } from "@whysaid/recorder/journal";
import { failingDisk, type Faults } from "../packages/recorder/src/journal/testing/failing-disk.ts";
import { lostIn, settle, type Account } from "./testing/accounts.ts";
import { header, lengthBetween, seeded, textOf, toolEntry } from "./testing/numbered-entries.ts";
import { numberOption } from "./testing/options.ts";
import { againInOwnNamespace, mountSmallDisk, type SmallDisk } from "./testing/small-disk.ts";

const runs = numberOption("runs", 30);
const seed = numberOption("seed", 1);
const random = seeded(seed);

interface Total {
  runs: number;
  thrown: number;
  written: number;
  lost: number;
  counted: number;
  misplaced: number;
  wrong: number;
  unexplained: number;
  unnamed: number;
  notResumed: number;
  /** The longest it took. */
  resumeMs: number;
  /** Runs in which no gap entry was on the full disk before space was freed. */
  undeclared: number;
}
const empty = (): Total => ({ runs: 0, thrown: 0, written: 0, lost: 0, counted: 0, misplaced: 0, wrong: 0, unexplained: 0, unnamed: 0, notResumed: 0, resumeMs: 0, undeclared: 0 });

/** Appends the next numbers; what `append` says goes into `said`. */
function appender(journal: Journal, total: Total, most: number): { readonly said: boolean[]; readonly append: () => boolean } {
  const said: boolean[] = [];
  return {
    said,
    append: () => {
      const number = said.length;
      let ok = false;
      try {
        ok = journal.append(toolEntry(number, textOf(number, lengthBetween(random, 50, most))));
      } catch {
        total.thrown += 1;
      }
      said.push(ok);
      return ok;
    },
  };
}

/** What failed slowly is tried again rarely: a full ext4 takes tens of milliseconds to say no, and the app's time is not ours. */
const RESUME_MS = 5000;

/** Append until one is taken, then two more. */
async function resume(append: () => boolean, total: Total): Promise<void> {
  const started = performance.now();
  while (!append()) {
    if (performance.now() - started > RESUME_MS) {
      total.notResumed += 1;
      return;
    }
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  total.resumeMs = Math.max(total.resumeMs, Math.round(performance.now() - started));
  for (let left = 2; left > 0; left -= 1) if (!append()) total.notResumed += 1;
}

function add(total: Total, account: Account): void {
  total.runs += 1;
  total.counted += lostIn(account.gaps);
  for (const key of ["written", "lost", "misplaced", "wrong", "unexplained", "unnamed"] as const) total[key] += account[key];
}

/** Leave at most 100 KB. */
function fill(disk: SmallDisk, filler: string): void {
  const { bavail, bsize } = statfsSync(disk.path);
  try {
    writeFileSync(filler, Buffer.alloc(Math.max(0, bavail * bsize - random(100_000))));
  } catch (cause) {
    // ext4 promises a little more than it has; what fitted is in the file.
    if ((cause as { code?: string }).code !== "ENOSPC") throw cause;
  }
}

async function fullDisk(disk: SmallDisk, total: Total): Promise<void> {
  const directory = join(disk.path, "journal");
  const filler = join(disk.path, "filler");
  const journal = openJournal({ directory, header, segmentBytes: 200_000 });
  const { said, append } = appender(journal, total, 60_000);
  const times = (count: number): boolean[] => Array.from({ length: count }, append);
  times(random(5));
  for (let episode = 0; episode < 3; episode += 1) {
    fill(disk, filler);
    const before = said.length;
    times(20 + random(300));
    const hasLost = said.slice(before).includes(false);
    // The reserve makes room for it.
    if (hasLost && before > 0 && !settle(directory, said).gaps.some(({ why }) => why === "disk-full")) total.undeclared += 1;
    rmSync(filler);
    await resume(append, total);
  }
  await journal.close();
  add(total, settle(directory, said));
  rmSync(directory, { recursive: true });
}

async function readonlyDisk(disk: SmallDisk, total: Total): Promise<void> {
  const directory = join(disk.path, "journal");
  const journal = openJournal({ directory, header });
  const { said, append } = appender(journal, total, 5000);
  disk.readonly(true);
  for (let left = 1 + random(300); left > 0; left -= 1) append();
  disk.readonly(false);
  await resume(append, total);
  await journal.close();
  add(total, settle(directory, said));
  rmSync(directory, { recursive: true });
}

async function failingCalls(total: Total): Promise<void> {
  const directory = mkdtempSync(join(tmpdir(), "whysaid-failing-"));
  const faults: Faults = { percent: 0, injected: 0 };
  const journal = openJournal({ directory, header, disk: failingDisk(random, faults), segmentBytes: 20_000 });
  const { said, append } = appender(journal, total, 5000);
  for (let episode = 0; episode < 6; episode += 1) {
    faults.percent = [0, 5, 30, 100][random(4)] as number;
    for (let left = random(100); left > 0; left -= 1) append();
    faults.percent = 0;
    await resume(append, total);
  }
  await journal.close();
  add(total, settle(directory, said));
  rmSync(directory, { recursive: true });
}

const totals = new Map<string, Total>();
const tmpfs = mountSmallDisk("tmpfs");
if (tmpfs === null) {
  const code = againInOwnNamespace();
  if (code !== null) process.exit(code);
  console.log("\nNo file system may be mounted here: only the disk that fails by injection is tried.");
} else {
  const ext4 = mountSmallDisk("ext4");
  const cases = [["full tmpfs", tmpfs, fullDisk], ["read-only", tmpfs, readonlyDisk], ["full ext4", ext4, fullDisk]] as const;
  try {
    for (const [name, disk, one] of cases) {
      if (disk === null) {
        console.log("\nNo ext4 image may be mounted here: not tried.");
        continue;
      }
      const total = empty();
      totals.set(name, total);
      for (let run = 0; run < runs; run += 1) await one(disk, total);
    }
  } finally {
    tmpfs.remove();
    ext4?.remove();
  }
}
const failing = empty();
totals.set("failing calls", failing);
for (let run = 0; run < runs; run += 1) await failingCalls(failing);

const rows: readonly (readonly [keyof Total, string])[] = [
  ["runs", "runs"],
  ["written", "appends acknowledged"],
  ["lost", "appends refused"],
  ["counted", "numbers in gap entries"],
  ["thrown", "exceptions"],
  ["misplaced", "acknowledged, not there (or the reverse)"],
  ["wrong", "not what was written"],
  ["unexplained", "sequence numbers not accounted for"],
  ["unnamed", "lost entries whose trace is not named"],
  ["undeclared", "full, and no gap entry on the disk"],
  ["notResumed", "not resumed once there was space"],
  ["resumeMs", "longest time to resume, ms"],
];
console.log(`\nseed ${seed}${" ".repeat(34)}${[...totals.keys()].map((name) => name.padStart(15)).join("")}`);
for (const [key, title] of rows) console.log(title.padEnd(44) + [...totals.values()].map((total) => String(total[key]).padStart(15)).join(""));
console.log();
const mustBeZero = ["thrown", "misplaced", "wrong", "unexplained", "unnamed", "undeclared", "notResumed"] as const;
const isRight = [...totals.values()].every((total) => mustBeZero.every((key) => total[key] === 0) && total.counted === total.lost);
if (!isRight) process.exit(1);
