/**
 * What the app did around its calls (retrievals, tool executions, parses, validations), from entries to `Step`s, with the place of
 * each in the trace. A step's `atMs` is when it began; its entry, and so its place, is written when it ended.
 */
import type { ChunkSignal, Entry, ParseEntry, ParsedSignal, RetrievalEntry, Step, ToolEntry, ValidationEntry, ValidationSignal } from "@whysaid/recorder/format";
import { jsonValue } from "./json-value.ts";
import { plainError, type Texts } from "./texts.ts";

export type PlacedStep = Step & { readonly place: number };
export type StepOf<Kind extends Step["kind"]> = Extract<Step, { kind: Kind }> & { readonly place: number };

export const stepsOfKind = <Kind extends Step["kind"]>(steps: readonly PlacedStep[], kind: Kind): readonly StepOf<Kind>[] =>
  steps.filter((step): step is StepOf<Kind> => step.kind === kind);

/** The step an entry tells of; null for entries of other kinds. */
export function stepOf(entry: Entry, place: number, texts: Texts): PlacedStep | null {
  if (entry.kind === "retrieval") return { ...common(entry, entry.name, place), kind: "retrieval", query: texts.orNull(entry.query), chunks: chunksOf(entry, texts) };
  if (entry.kind === "tool") return { ...common(entry, entry.name, place), kind: "tool", callId: entry.callId, arguments: texts.orNull(entry.arguments), result: texts.orNull(entry.result) };
  if (entry.kind === "parse") return { ...common(entry, entry.parser, place), kind: "parse", parsed: parsedOf(entry, texts) };
  if (entry.kind === "validation") return { ...common(entry, entry.validator, place), kind: "validation", outcome: entry.outcome, checks: checksOf(entry, texts) };
  return null;
}

/**
 * A step that a client told in pieces, each a journal of its own, is one: what it was asked in the one, what came of it in the other.
 *
 * @param writerAt  of the entry at a place
 */
export function joinedSteps(steps: readonly PlacedStep[], writerAt: (place: number) => string | undefined): readonly PlacedStep[] {
  const bySpan = new Map<string, PlacedStep>();
  const joined: PlacedStep[] = [];
  for (const step of steps) {
    const key = `${step.kind} ${step.spanId}`;
    const before = step.kind === "tool" || step.kind === "retrieval" ? bySpan.get(key) : undefined;
    const one = before === undefined || writerAt(before.place) === writerAt(step.place) ? step : together(before, step);
    if (one !== step && before !== undefined) joined.splice(joined.indexOf(before), 1);
    joined.push(one);
    bySpan.set(key, one);
  }
  return joined;
}

function together(a: PlacedStep, b: PlacedStep): PlacedStep {
  const atMs = Math.min(a.atMs, b.atMs);
  const span = { spanId: a.spanId, parentSpanId: a.parentSpanId ?? b.parentSpanId, atMs, durationMs: Math.max(a.atMs + a.durationMs, b.atMs + b.durationMs) - atMs, name: a.name === "" ? b.name : a.name, error: b.error ?? a.error, place: b.place };
  if (a.kind === "tool" && b.kind === "tool") return { ...span, kind: "tool", callId: a.callId ?? b.callId, arguments: a.arguments ?? b.arguments, result: b.result ?? a.result };
  if (a.kind === "retrieval" && b.kind === "retrieval") return { ...span, kind: "retrieval", query: a.query ?? b.query, chunks: b.chunks.length > 0 ? b.chunks : a.chunks };
  return b;
}

function common(entry: RetrievalEntry | ToolEntry | ParseEntry | ValidationEntry, name: string, place: number) {
  return {
    spanId: entry.span,
    parentSpanId: entry.parent ?? null,
    atMs: entry.atMs,
    durationMs: entry.durationMs,
    name,
    error: "error" in entry ? plainError(entry.error) : null,
    place,
  };
}

const chunksOf = (entry: RetrievalEntry, texts: Texts): readonly ChunkSignal[] =>
  entry.chunks.map((chunk, position) => ({
    sourceId: chunk.sourceId,
    text: texts.of(chunk.text),
    score: chunk.score,
    position,
    retrieval: entry.name,
    reachedPrompt: null,
    metadata: jsonValue(texts.orNull(chunk.metadata)),
  }));

const parsedOf = (entry: ParseEntry, texts: Texts): ParsedSignal => ({
  parser: entry.parser,
  outcome: entry.outcome,
  input: texts.orNull(entry.input),
  result: jsonValue(texts.orNull(entry.result)),
  error: plainError(entry.error),
  durationMs: entry.durationMs,
});

/** One line a check; a validator that names none still says how it ended. */
function checksOf(entry: ValidationEntry, texts: Texts): readonly ValidationSignal[] {
  const { validator } = entry;
  if (entry.checks.length === 0) return [{ validator, outcome: entry.outcome, rule: null, path: null, value: null, expected: null, message: null }];
  return entry.checks.map((check) => ({
    validator,
    outcome: check.outcome,
    rule: check.rule,
    path: check.path,
    value: jsonValue(texts.orNull(check.value)),
    expected: check.expected,
    message: check.message,
  }));
}
