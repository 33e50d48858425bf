/**
 * What of one text is taken: structure, declared values, own detectors, built-in detectors, in one go over the raw text. The pseudonyms come after (`scope.ts`).
 */
import { scanJson, type JsonPlace } from "../format/json-scan.ts";
import { isAlnum } from "./detect/reading.ts";
import type { Detector } from "./detect/span.ts";
import type { Knowledge } from "./declared/knowledge.ts";
import { findDeclared, type MatchOptions } from "./declared/match.ts";
import { encodedRuns } from "./declared/encoded.ts";
import { resolve } from "./overlap.ts";
import type { OwnDetectors } from "./own.ts";
import type { Where } from "./redactor.ts";
import { FhirDocument, looksLikeFhir, type FhirFind } from "./structure/fhir.ts";
import { looksLikeHl7, readHl7 } from "./structure/hl7.ts";
import { MIN_MEDIA_UNITS, mediaOf } from "./structure/media.ts";
import { isProtocolWord, looksLikeWord } from "./structure/messages.ts";
import { PersonObjects } from "./structure/person-objects.ts";
import { MAX_STEPS, type CompiledPolicy, type Rule } from "./structure/policy.ts";
import { unescapeWithMap } from "./structure/unescape.ts";
import type { Taken } from "./taken.ts";

export interface Composition {
  readonly policy: CompiledPolicy;
  readonly knowledge: Knowledge;
  readonly match: MatchOptions;
  readonly detect: Detector;
  readonly own: OwnDetectors;
}

/** A value without a letter or digit, such as a dash, is nobody's. */
const IDENTIFIES = /[\p{L}\p{N}]/u;
/** Most finds begin with a letter or digit of ASCII: the expression is for the others. */
function identifies(raw: string, start: number, end: number): boolean {
  return isAlnum(raw.charCodeAt(start)) || IDENTIFIES.test(raw.slice(start, end));
}
/** Shorter numbers are ages, doses and counts. */
const MIN_DETECTED_DIGITS = 7;
const MIN_ENCODED_UNITS = 8;
/** JSON inside JSON strings is walked this deep; below, it is text. */
const MAX_NESTING = 8;

/** `word`: the place is a protocol word's; what stands there is kept if it can be one. */
type PlaceRule = Rule | "word";

/** Sorted and disjoint. Throws what an own detector throws; the caller drops the text then. */
export function takenIn(raw: string, where: Where, composition: Composition): Taken[] {
  const reading = new Reading(raw, where, composition);
  reading.read();
  return reading.resolved();
}

interface Kept {
  readonly start: number;
  readonly end: number;
}

/** Where a decoded text stands in the raw one. */
interface Origin {
  readonly base: number;
  readonly map: Int32Array | undefined;
}
const rawOf = (origin: Origin, offset: number): number => origin.base + (origin.map === undefined ? offset : (origin.map[offset] as number));

class Reading {
  readonly #raw: string;
  readonly #where: Where;
  readonly #with: Composition;
  readonly #taken: Taken[] = [];
  readonly #kept: Kept[] = [];
  /** Raw JSON numbers that need quotes when they are taken: start, end, quote prefix. */
  readonly #numbers: { readonly start: number; readonly end: number; readonly quote: string }[] = [];

  constructor(raw: string, where: Where, composition: Composition) {
    this.#raw = raw;
    this.#where = where;
    this.#with = composition;
  }

