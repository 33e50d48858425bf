/**
 * What of one text is taken: structure, declared values, own detectors, built-in detectors, in one go over the raw text. The pseudonyms come after (`scope.ts`).
 */
import { scanJson, type JsonPlace } from "../format/json-scan.ts";
import type { Detector } from "./detect/span.ts";
import type { Knowledge } from "./declared/knowledge.ts";
import { findDeclared, type MatchOptions } from "./declared/match.ts";
import { resolve } from "./overlap.ts";
import type { OwnDetectors } from "./own.ts";
import type { Where } from "./redactor.ts";
import type { CompiledPolicy, Rule } from "./structure/policy.ts";
import { unescapeWithMap } from "./structure/unescape.ts";
import type { Taken } from "./taken.ts";

export interface Composition {
  readonly policy: CompiledPolicy;
  readonly knowledge: Knowledge;
  readonly match: MatchOptions;
  readonly detect: Detector;
  readonly own: OwnDetectors;
}

/** JSON inside JSON strings is walked this deep; below, it is text. */
const MAX_NESTING = 8;

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
    const { policy, knowledge, match } = this.#with;
    const path = this.#where.path ?? [];
    const rule = policy.ruleFor(this.#where.signal, path);
    for (const one of findDeclared(this.#raw, knowledge, match)) this.#taken.push(one);
    for (const word of knowledge.keep) for (let at = this.#raw.indexOf(word); at >= 0; at = this.#raw.indexOf(word, at + word.length)) this.#kept.push({ start: at, end: at + word.length });
    this.#value(this.#raw, { base: 0, map: undefined }, rule, path, 0);
  }

  resolved(): Taken[] {
    const resolved = resolve(this.#taken, this.#kept);
    const wanted = this.#numbers.length === 0 ? resolved : this.#widenNumbers(resolved);
    return wanted.filter((one) => one.dropped !== undefined || /[\p{L}\p{N}]/u.test(this.#raw.slice(one.start, one.end)) || one.layer !== "detected");
  }

  /** A text value: taken whole, dropped, kept, or looked into. */
  #value(text: string, origin: Origin, rule: Rule, path: readonly (string | number)[], nesting: number): void {
    if (text === "") return;
    const start = rawOf(origin, 0);
    const end = rawOf(origin, text.length);
    if (rule === "keep") this.#kept.push({ start, end });
    else if (rule === "drop" || rule === "deny") this.#taken.push({ start, end, type: "DROPPED", layer: "structure", rule: `policy.${rule}`, score: 1, dropped: "policy" });
    else if (typeof rule === "object") this.#taken.push({ start, end, type: rule.take, layer: "structure", rule: `key.${rule.take.toLowerCase()}`, score: 1, ...this.#valueIfEscaped(text, origin) });
    else if (nesting < MAX_NESTING && looksLikeJson(text)) this.#json(text, origin, path, nesting);
    else this.#plain(text, origin, labelOf(path));
  }

  #json(text: string, origin: Origin, base: readonly (string | number)[], nesting: number): void {
    const { policy } = this.#with;
    const pathOf = (place: JsonPlace): readonly (string | number)[] => (base.length === 0 ? place.path : [...base, ...place.path]);
    const ruleOf = (place: JsonPlace): Rule => policy.ruleFor(this.#where.signal, pathOf(place));
    const fault = scanJson(text, {
      key: (start, end) => {
        if (!/^[A-Za-z_$][A-Za-z_$-]*$/.test(text.slice(start, end))) this.#string(text, start, end, origin, "detect", [], MAX_NESTING);
      },
      string: (start, end, place) => {
        if (end > start) this.#string(text, start, end, origin, ruleOf(place), pathOf(place), nesting + 1);
      },
      number: (start, end, place) => this.#number(text, start, end, origin, ruleOf(place), pathOf(place)),
    });
    // Broken or cut JSON: what was read stands, the rest is text.
    if (fault >= 0) this.#plain(text.slice(fault), { base: rawOf(origin, fault), map: origin.map === undefined ? undefined : origin.map.subarray(fault).map((at) => at - (origin.map as Int32Array)[fault]!) }, undefined);
  }

  #string(text: string, start: number, end: number, origin: Origin, rule: Rule, path: readonly (string | number)[], nesting: number): void {
    const { text: value, map } = unescapeWithMap(text.slice(start, end));
    this.#value(value, composed(origin, start, value.length, map), rule, path, nesting);
  }

  #number(text: string, start: number, end: number, origin: Origin, rule: Rule, path: readonly (string | number)[]): void {
    const from = rawOf(origin, start);
    const to = rawOf(origin, end);
    const quote = quoteAt(this.#raw, text, origin);
    if (rule === "keep") return void this.#kept.push({ start: from, end: to });
    if (typeof rule === "object") this.#taken.push({ start: from, end: to, type: rule.take, layer: "structure", rule: `key.${rule.take.toLowerCase()}`, score: 1, quote });
    else if (rule === "drop" || rule === "deny") this.#taken.push({ start: from, end: to, type: "DROPPED", layer: "structure", rule: `policy.${rule}`, score: 1, dropped: "policy", quote });
    else if (end - start >= 7) this.#plain(text.slice(start, end), { base: from, map: undefined }, labelOf(path));
    this.#numbers.push({ start: from, end: to, quote });
  }

  #plain(text: string, origin: Origin, label: string | undefined): void {
    const { detect, own, policy } = this.#with;
    const add = (start: number, end: number, type: string, layer: "own" | "detected", rule: string, score: number): void => {
      if (policy.types !== undefined && layer === "detected" && !policy.types.has(type)) return;
      const taken: Taken = { start: rawOf(origin, start), end: rawOf(origin, end), type, layer, rule, score, ...(origin.map === undefined ? {} : { value: text.slice(start, end) }) };
      this.#taken.push(taken);
    };
    for (const span of detect(text, label)) add(span.start, span.end, span.type, "detected", span.rule, span.score);
    for (const span of own.run(text)) add(span.start, span.end, span.type, "own", span.rule ?? "own", span.score ?? 1);
  }

  #valueIfEscaped(text: string, origin: Origin): { value?: string } {
    return origin.map === undefined ? {} : { value: text };
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

/** The key a value stands under, seen through arrays. */
export function labelOf(path: readonly (string | number)[]): string | undefined {
  for (let index = path.length - 1; index >= 0; index -= 1) {
    const step = path[index];
    if (typeof step === "string") return step;
  }
  return undefined;
}
