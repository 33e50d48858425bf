/**
 * The nine signals of every generation: what its own entries tell, completed with the trace around it (chunks, tool results, parse,
 * validation, the user's action). Each is captured, or missing with the reason.
 */
import { captured, missing, type ActionSignal, type Generation, type Signal, type Signals } from "@whysaid/recorder/format";
import { callAbout } from "./about.ts";
import type { Call } from "./calls.ts";
import { chunksFor } from "./chunks.ts";
import { latencyOf } from "./latency.ts";
import { stepsOfKind, type PlacedStep, type StepOf } from "./steps.ts";
import { toolCallsOf } from "./tool-calls.ts";

/** @param calls  in the order of their start @param actions  in time order */
export function generationsOf(calls: readonly Call[], steps: readonly PlacedStep[], actions: readonly ActionSignal[]): readonly Generation[] {
  const retrievals = stepsOfKind(steps, "retrieval");
  const toolCalls = toolCallsOf(calls, stepsOfKind(steps, "tool"));
  const parses = byCall(calls, stepsOfKind(steps, "parse"), (step) => callAbout(calls, step.parsed.input, step.place));
  const validations = byCall(calls, stepsOfKind(steps, "validation"), (step) => validatedCall(calls, parses, step));
  const about = new Map<Call, ActionSignal[]>();
  for (const action of actions) push(about, calls[callAbout(calls, action.before, null) ?? -1], action);

  return calls.map((call, index) => {
    const ownToolCalls = toolCalls[index] ?? missing("not-recorded");
    const signals: Signals = {
      input: call.input,
      chunks: chunksFor(call, retrievals),
      model: call.model,
      usage: call.usage,
      toolCalls: ownToolCalls,
      latency: latencyOf(call, calls[index - 1], retrievals, ownToolCalls),
      completion: call.completion,
      parsed: settled(call, "parsed") ?? lastOf(parses.get(call)?.map((step) => step.parsed)) ?? call.given.parsed ?? missing(whyUnchecked(call)),
      validation: settled(call, "validation") ?? someOf(validations.get(call)?.flatMap((step) => step.checks)) ?? call.given.validation ?? missing(whyUnchecked(call)),
      action: lastOf(about.get(call)) ?? call.given.action ?? missing(whyNoAction(call)),
    };
    return {
      spanId: call.spanId,
      parentSpanId: call.parentSpanId,
      provider: call.provider,
      protocol: call.protocol,
      url: call.url,
      startedAtMs: call.startedAtMs,
      attempts: call.attemptList.length,
      attemptList: call.attemptList,
      state: call.state,
      status: call.status,
      error: call.error,
      signals,
    };
  });
}

/** What was joined where an imported generation comes from. */
const settled = <Name extends keyof Signals>(call: Call, name: Name): Signals[Name] | undefined => (call.isImported ? call.given[name] : undefined);

/** A validator has no text of its own to go by: it checks what was parsed last before it, else what was answered last. */
function validatedCall(calls: readonly Call[], parses: ReadonlyMap<Call, readonly StepOf<"parse">[]>, step: StepOf<"validation">): number | null {
  let parsed: { readonly call: Call; readonly place: number } | null = null;
  for (const [call, own] of parses) for (const parse of own) if (parse.place < step.place && parse.place > (parsed?.place ?? -1)) parsed = { call, place: parse.place };
  const answered = callAbout(calls, null, step.place);
  if (parsed === null) return answered;
  // A generation answered after that parse was not parsed by anybody: the check is about it.
  const later = answered !== null && (calls[answered]?.start ?? -1) > parsed.place;
  return later ? answered : calls.indexOf(parsed.call);
}

function byCall<S extends PlacedStep>(calls: readonly Call[], steps: readonly S[], callOf: (step: S) => number | null): ReadonlyMap<Call, readonly S[]> {
  const found = new Map<Call, S[]>();
  for (const step of steps) push(found, calls[callOf(step) ?? -1], step);
  return found;
}
function push<K, V>(into: Map<K, V[]>, key: K | undefined, value: V): void {
  if (key === undefined) return;
  const known = into.get(key);
  if (known === undefined) into.set(key, [value]);
  else known.push(value);
}

const lastOf = <T>(values: readonly T[] | undefined): Signal<T> | null => (values === undefined || values.length === 0 ? null : captured(values.at(-1) as T));
const someOf = <T>(values: readonly T[] | undefined): Signal<readonly T[]> | null => (values === undefined || values.length === 0 ? null : captured(values));

/** True for a step on the way: the model asked for tools and said nothing to the user. */
const isOnlyTools = (call: Call): boolean => (call.toolRequests?.length ?? 0) > 0 && call.completion.state === "captured" && call.completion.value.text.trim() === "";

function whyUnchecked(call: Call) {
  if (call.completion.state === "missing") return call.completion.why;
  return isOnlyTools(call) || (call.status ?? 0) >= 400 ? "not-applicable" : "not-recorded";
}

/** An action can come months later, so it is awaited wherever a user can have seen an answer. */
function whyNoAction(call: Call) {
  if (isOnlyTools(call) || (call.completion.state === "missing" && call.completion.why === "not-applicable")) return "not-applicable";
  return "pending";
}