  read(): void {
    const { knowledge, match } = this.#with;
    const path = this.#where.path ?? [];
    for (const one of findDeclared(this.#raw, knowledge, match)) this.#taken.push(one);
    for (const word of knowledge.keep) for (let at = this.#raw.indexOf(word); at >= 0; at = this.#raw.indexOf(word, at + word.length)) this.#kept.push({ start: at, end: at + word.length });
    this.#value(this.#raw, { base: 0, map: undefined }, this.#ruleAt(path, path.length > 0), path, 0);
  }

  resolved(): Taken[] {
    const resolved = resolve(this.#taken, this.#kept);
    const wanted = this.#numbers.length === 0 ? resolved : this.#widenNumbers(resolved);
    return wanted.filter((one) => one.layer !== "detected" || one.dropped !== undefined || identifies(this.#raw, one.start, one.end));
  }

  /** Paths first, then keys that keep or drop, then what the formats we know say, then keys that take. */
  #ruleAt(path: readonly (string | number)[], isBody: boolean, fhir?: FhirFind): PlaceRule {
    const { policy } = this.#with;
    const byPath = policy.byPath ? policy.pathRule(path) : undefined;
    if (byPath !== undefined) return byPath;
    const byKey = policy.keyRule(path);
    if (typeof byKey === "string") return byKey;
    if (fhir !== undefined) return fhir.rule;
    if (byKey !== undefined) return byKey;
    if (isBody && (this.#where.signal === "input" || this.#where.signal === "completion") && policy.packs.has("messages") && isProtocolWord(path)) return "word";
    return policy.signalRule(this.#where.signal);
  }

  /** A text value: taken whole, dropped, kept, or looked into. */
  #value(text: string, origin: Origin, placed: PlaceRule, path: readonly (string | number)[], nesting: number): void {
    if (text === "") return;
    const { policy } = this.#with;
    const rule = placed !== "word" ? placed : looksLikeWord(text) ? "keep" : policy.signalRule(this.#where.signal);
    const start = rawOf(origin, 0);
    const end = rawOf(origin, text.length);
    if (rule === "keep") this.#kept.push({ start, end });
    else if (rule === "drop" || rule === "deny") this.#taken.push({ start, end, type: "DROPPED", layer: "structure", rule: `policy.${rule}`, score: 1, dropped: "policy" });
    else if (typeof rule === "object") {
      if (IDENTIFIES.test(text)) this.#taken.push({ start, end, type: rule.take, layer: "structure", rule: `key.${rule.take.toLowerCase()}`, score: 1, ...(origin.map === undefined ? {} : { value: text }) });
    } else if (text.length >= MIN_MEDIA_UNITS && policy.dropsMedia && this.#media(text, origin)) return;
    else if (nesting < MAX_NESTING && looksLikeJson(text)) this.#json(text, origin, path, nesting);
    else {
      if (policy.packs.has("hl7") && looksLikeHl7(text)) this.#hl7(text, origin);
      this.#plain(text, origin, labelOf(path));
    }
  }

  #media(text: string, origin: Origin): boolean {
    const media = mediaOf(text);
    if (media === undefined) return false;
    this.#taken.push({ start: rawOf(origin, media.start), end: rawOf(origin, media.end), type: "MEDIA", layer: "structure", rule: "media", score: 1, dropped: "media", mediaType: media.type });
    return true;
  }

  #hl7(text: string, origin: Origin): void {
    readHl7(text, {
      take: (start, end, type) => void this.#taken.push({ start: rawOf(origin, start), end: rawOf(origin, end), type, layer: "structure", rule: "hl7", score: 1, ...(origin.map === undefined ? {} : { value: text.slice(start, end) }) }),
      keep: (start, end) => void this.#kept.push({ start: rawOf(origin, start), end: rawOf(origin, end) }),
    });
  }

  #json(text: string, origin: Origin, base: readonly (string | number)[], nesting: number): void {
    const { policy } = this.#with;
    const pathOf = (place: JsonPlace): readonly (string | number)[] => (base.length === 0 ? place.path : [...base, ...(place.depth > MAX_STEPS ? place.path.slice(-MAX_STEPS) : place.path)]);
    const document = policy.packs.has("fhir") && looksLikeFhir(text) ? new FhirDocument(text) : undefined;
    const fhir = document?.isFhir === true ? document : undefined;
    // Only at the root of a body are `model`, `role` and `id` the protocol's words.
    const isBody = nesting === 0 && base.length === 0;
    const quote = quoteAt(this.#raw, text, origin);
    const people = policy.takesPeople && fhir === undefined ? new PersonObjects() : undefined;
    let read = 0;
    const fault = scanJson(text, {
      key: (start, end) => {
        read = end;
        if (!/^[A-Za-z_$][A-Za-z_$-]*$/.test(text.slice(start, end))) this.#string(text, start, end, origin, "detect", [], MAX_NESTING);
      },
      string: (start, end, place) => {
        read = end;
        if (end === start) return;
        const path = pathOf(place);
        const find = fhir?.find(place, text.slice(start, end));
        people?.see(place.path, true, start, end);
        this.#string(text, find?.from === undefined ? start : start + find.from, end, origin, this.#ruleAt(path, isBody, find), path, nesting + 1);
      },
      number: (start, end, place) => {
        read = end;
        const path = pathOf(place);
        people?.see(place.path, false, start, end);
        this.#number(text, start, end, origin, this.#ruleAt(path, isBody, fhir?.find(place, text.slice(start, end))), path, quote);
      },
    });
    for (const { start, end } of people?.names() ?? []) {
      const { text: value, map } = unescapeWithMap(text.slice(start, end));
      if (!/\p{L}{2}/u.test(value)) continue;
      this.#taken.push({ start: rawOf(origin, start), end: rawOf(origin, end), type: "PERSON", layer: "structure", rule: "object.person", score: 1, ...(origin.map === undefined && map === undefined ? {} : { value }) });
    }
    // Broken or cut JSON: what was read stands, the rest is text.
    if (fault >= 0) this.#plain(text.slice(read), shifted(origin, read), undefined);
  }

  #string(text: string, start: number, end: number, origin: Origin, rule: PlaceRule, path: readonly (string | number)[], nesting: number): void {
    const { text: value, map } = unescapeWithMap(text.slice(start, end));
    this.#value(value, composed(origin, start, value.length, map), rule, path, nesting);
  }

  #number(text: string, start: number, end: number, origin: Origin, rule: PlaceRule, path: readonly (string | number)[], quote: string): void {
    const from = rawOf(origin, start);
    const to = rawOf(origin, end);
    this.#numbers.push({ start: from, end: to, quote });
    if (rule === "keep" || rule === "word" || rule === "deny") this.#kept.push({ start: from, end: to });
    else if (typeof rule === "object") this.#taken.push({ start: from, end: to, type: rule.take, layer: "structure", rule: `key.${rule.take.toLowerCase()}`, score: 1, quote });
    else if (rule === "drop") this.#taken.push({ start: from, end: to, type: "DROPPED", layer: "structure", rule: "policy.drop", score: 1, dropped: "policy", quote });
    else if (end - start >= MIN_DETECTED_DIGITS) this.#plain(text.slice(start, end), { base: from, map: undefined }, labelOf(path));
  }

  #plain(text: string, origin: Origin, label: string | undefined): void {
    const { detect, own, policy } = this.#with;
    const add = (start: number, end: number, type: string, layer: "own" | "detected", rule: string, score: number): void => {
      if (policy.types !== undefined && layer === "detected" && !policy.types.has(type)) return;
      this.#taken.push({ start: rawOf(origin, start), end: rawOf(origin, end), type, layer, rule, score, ...(origin.map === undefined ? {} : { value: text.slice(start, end) }) });
    };
    for (const span of detect(text, label)) add(span.start, span.end, span.type, "detected", span.rule, span.score);
    for (const span of own.run(text)) add(span.start, span.end, span.type, "own", span.rule ?? "own", span.score ?? 1);
    if (text.length >= MIN_ENCODED_UNITS) this.#encoded(text, origin);
  }

  /** Base64 of text: searched like the text it is, and taken whole when anything is found. */
  #encoded(text: string, origin: Origin): void {
    const { knowledge, match, detect } = this.#with;
    for (const run of encodedRuns(text)) {
      const declared = findDeclared(run.text, knowledge, match)[0];
      const found = declared ?? detect(run.text)[0];
      if (found === undefined) continue;
      const start = rawOf(origin, run.start);
      const end = rawOf(origin, run.end);
      if (declared === undefined) this.#taken.push({ start, end, type: found.type, layer: "detected", rule: `base64.${found.rule}`, score: found.score });
      else this.#taken.push({ ...declared, start, end, rule: `${declared.rule}.base64` });
    }
  }

  /** A pseudonym in place of a JSON number needs quotes to stay JSON, and takes the whole number. */
  #widenNumbers(resolved: readonly Taken[]): Taken[] {
    const widened: Taken[] = [];
    let index = 0;
    for (const one of resolved) {
      while (index < this.#numbers.length && (this.#numbers[index] as Kept).end <= one.start) index += 1;
      const number = this.#numbers[index];
      if (number === undefined || number.start >= one.end || one.start < number.start || one.end > number.end) widened.push(one);
      else if (widened.at(-1)?.start !== number.start) widened.push({ ...one, start: number.start, end: number.end, quote: number.quote });
    }
    return widened;
  }
}

/** Offsets of a string inside a text that itself has an origin. */
function composed(origin: Origin, start: number, length: number, map: Int32Array | undefined): Origin {
  const base = rawOf(origin, start);
  if (origin.map === undefined) return { base, map };
  const through = new Int32Array(length + 1);
  for (let offset = 0; offset <= length; offset += 1) through[offset] = rawOf(origin, start + (map === undefined ? offset : (map[offset] as number))) - base;
  return { base, map: through };
}

/** The origin of what follows an offset. */
function shifted(origin: Origin, by: number): Origin {
  const base = rawOf(origin, by);
  return { base, map: origin.map?.subarray(by).map((at) => at + origin.base - base) };
}

/** How a quote is escaped where this JSON text stands in the raw one: nothing, `\`, `\\\`, … */
function quoteAt(raw: string, text: string, origin: Origin): string {
  if (origin.map === undefined) return "";
  const quote = text.indexOf('"');
  if (quote < 0) return "\\";
  return raw.slice(rawOf(origin, quote), rawOf(origin, quote + 1)).slice(0, -1);
}

/** Cheap first look; the scan says for sure. */
export function looksLikeJson(text: string): boolean {
  let at = 0;
  while (at < text.length && /\s/.test(text.charAt(at))) at += 1;
  const first = text.charCodeAt(at);
  if (first !== 0x7b && first !== 0x5b) return false;
  at += 1;
  while (at < text.length && /\s/.test(text.charAt(at))) at += 1;
  const second = text.charAt(at);
  return first === 0x7b ? second === '"' || second === "}" : /["[{\d\-tfn\]]/.test(second);
}

/** Keys under which an app names its own documents: they say nothing about a person, and evidence points at them. */
const REFERENCES = new Set(["sourceId", "source_id", "source", "documentId", "document_id", "docId", "doc_id", "chunkId", "chunk_id", "uri", "path", "file", "filename"]);

/** The key a value stands under, seen through arrays. */
export function labelOf(path: readonly (string | number)[]): string | undefined {
  for (let index = path.length - 1; index >= 0; index -= 1) {
    const step = path[index];
    if (typeof step === "string") return REFERENCES.has(step) ? undefined : step;
  }
  return undefined;
}
