/** What a trace says of itself: feature, conversation, tags, prompt, subject, when it ran and how it ended. Later entries win, key by key. */
import type { Entry, Gap, PromptUse, Reconstruction, Tags, TraceEndEntry, TraceStartEntry, WriterEntry } from "@whysaid/recorder/format";
import type { StoredEntry } from "../store/store.ts";
import { jsonValue } from "./json-value.ts";
import { traceOrigin, type TraceOrigin } from "./origins.ts";
import { plainError, type Texts } from "./texts.ts";

export type TraceFacts = { readonly importedGaps: readonly Gap[] | null } & Pick<
  Reconstruction,
  "feature" | "conversationId" | "user" | "subject" | "tags" | "prompt" | "service" | "environment" | "release" | "startedAtMs" | "durationMs" | "outcome" | "error"
>;

/** @param entries  in the order of `inOrder` */
export function factsOf(entries: readonly StoredEntry[], writers: readonly Entry[], texts: Texts): TraceFacts {
  let conversation: string | null = null;
  let user: string | null = null;
  let prompt: PromptUse | null = null;
  const tags = new Map<string, string>();
  const subject = new Map<string, string>();
  const starts: TraceStartEntry[] = [];
  const ends: TraceEndEntry[] = [];
  for (const { entry } of entries) {
    if (entry.kind === "trace-end") ends.push(entry);
    if (entry.kind === "trace-start") starts.push(entry);
    if (entry.kind !== "trace-start" && entry.kind !== "trace-update") continue;
    conversation = entry.conversation ?? conversation;
    user = entry.user ?? user;
    prompt = entry.prompt ?? prompt;
    addAll(tags, entry.tags);
    addAll(subject, entry.subject);
  }
  const root = starts.find((start) => start.parent === undefined) ?? starts[0];
  const end = ends.find((one) => one.span === root?.span) ?? (root === undefined ? ends.at(-1) : undefined);
  const writer = writerOf(entries, writers, root);
  const origin = entries.flatMap(({ entry }) => (entry.kind === "trace-update" && entry.imported !== undefined ? (traceOrigin(entry.imported) ?? []) : [])).reduce<TraceOrigin | null>(both, null);
  return {
    feature: root?.feature ?? starts.find((start) => start.feature !== null)?.feature ?? null,
    conversationId: conversation,
    user,
    subject: subject.size === 0 ? null : Object.fromEntries(subject),
    tags: Object.fromEntries(tags),
    prompt: prompt === null ? null : { id: prompt.id, version: prompt.version, variables: jsonValue(texts.orNull(prompt.variables)) },
    service: writer?.service ?? null,
    environment: writer?.environment ?? null,
    release: writer?.release ?? null,
    startedAtMs: root?.atMs ?? firstAtMs(entries),
    durationMs: end?.durationMs ?? null,
    outcome: end?.outcome ?? (root === undefined ? null : "open"),
    error: plainError(end?.error),
    ...origin?.facts,
    importedGaps: origin?.gaps ?? null,
  };
}

/** Where a trace's root is told in pieces, each says what it knows; the last that knows is right. */
function both(before: TraceOrigin | null, origin: TraceOrigin): TraceOrigin {
  if (before === null) return origin;
  const told = Object.fromEntries(Object.entries(origin.facts).filter(([, value]) => value !== null));
  return { facts: { ...before.facts, ...told }, gaps: [...before.gaps, ...origin.gaps] };
}

/** Spans that began a trace here and have not ended: their process runs on, or died. */
export function openSpans(entries: readonly StoredEntry[]): readonly string[] {
  const ended = new Set<string>();
  for (const { entry } of entries) if (entry.kind === "trace-end") ended.add(entry.span);
  return entries.flatMap(({ entry }) => (entry.kind === "trace-start" && !ended.has(entry.span) ? [entry.span] : []));
}

/** The first thing that happened, actions aside: they may come first and are not what the trace did. */
function firstAtMs(entries: readonly StoredEntry[]): number {
  const own = entries.filter(({ entry }) => entry.kind !== "action");
  const first = (own.length > 0 ? own : entries)[0]?.entry;
  if (first === undefined) return 0;
  return first.kind === "generation" ? first.startedAtMs : first.atMs;
}

function writerOf(entries: readonly StoredEntry[], writers: readonly Entry[], root: TraceStartEntry | undefined): WriterEntry | undefined {
  const headers = writers.filter((one): one is WriterEntry => one.kind === "writer").sort((a, b) => a.segment - b.segment);
  const home = (entries.find(({ entry }) => entry === root) ?? entries.find(({ entry }) => entry.kind !== "action") ?? entries[0])?.writer;
  return headers.find((one) => one.writer === home);
}

function addAll(into: Map<string, string>, from: Tags | undefined): void {
  for (const [key, value] of Object.entries(from ?? {})) into.set(key, value);
}
