/**
 * `parser-bug` — the answer holds a value the app's parser did not bring out: it failed on valid JSON in a fence or in prose, returned nothing, or lost, cut or
 * changed a field on the way.
 *
 * Sees: the JSON recovered from the raw text beside the parsed result, gap by gap; for prose, a labelled value whose field came out empty. Can't see: a parser that renames fields and
 * drops one of them. What is malformed in the answer itself is `invalid-json`.
 * Next: fix the parser and run it over every stored completion with `whysaid reparse`.
 */
import type { ParsedSignal } from "@whysaid/recorder/format";
import { excerptOf, named, pointAtText, type Candidate, type Case, type Evidence } from "../finding.ts";
import { readNumber } from "../provenance/numbers.ts";
import { recordsIn, recoverJson } from "../recover.ts";

export interface Gap {
  readonly path: string;
  readonly raw: unknown;
  readonly parsed: unknown;
  readonly how: "missing" | "empty" | "shortened" | "other-number" | "other-value" | "cut-text";
}
interface Fields {
  readonly [key: string]: unknown;
}
const isFields = (value: unknown): value is Fields => typeof value === "object" && value !== null && !Array.isArray(value);
const isEmpty = (value: unknown): boolean => value === null || value === undefined || value === "" || (typeof value === "number" && Number.isNaN(value)) || (Array.isArray(value) && value.length === 0) || (isFields(value) && Object.keys(value).length === 0);

export function parserBug({ view }: Case): readonly Candidate[] {
  const found: Candidate[] = [];
  for (const { parsed, text, at, textAt } of parses(view)) {
    const bug = inspect(parsed, text);
    if (bug === null) continue;
    const evidence: Evidence[] = [{ at: `${at}${bug.pointer}`, sourceId: null, excerpt: `parsed: ${excerptOf(bug.parsed)}` }, pointAtText(textAt, text, bug.start, bug.end)];
    for (const gap of bug.gaps.slice(0, 4)) evidence.push({ at: `${at}.result${gap.path}`, sourceId: null, excerpt: `raw ${named(JSON.stringify(gap.raw) ?? "")} · parsed ${named(JSON.stringify(gap.parsed) ?? "(none)")}` });
    const feature = view.trace.feature;
    found.push({ cause: "parser-bug", title: bug.title, confidence: bug.confidence, evidence, next: `whysaid reparse ./parser.ts${feature === null ? "" : ` --feature ${feature}`}` });
  }
  return found.slice(-1);
}

interface Parse {
  readonly parsed: ParsedSignal;
  readonly text: string;
  readonly at: string;
  readonly textAt: string;
}
/** Parses with the text they were given: the signal's, and steps no generation shows. */
export function parses(view: Case["view"]): Parse[] {
  const all: Parse[] = [];
  view.trace.generations.forEach((generation, g) => {
    const { parsed, completion } = generation.signals;
    if (parsed.state !== "captured") return;
    const own = completion.state === "captured" ? completion.value.text : "";
    const given = parsed.value.input;
    // the parser may be handed a part of the answer, or nothing was said of what it was handed
    const text = given !== null && given.trim() !== "" && !own.includes(given) ? given : own === "" ? (given ?? "") : own;
    all.push({ parsed: parsed.value, text, at: `generations[${g}].signals.parsed.value`, textAt: `generations[${g}].signals.completion.value.text` });
  });
  if (all.length === 0)
    view.trace.steps.forEach((step, s) => {
      if (step.kind === "parse" && step.parsed.input !== null) all.push({ parsed: step.parsed, text: step.parsed.input, at: `steps[${s}].parsed`, textAt: `steps[${s}].parsed.input` });
    });
  return all;
}

