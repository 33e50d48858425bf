/**
 * Find declared values in a text, however they are spelled. Works on the folded stream: at every place where a word or number can start, the patterns with
 * these first two letters are compared; names are then put together ("Smith, J.", "Ana María Q. García") and told apart.
 */
import type { Taken } from "../taken.ts";
import { SOFT, endsWord, startsWord } from "./boundaries.ts";
import { dateAt } from "./date-match.ts";
import { ruleOf, takeOf, type Hit } from "./hit.ts";
import { bucketOf, type Knowledge, type Pattern } from "./knowledge.ts";
import { Mentions } from "./mentions.ts";
import { AFTER_ESCAPE, DIGIT, OVERLAP, Stream, WINDOW, gapBits } from "./stream.ts";

export interface MatchOptions {
  readonly isCommon: (folded: string) => boolean;
  /** Whether a word is likely a given name; `inSentence` when its capital is not that of a sentence's first word. */
  readonly isGiven: (folded: string, inSentence: boolean) => boolean;
}

/** The stream that is at rest; made at the first text, kept for the next. */
let resting: Stream | undefined;

/** Declared values in one text, in order, not overlapping. Linear in the text; never throws. */
export function findDeclared(raw: string, knowledge: Knowledge, options: MatchOptions): Taken[] {
  if (knowledge.buckets === undefined && knowledge.days.size === 0) return [];
  // An own detector may redact while we do: it finds none at rest and makes its own.
  const mine = resting ?? new Stream();
  resting = undefined;
  try {
    const found: Taken[] = [];
    for (let from = 0; from < raw.length || from === 0; ) {
      const stopped = mine.fill(raw, from);
      const isLast = stopped >= raw.length;
      const limit = isLast ? raw.length : windowEnd(raw, from, stopped);
      new Search(mine, raw, knowledge, options, limit, found).run();
      if (isLast) break;
      from = limit;
    }
    return found;
  } finally {
    resting = mine;
  }
}

/** Where the next window starts: at a space near the end of this one, so that no word is cut; values may run on into the overlap. */
function windowEnd(raw: string, from: number, stopped: number): number {
  const wanted = Math.max(from + 1, stopped - OVERLAP);
  for (let at = wanted; at > wanted - 1024 && at > from; at -= 1) {
    const code = raw.charCodeAt(at);
    if (code === 0x20 || code === 0x0a || code === 0x09) return at;
  }
  return Math.max(from + 1, Math.min(wanted, from + WINDOW));
}

class Search {
  readonly #stream: Stream;
  readonly #raw: string;
  readonly #knowledge: Knowledge;
  readonly #options: MatchOptions;
  readonly #limit: number;
  readonly #found: Taken[];
  readonly #names: Hit[] = [];

  constructor(stream: Stream, raw: string, knowledge: Knowledge, options: MatchOptions, limit: number, found: Taken[]) {
    this.#stream = stream;
    this.#raw = raw;
    this.#knowledge = knowledge;
    this.#options = options;
    this.#limit = limit;
    this.#found = found;
  }

