/**
 * Generations from what crossed the wire: requests and responses of one span, paired into attempts, the last attempt's bodies read by the
 * protocol's decoder. A body no decoder can read stays as it is in `requestBody` and `raw`.
 */
import {
  captured,
  missing,
  type AttemptRecord,
  type CompletionSignal,
  type InputSnapshot,
  type ModelSignal,
  type Part,
  type RequestEntry,
  type ResponseEntry,
  type Signal,
  type UsageSignal,
} from "@whysaid/recorder/format";
import { readRequest, readResponse, type ReadRequest, type ReadResponse } from "./bodies.ts";
import { whyNoResponse, type Call, type ToolRequest, type ToolResultPart } from "./calls.ts";
import { plainError, type Texts } from "./texts.ts";

export interface PlacedEntry<E> {
  readonly entry: E;
  readonly place: number;
}
interface Attempt {
  readonly attempt: number;
  request: PlacedEntry<RequestEntry> | null;
  response: PlacedEntry<ResponseEntry> | null;
}

/** @param entries  requests and responses of a trace, in order */
export function wireCalls(entries: readonly PlacedEntry<RequestEntry | ResponseEntry>[], texts: Texts): readonly Call[] {
  const spans = new Map<string, Map<number, Attempt>>();
  for (const { entry, place } of entries) {
    const attempts = spans.get(entry.span) ?? new Map<number, Attempt>();
    spans.set(entry.span, attempts);
    const attempt = attempts.get(entry.attempt) ?? { attempt: entry.attempt, request: null, response: null };
    attempts.set(entry.attempt, attempt);
    if (entry.kind === "request") attempt.request = { entry, place };
    else attempt.response = { entry, place };
  }
  return [...spans.values()].map((attempts) => callOf([...attempts.values()].sort((a, b) => a.attempt - b.attempt), texts));
}

function callOf(attempts: readonly Attempt[], texts: Texts): Call {
  const places = attempts.flatMap(({ request, response }) => [request?.place, response?.place].filter((place) => place !== undefined));
  const last = attempts.at(-1) as Attempt;
  const anyRequest = attempts.findLast((attempt) => attempt.request !== null)?.request?.entry ?? null;
  const named = anyRequest ?? (last.response?.entry as ResponseEntry);
  const request = anyRequest === null ? null : readRequest(anyRequest, texts);
  const response = last.response === null ? null : readResponse(last.response.entry, anyRequest?.protocol ?? "unknown", texts);
  const attemptList = attempts.map(attemptRecord);
  const state = attemptList.at(-1)?.state ?? "open";
  const status = last.response?.entry.status ?? null;
  const choice = response?.decoded?.choices[0];
  return {
    spanId: named.span,
    parentSpanId: named.parent ?? null,
    provider: anyRequest?.provider ?? null,
    protocol: anyRequest?.protocol ?? "unknown",
    url: anyRequest?.url ?? null,
    startedAtMs: attemptList[0]?.atMs ?? named.atMs,
    endedAtMs: endOf(last),
    start: Math.min(...places),
    end: last.response?.place ?? Infinity,
    attemptList,
    state,
    status,
    error: plainError(last.response?.entry.error) ?? providerError(response, status),
    input: inputOf(request),
    model: modelOf(request, response),
    usage: response?.decoded?.usage ? captured<UsageSignal>(response.decoded.usage) : missing(whyNoResponse(state, status)),
    completion: completionOf(response, status) ?? missing(whyNoResponse(state, isError(response, status) ? (status ?? 500) : status)),
    toolRequests: choice === undefined ? null : toolRequests(choice.parts),
    providerResults: choice?.parts.filter((part): part is ToolResultPart => part.type === "tool-result") ?? [],
    offersTools: request?.decoded ? request.decoded.tools.length > 0 : null,
    firstChunkMs: response?.isStream === true || request?.decoded?.stream === true ? (last.response?.entry.firstChunkMs ?? null) : null,
    durationMs: durationOf(attempts),
    given: {},
    isImported: false,
  };
}

