/**
 * For every value of the answers, the parsed fields and the tool calls' arguments: all places of the input it can have come from, or nowhere.
 * Deterministic, no model; the causes read the traced values, `show --json` prints them.
 */
import type { Provenance, ValueOrigin } from "@whysaid/recorder/format";
import type { Passage, TraceView } from "../passages.ts";
import { deriveDay, deriveNumber } from "./derive.ts";
import { jsonPaths } from "./json-path.ts";
import { Sources, type Asked, type Hit } from "./sources.ts";
import { valuesOf, type Manner, type Value } from "./values.ts";

/** A value with where it may come from. `origins` leaves out what the user merely said and what is derived; those stand apart. */
export interface TracedValue {
  readonly value: Value;
  readonly in: "completion" | "parsed" | "tool-arguments";
  readonly at: string;
  readonly generation: number;
  /** JSON path of the field for parsed results and arguments, e.g. `$.patient.weight`. */
  readonly field: string | null;
  readonly order: number;
  /** Index of the call in the view, for arguments. */
  readonly call: number | null;
  /** Everything found, question and earlier answers included. */
  readonly hits: readonly Hit[];
  /** Hits in what the application gave the model: system text, messages, chunks, tool results. */
  readonly evidence: readonly Hit[];
  /** Words of a name that stand nowhere; empty for other types. */
  readonly strangeWords: number;
  /** For a date: days to the nearest date of the input; null where it has none. */
  readonly nearestDays: number | null;
  readonly derived: { readonly note: string; readonly from: readonly Hit[]; readonly byChance: number } | null;
}

interface Subject {
  readonly text: string;
  readonly manner: Manner;
  readonly in: TracedValue["in"];
  readonly at: string;
  readonly generation: number;
  readonly order: number;
  readonly call: number | null;
  /** For JSON: the leaf's path; values of other leaves are their own subjects. */
  readonly field: string | null;
}

const MAX_SUBJECT_CHARS = 200_000;

export function traceValues(view: TraceView): TracedValue[] {
  const sources = new Sources();
  const asked: { subject: Subject; value: Value; asked: Asked }[] = [];
  for (const subject of subjectsOf(view)) for (const value of valuesOf(subject.text.slice(0, MAX_SUBJECT_CHARS), subject.manner)) asked.push({ subject, value, asked: sources.ask(value) });
  if (asked.length === 0) return [];
  sources.scan(view.passages);
  const operands = sources.operands.toSorted((a, b) => a.passage.order - b.passage.order);
  // What a text works out it may go on reckoning with: 96 and 12 are 108, which is 10 less than 118.
  const reckoned = new Map<string, Sources["operands"]>();
  return asked.map(({ subject, value, asked: one }) => {
    const own = reckoned.get(subject.at) ?? [];
    const found = traced(subject, value, one, sources, operands, own);
    const [from] = found.derived?.from ?? [];
    if (from !== undefined && value.type === "number" && (found.derived?.byChance ?? 1) < DERIVED_BY_CHANCE) reckoned.set(subject.at, [...own, { value: value.number.value, unit: value.unit, passage: from.passage, start: from.start, end: from.end }]);
    return found;
  });
}

