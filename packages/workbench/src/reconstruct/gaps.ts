/**
 * What is known to be absent from a trace, each with its reason. A trace is complete when this list is empty: every sequence number its
 * writers gave out while it ran is accounted for, every text can be read, and it has ended.
 */
import type { Gap, GapEntry, RecordedBody } from "@whysaid/recorder/format";
import type { StoredEntry, StoredTrace } from "../store/store.ts";
import type { Call } from "./calls.ts";
import type { Texts } from "./texts.ts";
import { openSpans } from "./trace-facts.ts";

export interface Seen {
  readonly traceId: string;
  /** In the order of `inOrder`. */
  readonly entries: readonly StoredEntry[];
  readonly calls: readonly Call[];
  readonly texts: Texts;
  /** Kinds of entries this version does not know, one each. */
  readonly newerKinds: readonly string[];
  /** Gaps that were known where the trace was imported from, what was open there among them; null when it was recorded here. */
  readonly imported: readonly Gap[] | null;
}

export function gapsOf(trace: Pick<StoredTrace, "gaps" | "missing">, seen: Seen): readonly Gap[] {
  return [
    ...(seen.imported ?? []),
    ...openGaps(seen),
    ...lostEntries(trace, seen),
    ...missingEntries(trace, seen),
    ...droppedBodies(seen.entries),
    ...lostTexts(seen.texts),
    ...problems(seen.entries),
    ...newer(seen.newerKinds),
  ];
}

const plural = (count: number, one: string, many = `${one}s`): string => `${String(count).replace(/\B(?=(?:\d{3})+$)/g, ",")} ${count === 1 ? one : many}`;

function openGaps({ entries, calls, imported }: Seen): Gap[] {
  if (imported !== null) return [];
  const gaps: Gap[] = [];
  if (openSpans(entries).length > 0) gaps.push({ why: "open-trace", detail: "the trace has no end: its process is still at it, or died", count: null });
  const open = calls.filter((call) => call.state === "open").length;
  if (open > 0) gaps.push({ why: "open-generation", detail: `${plural(open, "request has", "requests have")} no response: still waiting, or the process died while waiting`, count: open });
  return gaps;
}

/** Where in each writer's sequence entries of this trace can stand. Open ends are infinite. */
function windows(entries: readonly StoredEntry[]): ReadonlyMap<string, { from: number; to: number }> {
  const hasStart = entries.some(({ entry }) => entry.kind === "trace-start");
  const found = new Map<string, { from: number; to: number }>();
  for (const { writer, sequence, entry } of entries) {
    if (entry.kind === "action") continue; // actions come from anywhere, long after: nothing else of the trace is expected around one
    const known = found.get(writer);
    if (known === undefined) found.set(writer, { from: hasStart ? sequence : -Infinity, to: sequence });
    else {
      known.from = Math.min(known.from, sequence);
      known.to = Math.max(known.to, sequence);
    }
  }
  const open = new Set(openSpans(entries));
  for (const { writer, entry } of entries) {
    const window = found.get(writer);
    if (window !== undefined && entry.kind === "trace-start" && open.has(entry.span)) window.to = Infinity;
  }
  return found;
}

const overlaps = (window: { from: number; to: number } | undefined, from: number, to: number): boolean => window !== undefined && from <= window.to && to >= window.from;

const lossReasons: Readonly<Record<GapEntry["why"], string>> = {
  "disk-full": "the disk was full",
  "journal-cap": "the journal was at its cap",
  "too-large": "too large for the journal",
  unwritable: "the journal could not be written",
  "memory-cap": "the memory journal was at its cap",
};

/** Entries their writer counted as lost. It names up to 1,000 traces; beyond, the place in the sequence decides. */
function lostEntries({ gaps }: Pick<StoredTrace, "gaps">, { traceId, entries }: Seen): Gap[] {
  const window = windows(entries);
  const distinct = new Map(gaps.map((stored) => [stored.id, stored]));
  return [...distinct.values()]
    .sort((a, b) => (a.id < b.id ? -1 : 1))
    .flatMap((stored): Gap[] => {
      const { entry } = stored;
      if (entry.kind !== "gap") return [];
      const isNamed = (entry.traces as readonly string[]).includes(traceId);
      const isUnsure = (entry.traces.length === 0 || entry.traces.length >= 1000) && overlaps(window.get(stored.writer), entry.from, entry.to);
      if (!isNamed && !isUnsure) return [];
      const reason = lossReasons[entry.why] ?? entry.why;
      const lost = entry.to - entry.from + 1;
      return [{ why: entry.why, detail: `${plural(lost, "entry was", "entries were")} not written, ${reason}; ${isNamed ? "some of them of this trace" : "they may be of this trace"}`, count: lost }];
    });
}

/** Sequence numbers nobody accounts for: a damaged or lost piece of the journal, or one not read yet. */
function missingEntries({ missing }: Pick<StoredTrace, "missing">, { entries }: Seen): Gap[] {
  const window = windows(entries);
  let count = 0;
  for (const one of missing) {
    const own = window.get(one.writer);
    if (own !== undefined && overlaps(own, one.from, one.to)) count += Math.min(one.to, own.to) - Math.max(one.from, own.from) + 1;
  }
  if (count === 0) return [];
  return [{ why: "missing-entries", detail: `${plural(count, "entry", "entries")} written while this trace ran ${count === 1 ? "is" : "are"} missing or damaged and may be of it`, count }];
}

function droppedBodies(entries: readonly StoredEntry[]): Gap[] {
  return entries.flatMap(({ entry }) => {
    if (entry.kind !== "request" && entry.kind !== "response") return [];
    const body: RecordedBody = entry.body;
    if (body.form !== "dropped") return [];
    const size = plural(body.bytes, "byte");
    return [{ why: "body-dropped", detail: `a ${entry.kind} body of ${size} was dropped before it was written: ${body.why}`, count: 1 }];
  });
}

function lostTexts(texts: Texts): Gap[] {
  const gaps: Gap[] = [];
  const lost = texts.count("lost");
  if (lost > 0) gaps.push({ why: "text-lost", detail: `${plural(lost, "text")} never arrived: the entry that carried ${lost === 1 ? "it" : "them"} is lost`, count: lost });
  const damaged = texts.count("damaged");
  if (damaged > 0) gaps.push({ why: "text-damaged", detail: `${plural(damaged, "text")} in the store ${damaged === 1 ? "is" : "are"} not what was stored`, count: damaged });
  return gaps;
}

function problems(entries: readonly StoredEntry[]): Gap[] {
  return entries.flatMap(({ entry }) => (entry.kind === "problem" ? [{ why: "problem", detail: `${entry.code}: ${entry.message}`, count: null }] : []));
}

function newer(kinds: readonly string[]): Gap[] {
  if (kinds.length === 0) return [];
  return [{ why: "newer-entries", detail: `${plural(kinds.length, "entry", "entries")} of kinds this version does not know (${[...new Set(kinds)].sort().join(", ")}): update whysaid`, count: kinds.length }];
}
