/**
 * One generation as its own entries tell it, before the trace around it is folded in. `wire-calls.ts` makes them from requests and
 * responses, `recorded-calls.ts` from generations recorded by hand; `signals.ts` completes both from the rest of the trace.
 */
import type { AttemptRecord, CompletionSignal, Generation, InputSnapshot, MissingReason, ModelSignal, Part, Signal, Signals, UsageSignal } from "@whysaid/recorder/format";

/** A tool call as the model asked for it, not yet joined with a result. */
export interface ToolRequest {
  readonly callId: string | null;
  readonly name: string;
  readonly arguments: string;
}
export type ToolResultPart = Extract<Part, { type: "tool-result" }>;

export interface Call {
  readonly spanId: string;
  readonly parentSpanId: string | null;
  readonly provider: string | null;
  readonly protocol: string;
  readonly url: string | null;
  readonly startedAtMs: number;
  /** Wall clock; null while open. */
  readonly endedAtMs: number | null;
  /** Place of the first and last entry in the trace; `end` is infinite while open. */
  readonly start: number;
  readonly end: number;
  readonly attemptList: readonly AttemptRecord[];
  readonly state: Generation["state"];
  readonly status: number | null;
  readonly error: Generation["error"];
  readonly input: Signal<InputSnapshot>;
  readonly model: Signal<ModelSignal>;
  readonly usage: Signal<UsageSignal>;
  readonly completion: Signal<CompletionSignal>;
  /** null when nobody can tell whether the model asked for tools (no response, or one no decoder knows). */
  readonly toolRequests: readonly ToolRequest[] | null;
  /** Results of tools the provider runs itself: they come in the same response. */
  readonly providerResults: readonly ToolResultPart[];
  /** null when the request could not be read. */
  readonly offersTools: boolean | null;
  /** Null for an answer that came in one piece. */
  readonly firstChunkMs: number | null;
  /** All attempts, with the pauses between them. */
  readonly durationMs: number | null;
  /** Signals recorded by hand: they stand as they are. */
  readonly given: Partial<Signals>;
  /** Joined already where it came from: nothing is added but later actions. */
  readonly isImported: boolean;
}

/** Why there is nothing of what a response would have brought. */
export function whyNoResponse(state: Generation["state"], status: number | null): MissingReason {
  switch (state) {
    case "open":
      return "pending";
    case "failed":
      return "not-applicable";
    case "complete":
    case "cancelled":
    case "aborted":
    case "cut":
    case "unread":
      return status !== null && status >= 400 ? "not-applicable" : "not-recorded";
    default:
      return state satisfies never;
  }
}

export const isAnswered = (call: Call): boolean => call.state === "complete" && (call.status === null || call.status < 400);

/** The texts a later step can be about: the answer, its alternatives and the arguments of the tool calls. */
export function saidTexts(call: Call): readonly string[] {
  const texts: string[] = [];
  if (call.completion.state === "captured") texts.push(call.completion.value.text, ...call.completion.value.alternatives);
  for (const request of call.toolRequests ?? []) texts.push(request.arguments);
  return texts.filter((text) => text !== "");
}
