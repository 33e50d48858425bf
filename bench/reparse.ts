/**
 * `npm run bench reparse`: completions a second through a trivial parser in its child process, the start of the process included.
 *
 * `-- --completions 50000` for more.
 */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { reparsed } from "../packages/workbench/src/reconstruct/reparse/runner.ts";
import { table } from "./why/tables.ts";

const { values: options } = parseArgs({ options: { completions: { type: "string", default: "20000" } } });
const count = Number(options.completions);
const TO_REACH = 2_000;

const directory = mkdtempSync(join(tmpdir(), "whysaid-bench-reparse-"));
try {
  const module = join(directory, "parser.mjs");
  writeFileSync(module, "export const parse = (raw) => JSON.parse(raw);\nexport const rules = { dose_range: ({ mg }) => mg <= 5 };\n");
  const raw = Array.from({ length: count }, (_, n) => JSON.stringify({ drug: "gentamicin", mg: (n % 80) / 10, summary: `Gentamicin ${(n % 80) / 10} mg IV every 36 h, creatinine 0.6 mg/dL: no adjustment.` }));
  const runs: number[] = [];
  for (let run = 0; run < 3; run += 1) {
    const started = performance.now();
    const results = await reparsed(raw, { module, timeoutMs: 1000, maxMemoryMb: 256, env: { PATH: process.env["PATH"] ?? "" } });
    if (results.length !== count) throw new Error(`${results.length} of ${count} results came back`);
    runs.push(count / ((performance.now() - started) / 1000));
  }
  const median = runs.sort((a, b) => a - b)[1] ?? 0;
  table("Reparse, a trivial parser with one rule", ["completions", "a second, median of 3", "to reach", ""], [[count, Math.round(median), TO_REACH, median >= TO_REACH ? "reached" : "missed"]]);
  process.exitCode = median >= TO_REACH ? 0 : 1;
} finally {
  rmSync(directory, { recursive: true, force: true });
}
