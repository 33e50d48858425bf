/** A run of name words: capitals with the hyphens, apostrophes, particles and initials between them, and what falls off its end. */
import type { Reading } from "../reading.ts";
import { role } from "../roles.ts";
import { gap, kind, shape } from "../scan.ts";
import { commonLevel, familyLevel, givenLevel, wordFacts } from "../words.ts";
import { isName, rolesAt, unitAt, wordAt } from "./words.ts";

const maxParts = 6;

/** Words of a run, and the token after it. */
export interface Run {
  readonly parts: number[];
  readonly last: number;
}

/** The run of name words that begins at token `at`: hyphens, apostrophes, particles, and the dots of initials are inside it. */
export function gather(reading: Reading, at: number, busy: Uint8Array): Run {
  const { scan } = reading;
  const parts = [at];
  let last = at;
  let next = at + 1;
  while (next < scan.count && parts.length < maxParts && busy[next] === 0) {
    if (scan.gap[next] === gap.line) break;
    if (scan.kind[next] === kind.mark) {
      const mark = unitAt(reading, scan.start[next] ?? 0);
      const touchesNext = next + 1 < scan.count && scan.gap[next + 1] === gap.none;
      const previousIsInitial = scan.shape[last] === shape.initial && last === next - 1;
      // "Marguerite St. Cyr"
      if (mark === "." && scan.gap[next] === gap.none && last === next - 1 && parts.length > 1 && /^Ste?$/.test(wordAt(reading, last)) && !touchesNext && next + 1 < scan.count && scan.gap[next + 1] === gap.space && scan.shape[next + 1] === shape.title) {
        next += 1;
        continue;
      }
      if (mark === "." && scan.gap[next] === gap.none && previousIsInitial) {
        next += 1;
        // "M.a Teresa", María shortened
        if (wordAt(reading, last) === "M" && scan.gap[next] === gap.none && wordAt(reading, next) === "a") next += 1;
        continue;
      }
      // "Mª Pilar"; the "N" of "NºCol" is no part of a name
      if ((mark === "ª" || mark === "º") && previousIsInitial && scan.gap[next] === gap.none && wordAt(reading, last) === "N") {
        if (parts.length > 1) parts.pop();
        last = parts.at(-1) ?? at;
        break;
      }
      if ((mark === "ª" || mark === "º") && previousIsInitial && scan.gap[next] === gap.none) {
        next += 1;
        continue;
      }
      if ((mark === "-" || mark === "‐" || mark === "‑" || mark === "’" || mark === "'" || mark === "´" || mark === "`") && scan.gap[next] === gap.none && touchesNext && scan.kind[next + 1] === kind.word) {
        // "Anna's": the possessive is no part; "D'Angelo", "O'Brien", "Ibn-Sina" are
        if (mark !== "-" && wordAt(reading, next + 1).length <= 1) break;
        if (scan.shape[next + 1] === shape.lower && (mark !== "-" || !isLowerPart(reading, next + 1) || scan.shape[last] !== shape.title || givenLevel(scan.facts[last] ?? 0) === 0)) break;
        if (mark === "-" && (scan.shape[next + 1] === shape.initial || scan.shape[last] === shape.initial)) break;
        // "Ashgrove-Bell": what a hyphen ties to a name is one, whatever else the word means
        if (!isName(reading, next + 1) && scan.shape[next + 1] !== shape.lower && !(mark === "-" && scan.shape[next + 1] === shape.title && (rolesAt(reading, next + 1) & (role.eponymHead | role.month | role.weekday)) === 0)) break;
        parts.push(next + 1);
        last = next + 1;
        next += 2;
        continue;
      }
      break;
    }
    if (scan.kind[next] !== kind.word || scan.gap[next] === gap.none) break;
    if (isName(reading, next) || ((familyLevel(scan.facts[next] ?? 0) >= 2 || givenLevel(scan.facts[next] ?? 0) === 3) && scan.shape[next] === shape.title && (givenLevel(scan.facts[last] ?? 0) >= 2 || (rolesAt(reading, at - 1) & role.title) !== 0) && (rolesAt(reading, next) & (role.eponymHead | role.facility | role.month | role.weekday)) === 0)) {
      parts.push(next);
      last = next;
      next += 1;
      continue;
    }
    const isParticle = (rolesAt(reading, next) & role.particle) !== 0 && scan.shape[next] === shape.lower;
    if (isParticle && reachesName(reading, next, busy)) {
      next += 1;
      continue;
    }
    break;
  }
  return { parts, last };
}

/** The second half of "Amir-ali", "Jean-paul". */
const isLowerPart = (reading: Reading, at: number): boolean => givenLevel(reading.scan.facts[at] ?? 0) >= 1;

/** True when only particles stand between token `at` and a name word: "de la Cruz", "van der Berg"; "of" and "the" lead nowhere. */
export function reachesName(reading: Reading, at: number, busy: Uint8Array): boolean {
  const { scan } = reading;
  for (let next = at; next < Math.min(at + 4, scan.count); next++) {
    if (next > at && scan.gap[next] !== gap.space) return false;
    if (scan.kind[next] !== kind.word || busy[next] !== 0) return false;
    const word = wordAt(reading, next);
    if (word === "of" || word === "the" || word === "in" || word === "a") return false;
    if (scan.shape[next] !== shape.lower) return isName(reading, next) && scan.shape[next] !== shape.initial && !((word.length <= 2) && scan.shape[next] === shape.upper);
    if ((rolesAt(reading, next) & role.particle) === 0) return false;
    if ((word === "y" || word === "e" || word === "i") && familyLevel(scan.facts[next + 1] ?? 0) === 0) return false;
  }
  return false;
}

/** Words at the end of a run that belong to the sentence: "Dr. Smith Hospital", "Mr. Jones Will". */
export function trimTail(reading: Reading, parts: readonly number[]): number[] {
  const { scan } = reading;
  const kept = [...parts];
  while (kept.length > 1) {
    const at = kept.at(-1) ?? 0;
    const facts = scan.facts[at] ?? 0;
    // the second half of a double name is no word of the sentence
    if (unitAt(reading, (scan.start[at] ?? 0) - 1) === "-") break;
    if (scan.shape[at] === shape.initial && unitAt(reading, scan.end[at] ?? 0) !== "." && /^(?:A|I)$/.test(wordAt(reading, at)) && kept.length > 1 && scan.shape[(kept.at(-2) ?? 0)] !== shape.upper) kept.pop();
    else if ((commonLevel(facts) >= 2 || (facts & wordFacts.foreign) !== 0) && familyLevel(facts) < 2 && givenLevel(facts) < 2) kept.pop();
    else if (((scan.roles[at] ?? 0) & (role.nameLabel | role.idLabel | role.dateLabel)) !== 0 && familyLevel(facts) < 2 && givenLevel(facts) < 2) kept.pop();
    else break;
  }
  return kept;
}

/** As `trimTail`, for fields that hold nothing but a name: only the next field's label falls off. */
export function trimLabels(reading: Reading, parts: readonly number[]): number[] {
  const kept = [...parts];
  while (kept.length > 1 && (rolesAt(reading, kept.at(-1) ?? 0) & (role.nameLabel | role.idLabel | role.dateLabel | role.ageLabel)) !== 0 && familyLevel(reading.scan.facts[kept.at(-1) ?? 0] ?? 0) < 3) kept.pop();
  return kept;
}