function attemptRecord({ attempt, request, response }: Attempt): AttemptRecord {
  return {
    attempt,
    atMs: request?.entry.atMs ?? (response === null ? 0 : response.entry.atMs - (response.entry.durationMs ?? 0)),
    state: response?.entry.state ?? "open",
    status: response?.entry.status ?? null,
    durationMs: response?.entry.durationMs ?? null,
    error: plainError(response?.entry.error),
  };
}

/** null while open, and where nobody timed it. One attempt by its own clock. Several by the wall clock too, for the pauses between; never less than the attempts themselves, should it jump. */
function durationOf(attempts: readonly Attempt[]): number | null {
  const last = attempts.at(-1);
  if (last === undefined || last.response === null || attempts.some(({ response }) => response !== null && response.entry.durationMs === null)) return null;
  const own = attempts.reduce((sum, { response }) => sum + (response?.entry.durationMs ?? 0), 0);
  const began = attempts[0]?.request?.entry.atMs;
  return attempts.length === 1 || began === undefined ? own : Math.max(own, (endOf(last) ?? began) - began);
}

/** By the monotonic clock from the request on, where it is recorded. null while open, and where an imported exchange tells no time. */
function endOf({ request, response }: Attempt): number | null {
  if (response === null || response.entry.durationMs === null) return null;
  return request === null ? response.entry.atMs : request.entry.atMs + response.entry.durationMs;
}

/** An error instead of an answer. */
const isError = (response: ReadResponse | null, status: number | null): boolean => (response?.decoded?.choices.length ?? 0) === 0 && ((status !== null && status >= 400) || (response?.decoded?.error ?? null) !== null);

/** Enough of a body nobody can read to recognize it. */
const SHOWN_BODY = 2000;

function providerError(response: ReadResponse | null, status: number | null): Call["error"] {
  const error = response?.decoded?.error;
  if (error) return { name: error.type ?? error.code ?? "error", message: error.message };
  return status === null || status < 400 ? null : { name: `HTTP ${status}`, message: (response?.body ?? "").slice(0, SHOWN_BODY) };
}

function inputOf(request: ReadRequest | null): Signal<InputSnapshot> {
  if (request === null || (request.body === null && request.decoded === null)) return missing("not-recorded");
  const { decoded, body } = request;
  return captured({ system: decoded?.system ?? null, messages: decoded?.messages ?? [], tools: decoded?.tools ?? [], parameters: decoded?.parameters ?? {}, requestBody: body });
}

function modelOf(request: ReadRequest | null, response: ReadResponse | null): Signal<ModelSignal> {
  const requested = request?.decoded?.model ?? request?.model ?? null;
  const answered = response?.decoded?.model ?? null;
  if (requested === null && answered === null) return missing("not-recorded");
  return captured({ requested, answered, fingerprint: response?.decoded?.fingerprint ?? null });
}

const textOf = (parts: readonly Part[], type: "text" | "reasoning" | "refusal"): string => parts.map((part) => (part.type === type ? part.text : "")).join("");

/** null when nothing of an answer arrived: an error is none. */
function completionOf(response: ReadResponse | null, status: number | null): Signal<CompletionSignal> | null {
  if (response === null || response.body === null || isError(response, status)) return null;
  const [first, ...others] = response.decoded?.choices ?? [];
  const parts = first?.parts ?? [];
  return captured({
    text: textOf(parts, "text"),
    raw: response.body,
    finishReason: first?.finishReason ?? null,
    refusal: textOf(parts, "refusal") || null,
    reasoning: textOf(parts, "reasoning") || null,
    alternatives: others.map((choice) => textOf(choice.parts, "text")),
  });
}

const toolRequests = (parts: readonly Part[]): readonly ToolRequest[] =>
  parts.flatMap((part) => (part.type === "tool-call" ? [{ callId: part.callId, name: part.name, arguments: part.arguments }] : []));
