/** What the ways share: drawing a suitable record, cutting a run after one answer, editing a result wherever it stands. */
import type { Reconstruction, ToolCallSignal } from "@whysaid/recorder/format";
import { type Draft, draft, frozen } from "../../packages/workbench/src/diagnose/testing/build.ts";
import type { Records } from "./incident.ts";
import type { Random } from "./random.ts";
import { agentTrace, ragTrace, type AgentRun, type Call, type RagTurn } from "./records.ts";

export interface Answered {
  readonly run: AgentRun;
  /** The last call before the answer. */
  readonly call: Call;
  /** Index of the turn that made it. */
  readonly turn: number;
  readonly answer: string;
}

/** Numbers of two digits and more, and identifiers, as they stand in a text. */
export const specifics = (text: string): string[] => text.match(/\b(?:[A-Z0-9]{5,}|\d[\d,.]*\d)\b/g) ?? [];

/** A tau-bench run, cut after an answer that repeats values of the result just before it. */
export function answered(records: Records, random: Random, suits: (call: Call) => boolean = () => true): Answered | null {
  const whole = random.pick(records.runs);
  if (whole.source !== "tau-bench") return null;
  const places = whole.turns.flatMap((turn, index) => {
    const next = whole.turns[index + 1];
    const call = turn.calls.at(-1);
    if (!call || !next || next.role !== "assistant" || next.calls.length > 0 || next.text.length < 80 || call.result.length < 40 || !suits(call)) return [];
    const shared = specifics(next.text).filter((value) => call.result.includes(value.replace(/,/g, "")));
    return shared.length >= 2 ? [index] : [];
  });
  if (places.length === 0) return null;
  const at = random.pick(places);
  const run = structuredClone(whole);
  run.turns = run.turns.slice(0, at + 2);
  const call = run.turns[at]?.calls.at(-1);
  const answer = run.turns[at + 1]?.text;
  return call && answer !== undefined ? { run, call, turn: at, answer } : null;
}

/** The generation an assistant turn became. */
export const generationOf = (run: AgentRun, turn: number): number => run.turns.slice(0, turn).filter((candidate) => candidate.role === "assistant").length;

/** Every pointer at which a call's arguments or result stand: its own signal, and the messages of later inputs. */
export function placesOfCall(trace: Reconstruction, callId: string, result: string | null): string[] {
  const places: string[] = [];
  trace.generations.forEach((generation, g) => {
    const calls = generation.signals.toolCalls;
    if (calls.state === "captured") calls.value.forEach((call, index) => call.callId === callId && places.push(`generations[${g}].signals.toolCalls.value[${index}]`));
    const input = generation.signals.input;
    if (input.state !== "captured") return;
    input.value.messages.forEach((message, m) => {
      if (message.parts.some((part) => "callId" in part && part.callId === callId && (part.type !== "tool-result" || result === null || part.result === result)))
        places.push(`generations[${g}].signals.input.value.messages[${m}]`);
    });
  });
  trace.steps.forEach((step, index) => step.kind === "tool" && step.callId === callId && places.push(`steps[${index}]`));
  return places;
}

/** The trace with the call's signal edited (not the messages): what a recording by hand or a wrapped tool adds. */
export function editCall(trace: Reconstruction, callId: string, edit: (call: { -readonly [Key in keyof ToolCallSignal]: ToolCallSignal[Key] }) => void): Reconstruction {
  const edited = draft(trace);
  for (const generation of edited.generations) {
    const calls = generation.signals.toolCalls;
    if (calls.state === "captured") for (const call of calls.value) if (call.callId === callId) edit(call);
  }
  return frozen(edited);
}

export const traceOf = (run: AgentRun): Reconstruction => agentTrace(run);

/** A retrieval turn whose answer people found faithful, with at least one chunk. */
export function faithful(records: Records, random: Random, suits: (turn: RagTurn) => boolean = () => true): RagTurn | null {
  const turn = structuredClone(random.pick(records.rag));
  return turn.chunks.length > 0 && suits(turn) ? turn : null;
}
export const edited = (trace: Reconstruction, edit: (trace: Draft) => void): Reconstruction => {
  const copy = draft(trace);
  edit(copy);
  return frozen(copy);
};
export const last = (trace: Reconstruction): number => trace.generations.length - 1;
export const chunkPlaces = (trace: Reconstruction, index: number): string[] => [
  `generations[${last(trace)}].signals.chunks.value[${index}]`,
  ...trace.steps.flatMap((step, at) => (step.kind === "retrieval" ? [`steps[${at}].chunks[${index}]`] : [])),
];
export const completionPlace = (trace: Reconstruction): string => `generations[${last(trace)}].signals.completion`;
export { ragTrace };
