/**
 * `tool-arguments-invented` — the model called a tool with an identifier, date, address or number nobody gave it.
 *
 * Sees: argument values that stand nowhere in what the model had read before the call (system text, tool descriptions, messages, chunks, results) and follow from nothing there. Free text, search queries, code, small
 * numbers and choices of the tool's schema are not asked about. Can't see: a wrong value that does stand somewhere.
 * Next: make the tool reject unknown ids, or ask the user.
 */
import type { CallView, TraceView } from "../passages.ts";
import { excerptOf, named, pointAtResult, type Candidate, type Case, type Evidence } from "../finding.ts";
import { isPath } from "../flow.ts";
import { foldUnit, wordsOf } from "../provenance/fold.ts";
import { valueAt } from "../provenance/json-path.ts";
import { DERIVED_BY_CHANCE, type TracedValue } from "../provenance/provenance.ts";
import { replay } from "../finding.ts";
import { changesSomething } from "../words.ts";
import { best } from "./tool-error.ts";

/** Arguments that hold what the model writes, not what it was told. */
const written = /^(?:q|query|queries|search\w*|question|text|content|contents|body|message|messages|prompt|thought|thoughts|reason\w*|explanation|code|script|command|cmd|commands|sql|expression|formula|description|summary|title|subject|note|notes|comment|plan|instructions?|input|task|answer|response|output|html|markdown|regex|pattern|keywords?|file_?text|new_?str|old_?str|diff|patch|cypher|statement|arguments|args|data|payload|reply|draft)$/i;
/** Arguments the model is free to make up. */
const free = /idempot|nonce|request_?id|correlation|trace_?id|session|uuid|seed|limit|offset|page|size|top_?k|count|max|min_|timeout|temperature|lat(?:itude)?$|lon(?:gitude)?$|lng$|zoom|radius|port|version|color|colour|width|height|x$|y$|coordinate|line|start|end_?line|index|year$|element/i;
const identifying = /(?:^|_)(?:id|ids|no|nr|number|num|key|ref|reference|code|account|mrn|sku|isbn|iban|order|ticket|case|customer|patient|user|member|phone|mobile|tel|email|mail|to|cc|bcc|recipient|address|date|day|dob|birth\w*|departure|arrival|check_?in|check_?out|from|until|since|when|due|zip|postal\w*)(?:_|$)/i;

export function toolArgumentsInvented(seen: Case): readonly Candidate[] {
  const { view, values } = seen;
  const found: Candidate[] = [];
  const known = new KnownWords(view);
  for (const call of view.calls) {
    if (/^(?:final_?(?:answer|result|output)\w*|respond\w*|answer|output|structured_?output|format_?\w*response|submit\w*|return_?\w+|emit_?\w+|report\w*|extract\w*|record_?\w+|save_?\w+|classify\w*|summar\w+|think|plan\w*)$/i.test(call.name)) continue;
    const strange = values.filter((value) => value.call === call.index && isInvented(value, known, call));
    const first = strange.toSorted((a, b) => weight(b) - weight(a))[0];
    if (!first) continue;
    const key = fieldName(first);
    const confidence = weight(first) + (identifying.test(snake(key)) ? 0.04 : 0);
    const evidence: Evidence[] = strange.slice(0, 3).map((value) => ({ at: `${call.at}.arguments`, sourceId: call.callId ?? call.name, excerpt: excerptOf(call.arguments, Math.max(0, call.arguments.indexOf(value.value.text)), Math.max(0, call.arguments.indexOf(value.value.text)) + value.value.text.length) }));
    if (call.result !== null || call.error !== null) evidence.push(pointAtResult(call));
    found.push({ cause: "tool-arguments-invented", title: `${named(call.name)} was called with ${key === "" ? "" : `${named(key)} `}${named(first.value.text)}, which stands nowhere in the input`, confidence: Math.min(0.95, confidence), evidence, next: replay(view.trace.traceId, "--n 5") });
  }
  return best(found);
}

