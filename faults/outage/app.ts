/**
 * The app of faults/outage.ts: records a user's action at a rate for a while, each in a trace of its own, and ships them in the background as any recorder does.
 * Says what it saw: traces it recorded, its event loop's delay while it recorded, problems it was told, how long the backlog took.
 */
import { monitorEventLoopDelay } from "node:perf_hooks";
import { setImmediate, setTimeout as wait } from "node:timers/promises";
import { createRecorder } from "@whysaid/recorder";
import { newTraceId } from "@whysaid/recorder/format";

const [dir = "", url = "", key = "", rate = "500", seconds = "5"] = process.argv.slice(2);
const isOverload = Number(rate) > 5000;
const problems: string[] = [];
// What is under fire is journal and shipping; at overload redaction would be the bottleneck before them.
const recorder = createRecorder({ dir, url, key, service: "outage", ...(isOverload ? { redaction: "off" as const } : {}), onProblem: ({ code }) => problems.push(code) });
const record = (): string => {
  const traceId = newTraceId();
  recorder.action(traceId, "edit", { after: `The dose for bay ${traceId.slice(-2)} is ${traceId.length / 10} mg, given at noon.` });
  return traceId;
};
record(); // opens the journal and compiles what redacts
await wait(500);

const delay = monitorEventLoopDelay({ resolution: 1 });
delay.enable();
const startedMs = performance.now();
const endMs = startedMs + Number(seconds) * 1000;
const traces: string[] = [];
for (let nowMs = startedMs; nowMs < endMs; nowMs = performance.now()) {
  const due = Math.floor(((nowMs - startedMs) / 1000) * Number(rate));
  // At overload the loop gets its turn every few milliseconds, as an app's would between requests.
  for (let burst = 0; traces.length < due && burst < 200; burst += 1) traces.push(record());
  if (isOverload) await setImmediate();
  else await wait(2);
}
delay.disable();
const recordedMs = performance.now() - startedMs;
process.stdout.write(`${JSON.stringify({ what: "recorded", count: traces.length, recordedMs, loopP99Ms: delay.percentile(99) / 1e6, rssBytes: process.memoryUsage().rss })}\n`);
const flushedMs = performance.now();
// `flush` gives up on a server that is slow for long; what is journaled goes on being shipped.
await recorder.flush();
process.stdout.write(`${JSON.stringify({ what: "flushed", backlogMs: performance.now() - flushedMs, problems, traces })}\n`);
await recorder.close();
