/**
 * `tool-stale` — a tool's result was out of date when it was used.
 *
 * Sees: the result's own freshness stamp or cache marks against the time of the call, and the same call answered earlier with a later version. Can't see: stale data that bears no time.
 * Stamps that merely say when a record was last changed count only against an earlier result of the same call.
 * Next: run the tool by hand; look at its cache's key and lifetime.
 */
import type { CallView } from "../passages.ts";
import { viewOf } from "../passages.ts";
import { named, pointAtCall, pointAtResult, type Candidate, type Case, type Evidence } from "../finding.ts";
import { readInstant } from "../provenance/dates.ts";
import { outcomeOf } from "../results.ts";
import { changesSomething } from "../words.ts";
import { best } from "./tool-error.ts";

const HOUR_MS = 3_600_000;
const DAY_MS = 86_400_000;

interface Stamp {
  readonly key: string;
  readonly atMs: number;
  readonly text: string;
}
/** When the data was taken. */
const taken = /^(?:as_?of(?:_?(?:date|time))?|snapshot(?:_?(?:time|date|at))?|fetched(?:_?(?:at|on|time))?|retrieved(?:_?(?:at|on))?|cached(?:_?(?:at|on|time))?|cache_?(?:time|date|timestamp)|data_?(?:as_?of|date|timestamp|time)|(?:last_?)?(?:refreshed|synced|fetched|polled|indexed)(?:_?at)?|generated(?:_?at)?|observed(?:_?(?:at|time))?|observation_?(?:time|date)|measured_?(?:at|on)|stand|valid_?as_?of|quote_?time|price_?time|last_?(?:sync|refresh|poll|crawl(?:ed)?)(?:_?(?:at|time))?|dt|timestamp|ts|last_?update[d]?(?:_?(?:at|on|time|epoch))?|current_?time|report_?time)$/i;
/** When the record was last changed: also old for what is fresh. */
const changed = /^(?:updated?(?:_?(?:at|on|time|date))?|modified(?:_?(?:at|on|time))?|last_?(?:modified|changed|edited)(?:_?(?:at|on))?|mtime|revision_?(?:time|date)|version_?(?:time|date)|etag|rev(?:ision)?|version|seq(?:uence)?(?:_?no)?)$/i;
const expires = /^(?:expires?(?:_?(?:at|on|time))?|expiry|expiration|valid_?(?:until|to|thru|through)|ttl_?(?:until|expires))$/i;
const ages = /^(?:age|cache_?age|age_?(?:s|sec|secs|seconds|ms|minutes|min|hours|days)|stale_?(?:for|by|seconds)|data_?age|cache_?age_?(?:s|sec|seconds|minutes|hours|days))$/i;

