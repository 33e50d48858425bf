/** Names written in lower case, as people type to a chat. */
import { colonBefore } from "../places.ts";
import { labelsBefore, type Reading } from "../reading.ts";
import { role } from "../roles.ts";
import { gap, kind, shape } from "../scan.ts";
import { familyLevel, givenLevel } from "../words.ts";
import { person, remember } from "./person.ts";
import { isUnknown } from "./weights.ts";
import { isLowerName, rolesAt, unitAt, wordAt } from "./words.ts";

const introduced = /\b(?:this is|i am|i['’]?m|name is|name['’]?s|soy|me llamo|ich bin|je suis|sono|sou) $/i;
const mine = /\b(?:my|our|mi|mein|meine|mon|ma|meu|minha) \p{L}+ $/iu;

/** Names written in lower case, as people type to a chat: two name words in a row, or one behind "patient", "named", "dr". */
export function lowerCase(reading: Reading, at: number, busy: Uint8Array, repeated: Set<number>): number {
  const { scan, level, text } = reading;
  const facts = scan.facts[at] ?? 0;
  const given = givenLevel(facts);
  if (given < 2 && familyLevel(facts) < 2) return 0;
  const before = at - 1;
  const sameLine = before >= 0 && scan.gap[at] !== gap.line;
  if (!isLowerName(reading, at)) {
    // "patient may kremer": an ordinary word, but a person's noun before it and a name behind it
    const next = at + 1;
    const fits = given >= 2 && sameLine && scan.gap[at] === gap.space && (rolesAt(reading, before) & role.person) !== 0 && next < scan.count && scan.gap[next] === gap.space && scan.shape[next] === shape.lower && scan.kind[next] === kind.word && isLowerName(reading, next) && familyLevel(scan.facts[next] ?? 0) >= 1;
    if (!fits || level === "precise") return 0;
    person(reading, at, next, "name.lower", 0.6, busy);
    return next;
  }
  if (sameLine && scan.gap[at] === gap.none && scan.kind[before] === kind.mark && !/["'(:>,|=]/.test(unitAt(reading, scan.start[before] ?? 0))) return 0;
  if (/[_./\\@(=0-9[{]/.test(unitAt(reading, scan.end[at] ?? 0)) && !(unitAt(reading, scan.end[at] ?? 0) === "." && !/\w/.test(unitAt(reading, (scan.end[at] ?? 0) + 1)))) return 0;
  const noun = sameLine && scan.kind[before] === kind.word && scan.gap[at] === gap.space && (((rolesAt(reading, before) & role.person) !== 0) || /^(?:named|called|mr|mrs|ms|dr|with|by|for)$/i.test(wordAt(reading, before)) || introduced.test(text.slice(Math.max(0, (scan.start[at] ?? 0) - 16), scan.start[at])));
  const own = noun && mine.test(text.slice(Math.max(0, (scan.start[at] ?? 0) - 24), scan.start[at]));
  const isLabelled = (labelsBefore(reading, at) & role.nameLabel) !== 0 && colonBefore(reading, at);
  const parts = lowerRun(reading, at, 3);
  const second = parts[1];
  const sure = second !== undefined && given >= 2 && (isUnknown(scan.facts[second] ?? 0) ? noun : familyLevel(scan.facts[second] ?? 0) >= 1 || givenLevel(scan.facts[second] ?? 0) >= 1);
  const enough = sure ? given === 3 || noun || isLabelled || level === "recall" : (noun && (given === 3 || (given === 2 && (own || level === "recall")))) || (isLabelled && given >= 2);
  if (!enough || level === "precise") return 0;
  if (!sure && !isLabelled && /^\s?(?:disease|syndrome|sign|score|test)/.test(text.slice(scan.end[at], (scan.end[at] ?? 0) + 10))) return 0;
  const last = sure || isLabelled ? (parts.at(-1) ?? at) : at;
  person(reading, at, last, "name.lower", 0.6, busy);
  if (sure) remember(reading, parts, repeated);
  return last;
}

/** Lower-case words that are names and nothing else, joined by spaces or hyphens. */
export function lowerRun(reading: Reading, at: number, limit: number): number[] {
  const { scan } = reading;
  const parts = [at];
  let next = at + 1;
  while (next < scan.count && parts.length < limit) {
    if (scan.gap[next] === gap.line) break;
    if (scan.kind[next] === kind.mark && /[-'’]/.test(unitAt(reading, scan.start[next] ?? 0)) && scan.gap[next] === gap.none && scan.gap[next + 1] === gap.none) next += 1;
    else if (scan.gap[next] !== gap.space) break;
    if (scan.kind[next] !== kind.word || busyBefore(reading, next)) break;
    // "jessica kadyrov": a word of no list behind a frequent given name
    const unlisted = parts.length === 1 && scan.gap[next] === gap.space && isUnknown(scan.facts[next] ?? 0) && (scan.roles[next] ?? 0) === 0 && scan.shape[next] === shape.lower && (scan.end[next] ?? 0) - (scan.start[next] ?? 0) >= 4 && givenLevel(scan.facts[at] ?? 0) === 3;
    if (!isLowerName(reading, next) && !unlisted) break;
    parts.push(next);
    next += 1;
  }
  return parts;
}

const busyBefore = ({ scan }: Reading, at: number): boolean => scan.shape[at] !== shape.lower;
