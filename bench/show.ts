/**
 * `npm run bench show`: how long it takes to see a moment again. Records the agent workload (53 KB of snapshot in the middle of it) with the recorder itself, ingests the journal, then
 * measures, in this order: a trace's read from the store, its reconstruction on top of that, its diagnosis, and `whysaid show` as a process from the built package, beside `node -e 0`.
 *
 * Exits 1 when a rebuilt request is not the request that was sent.
 */
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createRecorder } from "@whysaid/recorder";
import type { TextOf, TextRef } from "@whysaid/recorder/format";
import { diagnose } from "../packages/workbench/src/diagnose/diagnose.ts";
import { openFreshStore, workspaceAt } from "../packages/workbench/src/ingest/workspace.ts";
import { reconstruct } from "../packages/workbench/src/reconstruct/reconstruct.ts";
import { workload } from "./workload.ts";

const CALLS = Number(process.argv[2] ?? 600);
const MEASURED = 200;
const REBUILD_MS = 0.4;
const PROCESS_MS = 250;

const root = join(import.meta.dirname, "..");
const folder = mkdtempSync(join(tmpdir(), "whysaid-bench-show-"));
let failed = false;
try {
  const sent = new Map<string, string>();
  let response = "";
  const recorder = createRecorder({ dir: folder, redaction: "off", fetch: () => Promise.resolve(new Response(response, { headers: { "content-type": "application/json" } })) });
  for (const call of workload({ calls: CALLS })) {
    response = call.responseBody;
    const traceId = await recorder.trace(call.feature, { conversation: call.conversation, prompt: { id: call.feature, version: call.promptVersion } }, async (trace) => {
      await trace.retrieve("kb", call.question, () => Promise.resolve(call.chunks));
      const answer = await recorder.fetch("https://api.openai.com/v1/chat/completions", { method: "POST", headers: { "content-type": "application/json" }, body: call.requestBody });
      await answer.text();
      trace.parse("answer-json", call.answer, () => JSON.parse(call.parsed) as unknown);
      await trace.validate("answer", {}, { rules: { dose_range: () => call.failedRule === null } });
      return trace.id;
    });
    sent.set(traceId, call.requestBody);
  }
  await recorder.close();

  const { store } = await openFreshStore(workspaceAt(folder));
  const measured = [...sent].slice(-MEASURED);
  const snapshotBytes = median(measured.map(([, body]) => body.length));
  const times = { read: [] as number[], rebuild: [] as number[], diagnose: [] as number[] };
  const refs = new Map<string, TextRef[]>();
  let wrong = 0;
  // The first round warms up code and caches.
  for (const round of [0, 1, 2, 3]) {
    for (const [traceId, body] of measured) {
      const begun = performance.now();
      const trace = await store.trace(traceId);
      if (trace === null) throw new Error(`no trace ${traceId}`);
      const texts = new Map((refs.get(traceId) ?? []).map((ref) => [ref, trace.textOf(ref)]));
      const read = performance.now();
      const story = reconstruct(round === 0 ? { ...trace, textOf: noting(refs, traceId, trace.textOf) } : { ...trace, textOf: (ref) => texts.get(ref) ?? trace.textOf(ref) });
      const rebuilt = performance.now();
      diagnose(story);
      const diagnosed = performance.now();
      const input = story.generations[0]?.signals.input;
      if (input?.state !== "captured" || input.value.requestBody !== body) wrong += 1;
      if (round === 0) continue;
      times.read.push(read - begun);
      times.rebuild.push(rebuilt - read);
      times.diagnose.push(diagnosed - rebuilt);
    }
  }
  await store.close();
  console.log(`\nSeeing a moment again: ${CALLS} calls recorded, ${measured.length} measured 3 times, ${(snapshotBytes / 1000).toFixed(0)} KB of snapshot in the median\n`);
  console.log(`${"".padEnd(34)} ${"median".padStart(9)} ${"p99".padStart(9)}`);
  line("read from the store, every text", times.read);
  line("reconstruct on top", times.rebuild, `to reach: ${REBUILD_MS} ms`);
  line("diagnose on top", times.diagnose);
  if (wrong > 0) {
    console.log(`\n${wrong} rebuilt requests are not what was sent`);
    failed = true;
  }

  // What a user installs: modules joined into few files.
  for (const [name, how] of [["recorder", "--bundle"], ["workbench", "--split"]] as const) {
    const built = spawnSync(process.execPath, [join(root, "scripts/prepack.mjs"), how], { cwd: join(root, "packages", name), encoding: "utf8" });
    if (built.status !== 0) throw new Error(`the build failed:\n${built.stdout}${built.stderr}`);
  }
  const [traceId = ""] = measured.at(-1) ?? [];
  const shows: number[] = [];
  const bare: number[] = [];
  for (let run = 0; run < 16; run += 1) {
    const show = timed([join(root, "packages/workbench/bin/whysaid.js"), "show", traceId, "--dir", folder]);
    const node = timed(["-e", "0"]);
    if (run === 0) continue; // the first reads the files from disk
    shows.push(show);
    bare.push(node);
  }
  line("`whysaid show` as a process", shows, `to reach: ${PROCESS_MS} ms`);
  line("`node -e 0` beside it", bare);
} finally {
  rmSync(folder, { recursive: true, force: true });
}
process.exit(failed ? 1 : 0);

function timed(argv: readonly string[]): number {
  const begun = performance.now();
  const { status, stderr } = spawnSync(process.execPath, argv, { env: { ...process.env, WHYSAID_RUN: "dist" }, encoding: "utf8" });
  if (status !== 0) throw new Error(`${argv.join(" ")} ended with ${String(status)}: ${stderr}`);
  return performance.now() - begun;
}

/** Which texts a reconstruction asks for, so that reading them can be timed apart. */
function noting(refs: Map<string, TextRef[]>, traceId: string, textOf: TextOf): TextOf {
  const asked: TextRef[] = [];
  refs.set(traceId, asked);
  return (ref) => {
    asked.push(ref);
    return textOf(ref);
  };
}

function line(name: string, valuesMs: readonly number[], figure = ""): void {
  const sorted = [...valuesMs].sort((a, b) => a - b);
  const at = (share: number): string => `${(sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0).toFixed(valuesMs.length > 50 ? 2 : 0)} ms`;
  console.log(`${name.padEnd(34)} ${at(0.5).padStart(9)} ${at(0.99).padStart(9)}  ${figure}`);
}
function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;
}