export function toolStale(seen: Case): readonly Candidate[] {
  const { view } = seen;
  const found: Candidate[] = [];
  const next = `whysaid show ${view.trace.traceId}`;
  const elsewhere = seen.previous.filter((trace) => trace.conversationId !== null && trace.conversationId === view.trace.conversationId).flatMap((trace) => viewOf(trace).calls);
  for (const call of view.calls) {
    const unmoved = unmovedBy(call, view.calls);
    if (unmoved) {
      found.push({ cause: "tool-stale", title: `${named(call.name)} returned what it had returned before ${named(unmoved.change.name)} changed it`, confidence: 0.85, evidence: [pointAtResult(call), pointAtCall(unmoved.change), pointAtResult(unmoved.before)], next });
      continue;
    }
    if (call.result === null || call.result.length < 8 || call.result.length > 400_000) continue;
    const marks = marksOf(call.result) ?? (otherDay(call) === null ? null : nothingMarked);
    if (marks === null) continue;
    const twins = [...elsewhere.map((twin) => ({ twin, here: false })), ...view.calls.filter((twin) => twin.order < call.order && twin !== call).map((twin) => ({ twin, here: true }))].filter(({ twin }) => twin.name === call.name && same(twin.arguments, call.arguments));
    const older = newest(twins, marks);
    if (older) {
      const evidence: Evidence[] = [{ ...pointAtResult(call), excerpt: `${older.now.key}: ${older.now.text}` }, older.here ? { ...pointAtResult(older.twin), excerpt: `earlier: ${older.earlier.key}: ${older.earlier.text}` } : { at: pointAtResult(call).at, sourceId: call.callId ?? call.name, excerpt: `an earlier trace of the conversation got ${older.earlier.key}: ${older.earlier.text}` }];
      found.push({ cause: "tool-stale", title: `${named(call.name)} returned an older version (${older.now.text}) than the same call did before (${older.earlier.text})`, confidence: 0.94, evidence, next });
      continue;
    }
    const other = otherDay(call);
    if (other) {
      found.push({ cause: "tool-stale", title: `${named(call.name)} was asked for ${named(other.asked)} and returned what stands at ${named(other.got)}`, confidence: 0.86, evidence: [{ ...pointAtResult(call), excerpt: `${other.key}: ${other.got}` }, pointAtCall(call)], next });
      continue;
    }
    const said = nowOf(seen, call).reduce<ReturnType<typeof staleMark>>((found, now) => found ?? staleMark(marks, now), staleMark(marks, null));
    if (said) found.push({ cause: "tool-stale", title: `${named(call.name)} answered with old data: ${said.words}`, confidence: said.confidence, evidence: [{ ...pointAtResult(call), excerpt: said.excerpt }, pointAtCall(call)], next });
  }
  return best(found);
}
/** An earlier answer of the same call, word for word, although the record was changed in between. */
function unmovedBy(call: CallView, calls: readonly CallView[]): { readonly before: CallView; readonly change: CallView } | null {
  if (call.result === null || call.result.length < 40 || changesSomething(call.name)) return null;
  const before = calls.find((other) => other.order < call.order && other.name === call.name && other.result === call.result && same(other.arguments, call.arguments));
  if (!before) return null;
  const ids = call.arguments.match(/"[^"]*\d[^"]*"/g) ?? [];
  const change = calls.find((other) => other.order > before.order && other.order < call.order && writesRecord.test(other.name) && outcomeOf(other).kind === "answer" && (other.result ?? "").length > 0 && ids.some((id) => other.arguments.includes(id)));
  return change ? { before, change } : null;
}
const writesRecord = /^(?:\w+[._-])?(?:set|put|update|insert|upsert|add|delete|remove|cancel|change|modify|apply|rename|move|transfer|book|reschedule)/i;
const same = (left: string, right: string): boolean => left.replace(/\s+/g, "") === right.replace(/\s+/g, "");