interface Bug {
  readonly title: string;
  readonly confidence: number;
  readonly pointer: string;
  readonly parsed: string;
  readonly start: number;
  readonly end: number;
  readonly gaps: readonly Gap[];
}
function inspect(parsed: ParsedSignal, text: string): Bug | null {
  if (text.trim() === "") return null;
  const recovery = recoverJson(text);
  const who = parsed.parser ?? "the parser";
  const shown = parsed.outcome === "failed" ? `failed${parsed.error === null ? "" : `: ${parsed.error.message}`}` : (JSON.stringify(parsed.result) ?? "nothing");
  if (parsed.outcome === "failed") {
    if (recovery.outcome !== "strict" || !isStructured(recovery.value)) return null;
    // A part of the record that is whole does not make the record so: what is around it is malformed.
    if (/^\s*[[{]/.test(text) && text.slice(0, recovery.start).trim() !== "") return null;
    // valid as it stands: the failure may be a rule of the parser's schema, so less sure
    const schema = !recovery.wrapped && !/json|unexpected|syntax|parse|token|fence|backtick|delimiter/i.test(`${parsed.error?.name ?? ""} ${parsed.error?.message ?? ""}`);
    return {
      title: recovery.wrapped ? `${named(who)} failed on valid JSON that stands ${/```/.test(text) ? "in a code fence" : "inside other text"}` : `${named(who)} failed although the answer is valid JSON`,
      confidence: recovery.wrapped ? 0.95 : schema ? 0.6 : 0.9,
      pointer: ".outcome",
      parsed: shown,
      start: recovery.start,
      end: recovery.end,
      gaps: [],
    };
  }
  if (recovery.outcome !== "none" && isStructured(recovery.value) && /[[{]/.test(text)) {
    const drafts = draftsIn(text);
    const final = drafts.at(-1);
    if (final && drafts.length > 1) {
      if (gapsBetween(final.value, parsed.result).length === 0) return null;
      const taken = drafts.findIndex((draft) => gapsBetween(draft.value, parsed.result).length === 0 && gapsBetween(parsed.result, draft.value).length === 0);
      if (taken >= 0)
        return { title: `${named(who)} took record ${taken + 1} of ${drafts.length}; the answer ends with another one`, confidence: 0.85, pointer: ".result", parsed: shown, start: final.start, end: Math.min(final.end, final.start + 160), gaps: gapsBetween(final.value, parsed.result) };
    }
    const gaps = [...gapsBetween(recovery.value, parsed.result), ...swapped(recovery.value, parsed.result)];
    const first = gaps[0];
    if (!first) return null;
    const everything = isEmpty(parsed.result);
    return {
      title: everything ? `${named(who)} returned nothing although the answer holds a whole record` : `${named(who)} ${verbs[first.how]} ${first.path === "" ? "the result" : first.path.replace(/^\./, "")}: the answer says ${named(JSON.stringify(first.raw) ?? "")}`,
      confidence: everything ? 0.95 : confidenceOf(gaps, recovery.value, parsed.result),
      pointer: `.result${first.path}`,
      parsed: shown,
      ...placeOf(text, first, recovery),
      gaps,
    };
  }
  return inProse(parsed, text, who, shown);
}
/** Records of one shape written one after the other: a draft, and what it was corrected to. */
function draftsIn(text: string): readonly { readonly value: unknown; readonly start: number; readonly end: number }[] {
  if ((text.match(/\{/g)?.length ?? 0) < 2) return [];
  const shape = (value: unknown): string => (isFields(value) ? Object.keys(value).toSorted().join() : "");
  const records = recordsIn(text).filter((record) => shape(record.value) !== "");
  const last = records.at(-1);
  return last === undefined ? [] : records.filter((record) => shape(record.value) === shape(last.value));
}
/** Two fields of a record that came out with each other's value. */
function swapped(raw: unknown, parsed: unknown): Gap[] {
  if (!isFields(raw) || !isFields(parsed)) return [];
  const keys = Object.keys(raw).filter((key) => ["string", "number"].includes(typeof raw[key]) && key in parsed && raw[key] !== parsed[key] && raw[key] !== "");
  if (keys.length < 2 || keys.length > 200) return [];
  for (const [index, left] of keys.entries()) {
    const right = keys.slice(index + 1).find((other) => raw[left] === parsed[other] && raw[other] === parsed[left]);
    if (right !== undefined) return [left, right].map((key) => ({ path: `.${key}`, raw: raw[key], parsed: parsed[key], how: "other-value" as const }));
  }
  return [];
}
const isStructured = (value: unknown): boolean => typeof value === "object" && value !== null;
const verbs: Readonly<Record<Gap["how"], string>> = { missing: "lost", empty: "left empty", shortened: "dropped items of", "other-number": "changed", "other-value": "changed", "cut-text": "cut" };

function confidenceOf(gaps: readonly Gap[], raw: unknown, parsed: unknown): number {
  const worst = gaps[0]?.how;
  if (worst === "missing") return isFields(raw) && isFields(parsed) && gaps.filter((gap) => gap.how === "missing").length <= Math.max(1, Object.keys(parsed).length / 3) ? 0.9 : 0.6;
  return 0.93;
}
function placeOf(text: string, gap: Gap, within: { readonly start: number; readonly end: number }): { readonly start: number; readonly end: number } {
  const key = /([^.[\]]+)(?:\[\d+\])*$/.exec(gap.path)?.[1];
  const at = key === undefined ? -1 : text.indexOf(`"${key}"`, within.start);
  if (at >= 0) return { start: at, end: Math.min(text.length, at + key!.length + 4 + Math.min(120, (JSON.stringify(gap.raw) ?? "").length)) };
  return { start: within.start, end: Math.min(within.end, within.start + 160) };
}

/** `doseMg`, `dose_mg` and `Dose mg` are one name. */
const nameKey = (key: string): string => key.toLowerCase().replace(/[^\p{L}\p{N}]/gu, "");

/** Where a parsed value has less than, or something else than, the raw one. */
export function gapsBetween(raw: unknown, parsed: unknown, path = ""): Gap[] {
  if (isEmpty(raw)) return [];
  if (isEmpty(parsed)) return parsed === undefined ? [{ path, raw, parsed, how: "missing" }] : [{ path, raw, parsed, how: "empty" }];
  if (Array.isArray(raw)) {
    if (!Array.isArray(parsed)) return raw.length === 1 ? gapsBetween(raw[0], parsed, path) : [];
    if (parsed.length < raw.length && parsed.every((item) => raw.some((other) => sameValue(item, other)))) return [{ path, raw, parsed, how: "shortened" }];
    return parsed.length === raw.length ? raw.flatMap((item, index) => gapsBetween(item, parsed[index], `${path}[${index}]`)) : [];
  }
  if (isFields(raw)) {
    if (!isFields(parsed)) return [];
    const byName = new Map(Object.keys(parsed).map((key) => [nameKey(key), key] as const));
    const keys = Object.keys(raw);
    const shared = keys.filter((key) => byName.has(nameKey(key))).length;
    // a result in another shape on purpose: one record unwrapped, or fields under other names
    if (shared === 0 || shared < Object.keys(parsed).length / 2) {
      const inner = keys.length === 1 ? raw[keys[0] ?? ""] : undefined;
      return inner === undefined ? [] : gapsBetween(inner, parsed, path);
    }
    const gaps: Gap[] = [];
    const named = new Set(keys.map(nameKey));
    const renamed = Object.entries(parsed).flatMap(([key, value]) => (named.has(nameKey(key)) ? [] : [value]));
    for (const key of keys) {
      const own = byName.get(nameKey(key));
      if (own === undefined) {
        if (!isEmpty(raw[key]) && !renamed.some((value) => sameValue(raw[key], value))) gaps.push({ path: `${path}.${key}`, raw: raw[key], parsed: undefined, how: "missing" });
      } else gaps.push(...gapsBetween(raw[key], parsed[own], `${path}.${own}`));
    }
    return gaps.sort((a, b) => order.indexOf(a.how) - order.indexOf(b.how));
  }
  return scalarGap(raw, parsed, path);
}
const order: readonly Gap["how"][] = ["other-number", "other-value", "cut-text", "shortened", "empty", "missing"];
const sameValue = (left: unknown, right: unknown): boolean => JSON.stringify(left) === JSON.stringify(right) || String(left) === String(right);

function scalarGap(raw: unknown, parsed: unknown, path: string): Gap[] {
  if (sameValue(raw, parsed) || isStructured(parsed)) return [];
  if (typeof parsed === "boolean") {
    const said = typeof raw === "boolean" ? raw : typeof raw === "string" && /^(?:true|false|yes|no)$/i.test(raw.trim()) ? /^(?:true|yes)$/i.test(raw.trim()) : parsed;
    return said === parsed ? [] : [{ path, raw, parsed, how: "other-value" }];
  }
  if (typeof parsed === "number") {
    const written = typeof raw === "number" ? raw : typeof raw === "string" ? numberIn(raw) : null;
    if (written === null) return [];
    const readings = typeof written === "number" ? [written] : written;
    const rounded = typeof raw === "number" && Math.round(raw) === parsed;
    return rounded || readings.some((reading) => close(reading, parsed)) ? [] : scales.some((scale) => readings.some((reading) => close(reading * scale, parsed)) && !mangled(raw)) ? [] : [{ path, raw, parsed, how: "other-number" }];
  }
  if (typeof raw === "string" && typeof parsed === "string") {
    const whole = raw.trim();
    if (isOtherDay(whole, parsed.trim())) return [{ path, raw, parsed, how: "other-value" }];
    const got = parsed.trim();
    if (got.length >= 1 && got.length < whole.length * 0.8 && whole.length - got.length >= 4 && (whole.startsWith(got) || whole.endsWith(got)) && !/^[\p{L}]+$/u.test(whole)) return [{ path, raw, parsed, how: "cut-text" }];
  }
  return [];
}
/** A calendar day that came out as a time on another day, as it does when a date is read in one zone and written in another. */
function isOtherDay(raw: string, parsed: string): boolean {
  const day = /^(\d{4}-\d{2}-\d{2})(?:$|T00:00(?::00)?$)/.exec(raw)?.[1];
  const other = /^(\d{4}-\d{2}-\d{2})(?:$|[T ])/.exec(parsed)?.[1];
  return day !== undefined && other !== undefined && day !== other;
}
/** Changes of scale an app may mean: percent, milli, cents. */
const scales: readonly number[] = [100, 0.01, 1000, 0.001, 60, 1 / 60, 3600];
const multiples: Readonly<Record<string, number>> = { k: 1e3, thousand: 1e3, million: 1e6, mio: 1e6, billion: 1e9, bn: 1e9 };
const close = (left: number, right: number): boolean => Math.abs(left - right) <= Math.max(1e-9, Math.abs(left) * 1e-6);
const mangled = (raw: unknown): boolean => typeof raw === "string" && /\d[.,]\d|\d\s?(?:k|thousand|million|mio|billion|bn)\b/i.test(raw);
function numberIn(text: string): number[] | null {
  // "1.5k", "2 million"; "(250)" is how accounts write -250
  const multiple = /^([^\d]*\d[\d.,]*)\s?(k|thousand|million|mio|billion|bn)\b\.?$/i.exec(text.trim());
  const negative = /^\(\s*([^\d()]{0,3}\d[\d.,]*)\s*\)$/.exec(text.trim());
  if (multiple !== null || negative !== null) {
    const factor = negative !== null ? -1 : (multiples[(multiple?.[2] ?? "").toLowerCase()] ?? 1);
    return numberIn(negative?.[1] ?? multiple?.[1] ?? "")?.map((value) => value * factor) ?? null;
  }
  const found = /-?\d+(?:[.,'\u00a0 ]\d+)*/.exec(text);
  if (!found || text.replace(found[0], "").replace(/[\s\p{L}%$€£°./]/gu, "") !== "") return null;
  const number = readNumber(found[0].replace("-", ""));
  if (!number) return null;
  const sign = found[0].startsWith("-") ? -1 : 1;
  const readings = [number.value, ...(number.other === null ? [] : [number.other])].map((value) => value * sign);
  // "1,5" that came out as 2 was rounded by a mangling, not on purpose
  return readings;
}

/** `Dose: 2.1 mg` in the text, `dose: null` in the result. */
function inProse(parsed: ParsedSignal, text: string, who: string, shown: string): Bug | null {
  const lost = lostList(parsed.result, text);
  if (lost !== null && lost.kept > 0)
    return { title: `${named(who)} dropped ${lost.items.length} of ${lost.items.length + lost.kept} items of a list, first ${named(lost.items[0] ?? "")}`, confidence: 0.93, pointer: `.result${lost.path}`, parsed: shown, start: lost.start, end: lost.end, gaps: [{ path: lost.path, raw: lost.items, parsed: undefined, how: "shortened" }] };
  if (lost !== null)
    return { title: `${named(who)} brought out no item of a list: the answer has ${lost.items.length}, first ${named(lost.items[0] ?? "")}`, confidence: 0.93, pointer: `.result${lost.path}`, parsed: shown, start: lost.start, end: lost.end, gaps: [{ path: lost.path, raw: lost.items, parsed: [], how: "empty" }] };
  if (!isFields(parsed.result)) return null;
  for (const [key, value] of Object.entries(parsed.result)) {
    const other = typeof value === "number" && key.length >= 3 ? labelledOtherwise(key, value, text) : null;
    if (other !== null) return { title: `${named(who)} read ${String(value)} for ${key}: the answer says ${named(other.said)}`, confidence: 0.88, pointer: `.result.${key}`, parsed: shown, start: other.start, end: other.end, gaps: [{ path: `.${key}`, raw: other.said, parsed: value, how: "other-number" }] };
    if (!isEmpty(value) || key.length < 3) continue;
    const label = key.replace(/([a-z])([A-Z])/g, "$1 $2").replace(/[_-]+/g, " ").replace(/ (?:mg|kg|ml|g|cm|ms|usd|eur|percent|pct|id)$/i, "").trim();
    const found = new RegExp(`(?:^|[^\\p{L}])${label.replace(/[.*+?^${}()|[\]\\]/g, "\\$&")}[*_"]{0,3}\\s*(?:[:=–-]|\\bis\\b|\\bof\\b)\\s*[*_"]{0,3}([^\\n,;]{1,60})`, "iu").exec(text);
    const said = found?.[1]?.trim();
    if (!found || !said || /^(?:n\/?a|none|null|unknown|not |-)/i.test(said)) continue;
    const start = found.index + found[0].length - (found[1]?.length ?? 0);
    return { title: `${named(who)} left ${key} empty: the answer says ${named(said)}`, confidence: 0.88, pointer: `.result.${key}`, parsed: shown, start, end: start + said.length, gaps: [{ path: `.${key}`, raw: said, parsed: value, how: "empty" }] };
  }
  return null;
}

/** The one place where the answer gives a number under the field's name has another number, and the one that was read stands elsewhere in it. */
function labelledOtherwise(key: string, value: number, text: string): { readonly said: string; readonly start: number; readonly end: number } | null {
  const label = wordsOfKey(key);
  const found = [...text.matchAll(new RegExp(`(?<![\\p{L}])${label}[*_"]{0,3}(?: of [\\p{L} ]{1,30})?\\s*(?:[:=]|\\bis\\b|\\bof\\b|\\bwas\\b)\\s*[*_"]{0,3}[$€£]?(-?\\d[\\d.,]*\\d|\\d)`, "giu"))];
  const [only] = found;
  const said = only?.[1];
  if (found.length !== 1 || only === undefined || said === undefined) return null;
  const readings = readNumber(said);
  if (!readings || [readings.value, ...(readings.other === null ? [] : [readings.other])].some((reading) => scales.some((scale) => close(reading * scale, value)) || close(reading, value) || Math.round(reading) === value)) return null;
  const elsewhere = [...text.matchAll(/\d[\d.,]*\d|\d/g)].some((match) => close(readNumber(match[0])?.value ?? Number.NaN, value));
  const start = only.index + only[0].length - said.length;
  return elsewhere ? { said, start, end: start + said.length } : null;
}
const wordsOfKey = (key: string): string => key.replace(/([a-z])([A-Z])/g, "$1 $2").replace(/[_-]+/g, " ").replace(/ (?:mg|kg|ml|g|cm|ms|usd|eur|percent|pct|id)$/i, "").trim().replace(/[.*+?^${}()|[\]\\]/g, "\\$&");

interface LostList {
  readonly path: string;
  /** As they stand in the answer, without their marks. */
  readonly items: readonly string[];
  /** How many came out. */
  readonly kept: number;
  readonly start: number;
  readonly end: number;
}
/**
 * The one list of a result, or the result itself, that came out shorter than the answer's marked lines: empty, where the parser knew another kind of bullet; or without some,
 * where each that came out is the text of a line.
 */
function lostList(result: unknown, text: string): LostList | null {
  const lists = Array.isArray(result) ? [["", result] as const] : isFields(result) ? Object.entries(result).flatMap(([key, value]) => (Array.isArray(value) ? [[`.${key}`, value] as const] : [])) : [];
  const [only] = lists;
  if (only === undefined || lists.length > 1) return null;
  const [path, values] = only;
  const lines = [...text.matchAll(/^[ \t]*(?:[-*+•–—]|\d{1,2}[.)])[ \t]+(\S.*)$/gm)];
  const said = new Set(values);
  // a parser that makes more of a line than its text may have left one out on purpose
  if (lines.length < 2 || values.length >= lines.length || !values.every((value) => typeof value === "string" && lines.some((line) => (line[1] ?? "").trim() === value.trim()))) return null;
  const missing = lines.filter((line) => !said.has((line[1] ?? "").trim()));
  const [first] = missing;
  const last = missing.at(-1);
  if (first === undefined || last === undefined) return null;
  return { path, items: missing.map((line) => line[1] ?? ""), kept: values.length, start: first.index, end: last.index + last[0].length };
}
