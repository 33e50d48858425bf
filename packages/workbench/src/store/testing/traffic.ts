/** Some days of traffic with rows of every kind, for tests that compare stores. */
import type { SegmentBatch, Store, TraceFilter } from "../store.ts";
import { addCall, HandSegment, t, traceOf, writerOf } from "./batches.ts";

const HOUR_MS = 3_600_000;

/** More than any of these has. */
export const all: TraceFilter = { limit: 1000 };

/** A batch for each entry. */
export const singly = (segment: HandSegment): SegmentBatch[] => segment.entries.map((one) => segment.batch([one]));

/** @returns ids of some of the traces, and a time in the middle of them */
export async function traffic(store: Store, calls: number): Promise<{ readonly ids: readonly string[]; readonly sinceMs: number }> {
  const first = new HandSegment(writerOf(1));
  const second = new HandSegment(writerOf(2), { release: t("def456"), environment: t("staging") });
  for (let n = 0; n < calls; n += 1) {
    addCall(n % 4 === 3 ? second : first, {
      trace: traceOf(n),
      atMs: 10 * HOUR_MS + n * 700_000,
      feature: n % 5 === 0 ? "triage" : "dose-summary",
      model: n * 2 < calls ? "gpt-4o" : "gpt-4o-mini",
      question: `Which dose is right for the patient in bed ${n % 23}, who was admitted ${n} hours ago?`,
      answer: `The dose is ${n % 9} mg per kilogram. Observe for ${n} minutes.`,
      ...(n % 3 === 0 ? {} : { conversation: `c${n % 17}`, history: Array.from({ length: n % 6 }, (_, turn) => `What was said in turn ${turn} of conversation ${n % 17}, word for word.`) }),
      ...(n % 7 === 0 ? { failedRule: "dose_range" } : {}),
      ...(n % 3 === 1 ? { promptVersion: n * 3 < calls ? "v1" : "v2" } : {}),
      ...(n % 2 === 0 ? { tags: { ward: n % 6 === 0 ? "A" : n % 10 === 0 ? "é'\\\n" : "B" } } : {}),
    });
  }
  for (const [n, action] of [[1, "edit"], [7, "edit"], [8, "abandon"], [9, "accept"], [15, "abandon"]] as const) second.add((ref) => ({ kind: "action", atMs: 90 * HOUR_MS, trace: traceOf(n), action, before: null, after: ref("As the nurse left it."), user: null, note: null, actionId: null }));
  second.entries.push({ sequence: second.entries.length + 9, entry: { kind: "gap", atMs: 2, from: second.entries.length + 2, to: second.entries.length + 8, why: "disk-full", traces: [traceOf(3)] } });
  await store.ingest([{ ...first.batch(), quarantined: [{ offset: 7, bytes: 3, reason: "unknown kind" }] }, second.batch()]);
  await store.documents.put({ kind: "case", id: "one", traceIds: [traceOf(1)], body: { expected: "3 mg", tags: ["é", null, 1.5] } });
  await store.documents.put({ kind: "case", id: "two", traceIds: [], body: "text" });
  return { ids: [1, 3, 7, 15, 20].map((n) => traceOf(n)), sinceMs: 10 * HOUR_MS + Math.floor(calls / 2) * 700_000 };
}

/** A day of traffic with every kind of row, late actions and two writers. */
export function day(): readonly [HandSegment, HandSegment] {
  const first = new HandSegment(writerOf(1));
  for (let n = 0; n < 12; n += 1) {
    addCall(first, {
      trace: traceOf(n),
      atMs: 1000 + n * 1000,
      feature: n % 3 === 0 ? "triage" : "dose-summary",
      conversation: `c${n % 4}`,
      model: n % 2 === 0 ? "gpt-4o" : "gpt-4o-mini",
      answer: `Answer number ${n}, long enough to be a text of its own.`,
      ...(n % 5 === 0 ? { failedRule: "dose_range" } : {}),
      promptVersion: n < 6 ? "v1" : "v2",
      tags: { ward: n % 2 === 0 ? "A" : "B" },
    });
  }
  const second = new HandSegment(writerOf(2), { release: t("def456") });
  second.add((ref) => ({ kind: "action", atMs: 50_000, trace: traceOf(2), action: "edit", before: ref("Answer number 2"), after: ref("Answer number two"), user: null, note: null, actionId: t("a1") }));
  second.add(() => ({ kind: "action", atMs: 60_000, trace: traceOf(2), action: "accept", before: null, after: null, user: null, note: null, actionId: t("a2") }));
  second.add(() => ({ kind: "action", atMs: 70_000, trace: traceOf(2), action: "edit", before: null, after: null, user: null, note: null, actionId: t("a1") }));
  second.add(() => ({ kind: "action", atMs: 70_000, trace: traceOf(3), action: "abandon", before: null, after: null, user: null, note: null, actionId: null }));
  return [first, second];
}

/** So many at a time, in order. */
export function inGroups<T>(items: readonly T[], size: number): (readonly T[])[] {
  return Array.from({ length: Math.ceil(items.length / size) }, (_, n) => items.slice(n * size, (n + 1) * size));
}

/** A shuffle that is the same every time. */
export function shuffled<T>(items: readonly T[], seed: number): T[] {
  let state = seed;
  const next = (): number => (state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0) / 2 ** 32;
  return items.map((item) => ({ item, key: next() })).sort((a, b) => a.key - b.key).map(({ item }) => item);
}
