/**
 * The process ends right after a burst of 100 entries, in every way a process ends: all 100 must be in the journal.
 * `npm run faults exit [--runs 10]` (runs of each way). Exit code 1 when one is missing, doubled or wrong.
 */
import { spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { readSegment } from "@whysaid/recorder/format";
import { listSegments } from "@whysaid/recorder/journal";
import { textOf } from "./testing/numbered-entries.ts";
import { numberOption } from "./testing/options.ts";
import { plainNode } from "./testing/plain-node.ts";

const ways = ["end", "exit", "throw", "rejection", "abort", "sigterm", "out-of-memory"] as const;
const runs = numberOption("runs", 10);
const node = plainNode();

function ended(directory: string, seed: number, way: string): Promise<{ readonly acknowledged: number; readonly how: string }> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, ["--max-old-space-size=40", node.script("exit-child"), directory, String(seed), way], { stdio: ["ignore", "ignore", "ignore", "pipe"], cwd: directory });
    let heard = "";
    child.stdio[3]?.on("data", (chunk: Buffer) => (heard += chunk.toString()));
    child.on("error", reject);
    child.on("close", (code, signal) => resolve({ acknowledged: Number(heard), how: signal ?? `code ${code}` }));
  });
}

let failed = 0;
console.log(`\n${runs} runs each      acknowledged   in the journal   doubled   wrong   with end entry   process ended by`);
for (const way of ways) {
  const count = { acknowledged: 0, read: 0, doubled: 0, wrong: 0, ends: 0 };
  const hows = new Set<string>();
  for (let run = 0; run < runs; run += 1) {
    const directory = mkdtempSync(join(tmpdir(), "whysaid-exit-"));
    const { acknowledged, how } = await ended(directory, run, way);
    hows.add(how);
    count.acknowledged += acknowledged;
    const seen = new Set<number>();
    for (const { path } of listSegments(directory)) {
      const { entries, textOf: textIn } = readSegment(path);
      for (const { entry } of entries) {
        if (entry.kind === "writer-end") count.ends += 1;
        if (entry.kind !== "tool" || entry.result === null) continue;
        const text = textIn(entry.result);
        if (seen.has(entry.atMs)) count.doubled += 1;
        if (text !== textOf(entry.atMs, text.length)) count.wrong += 1;
        seen.add(entry.atMs);
      }
    }
    count.read += seen.size;
    rmSync(directory, { recursive: true });
  }
  console.log(`${way.padEnd(18)} ${String(count.acknowledged).padStart(12)} ${String(count.read).padStart(16)} ${String(count.doubled).padStart(9)} ${String(count.wrong).padStart(7)} ${String(count.ends).padStart(16)}   ${[...hows].join(", ")}`);
  if (count.acknowledged !== 100 * runs || count.read !== count.acknowledged || count.doubled + count.wrong > 0) failed += 1;
}
node.remove();
console.log(failed === 0 ? "\n0 of them lost.\n" : `\n${failed} ways lost entries.\n`);
if (failed > 0) process.exit(1);
