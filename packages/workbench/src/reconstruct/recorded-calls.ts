/** Generations recorded by hand (`recorder.generation`) or imported: each signal as it was given, the rest missing with its reason. */
import { missing, type GenerationEntry } from "@whysaid/recorder/format";
import { whyNoResponse, type Call } from "./calls.ts";
import { givenSignals } from "./given-signals.ts";
import { generationOrigin } from "./origins.ts";
import { plainError, type Texts } from "./texts.ts";
import type { PlacedEntry } from "./wire-calls.ts";

export function recordedCall({ entry, place }: PlacedEntry<GenerationEntry>, texts: Texts): Call {
  const origin = entry.imported === undefined ? null : generationOrigin(entry.imported);
  const given = givenSignals(entry.signals, texts);
  const latency = given.latency?.state === "captured" ? given.latency.value : null;
  const toolCalls = given.toolCalls?.state === "captured" ? given.toolCalls.value : null;
  const absent = missing(whyNoResponse(entry.state, null));
  const error = plainError(entry.error);
  return {
    spanId: entry.span,
    parentSpanId: entry.parent ?? null,
    provider: entry.provider,
    protocol: origin?.protocol ?? "unknown",
    url: origin?.url ?? null,
    startedAtMs: entry.startedAtMs,
    endedAtMs: entry.durationMs === null ? entry.atMs : entry.startedAtMs + entry.durationMs,
    start: place,
    end: place,
    attemptList: origin?.attemptList ?? [{ attempt: 1, atMs: entry.startedAtMs, state: entry.state, status: null, durationMs: entry.durationMs, error }],
    state: origin?.state ?? entry.state,
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
    durationMs: entry.durationMs,
    given,
    isImported: origin !== null,
  };
}
