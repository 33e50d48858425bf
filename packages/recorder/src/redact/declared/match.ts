/**
 * Find declared values in a text, however they are spelled. Works on the folded stream: at every place where a word or number can start, the patterns with
 * these first two letters are compared; names are then put together ("Smith, J.", "Ana María Q. García") and told apart.
 */
import { PARTICLES, TITLES } from "../canonical.ts";
import type { Taken } from "../taken.ts";
import { dateAt } from "./date-match.ts";
import { bucketOf, type Knowledge, type Pattern } from "./knowledge.ts";
import { AFTER_ESCAPE, DIGIT, OVERLAP, Stream, UPPER, WINDOW, gapBits } from "./stream.ts";

export interface MatchOptions {
  readonly isCommon: (folded: string) => boolean;
  /** Whether a word is likely a given name; `inSentence` when its capital is not that of a sentence's first word. */
  readonly isGiven: (folded: string, inSentence: boolean) => boolean;
}

/** One name part or value in the stream: units `start` to `end`. */
interface Hit {
  readonly start: number;
  readonly end: number;
  readonly pattern: Pattern;
}

/** Words before a name that say what somebody is. */
const ROLES = new Set("patient pt twin infant newborn neonate boy girl child mother father mom dad parent guardian wife husband son daughter client customer resident attending intern consultant midwife physician surgeon provider user name named called re for from to by with and or the of per via about dear hi hello see saw seen ward room bed paciente patientin senhora padre madre".split(" "));