const measured = /(?:^|_)(?:amount|price|total|cost|fee|payment|refund|dose|dosage|weight|balance|salary|discount|rate|principal|budget|deposit)(?:_|$)/;
const fieldName = (value: TracedValue): string => /([^.[\]$]+)(?:\[\d+\])*$/.exec(value.field ?? "")?.[1] ?? "";
const snake = (key: string): string => key.replace(/([a-z])([A-Z])/g, "$1_$2").toLowerCase();

function isInvented(traced: TracedValue, known: KnownWords, call: CallView): boolean {
  if (traced.hits.length > 0 || traced.field === null) return false;
  const key = snake(fieldName(traced));
  const own = traced.value;
  const literal = literalIn(call, traced, key);
  if (written.test(key) && !literal) return false;
  // The app knows whom the request is about, and may fill it in itself.
  if (known.isDeclared(own.text)) return false;
  const leaf = leafOf(call, traced.field);
  // the value is one of many words the model put together
  if (literal) return !known.saidBefore(/\d+$/.exec(own.text)?.[0] ?? own.text, call);
  if (leaf !== null && leaf.length > 24 && own.text.length < leaf.length * 0.5) return false;
  if (leaf !== null && own.type === "identifier" && isPath(leaf)) return false;
  if (traced.derived !== null && traced.derived.byChance < DERIVED_BY_CHANCE) return false;
  if (free.test(key)) return false;
  switch (own.type) {
    case "identifier":
      if (own.key.startsWith("clock:") || own.key.length < 4) return false;
      // "input_file_0": words and an index, no identifier
      if (/^[\p{L}_ -]+[_ -]?\d{1,2}$/u.test(own.text) && /[a-z]{3}/.test(own.text)) return false;
      if (known.redacted && known.echoed(own.text, call)) return false;
      return !known.composes(own.text) && !(changesSomething(call.name) && !identifying.test(key));
    case "date":
      if (traced.derived !== null) return false;
      // somebody spoke of days without dates: one near what is known may be meant
      if (!known.speaksOfDays()) return true;
      return traced.nearestDays !== null ? traced.nearestDays > 62 : !known.nearStart(own.text);
    case "number":
      if (traced.derived !== null && traced.derived.byChance < 3) return false;
      if (/^\d{5,}$/.test(own.text)) return identifying.test(key);
      return measured.test(key) && (own.number.significant >= 2 || own.number.decimals > 0);
    case "pseudonym":
      // A detector may take a value here and miss it there: only one that stands nowhere else at all, and of a kind that is found by its form or its key, tells something.
      return /^(?:ID|MRN|ACCOUNT|EMAIL|PHONE|SSN|IBAN|CARD|DEVICE|LICEN[CS]E|NUMBER|RECORD|USER|CUSTOMER|NHS|DATE)/.test(own.key) && !known.echoed(own.text, call);
    case "name":
      return (own.words.length === 1 || traced.strangeWords === own.words.length) && /(?:^|_)(?:name|patient|customer|passenger|recipient|person|user|first_name|last_name)(?:_|$)/.test(key);
    case "url":
    case "quote":
      return false;
    default:
      return own satisfies never;
  }
}
function weight(traced: TracedValue): number {
  switch (traced.value.type) {
    case "identifier":
      return 0.91;
    case "pseudonym":
      return 0.86;
    case "date":
      return 0.87;
    case "number":
      return traced.value.number.value >= 10_000 ? 0.87 : 0.76;
    case "name":
      return 0.7;
    case "url":
    case "quote":
      return 0.5;
    default:
      return traced.value satisfies never;
  }
}

