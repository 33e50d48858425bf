/** A process whose main thread and two workers each write 100 entries into one directory, and which then ends by itself. */
import { Worker, isMainThread, workerData } from "node:worker_threads";
import { recalled, type SpanId, type TraceId } from "../../format/index.ts";
import { openJournal } from "../index.ts";

const directory = isMainThread ? (process.argv[2] ?? "") : (workerData as string);
const header = { recorder: "test", runtime: recalled("node"), service: null, environment: null, release: null, redaction: { policy: recalled("off"), keyId: "none" } };
const journal = openJournal({ directory, header });
for (let number = 1; number <= 100; number += 1) {
  journal.append((texts) => ({
    kind: "tool",
    atMs: number,
    trace: "00000000000000000000000000000001" as TraceId,
    span: "00000000000000b1" as SpanId,
    name: recalled("get_weight"),
    callId: null,
    arguments: null,
    result: texts.ref(recalled(`${number} kg`)),
    durationMs: 0,
  }));
}
// A worker does not inherit tsx: it registers it itself, then runs this file.
const inWorker = `import("tsx/esm/api").then(({ register }) => { register(); return import(${JSON.stringify(import.meta.url)}); });`;
const workers = isMainThread ? [1, 2].map(() => new Worker(inWorker, { eval: true, workerData: directory })) : [];
for (const worker of workers) {
  worker.on("error", (cause) => {
    throw cause;
  });
}
