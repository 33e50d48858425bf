/**
 * What `export` and `show --json` print, one trace a line, back to entries: signals as they were given, steps and actions as entries of their own. Keys that are absent
 * are missing signals, so any program that can write this shape can be reconstructed, diagnosed and searched.
 *
 * Findings and provenance are not kept: they are worked out again when the trace is read.
 */
import {
  isSpanId,
  isTraceId,
  signalNames,
  type AttemptState,
  type Entry,
  type GenerationEntry,
  type GivenJson,
  type RecordedError,
  type RedactedText,
  type SignalName,
  type SpanId,
  type TextRef,
  type TraceId,
  type UserAction,
} from "@whysaid/recorder/format";
import type { TextTable } from "@whysaid/recorder/journal";
import type { RedactionScope, Where } from "@whysaid/recorder/redact";
import { givenEntry, holdGiven } from "@whysaid/recorder/wire";
import type { Draft, DraftIds } from "./draft.ts";
import { count, isFields, objects, strings, text, type Fields } from "./fields.ts";

export const isStory = (record: Fields): boolean => Array.isArray(record["generations"]) || (typeof record["traceId"] === "string" && ("actions" in record || "steps" in record || "signals" in record));

export function storyDraft(record: Fields, scope: RedactionScope, feature: string | null): Draft {
  const id = text(record["traceId"])?.replaceAll("-", "").toLowerCase() ?? "";
  return {
    trace: isTraceId(id) ? id : null,
    entries: (ids, texts) => new StoryWriter(record, scope, ids, texts).entries(feature),
  };
}

const states: readonly AttemptState[] = ["complete", "cancelled", "aborted", "cut", "unread", "failed"];
const actions: readonly UserAction[] = ["accept", "edit", "retry", "abandon"];
const outcomes = ["passed", "failed", "skipped"] as const;
const signalOfStep = { retrieval: "chunks", tool: "toolCalls", parse: "parsed", validation: "validation" } as const;

class StoryWriter {
  readonly #record: Fields;
  readonly #scope: RedactionScope;
  readonly #ids: DraftIds;
  readonly #texts: TextTable;
  readonly #startedAtMs: number;
  #spans = 0;

  constructor(record: Fields, scope: RedactionScope, ids: DraftIds, texts: TextTable) {
    this.#record = record;
    this.#scope = scope;
    this.#ids = ids;
    this.#texts = texts;
    this.#startedAtMs = count(record["startedAtMs"]) ?? count(objects(record["generations"])[0]?.["startedAtMs"]) ?? ids.nowMs;
  }