function* subjectsOf(view: TraceView): Iterable<Subject> {
  for (const answer of view.answers) yield { text: answer.text, manner: /^\s*(?:```\w*\s*)?[[{]/.test(answer.text) ? "field" : "prose", in: "completion", at: answer.at, generation: answer.generation, order: answer.order, call: null, field: null };
  for (const [g, generation] of view.trace.generations.entries()) {
    const { parsed } = generation.signals;
    if (parsed.state !== "captured" || parsed.value.outcome !== "parsed") continue;
    const at = `generations[${g}].signals.parsed.value.result`;
    const order = view.answers.find((answer) => answer.generation === g)?.order ?? Infinity;
    for (const [path, text] of leaves(parsed.value.result)) yield { text, manner: "field", in: "parsed", at: at + path, generation: g, order, call: null, field: `$${path}` };
  }
  for (const call of view.calls) {
    let json: unknown;
    try {
      json = JSON.parse(call.arguments);
    } catch {
      json = call.arguments;
    }
    const at = call.at.startsWith("steps") || call.at.includes("parts[") || call.at.includes("toolCalls") ? `${call.at}.arguments` : call.at;
    for (const [path, text] of leaves(json)) yield { text, manner: "field", in: "tool-arguments", at, generation: call.generation, order: call.order, call: call.index, field: `$${path}` };
  }
}

/** Every string and number of a JSON value with its path; at most 2,000. */
function* leaves(json: unknown): Iterable<[string, string]> {
  const open: [string, unknown][] = [["", json]];
  let count = 0;
  while (open.length > 0 && count < 2_000) {
    const [path, value] = open.pop() ?? ["", null];
    if (typeof value === "string") yield [path, value];
    else if (typeof value === "number") yield [path, String(value)];
    else if (Array.isArray(value)) value.forEach((item: unknown, index) => open.push([`${path}[${index}]`, item]));
    else if (typeof value === "object" && value !== null) for (const [key, item] of Object.entries(value)) open.push([`${path}.${key}`, item]);
    count += 1;
  }
}

function traced(subject: Subject, value: Value, asked: Asked, sources: Sources, operands: Sources["operands"], reckoned: Sources["operands"]): TracedValue {
  const before = (hit: { readonly passage: Passage }): boolean => hit.passage.order < subject.order && !(hit.passage.call !== null && hit.passage.call.index === subject.call);
  let hits: readonly Hit[] = asked.whole.hits.filter(before);
  // a person named by one name, or by more than elsewhere: known when every part is
  if (hits.length === 0 && value.type === "pseudonym" && asked.words.length > 0 && asked.words.every((part) => part.hits.some(before)))
    hits = asked.words.flatMap((part) => part.hits.filter(before).slice(0, 2)).map((hit) => ({ ...hit, note: "a part of the name" }));
  const evidence = hits.filter((hit) => isEvidence(hit.passage));
  const strangeWords = value.type === "name" ? asked.words.filter((word) => !word.hits.some(before)).length : 0;
  let derived: TracedValue["derived"] = null;
  let nearestDays: number | null = null;
  if (hits.length === 0) {
    if (value.type === "number") {
      const found = deriveNumber(value, [...operands.filter(before), ...reckoned]);
      if (found) derived = { note: found.note, byChance: found.byChance, from: found.from.map((operand) => ({ ...operand, note: null })) };
    } else if (value.type === "date") {
      const found = deriveDay(value.days, sources.days.filter(before));
      nearestDays = found?.distance ?? null;
      if (found && found.distance <= 14 && (subject.in !== "completion" || speaksOfSpans(subject.text.slice(Math.max(0, value.start - 160), value.end + 160)))) derived = { note: found.note, byChance: 0.2, from: [{ ...found.from, note: null }] };
    }
  }
  return { value, in: subject.in, at: subject.at, generation: subject.generation, field: subject.field, order: subject.order, call: subject.call, hits, evidence, strangeWords, nearestDays, derived };
}

/** Days are counted in words somewhere near: without them, a day beside another is no reckoning but another day. */
const speaksOfSpans = (text: string): boolean => /\b(?:days?|nights?|weeks?|fortnight|weekends?|later|earlier|after|before|within|until|till|by|through|tomorrow|yesterday|next|last|previous|following|return\w*|arriv\w*|(?:mon|tues|wednes|thurs|fri|satur|sun)day|tage?n?|nächte?|wochen?|später|vor|nach|bis|días?|noches?|semanas?|después|antes|hasta|jours?|nuits?|semaines?|après|avant)\b/i.test(text);

export const isEvidence = (passage: Passage): boolean => passage.kind !== "question" && passage.kind !== "completion" && passage.kind !== "tool-arguments";

/** Chance below which arithmetic counts as an explanation. */
export const DERIVED_BY_CHANCE = 0.3;

/** The traced values in the shape of `show --json`. */
export function toProvenance(values: readonly TracedValue[]): Provenance[] {
  const paths = jsonPaths(values.flatMap((value) => [...value.hits, ...(value.derived?.from ?? [])]).filter((hit) => hit.passage.kind === "tool-result"));
  const origin = (hit: Hit, kind: ValueOrigin["kind"], note: string | null): ValueOrigin => {
    const path = paths.get(hit.passage)?.get(hit.start);
    return { kind, at: hit.passage.at, sourceId: hit.passage.sourceId, ...(path === undefined ? {} : { path }), start: hit.start, end: hit.end, ...(note === null ? {} : { note }) };
  };
  return values
    .filter((traced) => !(traced.value.type === "identifier" && traced.value.key.startsWith("clock:") && traced.hits.length === 0))
    .map((traced) => ({
      value: traced.value.text,
      type: traced.value.type,
      in: traced.in,
      at: traced.at,
      start: traced.value.start,
      end: traced.value.end,
      origins:
        traced.hits.length > 0
          ? traced.hits.map((hit) => origin(hit, hit.passage.kind, hit.note))
          : traced.derived !== null && traced.derived.byChance < DERIVED_BY_CHANCE
            ? traced.derived.from.map((hit) => origin(hit, "derived", traced.derived?.note ?? null))
            : [],
    }));
}
