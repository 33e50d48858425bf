/** What a diagnosis costs: the longest real agent runs, 1 MB and 10 MB of retrieved text and of tool results. */
import type { Reconstruction } from "@whysaid/recorder/format";
import { diagnose } from "../../packages/workbench/src/diagnose/diagnose.ts";
import { viewOf } from "../../packages/workbench/src/diagnose/passages.ts";
import { traceValues } from "../../packages/workbench/src/diagnose/provenance/provenance.ts";
import { generation, reconstruction, say } from "../../packages/workbench/src/diagnose/testing/build.ts";
import { agentRuns, agentTrace, mtrag } from "../incidents/records.ts";
import { median, table } from "./tables.ts";

function timed(work: () => void, runs: number): number {
  const times: number[] = [];
  for (let run = 0; run < runs; run += 1) {
    const start = performance.now();
    work();
    times.push(performance.now() - start);
  }
  return median(times);
}
function texts(bytes: number): string {
  const all = [...mtrag().flatMap((turn) => turn.chunks.map((chunk) => chunk.text)), ...agentRuns().flatMap((run) => run.turns.flatMap((turn) => turn.calls.map((call) => call.result)))].join("\n\n");
  let text = "";
  for (let round = 0; text.length < bytes; round += 1) text += all.replaceAll("7", String(round % 10));
  return text.slice(0, bytes);
}
const PIECES = 40;
const answer = (): string => mtrag().slice(0, 12).map((turn) => turn.answer).join("\n");
function retrieved(bytes: number): Reconstruction {
  const text = texts(bytes);
  const chunks = Array.from({ length: PIECES }, (_, at) => ({ sourceId: `c${at}`, text: text.slice((at * bytes) / PIECES, ((at + 1) * bytes) / PIECES) }));
  return reconstruction({ generations: [generation({ system: "Answer from the documents.", messages: [say("user", `Documents: ${chunks.map((chunk) => chunk.text).join("\n")}\nQuestion: what do preferred stocks pay?`)], chunks, completion: answer() })] });
}
function returned(bytes: number): Reconstruction {
  const text = texts(bytes);
  const calls = Array.from({ length: PIECES }, (_, at) => ({ callId: `c${at}`, name: `get_part_${at}`, arguments: JSON.stringify({ id: `X${at}` }), result: JSON.stringify({ rows: [text.slice((at * bytes) / PIECES, ((at + 1) * bytes) / PIECES)] }) }));
  const results = calls.map((call) => ({ role: "tool", parts: [{ type: "tool-result" as const, callId: call.callId, name: call.name, result: call.result, isError: false }] }));
  const question = say("user", "What do preferred stocks pay?");
  return reconstruction({ generations: [...calls.map((call, at) => generation({ system: "You may call tools.", messages: [question, ...results.slice(0, at)], toolCalls: [call], completion: "" })), generation({ system: "You may call tools.", messages: [question, ...results], completion: answer() })] });
}

export function timingTable(): void {
  // as read back from a store: no two texts are the same object
  const runs = agentRuns().filter((run) => run.turns.length >= 40).map((run) => JSON.parse(JSON.stringify(agentTrace(run))) as Reconstruction);
  const each = runs.map((trace) => timed(() => void diagnose(trace), 9));
  const values = (trace: Reconstruction): number => {
    const view = viewOf(trace);
    return timed(() => void traceValues(view), 5);
  };
  const retrievedTen = retrieved(1e7);
  const returnedTen = returned(1e7);
  const rows: (string | number)[][] = [
    [`agent runs of 40 turns and more (${runs.length}), median`, `${median(each).toFixed(1)} ms`, "50 ms"],
    ["the slowest of them", `${Math.max(0, ...each).toFixed(1)} ms`, ""],
    ["provenance of 1 MB of chunks", `${values(retrieved(1e6)).toFixed(0)} ms`, "100 ms"],
    ["provenance of 1 MB of tool results", `${values(returned(1e6)).toFixed(0)} ms`, "100 ms"],
    ["diagnosis of 10 MB of chunks", `${timed(() => void diagnose(retrievedTen), 5).toFixed(0)} ms`, "1000 ms"],
    ["diagnosis of 10 MB of tool results over 40 calls", `${timed(() => void diagnose(returnedTen), 5).toFixed(0)} ms`, "1000 ms"],
  ];
  table("Time, medians in process", ["trace", "measured", "to reach"], rows);
}