  entries(givenFeature: string | null): Entry[] {
    const record = this.#record;
    const atMs = this.#startedAtMs;
    const root = this.#ids.span(0);
    const trace: TraceId = this.#ids.trace;
    const feature = text(record["feature"]) ?? givenFeature;
    const outcome = record["outcome"];
    const entries: Entry[] = [];
    if (feature !== null || typeof outcome === "string") entries.push({ kind: "trace-start", atMs, trace, span: root, feature: this.#wordOrNull(feature), conversation: null, user: null });
    entries.push(this.#about(root));
    for (const step of objects(record["steps"])) {
      const entry = this.#step(step);
      if (entry !== null) entries.push(entry);
    }
    const generations = Array.isArray(record["generations"]) ? objects(record["generations"]) : isFields(record["signals"]) ? [record] : [];
    for (const generation of generations) entries.push(this.#generation(generation));
    for (const action of this.#actions(generations)) entries.push(action);
    if (outcome === "returned" || outcome === "threw") entries.push({ kind: "trace-end", atMs, trace, span: root, outcome, durationMs: count(record["durationMs"]) ?? 0, ...this.#error(record["error"]) });
    return entries;
  }

  #about(root: SpanId): Entry {
    const record = this.#record;
    const conversation = text(record["conversationId"]);
    const user = text(record["user"]);
    const prompt = isFields(record["prompt"]) ? record["prompt"] : null;
    const tags = this.#tags(record["tags"]);
    const subject = this.#tags(record["subject"]);
    const { service = null, environment = null, release = null, durationMs = null, outcome = null, error = null, gaps = [] } = record;
    return {
      kind: "trace-update",
      atMs: this.#startedAtMs,
      trace: this.#ids.trace,
      span: root,
      ...(conversation === null ? {} : { conversation: this.#word(conversation) }),
      ...(user === null ? {} : { user: this.#word(user) }),
      ...(Object.keys(tags).length === 0 ? {} : { tags }),
      ...(Object.keys(subject).length === 0 ? {} : { subject }),
      ...(prompt === null ? {} : { prompt: { id: this.#word(text(prompt["id"]) ?? ""), version: this.#wordOrNull(text(prompt["version"]), "version"), variables: this.#json(prompt["variables"] ?? null, "metadata") } }),
      imported: this.#scope.json({ service, environment, release, startedAtMs: this.#startedAtMs, durationMs, outcome, error, gaps }, { signal: "metadata" }) ?? this.#scope.literal("{}"),
    };
  }

  #generation(one: Fields): GenerationEntry {
    const given = isFields(one["signals"]) ? one["signals"] : {};
    const signals: Partial<Record<SignalName, GivenJson>> = {};
    for (const name of signalNames) {
      const value = given[name];
      // An action that was taken stands among the story's actions, where a later one can follow it.
      if (value === undefined || (name === "action" && !(isFields(value) && value["state"] === "missing"))) continue;
      const json = value === null ? undefined : this.#scope.json(value, { signal: name === "model" || name === "usage" || name === "latency" ? "metadata" : name });
      if (json !== undefined) signals[name] = givenEntry(holdGiven(json), this.#texts);
    }
    const startedAtMs = count(one["startedAtMs"]) ?? this.#startedAtMs;
    const state = states.find((word) => word === one["state"]);
    const { protocol = "unknown", url = null, status = null, attemptList = [] } = one;
    const hasOrigin = ["protocol", "url", "state", "status", "attemptList"].some((key) => key in one);
    const imported = hasOrigin ? this.#scope.json({ protocol, url, state: one["state"] ?? "complete", status, attemptList }, { signal: "metadata" }) : undefined;
    return {
      kind: "generation",
      ...this.#joined(one, startedAtMs),
      provider: this.#wordOrNull(text(one["provider"])),
      startedAtMs,
      durationMs: null,
      state: state ?? (one["state"] === "open" ? "cut" : "complete"),
      signals,
      ...this.#error(one["error"]),
      ...(imported === undefined ? {} : { imported }),
    };
  }

  /** The story's actions, or where it has none those of its generations. */
  #actions(generations: readonly Fields[]): readonly Entry[] {
    const signals = generations.map((one) => (isFields(one["signals"]) ? one["signals"]["action"] : null));
    const ofSignals = signals.map((signal) => (isFields(signal) && isFields(signal["value"]) ? signal["value"] : signal));
    const given = Array.isArray(this.#record["actions"]) ? objects(this.#record["actions"]) : ofSignals.filter(isFields);
    return given.flatMap((one): Entry[] => {
      const action = actions.find((word) => word === one["action"]);
      if (action === undefined) return [];
      const before = text(one["before"]);
      const after = text(one["after"]);
      return [
        {
          kind: "action",
          atMs: count(one["atMs"]) ?? this.#startedAtMs,
          trace: this.#ids.trace,
          action,
          before: this.#textOrNull(before, "action"),
          after: this.#textOrNull(after, "action"),
          user: null,
          note: this.#wordOrNull(text(one["note"])),
          actionId: null,
        },
      ];
    });
  }

  #step(step: Fields): Entry | null {
    const kind = step["kind"];
    if (kind !== "retrieval" && kind !== "tool" && kind !== "parse" && kind !== "validation") return null;
    const common = { ...this.#joined(step, count(step["atMs"]) ?? this.#startedAtMs), durationMs: count(step["durationMs"]) ?? 0 };
    const name = this.#word(text(step["name"]) ?? "");
    const signal = signalOfStep[kind];
    switch (kind) {
      case "retrieval":
        return {
          kind,
          ...common,
          ...this.#error(step["error"]),
          name,
          query: this.#textOrNull(text(step["query"]), signal),
          chunks: objects(step["chunks"]).map((chunk) => {
            const metadata = this.#json(chunk["metadata"] ?? null, signal);
            return { sourceId: this.#wordOrNull(text(chunk["sourceId"])), text: this.#ref(text(chunk["text"]) ?? "", signal), score: count(chunk["score"]), ...(metadata === null ? {} : { metadata }) };
          }),
        };
      case "tool":
        return { kind, ...common, ...this.#error(step["error"]), name, callId: this.#wordOrNull(text(step["callId"])), arguments: this.#textOrNull(text(step["arguments"]), signal), result: this.#textOrNull(text(step["result"]), signal) };
      case "parse": {
        const parsed = isFields(step["parsed"]) ? step["parsed"] : {};
        return { kind, ...common, ...this.#error(parsed["error"] ?? step["error"]), parser: name, input: this.#textOrNull(text(parsed["input"]), signal), outcome: parsed["outcome"] === "failed" ? "failed" : "parsed", result: this.#json(parsed["result"] ?? null, signal) };
      }
      case "validation":
        return {
          kind,
          ...common,
          validator: name,
          outcome: outcomes.find((word) => word === step["outcome"]) ?? "skipped",
          // A validation without checks is shown as one check without a rule.
          checks: objects(step["checks"]).flatMap((check) => {
            const rule = text(check["rule"]);
            if (rule === null) return [];
            return [
              {
                outcome: outcomes.find((word) => word === check["outcome"]) ?? "skipped",
                rule: this.#word(rule),
                path: this.#wordOrNull(text(check["path"])),
                value: this.#json(check["value"] ?? null, signal),
                expected: this.#wordOrNull(text(check["expected"])),
                message: this.#wordOrNull(text(check["message"])),
              },
            ];
          }),
        };
      default:
        return kind satisfies never;
    }
  }

  #joined(one: Fields, atMs: number): { readonly atMs: number; readonly trace: TraceId; readonly span: SpanId; readonly parent?: SpanId } {
    const span = text(one["spanId"]);
    const parent = text(one["parentSpanId"]);
    this.#spans += 1;
    return { atMs, trace: this.#ids.trace, span: span !== null && isSpanId(span) ? span : this.#ids.span(this.#spans), ...(parent !== null && isSpanId(parent) ? { parent } : {}) };
  }
  #error(error: unknown): { readonly error?: RecordedError } {
    if (!isFields(error)) return {};
    return { error: { name: this.#scope.text(text(error["name"]) ?? "Error", { signal: "error" }), message: this.#scope.text(text(error["message"]) ?? "", { signal: "error" }) } };
  }
  #tags(value: unknown): Record<RedactedText, RedactedText> {
    const tags: Record<RedactedText, RedactedText> = {};
    for (const [key, one] of strings(value)) tags[this.#word(key)] = this.#word(one);
    return tags;
  }
  #word(value: string, field?: string): RedactedText {
    return this.#scope.text(value, field === undefined ? { signal: "metadata" } : { signal: "metadata", path: [field] });
  }
  #wordOrNull(value: string | null, field?: string): RedactedText | null {
    return value === null ? null : this.#word(value, field);
  }
  #ref(value: string, signal: Where["signal"]): TextRef {
    return this.#texts.ref(this.#scope.text(value, { signal }));
  }
  #textOrNull(value: string | null, signal: Where["signal"]): TextRef | null {
    return value === null ? null : this.#ref(value, signal);
  }
  #json(value: unknown, signal: Where["signal"]): TextRef | null {
    if (value === null) return null;
    const json = this.#scope.json(value, { signal });
    return json === undefined ? null : this.#texts.ref(json);
  }
}
