/**
 * What an append costs the app: CPU per entry beside `JSON.stringify` alone and a bare `fs.writeSync` of the same bytes, in one run, medians of
 * rounds; then what `power` costs one by one and in batches. `npm run bench journal`.
 */
import { closeSync, mkdtempSync, openSync, rmSync, writeSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { recalled, type Entry, type SpanId, type TraceId } from "@whysaid/recorder/format";
import { openJournal, openMemoryJournal, type Journal, type TextTable } from "@whysaid/recorder/journal";

const ROUNDS = 7;
const target = process.env.WHYSAID_BENCH_DIR ?? tmpdir();
const directory = mkdtempSync(join(target, "whysaid-bench-"));
const header = { recorder: "bench", runtime: recalled("node"), service: null, environment: null, release: null, redaction: { policy: recalled("off"), keyId: "none" } };

const words = "the patient weighs kilograms dose milligram given at hour chart note bilirubin feeding infant ward mother caffeine interval repeat before after".split(" ");
let state = 42;
const random = (below: number): number => (state = (Math.imul(state, 1_103_515_245) + 12_345) & 0x7fffffff) % below;
/** Text nobody has seen, as a new string: an app's strings come fresh from a parser. */
function freshText(length: number): string {
  let text = "";
  while (text.length < length) text += `${words[random(words.length)]} ${random(1000)} `;
  return Buffer.from(text.slice(0, length)).toString("latin1");
}

const entry = (text: string) => (texts: TextTable): Entry => ({
  kind: "tool",
  atMs: 1_767_225_600_000,
  trace: "019b7a2c000070008000000000000001" as TraceId,
  span: "00000000000000b1" as SpanId,
  name: recalled("get_weight"),
  callId: null,
  arguments: null,
  result: texts.ref(recalled(text)),
  durationMs: 41,
});

/** Microseconds of CPU (user + system) per call, median of rounds. */
function cpuMicros(count: number, run: (text: string) => void, bytes: number): number {
  const rounds: number[] = [];
  for (let round = 0; round <= ROUNDS; round += 1) {
    const texts = Array.from({ length: count }, () => freshText(bytes));
    globalThis.gc?.();
    const before = process.cpuUsage();
    for (const text of texts) run(text);
    const { user, system } = process.cpuUsage(before);
    if (round > 0) rounds.push((user + system) / count);
  }
  return rounds.sort((a, b) => a - b)[ROUNDS >> 1] as number;
}
function wallMicros(count: number, run: () => void): number {
  const started = performance.now();
  for (let index = 0; index < count; index += 1) run();
  return ((performance.now() - started) * 1000) / count;
}

const noTable: TextTable = { ref: () => 0 };
const stringify = (text: string): string => JSON.stringify({ ...entry(text)(noTable), texts: [[0, text]] });

console.log(`\nCPU per entry with one new text, µs (median of ${ROUNDS} rounds), in ${target}\n`);
console.log("   entry   JSON.stringify   + writeSync   journal   memory   journal - JSON.stringify");
for (const [bytes, count] of [[200, 20_000], [4096, 5000], [65_536, 300], [1_048_576, 20]] as const) {
  const fd = openSync(join(directory, "floor"), "w");
  const journal = openJournal({ directory: join(directory, `journal-${bytes}`), header, capBytes: Infinity });
  const memory = openMemoryJournal({ header, capBytes: 64 * 1024 * 1024 });
  const json = cpuMicros(count, (text) => void stringify(text), bytes);
  const floor = cpuMicros(count, (text) => void writeSync(fd, Buffer.from(stringify(text))), bytes);
  const ours = cpuMicros(count, (text) => void journal.append(entry(text)), bytes);
  const inMemory = cpuMicros(count, (text) => void memory.append(entry(text)), bytes);
  closeSync(fd);
  await journal.close();
  console.log(`${String(bytes).padStart(8)} ${json.toFixed(1).padStart(16)} ${floor.toFixed(1).padStart(13)} ${ours.toFixed(1).padStart(9)} ${inMemory.toFixed(1).padStart(8)} ${(ours - json).toFixed(1).padStart(26)}${bytes === 4096 ? "   (to reach: about 8)" : ""}`);
}

const known = freshText(4096);
const repeated = openJournal({ directory: join(directory, "repeated"), header });
console.log(`\nan entry whose 4 KB text the segment knows: ${cpuMicros(20_000, () => void repeated.append(entry(known)), 1).toFixed(1)} µs`);
await repeated.close();

console.log("\nwall time per entry at durability power, µs\n\n   entries per batch   per entry   per batch");
for (const size of [1, 2, 5, 20]) {
  const journal: Journal = openJournal({ directory: join(directory, `power-${size}`), header, durability: "power" });
  const batch = wallMicros(Math.ceil(200 / size), () => {
    journal.batch(() => {
      for (let index = 0; index < size; index += 1) journal.append(entry(freshText(4096)));
    });
  });
  await journal.close();
  console.log(`${String(size).padStart(20)} ${(batch / size).toFixed(0).padStart(11)} ${batch.toFixed(0).padStart(11)}`);
}
rmSync(directory, { recursive: true });