  run(): void {
    const { length, from, unit, flags } = this.#stream;
    const { buckets, days, dayStarts } = this.#knowledge;
    const taken: Taken[] = [];
    for (let at = 0; at < length && (from[at] as number) < this.#limit; at += 1) {
      // Two units rule out most places; a zero may stand before an id.
      const mayDate = days.size > 0 && (((flags[at] as number) & DIGIT) !== 0 || dayStarts.isMonth(unit[at] as number, unit[at + 1] as number, unit[at + 2] as number));
      const mayMatch = buckets !== undefined && (buckets[bucketOf(unit[at] as number, unit[at + 1] as number)] !== undefined || unit[at] === 0x30 || ((flags[at] as number) & AFTER_ESCAPE) !== 0);
      if ((!mayDate && !mayMatch) || !startsWord(this.#stream, at)) continue;
      if (mayDate) {
        const date = dateAt(this.#stream, at, days, dayStarts);
        if (date !== undefined) taken.push(takeOf(this.#stream, this.#knowledge, at, date.end, { type: "DATE", rule: "declared.date", parts: [date.iso], persons: date.persons }));
      }
      if (mayMatch) this.#patternsAt(at, buckets, taken);
    }
    new Mentions(this.#stream, this.#raw, this.#knowledge, this.#options).collect(this.#names, taken);
    taken.sort((a, b) => a.start - b.start || b.end - a.end);
    let end = this.#found.at(-1)?.end ?? -1;
    for (const one of taken) {
      if (one.start >= end) this.#found.push(one);
      else if (one.end > end) {
        // Longer wins: "12 Main Street" over a phone that starts inside a wider value.
        const last = this.#found.at(-1) as Taken;
        if (one.end - one.start > last.end - last.start) this.#found[this.#found.length - 1] = { ...one, start: Math.min(one.start, last.start) };
        else this.#found[this.#found.length - 1] = { ...last, end: one.end };
      }
      end = Math.max(end, this.#found.at(-1)?.end ?? -1);
    }
  }

  #patternsAt(at: number, buckets: readonly (Pattern | undefined)[], taken: Taken[]): void {
    const { unit, flags, length, gap, from } = this.#stream;
    this.#chainAt(at, unit[at] as number, unit[at + 1] as number, at, buckets, taken);
    if (((flags[at] as number) & AFTER_ESCAPE) !== 0) {
      // `\natalie`: the letter of the escape may be the name's first.
      const letter = this.#raw.charCodeAt((from[at] as number) - 1);
      this.#escapedAt(at, letter, buckets, taken);
    }
    if (unit[at] === 0x30) {
      // Ids are compiled without leading zeros.
      let first = at;
      while (first + 1 < length && unit[first] === 0x30 && (first === at || (gap[first] as number) === 0)) first += 1;
      if (first > at && ((flags[first] as number) & DIGIT) !== 0) this.#chainAt(first, unit[first] as number, unit[first + 1] as number, at, buckets, taken);
    }
  }

  #chainAt(at: number, first: number, second: number, start: number, buckets: readonly (Pattern | undefined)[], taken: Taken[]): void {
    for (let pattern = buckets[bucketOf(first, second)]; pattern !== undefined; pattern = pattern.next) {
      if (start !== at && pattern.kind !== "digits") continue;
      const end = this.#ends(pattern, at);
      if (end > 0) this.#hit(pattern, start, end, taken);
    }
  }

  #escapedAt(at: number, letter: number, buckets: readonly (Pattern | undefined)[], taken: Taken[]): void {
    const { unit, gap } = this.#stream;
    for (let pattern = buckets[bucketOf(letter, unit[at] as number)]; pattern !== undefined; pattern = pattern.next) {
      if (pattern.units[0] !== letter) continue;
      let index = 1;
      while (index < pattern.units.length && unit[at + index - 1] === pattern.units[index] && (index === 1 || (gap[at + index - 1] as number) === 0)) index += 1;
      if (index === pattern.units.length && endsWord(this.#stream, at + index - 1)) {
        taken.push({ ...takeOf(this.#stream, this.#knowledge, at, at + index - 1, { type: pattern.type, rule: ruleOf(pattern), parts: pattern.parts, persons: pattern.persons }), start: (this.#stream.from[at] as number) - 1 });
      }
    }
  }

  #hit(pattern: Pattern, start: number, end: number, taken: Taken[]): void {
    if (pattern.kind === "given" || pattern.kind === "family" || pattern.kind === "whole") this.#names.push({ start, end, pattern });
    else taken.push(takeOf(this.#stream, this.#knowledge, start, end, { type: pattern.type, rule: ruleOf(pattern), parts: pattern.parts, persons: pattern.persons }));
  }

  /** The unit after the pattern when it stands at `at`, else 0. */
  #ends(pattern: Pattern, at: number): number {
    const { unit, gap, gapLength, length } = this.#stream;
    const { units, joints, kind } = pattern;
    const size = units.length;
    if (at + size > length || unit[at] !== units[0]) return 0;
    // Letter by letter: every gap is one space or so.
    const spaced = size >= 4 && (gap[at + 1] as number) === gapBits.space && (gap[at + 2] as number) === gapBits.space && kind !== "digits" && kind !== "code" && kind !== "text";
    let gaps = 0;
    for (let index = 1; index < size; index += 1) {
      const here = at + index;
      if (unit[here] !== units[index]) return 0;
      const bits = gap[here] as number;
      if (bits === 0) {
        if (spaced && joints[index] === 0) return 0;
        continue;
      }
      const width = gapLength[here] as number;
      if (spaced) {
        if ((bits & ~(gapBits.space | (joints[index] === 1 ? SOFT : 0))) !== 0 || width > 5) return 0;
      } else if (kind === "digits" || kind === "code") {
        if ((bits & ~(gapBits.space | gapBits.joint | gapBits.bracket | gapBits.dot)) !== 0 || width > 3) return 0;
        gaps += 1;
        if (gaps > size / 2 || (pattern.weak && index !== 3)) return 0;
      } else if (joints[index] === 0) return 0;
      else if (kind === "text") {
        if (width > 12) return 0;
      } else if ((bits & ~SOFT) !== 0 || width > 8) return 0;
    }
    const end = at + size;
    if (kind === "digits") return end < length && gap[end] === 0 && isDigit(unit[end] as number) ? 0 : pattern.weak && gaps !== 1 ? 0 : end;
    if (spaced) return end < length && gap[end] === gapBits.space && (gapLength[end] as number) === 1 && end + 1 < length && gap[end + 1] === gapBits.space ? 0 : endsWord(this.#stream, end) ? end : 0;
    if (endsWord(this.#stream, end)) return end;
    // "Filips feed order": a possessive without its apostrophe.
    if (kind !== "code" && kind !== "text" && size >= 4 && unit[end] === 0x73 && endsWord(this.#stream, end + 1)) return end;
    return 0;
  }
}

const isDigit = (unit: number): boolean => unit >= 0x30 && unit <= 0x39;