/** A statement, filter or address in which the value is compared with or stands as a step of its own: `order_id = '4711'`, `/orders/4711`. */
const statements = /^(?:sql|query|statement|cypher|expression|filter|filters|where|condition|criteria|path|endpoint|url|uri|route|resource)$/i;
function literalIn(call: CallView, traced: TracedValue, key: string): boolean {
  const { value } = traced;
  if (!statements.test(key) || traced.field === null || !((value.type === "identifier" && /\d{3}/.test(value.text) && value.key.length >= 5) || (value.type === "number" && /^\d{5,}$/.test(value.text)))) return false;
  const leaf = leafOf(call, traced.field) ?? "";
  const before = leaf.slice(0, value.start).trimEnd();
  const after = leaf.slice(value.end);
  return /(?:=|==|\beq|\bis|\bin \(|\blike)\s*["']?$/i.test(before) || (/^(?:$|[/?#])/.test(after) && /\/\d{5,}$/.test(`${leaf.slice(0, value.start)}${value.text}`));
}

function leafOf(call: CallView, field: string): string | null {
  let json: unknown;
  try {
    json = JSON.parse(call.arguments);
  } catch {
    return null;
  }
  json = valueAt(json, field);
  return typeof json === "string" ? json : typeof json === "number" ? String(json) : null;
}

/** Pieces of the input: an id may be put together from a name and a number that were given apart. */
class KnownWords {
  readonly #view: TraceView;
  #words: Set<number> | undefined;
  #days: boolean | undefined;
  #redacted: boolean | undefined;
  constructor(view: TraceView) {
    this.#view = view;
  }
  isDeclared(text: string): boolean {
    const { subject, user, tags } = this.#view.trace;
    return [...Object.values(subject ?? {}), ...Object.values(tags), ...(user === null ? [] : [user])].some((value) => value === text || value.includes(text));
  }
  composes(text: string): boolean {
    const pieces = text.match(/\p{L}+|\d+/gu) ?? [];
    if (pieces.length < 2) return false;
    this.#words ??= this.#collect();
    const words = this.#words;
    return pieces.every((piece) => /^\d$/.test(piece) || words.has(wordsOf(piece).hashes[0] ?? 0));
  }
  saidBefore(text: string, call: CallView): boolean {
    return this.#view.passages.some((passage) => passage.order < call.order && passage.text.includes(text));
  }
  /** Values were taken out of this trace: one that seems missing may stand somewhere as a pseudonym. */
  get redacted(): boolean {
    this.#redacted ??= this.#view.passages.some((passage) => /⟦|\[\[[A-Z]+:/.test(passage.text.slice(0, 20_000)));
    return this.#redacted;
  }
  /** It stands somewhere else in the trace, before or after: in a result, in an answer. */
  echoed(text: string, call: CallView): boolean {
    const key = /:([^~⟧\]]+)/.exec(text)?.[1] ?? text;
    return this.#view.passages.some((passage) => passage.call?.index !== call.index ? passage.kind !== "tool-arguments" && passage.text.includes(key) : passage.kind === "tool-result" && passage.text.includes(key));
  }
  /** Somebody spoke of days without dates: the day asked for may be meant. */
  speaksOfDays(): boolean {
    this.#days ??= this.#view.passages.some((passage) => passage.kind === "question" && /\b(?:today|tomorrow|yesterday|tonight|(?:next|last|this|coming|following|previous) (?:week|month|year|day|monday|tuesday|wednesday|thursday|friday|saturday|sunday|weekend|quarter)|(?:mon|tues|wednes|thurs|fri|satur|sun)day|days? (?:ago|later|after|before|from)|weeks? (?:ago|later|from)|christmas|boxing day|new year(?:'s)?|easter|halloween|thanksgiving|valentine(?:'s)?|weihnachten|silvester|neujahr|ostern|navidad|nochevieja|noël|pâques|heute|morgen|gestern|hoy|mañana|ayer|demain|aujourd'hui|hier)\b/i.test(passage.text));
    return this.#days;
  }
  nearStart(text: string): boolean {
    const year = /\b(\d{4})\b/.exec(text)?.[1];
    return year === undefined || Math.abs(new Date(this.#view.trace.startedAtMs).getUTCFullYear() - Number(year)) <= 1;
  }
  #collect(): Set<number> {
    const words = new Set<number>();
    for (const passage of this.#view.passages) {
      if (passage.kind === "tool-arguments") continue;
      for (const hash of wordsOf(passage.text).hashes) words.add(hash);
      // letters and digits written together come apart too
      for (const run of passage.text.matchAll(/\p{L}+(?=\d)|\d+(?=\p{L})|(?<=\p{L})\d+|(?<=\d)\p{L}+/gu)) if (foldUnit(run[0].charCodeAt(0)) !== 0) words.add(wordsOf(run[0]).hashes[0] ?? 0);
    }
    return words;
  }
}