const SOFT = gapBits.space | gapBits.joint | gapBits.line | gapBits.dot;
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
    const { length, from } = this.#stream;
    const { buckets, days, dayStarts } = this.#knowledge;
    const taken: Taken[] = [];
    for (let at = 0; at < length && (from[at] as number) < this.#limit; at += 1) {
      if (!this.#startsHere(at)) continue;
      if (days.size > 0) {
        const date = dateAt(this.#stream, at, days, dayStarts);
        if (date !== undefined) taken.push(this.#take(at, date.end, { type: "DATE", rule: "declared.date", parts: [date.iso], persons: date.persons }));
      }
      if (buckets !== undefined) this.#patternsAt(at, buckets, taken);
    }
    this.#mentions(taken);
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
      if (index === pattern.units.length && this.#endsWord(at + index - 1)) {
        taken.push({ ...this.#take(at, at + index - 1, { type: pattern.type, rule: ruleOf(pattern), parts: pattern.parts, persons: pattern.persons }), start: (this.#stream.from[at] as number) - 1 });
      }
    }
  }

  #hit(pattern: Pattern, start: number, end: number, taken: Taken[]): void {
    if (pattern.kind === "given" || pattern.kind === "family" || pattern.kind === "whole") this.#names.push({ start, end, pattern });
    else taken.push(this.#take(start, end, { type: pattern.type, rule: ruleOf(pattern), parts: pattern.parts, persons: pattern.persons }));
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
    if (spaced) return end < length && gap[end] === gapBits.space && (gapLength[end] as number) === 1 && end + 1 < length && gap[end + 1] === gapBits.space ? 0 : this.#endsWord(end) ? end : 0;
    if (this.#endsWord(end)) return end;
    // "Filips feed order": a possessive without its apostrophe.
    if (kind !== "code" && kind !== "text" && size >= 4 && unit[end] === 0x73 && this.#endsWord(end + 1)) return end;
    return 0;
  }

  #startsHere(at: number): boolean {
    const { unit, gap, flags } = this.#stream;
    if ((gap[at] as number) !== 0 || at === 0) return true;
    const here = flags[at] as number;
    const before = flags[at - 1] as number;
    if ((here & DIGIT) !== (before & DIGIT)) return true;
    if ((here & UPPER) !== 0 && ((before & UPPER) === 0 || this.#lowerFollows(at))) return true;
    return isUnspaced(unit[at] as number);
  }
  /** `HTTPServer`: the S starts a word. */
  #lowerFollows(at: number): boolean {
    const { gap, flags, length } = this.#stream;
    return at + 1 < length && gap[at + 1] === 0 && ((flags[at + 1] as number) & (UPPER | DIGIT)) === 0;
  }
  /** Whether a word can end before the unit `end`. */
  #endsWord(end: number): boolean {
    const { unit, gap, flags, length } = this.#stream;
    if (end >= length || (gap[end] as number) !== 0) return true;
    const here = flags[end] as number;
    const last = flags[end - 1] as number;
    if ((here & DIGIT) !== (last & DIGIT)) return true;
    if ((here & UPPER) !== 0 && (last & UPPER) === 0) return true;
    return isUnspaced(unit[end] as number) || isUnspaced(unit[end - 1] as number);
  }

  /** Put name parts together to mentions and say whose they are. */
  #mentions(taken: Taken[]): void {
    const hits = this.#names;
    hits.sort((a, b) => a.start - b.start || b.end - a.end);
    for (let index = 0; index < hits.length; ) {
      const first = hits[index] as Hit;
      let { start, end } = first;
      // All hits over the same stretch: one person may be "Rose" by given, another by family name.
      let same = index + 1;
      const group = [first];
      while (same < hits.length && (hits[same] as Hit).start < end) {
        const hit = hits[same] as Hit;
        if (hit.start === start && hit.end === end) group.push(hit);
        same += 1;
      }
      let persons = union(group);
      let roles = rolesOf(group);
      const parts: string[] = [...first.pattern.parts];
      let common = group.every((hit) => hit.pattern.common);
      let isMixed = false;
      let order = roles === "both" ? "" : roles.charAt(0);
      let next = same;
      for (;;) {
        const joined = this.#joined(hits, next, end, persons);
        if (joined === undefined) break;
        // A name is given names then family name, or the other way round; "Ane Young, Young" is two mentions.
        const role = rolesOf(joined.group);
        order += role === "both" ? (order.includes("f") ? "g" : "f") : role.charAt(0);
        if (!/^(?:g+f?|fg*)$/.test(order)) break;
        const shared = persons.filter((person) => joined.persons.includes(person));
        if (shared.length === 0) {
          // Mary of one family and Jones of another, side by side: somebody else, not both.
          if (!joined.isTight || roles === "family" || role === "given") break;
          isMixed = true;
        }
        persons = shared;
        parts.push(...(joined.group[0] as Hit).pattern.parts);
        end = joined.end;
        next = joined.next;
        common = false;
        roles = "both";
        if (isMixed) break;
      }
      index = next;
      if (group[0]?.pattern.kind === "whole") roles = "both";
      if (!isMixed && persons.length > 0) {
        const wider = this.#widened(start, end, roles, persons);
        if (wider.start !== start || wider.end !== end) common = false;
        ({ start, end } = wider);
      }
      if (common && !this.#standsAsName(first, start, end)) continue;
      let stop = this.#stream.to[end - 1] as number;
      // The dot of an initial belongs to it.
      if (end - 1 > start && this.#isSingle(end - 1) && this.#raw.charCodeAt(stop) === 0x2e) stop += 1;
      const relative = roles === "family" && !isMixed ? this.#relativeBefore(start, persons) : undefined;
      if (relative !== undefined) {
        taken.push({ ...this.#take(relative.start, end, { type: "PERSON", rule: "declared.relative", parts: [...relative.parts, ...parts], persons: [] }), end: stop });
      } else if (persons.length === 1 && !isMixed) {
        taken.push({ ...this.#take(start, end, { type: "PERSON", rule: roles === "both" ? "declared.name" : `declared.${roles}`, parts: this.#knowledge.persons[persons[0] as number]?.components ?? parts, persons }), end: stop });
      } else {
        const same = sameComponents(persons.map((person) => this.#knowledge.persons[person]?.components ?? []));
        taken.push({ ...this.#take(start, end, { type: "PERSON", rule: isMixed ? "declared.mixed" : "declared.ambiguous", parts: same ?? parts, persons: [] }), end: stop });
      }
    }
  }

  /** The name part that follows closely enough to belong to the same mention. */
  #joined(hits: readonly Hit[], from: number, end: number, persons: readonly number[]): { group: Hit[]; persons: number[]; end: number; next: number; isTight: boolean } | undefined {
    const { gap, gapLength, length } = this.#stream;
    let next = from;
    while (next < hits.length && (hits[next] as Hit).start < end) next += 1;
    const hit = hits[next];
    if (hit === undefined || end >= length) return undefined;
    const group = [hit];
    let after = next + 1;
    while (after < hits.length && (hits[after] as Hit).start < hit.end) {
      const other = hits[after] as Hit;
      if (other.start === hit.start && other.end === hit.end) group.push(other);
      after += 1;
    }
    const joined = { group, persons: union(group), end: hit.end, next: after, isTight: false };
    if (hit.start === end) {
      const bits = gap[end] as number;
      if ((bits & ~(SOFT | gapBits.comma)) !== 0 || (gapLength[end] as number) > 8 || this.#endsSentence(end)) return undefined;
      return { ...joined, isTight: bits === gapBits.space || bits === 0 };
    }
    // "Chloé Q. Juu", "Saga vna der Berg": one or two short, capital or mistyped words between, and it must be the same person.
    if (!joined.persons.some((person) => persons.includes(person))) return undefined;
    let at = end;
    for (let words = 0; at < hit.start; words += 1) {
      if (words === 2 || !this.#isSoftly(at)) return undefined;
      const stop = this.#wordEnd(at);
      if (stop > hit.start) return undefined;
      const word = this.#word(at, stop);
      if (!(stop - at === 1 || this.#isCapital(at) || PARTICLES.has(word) || [...PARTICLES].some((one) => one.length > 2 && nearly(word, one)))) return undefined;
      at = stop;
    }
    return this.#isSoftly(hit.start) ? joined : undefined;
  }

  /** Take in initials and a mistyped other half beside the mention. */
  #widened(start: number, end: number, roles: string, persons: readonly number[]): { start: number; end: number } {
    const { gap, gapLength, length } = this.#stream;
    const others = persons.flatMap((person) => {
      const one = this.#knowledge.persons[person];
      return one === undefined ? [] : roles === "given" ? one.family : roles === "family" ? one.given : [];
    });
    if (others.length === 0) return { start, end };
    const initials = others.map((one) => one.charAt(0));
    const belongs = (from: number, to: number): boolean => {
      const word = this.#word(from, to);
      if (word.length <= 2) return word.split("").every((letter) => initials.includes(letter)) && (this.#isCapital(from) || this.#raw.charCodeAt(this.#stream.to[to - 1] as number) === 0x2e);
      return others.some((one) => nearly(word, one)) && (this.#isCapital(from) || word.length >= 5);
    };
    if (end < length && ((gap[end] as number) & ~(SOFT | gapBits.comma)) === 0 && (gapLength[end] as number) <= 3 && (gap[end] as number) !== 0 && !this.#endsSentence(end)) {
      const stop = this.#wordEnd(end);
      if (belongs(end, stop)) return { start, end: stop };
    }
    if (start > 0 && this.#isSoftly(start)) {
      const from = this.#wordStart(start);
      if (belongs(from, start)) return { start: from, end };
    }
    return { start, end };
  }

  /**
   * "Sofía Young" where only Ane Young is declared: somebody else of that name, so not the declared person's pseudonym.
   */
  #relativeBefore(start: number, persons: readonly number[]): { start: number; parts: string[] } | undefined {
    if (start === 0 || (this.#stream.gap[start] as number) !== gapBits.space || (this.#stream.gapLength[start] as number) > 2) return undefined;
    const from = this.#wordStart(start);
    if (!this.#isCapital(from) || start - from < 2) return undefined;
    const word = this.#word(from, start);
    if (TITLES.has(word) || ROLES.has(word) || !this.#options.isGiven(word, this.#isSoftly(from))) return undefined;
    if (persons.some((person) => this.#knowledge.persons[person]?.given.includes(word))) return undefined;
    return { start: from, parts: [word] };
  }

  /** A word that is also a name: taken with its capital, or where it is a whole value. */
  #standsAsName(hit: Hit, start: number, end: number): boolean {
    if (this.#isCapital(start)) return hit.end - hit.start > 2 || !this.#options.isCommon(this.#word(start, end)) || this.#isWholeValue(start, end);
    return this.#isWholeValue(start, end);
  }
  #isWholeValue(start: number, end: number): boolean {
    const before = this.#raw.charAt((this.#stream.from[start] as number) - 1);
    const after = this.#raw.charAt(this.#stream.to[end - 1] as number);
    return /^["'>|^\t]?$/.test(before) && /^["'<|^\t\\]?$/.test(after) && before !== "";
  }

  #isCapital(at: number): boolean {
    return ((this.#stream.flags[at] as number) & UPPER) !== 0;
  }
  #isSingle(at: number): boolean {
    return (this.#stream.gap[at] as number) !== 0 && this.#endsWord(at + 1);
  }
  #isSoftly(at: number): boolean {
    return ((this.#stream.gap[at] as number) & ~SOFT) === 0 && (this.#stream.gap[at] as number) !== 0 && (this.#stream.gapLength[at] as number) <= 8 && !this.#endsSentence(at);
  }
  /** A dot and a space before the unit; after an initial they end nothing. */
  #endsSentence(at: number): boolean {
    const bits = this.#stream.gap[at] as number;
    if ((bits & gapBits.dot) === 0 || (bits & (gapBits.space | gapBits.line)) === 0) return false;
    return !(at === 1 || ((this.#stream.gap[at - 1] as number) !== 0 && ((this.#stream.flags[at - 1] as number) & UPPER) !== 0));
  }
  #wordEnd(at: number): number {
    const { gap, length } = this.#stream;
    let end = at + 1;
    while (end < length && gap[end] === 0 && end - at < 40) end += 1;
    return end;
  }
  #wordStart(before: number): number {
    let at = before - 1;
    while (at > 0 && this.#stream.gap[at] === 0 && before - at < 40) at -= 1;
    return at;
  }
  #word(from: number, to: number): string {
    return String.fromCharCode(...this.#stream.unit.subarray(from, to));
  }

  #take(start: number, end: number, what: { type: string; rule: string; parts: readonly string[]; persons: readonly number[] }): Taken {
    const identity = what.persons.length === 1 ? this.#knowledge.persons[what.persons[0] as number]?.identity : undefined;
    return {
      start: this.#stream.from[start] as number,
      end: this.#stream.to[end - 1] as number,
      type: what.type,
      layer: "declared",
      rule: what.rule,
      score: 1,
      parts: what.parts,
      ...(identity === undefined ? {} : { identity }),
    };
  }
}

const ruleOf = (pattern: Pattern): string => (pattern.kind === "text" ? "declared.text" : pattern.type === "PHONE" ? "declared.phone" : "declared.id");

function union(group: readonly Hit[]): number[] {
  if (group.length === 1) return (group[0] as Hit).pattern.persons;
  return [...new Set(group.flatMap((hit) => hit.pattern.persons))];
}
function rolesOf(group: readonly Hit[]): "given" | "family" | "both" {
  const kinds = new Set(group.map((hit) => hit.pattern.kind));
  return kinds.has("whole") || kinds.size > 1 ? "both" : kinds.has("given") ? "given" : "family";
}
/** Two records of one person (declared as subject and again in a list) are no ambiguity. */
function sameComponents(all: readonly (readonly string[])[]): readonly string[] | undefined {
  const first = all[0];
  return first !== undefined && first.length > 0 && all.every((one) => one.join(" ") === first.join(" ")) ? first : undefined;
}

const isDigit = (unit: number): boolean => unit >= 0x30 && unit <= 0x39;
/** Scripts written without spaces: a word can start and end at any character. */
const isUnspaced = (unit: number): boolean => unit >= 0x0e00 && ((unit >= 0x2e80 && unit < 0xd800) || (unit >= 0x1100 && unit < 0x1200) || unit < 0x1000 || unit >= 0xf900);

/** One letter added, lost or changed, or two swapped. Both at least three letters long, the first one equal. */
export function nearly(a: string, b: string): boolean {
  if (a === b) return true;
  if (a.length < 3 || b.length < 3 || Math.abs(a.length - b.length) > 1 || a.charAt(0) !== b.charAt(0)) return false;
  let at = 0;
  while (at < a.length && a.charCodeAt(at) === b.charCodeAt(at)) at += 1;
  if (a.length === b.length) return a.slice(at + 1) === b.slice(at + 1) || (a.charAt(at) === b.charAt(at + 1) && a.charAt(at + 1) === b.charAt(at) && a.slice(at + 2) === b.slice(at + 2));
  return a.length > b.length ? a.slice(at + 1) === b.slice(at) : a.slice(at) === b.slice(at + 1);
}
