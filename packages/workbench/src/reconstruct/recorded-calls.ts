/** Generations recorded by hand (`recorder.generation`) or imported: each signal as it was given, the rest missing with its reason. */
import { missing, type GenerationEntry, type SignalName, type Signals } from "@whysaid/recorder/format";
import { whyNoResponse, type Call } from "./calls.ts";
import { givenSignals } from "./given-signals.ts";
import { generationOrigin } from "./origins.ts";
import { plainError, type Texts } from "./texts.ts";
import type { PlacedEntry } from "./wire-calls.ts";

/**
 * What came of one span in parts is one generation: OTLP tells a call's messages in log records, which may be sent apart from their span. Imported generations stand alone, and in each
 * list the fullest part comes first: the one that says how long it took.
 */
export function bySpan(recorded: readonly PlacedEntry<GenerationEntry>[]): readonly (readonly PlacedEntry<GenerationEntry>[])[] {
  const spans = new Map<string, PlacedEntry<GenerationEntry>[]>();
  for (const one of recorded) {
    const name = one.entry.imported === undefined ? one.entry.span : `${one.entry.span} ${one.place}`;
    const parts = spans.get(name);
    if (parts === undefined) spans.set(name, [one]);
    else parts.push(one);
  }
  return [...spans.values()].map((parts) => parts.toSorted((a, b) => fullness(b.entry) - fullness(a.entry) || a.place - b.place));
}
const fullness = ({ durationMs, signals }: GenerationEntry): number => (durationMs ?? 0) + Object.keys(signals).length / 16;

/** @param parts  of one span, the fullest first */
export function recordedCall(parts: readonly PlacedEntry<GenerationEntry>[], texts: Texts): Call {
  const [{ entry, place }] = parts as [PlacedEntry<GenerationEntry>];
  const origin = entry.imported === undefined ? null : generationOrigin(entry.imported);
  const given = parts.map((part) => givenSignals(part.entry.signals, texts)).reduce(together);
  const latency = given.latency?.state === "captured" ? given.latency.value : null;
  const toolCalls = given.toolCalls?.state === "captured" ? given.toolCalls.value : null;
  const startedAtMs = Math.min(...parts.map((part) => part.entry.startedAtMs));
  // Of what was told in pieces the last one says how it ended.
  const last = parts.find((part) => part.entry.state !== "open")?.entry ?? entry;
  const durationMs = durationOf(parts, startedAtMs);
  const absent = missing(whyNoResponse(last.state, null));
  const error = plainError(parts.find((part) => part.entry.error !== undefined)?.entry.error);
  const provider = parts.map((part) => part.entry.provider).find((one) => one !== null) ?? null;
  return {
    spanId: entry.span,
    parentSpanId: parts.find((part) => part.entry.parent !== undefined)?.entry.parent ?? null,
    provider,
    protocol: origin?.protocol ?? "unknown",
    url: origin?.url ?? null,
    startedAtMs,
    endedAtMs: durationMs === null ? entry.atMs : startedAtMs + durationMs,
    start: place,
    end: place,
    attemptList: origin?.attemptList ?? [{ attempt: 1, atMs: startedAtMs, state: last.state, status: null, durationMs, error }],
    state: origin?.state ?? last.state,
    status: origin?.status ?? null,
    error,
    input: given.input ?? missing("not-recorded"),
    model: given.model ?? missing("not-recorded"),
    usage: given.usage ?? absent,
    completion: given.completion ?? absent,
    toolRequests: toolCalls,
    providerResults: [],
    offersTools: given.input?.state === "captured" ? given.input.value.tools.length > 0 : null,
    firstChunkMs: latency?.timeToFirstChunkMs ?? null,
    durationMs,
    given,
    isImported: origin !== null,
  };
}

/** The longest that one of the parts knows; where one knows the start and another the end, between the two. */
function durationOf(parts: readonly PlacedEntry<GenerationEntry>[], startedAtMs: number): number | null {
  const known = parts.flatMap(({ entry }) => (entry.durationMs === null ? [] : [entry.durationMs]));
  if (known.length > 0) return Math.max(...known);
  const ends = parts.length === 1 ? [] : parts.flatMap(({ entry }) => (entry.state === "open" ? [] : [entry.atMs]));
  return ends.length === 0 ? null : Math.max(0, Math.max(...ends) - startedAtMs);
}

/** What the first says stands; where it says nothing, the other does. */
function together(first: Partial<Signals>, other: Partial<Signals>): Partial<Signals> {
  const joined: Partial<Record<SignalName, unknown>> = { ...other };
  for (const [name, signal] of Object.entries(first)) if (signal.state === "captured" || other[name as SignalName] === undefined) joined[name as SignalName] = signal;
  if (first.input?.state === "captured" && other.input?.state === "captured") joined.input = { state: "captured", value: { ...first.input.value, system: first.input.value.system ?? other.input.value.system, messages: first.input.value.messages.length > 0 ? first.input.value.messages : other.input.value.messages } };
  if (first.completion?.state === "captured" && first.completion.value.text === "" && other.completion?.state === "captured") joined.completion = other.completion;
  if (first.toolCalls?.state === "captured" && first.toolCalls.value.length === 0 && other.toolCalls?.state === "captured") joined.toolCalls = other.toolCalls;
  if (first.model?.state === "captured" && other.model?.state === "captured") joined.model = { state: "captured", value: { requested: first.model.value.requested ?? other.model.value.requested, answered: first.model.value.answered ?? other.model.value.answered, fingerprint: first.model.value.fingerprint ?? other.model.value.fingerprint } };
  return joined as Partial<Signals>;
}
