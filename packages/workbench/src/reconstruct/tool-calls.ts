/**
 * The model's tool calls joined with their results.
 *
 * Three sources, best first: the execution itself where the app wrapped it (`trace.tool`); a tool result on the wire, which the provider sent along for a tool of
 * its own, or the next request of the trace carried; nothing. A call's result on the wire is found by its id; where a protocol has none, by order and name among the
 * messages that came after the call.
 */
import { captured, missing, type Message, type Signal, type ToolCallSignal } from "@whysaid/recorder/format";
import { whyNoResponse, type Call, type ToolRequest, type ToolResultPart } from "./calls.ts";
import type { StepOf } from "./steps.ts";

type ToolStep = StepOf<"tool">;

/** Tool calls of each call, in the calls' order. Executions are handed out once: two equal calls get two executions. */
export function toolCallsOf(calls: readonly Call[], executions: readonly ToolStep[]): readonly Signal<readonly ToolCallSignal[]>[] {
  const wrapped = matchExecutions(calls, executions);
  return calls.map((call, index) => {
    const given = call.given.toolCalls;
    if (given !== undefined && (call.isImported || given.state === "missing")) return given;
    if (call.toolRequests === null) return unread(call, calls[index + 1], executions, wrapped);
    if (call.toolRequests.length === 0) return call.offersTools === false ? missing("not-applicable") : captured([]);
    const later = calls.slice(index + 1);
    return captured(
      call.toolRequests.map((request, at) => {
        const told = given?.value[at];
        const hasEnded = told !== undefined && (told.result !== null || told.error !== null || told.source !== null);
        return hasEnded ? told : join(request, wrapped.get(request), () => onTheWire(call, request, at, later));
      }),
    );
  });
}

/** Nobody could read what the model asked for; what the app executed before the next generation is still known. */
function unread(call: Call, next: Call | undefined, executions: readonly ToolStep[], wrapped: ReadonlyMap<ToolRequest, ToolStep>): Signal<readonly ToolCallSignal[]> {
  const taken = new Set(wrapped.values());
  const own = executions.filter((step) => !taken.has(step) && step.place > call.end && step.place < (next?.start ?? Infinity));
  if (own.length > 0) return captured(own.map(ofExecution));
  return missing(call.offersTools === false ? "not-applicable" : whyNoResponse(call.state, call.status));
}

const ofExecution = (step: ToolStep): ToolCallSignal => ({
  callId: step.callId,
  name: step.name,
  arguments: step.arguments ?? "",
  result: step.result,
  error: step.error === null ? null : `${step.error.name}: ${step.error.message}`,
  durationMs: step.durationMs,
  source: "wrapped",
});

interface WireResult {
  readonly result: ToolResultPart;
  readonly roundTripMs: number | null;
}

function join(request: ToolRequest, execution: ToolStep | undefined, onWire: () => WireResult | null): ToolCallSignal {
  if (execution !== undefined) return { ...ofExecution(execution), callId: request.callId ?? execution.callId, name: request.name, arguments: request.arguments };
  const wire = onWire();
  const common = { callId: request.callId, name: request.name, arguments: request.arguments };
  if (wire === null) return { ...common, result: null, error: null, durationMs: null, source: null };
  const { result, isError } = wire.result;
  return { ...common, result: isError ? null : result, error: isError ? result : null, durationMs: wire.roundTripMs, source: "wire" };
}

function matchExecutions(calls: readonly Call[], executions: readonly ToolStep[]): ReadonlyMap<ToolRequest, ToolStep> {
  const found = new Map<ToolRequest, ToolStep>();
  if (executions.length === 0) return found;
  const free = new Set(executions);
  const requests = calls.flatMap((call) => (call.toolRequests ?? []).map((request) => ({ request, after: call.start })));
  const pass = (fits: (request: ToolRequest, step: ToolStep) => boolean): void => {
    for (const { request, after } of requests) {
      if (found.has(request)) continue;
      for (const step of free) {
        if (step.place <= after || !fits(request, step)) continue;
        found.set(request, step);
        free.delete(step);
        break;
      }
    }
  };
  pass((request, step) => request.callId !== null && request.callId === step.callId);
  const idsDiffer = (request: ToolRequest, step: ToolStep): boolean => request.callId !== null && step.callId !== null;
  pass((request, step) => !idsDiffer(request, step) && request.name === step.name && sameJson(request.arguments, step.arguments));
  pass((request, step) => !idsDiffer(request, step) && request.name === step.name);
  return found;
}

/** Equal as JSON whatever the spacing and the order of keys; equal as text where either is no JSON. */
export function sameJson(a: string, b: string | null): boolean {
  if (b === null) return false;
  if (a === b) return true;
  try {
    return canonical(JSON.parse(a)) === canonical(JSON.parse(b));
  } catch {
    return false;
  }
}
const canonical = (value: unknown): string =>
  JSON.stringify(value, (_key, inner: unknown) =>
    typeof inner === "object" && inner !== null && !Array.isArray(inner) ? Object.fromEntries(Object.entries(inner).sort(([a], [b]) => (a < b ? -1 : 1))) : inner,
  );

function onTheWire(call: Call, request: ToolRequest, at: number, later: readonly Call[]): WireResult | null {
  // A tool the provider runs answers in the same response; nobody sees how long it took.
  const own = call.providerResults.find((result) => request.callId !== null && result.callId === request.callId);
  if (own !== undefined) return { result: own, roundTripMs: null };
  for (const next of later) {
    if (next.input.state !== "captured") continue;
    const result = resultIn(call, request, at, next.input.value.messages);
    if (result === null) continue;
    const gapMs = call.endedAtMs === null ? null : next.startedAtMs - call.endedAtMs;
    return { result, roundTripMs: gapMs !== null && gapMs >= 0 ? gapMs : null };
  }
  return null;
}

function resultIn(call: Call, request: ToolRequest, at: number, messages: readonly Message[]): ToolResultPart | null {
  // Ids are reused by some hosts ("call_0" every turn), so what came after this call's own input is looked at first.
  const known = call.input.state === "captured" ? call.input.value.messages.length : 0;
  const fresh = messages.slice(known);
  if (request.callId !== null) {
    const byId = (among: readonly Message[]): ToolResultPart | undefined => results(among).find((result) => result.callId === request.callId);
    const found = byId(fresh) ?? byId(messages);
    if (found !== undefined) return found;
  }
  return byOrder(request, at, fresh.length > 0 ? fresh : messages);
}

const results = (messages: readonly Message[]): readonly ToolResultPart[] => messages.flatMap((message) => message.parts.filter((part): part is ToolResultPart => part.type === "tool-result"));

/** The result at the call's place among those the ids don't speak against, in the turn right after the call. */
function byOrder(request: ToolRequest, at: number, messages: readonly Message[]): ToolResultPart | null {
  const turn: ToolResultPart[] = [];
  for (const message of messages) {
    const here = results([message]);
    if (here.length === 0 && turn.length > 0) break;
    turn.push(...here);
  }
  const open = turn.filter((result) => request.callId === null || result.callId === null);
  const named = open.filter((result) => result.name === request.name);
  if (named.length === 1) return named[0] ?? null;
  const inOrder = open[at];
  return inOrder !== undefined && (inOrder.name === null || inOrder.name === request.name) ? inOrder : (named[0] ?? null);
}
