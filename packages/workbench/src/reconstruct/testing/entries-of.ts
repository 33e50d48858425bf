/** A reconstruction as the entries an import would write for it, redaction aside. */
import { entryId, recalled, type Entry, type GenerationEntry, type Reconstruction, type RedactedText, type SpanId, type Step, type TextRef, type TraceId, type UserAction, type WriterId } from "@whysaid/recorder/format";
import type { StoredTrace } from "../../store/store.ts";

type StepError = Step["error"];
const text = (value: string): RedactedText => recalled(value);
const textOrNull = (value: string | null): RedactedText | null => (value === null ? null : recalled(value));
const errorOf = (error: StepError): { error?: { name: RedactedText; message: RedactedText } } => (error === null ? {} : { error: { name: text(error.name), message: text(error.message) } });

export function importedTrace(story: Reconstruction): StoredTrace {
  const texts: string[] = [];
  const ref = (value: string): TextRef => texts.push(value) - 1;
  const refOrNull = (value: string | null): TextRef | null => (value === null ? null : ref(value));
  const json = (value: unknown): TextRef | null => (value === null ? null : ref(JSON.stringify(value)));
  const trace = story.traceId as TraceId;
  const joined = (atMs: number, span: string, parent: string | null) => ({ atMs, trace, span: span as SpanId, ...(parent === null ? {} : { parent: parent as SpanId }) });
  const { service, environment, release, startedAtMs, durationMs, outcome, error, gaps } = story;
  const root = "0000000000000001";
  const entries: Entry[] = [];
  if (story.feature !== null || outcome !== null) entries.push({ kind: "trace-start", ...joined(startedAtMs, root, null), feature: textOrNull(story.feature), conversation: null, user: null });
  entries.push({
    kind: "trace-update",
    ...joined(startedAtMs, root, null),
    ...(story.conversationId === null ? {} : { conversation: text(story.conversationId) }),
    ...(story.user === null ? {} : { user: text(story.user) }),
    tags: story.tags as Record<RedactedText, RedactedText>,
    ...(story.subject === null ? {} : { subject: story.subject as Record<RedactedText, RedactedText> }),
    ...(story.prompt === null ? {} : { prompt: { id: text(story.prompt.id), version: textOrNull(story.prompt.version), variables: json(story.prompt.variables) } }),
    imported: text(JSON.stringify({ service, environment, release, startedAtMs, durationMs, outcome, error, gaps })),
  });
  for (const step of story.steps) entries.push(stepEntry(step, joined(step.atMs, step.spanId, step.parentSpanId), ref, refOrNull, json));
  for (const one of story.generations) {
    const { protocol, url, state, status, attemptList } = one;
    const actionless = { ...one.signals, action: one.signals.action.state === "missing" ? one.signals.action : undefined };
    const signals = Object.fromEntries(Object.entries(actionless).flatMap(([name, signal]) => (signal === undefined ? [] : [[name, ref(JSON.stringify(signal))]])));
    const generation: GenerationEntry = {
      kind: "generation",
      ...joined(one.startedAtMs, one.spanId, one.parentSpanId),
      provider: textOrNull(one.provider),
      startedAtMs: one.startedAtMs,
      durationMs: null,
      state: state === "open" ? "cut" : state,
      signals,
      ...errorOf(one.error),
      imported: text(JSON.stringify({ protocol, url, state, status, attemptList })),
    };
    entries.push(generation);
  }
  for (const { action, atMs, before, after, note } of story.actions) {
    entries.push({ kind: "action", atMs, trace, action: action satisfies UserAction, before: refOrNull(before), after: refOrNull(after), user: null, note: textOrNull(note), actionId: null });
  }
  if (outcome === "returned" || outcome === "threw") entries.push({ kind: "trace-end", ...joined(startedAtMs, root, null), outcome, durationMs: durationMs ?? 0, ...errorOf(error) });
  const writer = "cccccccccccccccc" as WriterId;
  return { entries: entries.map((entry, sequence) => ({ id: entryId(writer, sequence), writer, sequence, entry })), writers: [], gaps: [], missing: [], textOf: (wanted) => texts[wanted] ?? "" };
}

interface Base {
  readonly atMs: number;
  readonly trace: TraceId;
  readonly span: SpanId;
  readonly parent?: SpanId;
}

function stepEntry(step: Step, base: Base, ref: (value: string) => TextRef, refOrNull: (value: string | null) => TextRef | null, json: (value: unknown) => TextRef | null): Entry {
  const common = { ...base, durationMs: step.durationMs };
  switch (step.kind) {
    case "retrieval":
      return {
        kind: "retrieval",
        ...common,
        ...errorOf(step.error),
        name: text(step.name),
        query: refOrNull(step.query),
        chunks: step.chunks.map((chunk) => ({ sourceId: textOrNull(chunk.sourceId), text: ref(chunk.text), score: chunk.score, ...(chunk.metadata === null ? {} : { metadata: ref(JSON.stringify(chunk.metadata)) }) })),
      };
    case "tool":
      return { kind: "tool", ...common, ...errorOf(step.error), name: text(step.name), callId: textOrNull(step.callId), arguments: refOrNull(step.arguments), result: refOrNull(step.result) };
    case "parse":
      return { kind: "parse", ...common, ...errorOf(step.parsed.error), parser: text(step.name), input: refOrNull(step.parsed.input), outcome: step.parsed.outcome, result: json(step.parsed.result) };
    case "validation":
      return {
        kind: "validation",
        ...common,
        validator: text(step.name),
        outcome: step.outcome,
        // A validation without checks reads as one check without a rule.
        checks: step.checks.filter(({ rule }) => rule !== null).map((check) => ({ outcome: check.outcome, rule: text(check.rule ?? ""), path: textOrNull(check.path), value: json(check.value), expected: textOrNull(check.expected), message: textOrNull(check.message) })),
      };
    default:
      return step satisfies never;
  }
}