/** A day among the arguments, and an earlier one under the same name on the result itself. */
function otherDay(call: CallView): { readonly key: string; readonly asked: string; readonly got: string } | null {
  if (changesSomething(call.name) || call.result === null || !/^\s*\{/.test(call.result) || call.result.length > 100_000) return null;
  let given: unknown;
  let got: unknown;
  try {
    given = JSON.parse(call.arguments);
    got = JSON.parse(call.result);
  } catch {
    return null;
  }
  if (typeof given !== "object" || given === null || typeof got !== "object" || got === null) return null;
  for (const [key, value] of Object.entries(given)) {
    const answered = (got as Record<string, unknown>)[key];
    if (!/(?:^|_)(?:date|day|on|for|at)$/i.test(key) || typeof value !== "string" || typeof answered !== "string" || call.result.includes(value)) continue;
    const [askedMs, gotMs] = [readInstant(value), readInstant(answered)];
    if (askedMs !== null && gotMs !== null && gotMs <= askedMs - DAY_MS) return { key, asked: value, got: answered };
  }
  return null;
}

interface Marks {
  readonly taken: readonly Stamp[];
  readonly changed: readonly Stamp[];
  readonly expires: readonly Stamp[];
  readonly ageMs: { readonly ms: number; readonly text: string } | null;
  readonly cached: string | null;
  /** The record has a field that changes from hour to hour: a price, a level, a stock. */
  readonly volatile: boolean;
}
const nothingMarked: Marks = { taken: [], changed: [], expires: [], ageMs: null, cached: null, volatile: false };
const moving = /"(?:[a-z]+_)*(?:price|rate|stock|quantity|qty|balance|available|availability|level|temperature|temp|weight|wind|humidity|seats|inventory|status|position|location|bid|ask|value|score|count|occupancy|heart_?rate|pressure|saturation|glucose|eta|delay)(?:_[a-z]+)*"\s*:/i;
/** Times and cache marks on the result itself: its first two levels, not the records deep in a list. */
function marksOf(result: string): Marks | null {
  const marks = { taken: [] as Stamp[], changed: [] as Stamp[], expires: [] as Stamp[], ageMs: null as Marks["ageMs"], cached: null as string | null, volatile: moving.test(result.slice(0, 20_000)) };
  const text = result.trim();
  if (/^[[{]/.test(text)) {
    let json: unknown;
    try {
      json = JSON.parse(text);
    } catch {
      return null;
    }
    walk(json, 0, marks);
  } else {
    inWords(text.slice(0, 4_000), marks);
  }
  return marks.taken.length + marks.changed.length + marks.expires.length === 0 && marks.ageMs === null && marks.cached === null ? null : marks;
}
/** Times a sentence speaks of: in a result that is text, in a notice that is a field of a record. */
function inWords(text: string, marks: { taken: Stamp[]; changed: Stamp[]; expires: Stamp[]; cached: string | null }): void {
  for (const match of text.matchAll(/\b(as of|last updated?|last refreshed|last synchroni[sz]ed|last synced|synced|retrieved|fetched|cached|updated|snapshot|stand|observed|measured|expires?)(?: (?:at|on|from|vom))?[:\s]+((?:\d{4}-\d\d-\d\d(?:[T ]\d\d:\d\d(?::\d\d(?:\.\d+)?)?(?:Z|[+-]\d\d:?\d\d)?)?)|\w{3}, \d{1,2} \w{3} \d{4} [\d:]+ GMT)/gi)) {
    const atMs = readInstant(match[2]);
    const stamp = atMs === null ? null : { key: match[1] ?? "", atMs, text: match[2] ?? "" };
    if (stamp) (/expire/i.test(stamp.key) ? marks.expires : /^updated$/i.test(stamp.key) ? marks.changed : marks.taken).push(stamp);
  }
  if (/\b(?:cache hit|x-cache: hit|from cache|cached (?:copy|response|result)|stale (?:data|response|cache))\b/i.test(text.slice(0, 600))) marks.cached = "cache";
}
function walk(json: unknown, depth: number, marks: { taken: Stamp[]; changed: Stamp[]; expires: Stamp[]; ageMs: Marks["ageMs"]; cached: string | null }): void {
  if (Array.isArray(json)) {
    if (json.length === 1 && depth < 3) walk(json[0], depth + 1, marks);
    return;
  }
  if (typeof json !== "object" || json === null || depth > 2) return;
  for (const [name, value] of Object.entries(json)) {
    const key = name.replace(/([a-z])([A-Z])/g, "$1_$2").replace(/[\s-]+/g, "_").toLowerCase();
    const atMs = readInstant(value);
    if (atMs !== null) {
      const stamp = { key: name, atMs, text: String(value) };
      if (taken.test(key)) marks.taken.push(stamp);
      else if (changed.test(key)) marks.changed.push(stamp);
      else if (expires.test(key)) marks.expires.push(stamp);
      continue;
    }
    if (typeof value === "number" && /^(?:rev|revision|version|seq|sequence|seq_?no|etag)$/.test(key)) marks.changed.push({ key: name, atMs: value, text: String(value) });
    if (ages.test(key) && typeof value === "number" && value > 0) {
      const scale = key.endsWith("ms") ? 1 : /min/.test(key) ? 60_000 : /hour|_h$/.test(key) ? HOUR_MS : /day|_d$/.test(key) ? DAY_MS : 1_000;
      // a bare "age" is somebody's age unless the result speaks of a cache
      if (key !== "age" || JSON.stringify(json).length < 4_000 && /cache/i.test(Object.keys(json).join(" "))) marks.ageMs = { ms: value * scale, text: `${name}: ${value}` };
    }
    if (/^(?:stale|is_?stale|outdated|expired|is_?expired|from_?stale_?cache)$/.test(key) && value === true) marks.cached = `${name}: true`;
    if (/cache/.test(key) && !atMs && (value === true || (typeof value === "string" && /^(?:hit|stale|true|expired)$/i.test(value)))) marks.cached ??= `${name}: ${String(value)}`;
    if (typeof value === "string" && value.length >= 16 && value.length <= 400 && /^(?:notice|note|notes|warning|warnings|message|info|disclaimer|remark|remarks|caveat|status_?(?:text|message)|banner|freshness|hint)$/.test(key)) inWords(value, marks);
    if (typeof value === "object" && value !== null && !Array.isArray(value)) walk(value, depth + 1, marks);
  }
}

/** A twin of the call with a later version of what this one returned. */
function newest(twins: readonly { readonly twin: CallView; readonly here: boolean }[], marks: Marks): { twin: CallView; here: boolean; now: Stamp; earlier: Stamp } | null {
  for (const { twin, here } of twins.toReversed()) {
    const known = twin.result === null ? null : marksOf(twin.result);
    if (known === null) continue;
    for (const [mine, theirs] of [[marks.taken, known.taken], [marks.changed, known.changed]] as const)
      for (const now of mine) {
        const other = theirs.find((stamp) => stamp.key === now.key);
        if (other && other.atMs > now.atMs) return { twin, here, now, earlier: other };
      }
  }
  return null;
}
function staleMark(marks: Marks, now: { readonly atMs: number; readonly sure: boolean } | null): { words: string; excerpt: string; confidence: number } | null {
  if (marks.ageMs !== null && marks.ageMs.ms > DAY_MS) return { words: `it is ${span(marks.ageMs.ms)} old (${marks.ageMs.text})`, excerpt: marks.ageMs.text, confidence: 0.93 };
  if (marks.cached !== null && /stale|expired|outdated/i.test(marks.cached)) return { words: marks.cached, excerpt: marks.cached, confidence: 0.92 };
  if (now === null) return null;
  const over = marks.expires.find((stamp) => stamp.atMs < now.atMs - HOUR_MS);
  const latest = marks.taken.toSorted((a, b) => b.atMs - a.atMs)[0];
  if (over) return { words: `it expired ${span(now.atMs - over.atMs)} before the call (${over.key}: ${over.text})`, excerpt: `${over.key}: ${over.text}`, confidence: 0.88 };
  if (latest) {
    const age = now.atMs - latest.atMs;
    const limit = marks.cached !== null ? HOUR_MS : DAY_MS;
    if (age > limit) return { words: `taken ${span(age)} before the call (${latest.key}: ${latest.text})`, excerpt: `${latest.key}: ${latest.text}`, confidence: now.sure ? (age > 2 * DAY_MS ? 0.93 : 0.85) : 0.8 };
  }
  const touched = marks.changed.filter((stamp) => stamp.atMs > 1e12).toSorted((a, b) => b.atMs - a.atMs)[0];
  if (touched && marks.volatile && now.atMs - touched.atMs > 7 * DAY_MS) return { words: `last changed ${span(now.atMs - touched.atMs)} before the call (${touched.key}: ${touched.text})`, excerpt: `${touched.key}: ${touched.text}`, confidence: 0.65 };
  return null;
}
const span = (ms: number): string => (ms >= 2 * DAY_MS ? `${Math.round(ms / DAY_MS)} days` : ms >= 2 * HOUR_MS ? `${Math.round(ms / HOUR_MS)} hours` : `${Math.round(ms / 60_000)} minutes`);

/** The time of the call: what the prompt says it is, then the clock of the recording. A recording with a fixed clock near zero tells nothing. */
function nowOf(seen: Case, call: CallView): { readonly atMs: number; readonly sure: boolean }[] {
  const times: { atMs: number; sure: boolean }[] = [];
  for (const passage of seen.view.passages) {
    if ((passage.kind !== "system" && passage.kind !== "question" && passage.kind !== "message") || passage.order > call.order) continue;
    const said = /\b(?:current (?:date|time|datetime|date and time)|today(?:'s date)?|now|heute|hoy|aujourd'hui)\b[^\n\d]{0,24}(\d{4}-\d\d-\d\d(?:[T ]\d\d:\d\d(?::\d\d)?)?)/i.exec(passage.text.slice(0, 20_000));
    const atMs = said ? readInstant(said[1]) : null;
    if (atMs !== null) {
      times.push({ atMs, sure: true });
      break;
    }
  }
  if (call.atMs > Date.UTC(2015, 0, 1)) times.push({ atMs: call.atMs, sure: times.length === 0 });
  return times;
}
