/**
 * `retry-loop` — the same thing was tried again and again: identical tool calls with identical results, calls in a cycle, the same input sent as one generation after
 * another, many attempts of one call.
 *
 * Sees: exact repetition. Can't see: a loop whose arguments change a little every time. What failed each time ranks above it.
 * Next: cap the loop; look at what the first of them returned.
 */
import type { Generation, InputSnapshot, Message, Part } from "@whysaid/recorder/format";
import type { CallView } from "../passages.ts";
import { named, pointAtCall, pointAtResult, replay, type Candidate, type Case } from "../finding.ts";

const MIN_ROUNDS = 3;
const MIN_COUNTED = 4;
const MIN_RESULT_CHARS = 30;

export function retryLoop(seen: Case): readonly Candidate[] {
  const { view } = seen;
  const { generations, traceId } = view.trace;
  const next = replay(traceId);
  const calls = view.calls.filter((call) => call.generation >= 0 || call.at.includes("messages") || call.at.startsWith("steps"));
  const cycle = cycleOf(calls.map((call) => `${call.name}\n${call.arguments.replace(/\s+/g, "")}\n${call.result ?? call.error ?? ""}`));
  if (cycle) {
    const members = calls.slice(cycle.start, cycle.start + cycle.period * cycle.rounds);
    // calls made side by side are no repetition
    if (new Set(members.map((call) => call.turn)).size < cycle.rounds) return [];
    const names = [...new Set(members.map((call) => call.name))].map(named).join(" and ");
    return [
      {
        cause: "retry-loop",
        title: `${names} ${names.includes(" and ") ? "were" : "was"} called ${cycle.rounds} times in a row with the same arguments and the same result`,
        confidence: cycle.rounds >= 4 || cycle.period > 1 ? 0.94 : 0.82,
        evidence: members.slice(0, 6).flatMap((call: CallView, index) => (index === 0 ? [pointAtCall(call), pointAtResult(call)] : [pointAtCall(call)])),
        next,
      },
    ];
  }
  const unmoved = onlyCounted(calls);
  if (unmoved !== null && new Set(unmoved.map((call) => call.turn)).size >= MIN_COUNTED)
    return [{ cause: "retry-loop", title: `${named(unmoved[0]?.name ?? "")} was called ${unmoved.length} times with another number each time and returned the same`, confidence: 0.9, evidence: unmoved.slice(0, 6).flatMap((call, index) => (index === 0 ? [pointAtCall(call), pointAtResult(call)] : [pointAtCall(call)])), next }];
  const repeated = sameInputs(generations);
  if (repeated.length >= MIN_ROUNDS)
    return [{ cause: "retry-loop", title: `The same input was sent ${repeated.length} times`, confidence: repeated.length > MIN_ROUNDS ? 0.93 : 0.8, evidence: repeated.slice(0, 6).map((index) => ({ at: `generations[${index}]`, sourceId: null, excerpt: answerOf(generations[index]) })), next }];
  const attempts = generations.findIndex((generation) => Math.max(generation.attempts, generation.attemptList.length) >= 3);
  const generation = generations[attempts];
  if (generation)
    return [{ cause: "retry-loop", title: `One call took ${Math.max(generation.attempts, generation.attemptList.length)} attempts`, confidence: Math.max(generation.attempts, generation.attemptList.length) >= 4 ? 0.92 : 0.75, evidence: [{ at: `generations[${attempts}].attemptList`, sourceId: null, excerpt: generation.attemptList.map((attempt) => attempt.status ?? attempt.state).join(", ") }], next }];
  return [];
}
/** Pages, offsets, cursors: arguments that differ in digits alone, results that do not differ. @returns the longest such run of at least `MIN_COUNTED` */
function onlyCounted(calls: readonly CallView[]): readonly CallView[] | null {
  const blotted = (call: CallView): string => `${call.name}\n${call.arguments.replace(/\s+/g, "").replace(/,?"(?:page|offset|cursor|skip|start|from|page_?(?:no|number|token)|attempt|index)":(?:"[^"]*"|\d+)/gi, "").replace(/\{,/g, "{")}\n${call.result ?? ""}`;
  let run: CallView[] = [];
  let longest: CallView[] = [];
  for (const call of calls) {
    run = run[0] !== undefined && blotted(run[0]) === blotted(call) ? [...run, call] : [call];
    if (run.length > longest.length && (call.result ?? "").length >= MIN_RESULT_CHARS) longest = run;
  }
  return longest.length >= MIN_COUNTED ? longest : null;
}
const answerOf = (generation: Generation | undefined): string => (generation?.signals.completion.state === "captured" ? named(generation.signals.completion.value.text) : "");

/** The first run of a sequence that repeats itself `MIN_ROUNDS` times or more with a period of one to four. */
function cycleOf(keys: readonly string[]): { readonly start: number; readonly period: number; readonly rounds: number } | null {
  let best: { start: number; period: number; rounds: number } | null = null;
  for (let period = 1; period <= 4; period += 1) {
    let start = 0;
    while (start + period * MIN_ROUNDS <= keys.length) {
      let length = period;
      while (start + length < keys.length && keys[start + length] === keys[start + length - period]) length += 1;
      const rounds = Math.floor(length / period);
      if (rounds >= MIN_ROUNDS && (best === null || rounds * period > best.rounds * best.period)) best = { start, period, rounds };
      start += Math.max(1, length - period + 1);
    }
    if (best !== null) return best;
  }
  return best;
}

const ends = (message: Message | undefined): string => (message?.parts ?? []).map((part) => ("text" in part ? `${part.text.slice(0, 500)} ${part.text.slice(-500)}` : part.type === "tool-result" ? part.result.slice(0, 1_000) : part.type === "tool-call" ? part.arguments.slice(0, 1_000) : part.type)).join(" ");
/** Equal for equal messages: lengths of all of them, words of the last. A conversation that grew by one message differs in their number. */
function fingerprint({ system, messages }: InputSnapshot): string {
  const size = (part: Part): number => ("text" in part ? part.text.length : part.type === "tool-call" ? part.arguments.length : part.type === "tool-result" ? part.result.length : 1);
  const lengths = messages.map((message) => message.parts.reduce((sum, part) => sum * 31 + size(part), 0)).join(",");
  return `${system?.length ?? -1} ${lengths} ${ends(messages.at(-1))} ${ends(messages[0])}`;
}

/** Generations with the same messages and parameters as the one before, and nothing new to say to the model. */
function sameInputs(generations: readonly Generation[]): number[] {
  const groups = new Map<string, number[]>();
  generations.forEach((generation, index) => {
    const { input } = generation.signals;
    if (input.state !== "captured" || (input.value.messages.length === 0 && input.value.requestBody === null)) return;
    const key = input.value.messages.length > 0 ? fingerprint(input.value) : (input.value.requestBody ?? "");
    const group = groups.get(key);
    if (group) group.push(index);
    else groups.set(key, [index]);
  });
  return [...groups.values()].reduce((longest, group) => (group.length > longest.length ? group : longest), []);
}
