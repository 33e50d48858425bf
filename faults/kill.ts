/**
 * SIGKILLs at random moments, entries of 0.2 KB to 10 MB: what `append` returned true for must be in the journal, once and whole.
 * `npm run faults kill [--runs 1000] [--seed N]`. Exit code 1 when one acknowledged entry is lost, doubled or wrong.
 *
 * The same kills take what is shown beside it from a write stream, which is how most loggers write.
 */
import { spawn } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { readSegment } from "@whysaid/recorder/format";
import { listSegments } from "@whysaid/recorder/journal";
import { seeded, textOf } from "./testing/numbered-entries.ts";
import { numberOption } from "./testing/options.ts";
import { plainNode } from "./testing/plain-node.ts";

const runs = numberOption("runs", 1000);
const seed = numberOption("seed", Date.now() % 1_000_000);
const node = plainNode();
const random = seeded(seed);
const count = { acknowledged: 0, bytes: 0, lost: 0, doubled: 0, wrong: 0, beyond: 0, tornTails: 0, segments: 0 };
const stream = { runs: 0, acknowledged: 0, lost: 0 };

/** Start a child, kill it `afterMs` after its first acknowledgement. @returns length by number of what it acknowledged */
function killed(script: string, args: readonly string[], afterMs: number): Promise<Map<number, number>> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [node.script(script), ...args], { stdio: ["ignore", "ignore", "inherit", "pipe"] });
    const heard: Buffer[] = [];
    let timer: ReturnType<typeof setTimeout> | undefined;
    child.stdio[3]?.on("data", (chunk: Buffer) => {
      heard.push(chunk);
      timer ??= setTimeout(() => child.kill("SIGKILL"), afterMs);
    });
    child.on("error", reject);
    child.on("close", (code, signal) => {
      clearTimeout(timer);
      if (signal !== "SIGKILL") return reject(new Error(`${script} ended by itself: ${code ?? signal}`));
      const lines = Buffer.concat(heard).toString().split("\n").slice(0, -1);
      resolve(new Map(lines.map((line) => line.split(":").map(Number) as [number, number])));
    });
  });
}

function checkJournal(directory: string, acknowledged: ReadonlyMap<number, number>): void {
  const seen = new Set<number>();
  for (const { path } of listSegments(directory)) {
    count.segments += 1;
    const { entries, textOf: textIn, tornBytes } = readSegment(path);
    if (tornBytes > 0) count.tornTails += 1;
    for (const { entry } of entries) {
      if (entry.kind !== "tool" || entry.result === null) continue;
      const text = textIn(entry.result);
      if (seen.has(entry.atMs)) count.doubled += 1;
      seen.add(entry.atMs);
      if (text !== textOf(entry.atMs, text.length) || text.length !== (acknowledged.get(entry.atMs) ?? text.length)) count.wrong += 1;
      if (!acknowledged.has(entry.atMs)) count.beyond += 1;
    }
  }
  for (const [number, length] of acknowledged) {
    count.bytes += length;
    if (!seen.has(number)) count.lost += 1;
  }
  count.acknowledged += acknowledged.size;
}

const started = performance.now();
for (let run = 0; run < runs; run += 1) {
  const directory = mkdtempSync(join(tmpdir(), "whysaid-kill-"));
  const most = [2000, 100_000, 10_000_000][random(3)] as number;
  const durability = random(10) === 0 ? "power" : "process";
  checkJournal(directory, await killed("kill-child", [directory, String(random(1_000_000)), String(most), durability], random(60)));
  if (run % 20 === 0) {
    const log = await killed("stream-child", [join(directory, "stream"), String(random(1_000_000)), String(most)], 100 + random(200));
    const path = join(directory, "stream", "log.jsonl");
    const whole = existsSync(path) ? readFileSync(path, "utf8").split("\n").length - 1 : 0;
    stream.runs += 1;
    stream.acknowledged += log.size;
    stream.lost += Math.max(0, log.size - whole);
  }
  rmSync(directory, { recursive: true });
  if ((run + 1) % 100 === 0) console.log(`${run + 1} of ${runs} kills, ${((performance.now() - started) / 1000).toFixed(0)} s, ${count.acknowledged} acknowledged, ${count.lost} lost`);
}
node.remove();

const percent = (part: number, whole: number): string => (whole === 0 ? "–" : `${((100 * part) / whole).toFixed(1)} %`);
console.log(`
seed ${seed}                       journal   write stream
kills                     ${String(runs).padStart(10)} ${String(stream.runs).padStart(14)}
acknowledged entries      ${String(count.acknowledged).padStart(10)} ${String(stream.acknowledged).padStart(14)}
  of these lost           ${String(count.lost).padStart(10)} ${`${stream.lost} (${percent(stream.lost, stream.acknowledged)})`.padStart(14)}
  doubled                 ${String(count.doubled).padStart(10)}
  not what was written    ${String(count.wrong).padStart(10)}
text acknowledged, MB     ${(count.bytes / 1e6).toFixed(0).padStart(10)}
segments read             ${String(count.segments).padStart(10)}
  with a torn tail        ${String(count.tornTails).padStart(10)}
in the journal, but killed
  before saying so        ${String(count.beyond).padStart(10)}
`);
if (count.lost + count.doubled + count.wrong > 0) process.exit(1);
