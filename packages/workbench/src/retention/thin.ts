/**
 * Sampling after the fact: what nothing was wrong with keeps its facts and loses its texts. A trace thinned so is still counted, charted and listed exactly as before; what it said is gone, and each
 * signal of it says `missing: sampled`. What matters stays whole whatever the share: see `isRemarkable`.
 */
import { createHash, randomBytes } from "node:crypto";
import { newWriterId, WhysaidError, type Entry, type GenerationEntry, type Reconstruction, type RedactedText, type TextRef, type TraceId, type WriterEntry, type WriterId } from "@whysaid/recorder/format";
import { redactionOff } from "@whysaid/recorder/redact";
import { DraftTexts } from "../ingest/import/draft.ts";
import { storyDraft } from "../ingest/import/stories.ts";
import type { SegmentBatch, StoredTrace } from "../store/store.ts";

/** In the sample for good or never: every process, and every later pass, decides alike. */
export const isInSample = (traceId: string, share: number): boolean => createHash("sha256").update(traceId).digest().readUIntBE(0, 6) / 2 ** 48 < share;

/**
 * Errors, cut and declined answers, failed rules, failed parses and tools, whatever is incomplete, and all that a user edited, retried or left.
 *
 * @returns why it is kept whole; null for what nothing sets apart
 */
export function isRemarkable(story: Reconstruction): string | null {
  if (!story.complete || story.outcome === "open") return "incomplete";
  if (story.outcome === "threw" || story.error !== null || story.steps.some(({ error }) => error !== null)) return "error";
  if (story.actions.some(({ action }) => action !== "accept")) return "action";
  if (story.generations.length === 0) return "no call";
  for (const step of story.steps) {
    if (step.kind === "validation" && (step.outcome === "failed" || step.checks.some(({ outcome }) => outcome === "failed"))) return "rule";
    if (step.kind === "parse" && step.parsed.outcome === "failed") return "parse";
  }
  for (const { state, status, error, attempts, signals } of story.generations) {
    if (state !== "complete" || error !== null || attempts > 1 || (status !== null && status >= 400)) return "error";
    const { completion, validation, parsed, action, toolCalls } = signals;
    if (completion.state === "captured" && (completion.value.refusal !== null || !/^(?:|stop|end_turn|stop_sequence|tool_calls|tool_use|completed|complete|stop_reason)$/i.test(completion.value.finishReason ?? ""))) return "cut or declined";
    if (validation.state === "captured" && validation.value.some(({ outcome }) => outcome === "failed")) return "rule";
    if (parsed.state === "captured" && parsed.value.outcome === "failed") return "parse";
    if (action.state === "captured" && action.value.action !== "accept") return "action";
    if (toolCalls.state === "captured" && toolCalls.value.some((call) => call.error !== null)) return "error";
  }
  return null;
}

/** A trace's story without what was said in it: times, models, tokens, rules, tags and whom it is about. JSON in the shape of `show --json`. */
export function withoutTexts(story: Reconstruction, trace: StoredTrace): Reconstruction {
  // What charts count: the clock of the response, which `show` tells of streams only.
  const firstChunks = new Map(trace.entries.flatMap(({ entry }) => (entry.kind === "response" ? [[entry.span as string, entry.firstChunkMs] as const] : [])));
  const gone = { state: "missing", why: "sampled" } as const;
  return {
    ...story,
    prompt: story.prompt === null ? null : { ...story.prompt, variables: null },
    steps: story.steps.flatMap((step) => (step.kind === "validation" ? [{ ...step, checks: step.checks.map((check) => ({ ...check, value: null, message: null })) }] : [])),
    actions: story.actions.map((one) => ({ ...one, before: null, after: null, note: null })),
    generations: story.generations.map((generation) => {
      const { signals } = generation;
      const or = <T>(signal: T & { readonly state: string }): T | typeof gone => (signal.state === "captured" ? gone : signal);
      return {
        ...generation,
        signals: {
          ...signals,
          latency: signals.latency.state === "captured" ? { ...signals.latency, value: { ...signals.latency.value, timeToFirstChunkMs: firstChunks.get(generation.spanId) ?? signals.latency.value.timeToFirstChunkMs } } : signals.latency,
          input: or(signals.input),
          chunks: or(signals.chunks),
          toolCalls: or(signals.toolCalls),
          completion: or(signals.completion),
          parsed: or(signals.parsed),
          validation: signals.validation.state === "captured" ? { ...signals.validation, value: signals.validation.value.filter(({ rule }) => rule !== null).map((check) => ({ ...check, value: null, message: null })) } : signals.validation,
        },
      };
    }),
    findings: [],
    provenance: [],
  };
}

/** What is left of traces as batches to take in: a writer for each origin, so that environment and release stay theirs. */
export function batchesOfThinned(stories: readonly Reconstruction[], nowMs: number): readonly SegmentBatch[] {
  const byOrigin = new Map<string, Reconstruction[]>();
  for (const story of stories) {
    const origin = JSON.stringify([story.service, story.environment, story.release]);
    byOrigin.set(origin, [...(byOrigin.get(origin) ?? []), story]);
  }
  return [...byOrigin.values()].map((ofOne) => batchOf(ofOne, nowMs));
}

function batchOf(stories: readonly Reconstruction[], nowMs: number): SegmentBatch {
  const writer = newWriterId();
  const texts = new DraftTexts();
  const entries: Entry[] = [headerOf(writer, stories[0] as Reconstruction, nowMs)];
  for (const story of stories) entries.push(...entriesOf(story, texts));
  entries.push({ kind: "writer-end", atMs: nowMs });
  const textOf = (ref: TextRef): string => {
    const text = texts.texts[ref];
    if (text === undefined) throw new WhysaidError("TEXT_LOST", "a thinned entry names a text it did not bring", { fix: "This is a defect of whysaid: please report it." });
    return text;
  };
  return { cursor: null, writer, entries: entries.map((entry, sequence) => ({ sequence, entry })), textOf, quarantined: [] };
}

function entriesOf(story: Reconstruction, texts: DraftTexts): readonly Entry[] {
  // Redacted when it was recorded: it comes out of the store and goes back.
  const draft = storyDraft(story as unknown as Readonly<Record<string, unknown>>, redactionOff.root, null);
  let calls = 0;
  const span = (n: number): GenerationEntry["span"] => createHash("sha256").update(`${story.traceId} ${n}`).digest("hex").slice(0, 16) as GenerationEntry["span"];
  return draft.entries({ trace: story.traceId as TraceId, span, nowMs: story.startedAtMs }, texts).map((entry) => {
    if (entry.kind !== "generation") return entry;
    const durationMs = story.generations[calls]?.attemptList.at(-1)?.durationMs ?? null;
    calls += 1;
    return { ...entry, durationMs };
  });
}

function headerOf(writer: WriterId, { service, environment, release }: Reconstruction, atMs: number): WriterEntry {
  const word = (text: string): RedactedText => redactionOff.root.literal(text);
  const or = (text: string | null): RedactedText | null => (text === null ? null : word(text));
  return { kind: "writer", atMs, format: 1, writer, segment: 0, recorder: "thinned", runtime: word(`node ${process.version}`), pid: process.pid, processStart: null, service: or(service), environment: or(environment), release: or(release), redaction: { policy: word("as recorded"), keyId: "as recorded" } };
}

export const thinningId = (): string => `thin_${randomBytes(4).toString("hex")}`;
