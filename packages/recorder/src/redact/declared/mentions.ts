/**
 * Name parts found in a text become mentions of persons: "Smith, J.", "Ana María Q. García", a bare "Smith" that fits two people, "Sofía Young" who is somebody else. Called by
 * match.ts once the parts of a window are known.
 */
import { PARTICLES, TITLES } from "../canonical.ts";
import type { Taken } from "../taken.ts";
import { SOFT, endsSentence, isCapital, isSingle, isSoftly, wordEnd, wordStart, wordText } from "./boundaries.ts";
import { takeOf, type Hit } from "./hit.ts";
import type { Knowledge } from "./knowledge.ts";
import type { MatchOptions } from "./match.ts";
import { nearly } from "./nearly.ts";
import { gapBits, type Stream } from "./stream.ts";

/** Words before a name that say what somebody is. */
const ROLES = new Set("patient pt twin infant newborn neonate boy girl child mother father mom dad parent guardian wife husband son daughter client customer resident attending intern consultant midwife physician surgeon provider user name named called re for from to by with and or the of per via about dear hi hello see saw seen ward room bed paciente patientin senhora padre madre".split(" "));

export class Mentions {
  readonly #stream: Stream;
  readonly #raw: string;
  readonly #knowledge: Knowledge;
  readonly #options: MatchOptions;

  constructor(stream: Stream, raw: string, knowledge: Knowledge, options: MatchOptions) {
    this.#stream = stream;
    this.#raw = raw;
    this.#knowledge = knowledge;
    this.#options = options;
  }

  /** Put name parts together to mentions and say whose they are. */
  collect(hits: Hit[], taken: Taken[]): void {
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
      if (end - 1 > start && isSingle(this.#stream, end - 1) && this.#raw.charCodeAt(stop) === 0x2e) stop += 1;
      const relative = roles === "family" && !isMixed ? this.#relativeBefore(start, persons) : undefined;
      if (relative !== undefined) {
        taken.push({ ...takeOf(this.#stream, this.#knowledge, relative.start, end, { type: "PERSON", rule: "declared.relative", parts: [...relative.parts, ...parts], persons: [] }), end: stop });
      } else if (persons.length === 1 && !isMixed) {
        taken.push({ ...takeOf(this.#stream, this.#knowledge, start, end, { type: "PERSON", rule: roles === "both" ? "declared.name" : `declared.${roles}`, parts: this.#knowledge.persons[persons[0] as number]?.components ?? parts, persons }), end: stop });
      } else {
        const same = sameComponents(persons.map((person) => this.#knowledge.persons[person]?.components ?? []));
        taken.push({ ...takeOf(this.#stream, this.#knowledge, start, end, { type: "PERSON", rule: isMixed ? "declared.mixed" : "declared.ambiguous", parts: same ?? parts, persons: [] }), end: stop });
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
      if ((bits & ~(SOFT | gapBits.comma)) !== 0 || (gapLength[end] as number) > 8 || endsSentence(this.#stream, end)) return undefined;
      return { ...joined, isTight: bits === gapBits.space || bits === 0 };
    }
    // "Chloé Q. Juu", "Saga vna der Berg": one or two short, capital or mistyped words between, and it must be the same person.
    if (!joined.persons.some((person) => persons.includes(person))) return undefined;
    let at = end;
    for (let words = 0; at < hit.start; words += 1) {
      if (words === 2 || !isSoftly(this.#stream, at)) return undefined;
      const stop = wordEnd(this.#stream, at);
      if (stop > hit.start) return undefined;
      const word = wordText(this.#stream, at, stop);
      if (!(stop - at === 1 || isCapital(this.#stream, at) || PARTICLES.has(word) || [...PARTICLES].some((one) => one.length > 2 && nearly(word, one)))) return undefined;
      at = stop;
    }
    return isSoftly(this.#stream, hit.start) ? joined : undefined;
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
      const word = wordText(this.#stream, from, to);
      if (word.length <= 2) return word.split("").every((letter) => initials.includes(letter)) && (isCapital(this.#stream, from) || this.#raw.charCodeAt(this.#stream.to[to - 1] as number) === 0x2e);
      return others.some((one) => nearly(word, one)) && (isCapital(this.#stream, from) || word.length >= 5);
    };
    if (end < length && ((gap[end] as number) & ~(SOFT | gapBits.comma)) === 0 && (gapLength[end] as number) <= 3 && (gap[end] as number) !== 0 && !endsSentence(this.#stream, end)) {
      const stop = wordEnd(this.#stream, end);
      if (belongs(end, stop)) return { start, end: stop };
    }
    if (start > 0 && isSoftly(this.#stream, start)) {
      const from = wordStart(this.#stream, start);
      if (belongs(from, start)) return { start: from, end };
    }
    return { start, end };
  }

  /**
   * "Sofía Young" where only Ane Young is declared: somebody else of that name, so not the declared person's pseudonym.
   */
  #relativeBefore(start: number, persons: readonly number[]): { start: number; parts: string[] } | undefined {
    if (start === 0 || (this.#stream.gap[start] as number) !== gapBits.space || (this.#stream.gapLength[start] as number) > 2) return undefined;
    const from = wordStart(this.#stream, start);
    if (!isCapital(this.#stream, from) || start - from < 2) return undefined;
    const word = wordText(this.#stream, from, start);
    if (TITLES.has(word) || ROLES.has(word) || !this.#options.isGiven(word, isSoftly(this.#stream, from))) return undefined;
    if (persons.some((person) => this.#knowledge.persons[person]?.given.includes(word))) return undefined;
    return { start: from, parts: [word] };
  }

  /** A word that is also a name: taken with its capital, or where it is a whole value. */
  #standsAsName(hit: Hit, start: number, end: number): boolean {
    if (isCapital(this.#stream, start)) return hit.end - hit.start > 2 || !this.#options.isCommon(wordText(this.#stream, start, end)) || this.#isWholeValue(start, end);
    return this.#isWholeValue(start, end);
  }
  #isWholeValue(start: number, end: number): boolean {
    const before = this.#raw.charAt((this.#stream.from[start] as number) - 1);
    const after = this.#raw.charAt(this.#stream.to[end - 1] as number);
    return /^["'>|^\t]?$/.test(before) && /^["'<|^\t\\]?$/.test(after) && before !== "";
  }
}

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
