/** Decides on a run of name words by weights: what the lists know of the words, and their context. Set on one half of public corpora; bench/redact.ts prints both halves. */
import { placeFrom } from "../phrases.ts";
import type { Reading } from "../reading.ts";
import { eponyms, role } from "../roles.ts";
import { gap, kind, shape } from "../scan.ts";
import { cityLevel, commonLevel, familyLevel, givenLevel, wordFacts } from "../words.ts";
import { context, isCode, isHeading, isListed } from "./context.ts";
import { person, remember } from "./person.ts";
import { type Run, gather, trimTail } from "./run.ts";
import { familyWeight, givenWeight, isUnknown, singleWeight } from "./weights.ts";
import { isName, nonName, rolesAt, unitAt } from "./words.ts";

const thresholds = { recall: { many: 1.9, single: 1.7 }, balanced: { many: 2.4, single: 2.15 }, precise: { many: 3.8, single: 3.9 } } as const;
const programMargin = 1.6;

/** Decides on a run of name words by weights; takes the best stretch of it. */
export function weigh(reading: Reading, run: Run, busy: Uint8Array, repeated: Set<number>, strict: boolean): void {
  const { scan, level } = reading;
  const limits = thresholds[level];
  let { parts } = run;
  // words that can only belong to the sentence fall off the front: "Latest Robert S.", "Patient John Smith"
  while (parts.length > 1) {
    const first = parts[0] ?? 0;
    const facts = scan.facts[first] ?? 0;
    const roles = scan.roles[first] ?? 0;
    const weak = scan.shape[first] === shape.initial ? unitAt(reading, scan.end[first] ?? 0) !== "." && !(parts.length === 2 && familyLevel(scan.facts[parts[1] ?? 0] ?? 0) >= 3) : givenLevel(facts) === 0 && (commonLevel(facts) >= 1 || (roles & (role.person | role.title | role.nameLabel | role.greeting | role.org | role.facility)) !== 0 || (facts & (wordFacts.dictionary | wordFacts.foreign)) !== 0);
    const greeting = (roles & (role.greeting | role.person | role.nameLabel)) !== 0 && givenLevel(facts) < 3;
    if (!weak && !greeting) break;
    parts = parts.slice(1);
  }
  parts = trimTail(reading, parts);
  const first = parts[0] ?? 0;
  const last = parts.at(-1) ?? first;
  if (isCode(reading, first, last)) return;
  // "North Carolina", "New Delhi", "Santa Cruz de Tenerife" are places first; "Victoria Hamilton" is not
  const runStart = first > 0 && scan.gap[run.parts[0] ?? first] === gap.space && scan.shape[(run.parts[0] ?? first) - 1] !== shape.lower && scan.kind[(run.parts[0] ?? first) - 1] === kind.word ? (run.parts[0] ?? first) - 1 : (run.parts[0] ?? first);
  const before = runStart < first ? placeFrom(reading, runStart) : undefined;
  if (before !== undefined && before.last >= first) return;
  const place = placeFrom(reading, first);
  if (place !== undefined && place.last >= last && place.last > first && !(givenLevel(scan.facts[first] ?? 0) >= 2 && familyLevel(scan.facts[last] ?? 0) >= 2 && cityLevel(place.facts) < 2 && (place.facts & wordFacts.region) === 0)) return;
  const around = context(reading, first, last);
  const trimmedFront = first !== run.parts[0];
  if (parts.length === 1) {
    if (scan.shape[first] === shape.initial) return;
    if (lastFirst(reading, first, busy, repeated)) return;
    if (((scan.roles[first] ?? 0) & role.person) !== 0 && givenLevel(scan.facts[first] ?? 0) === 0) return;
    const listed = isListed(reading, first);
    if (((scan.roles[first] ?? 0) & (nonName | role.org | role.title | role.nameLabel)) !== 0 && around.weight + (listed ? 1 : 0) < (eponyms().has(scan.hash[first] ?? 0) ? 0.9 : 2)) return;
    // a country or a city of millions is named for itself
    if (((scan.facts[first] ?? 0) & wordFacts.region) !== 0 || cityLevel(scan.facts[first] ?? 0) === 3) if (around.weight < 1.4) return;
    if (scan.shape[first] === shape.upper && ((scan.end[first] ?? 0) - (scan.start[first] ?? 0) < 4 || (givenLevel(scan.facts[first] ?? 0) < 3 && around.weight < 2))) return;
    if (listed) around.weight += 0.8;
    const noun = first > 0 && trimmedFront ? (rolesAt(reading, first - 1) & (role.person | role.greeting)) !== 0 : false;
    const weight = singleWeight(scan.facts[first] ?? 0, scan.shape[first] === shape.upper) + around.weight + (around.sentenceStart ? -0.3 : 0.5) + (noun ? 0.8 : 0);
    if (weight >= (strict ? limits.single + programMargin : limits.single) && !isHeading(reading, first, last)) person(reading, first, last, "name.single", 0.5 + Math.min(weight, 5) / 12, busy);
    return;
  }
  const head = scan.facts[first] ?? 0;
  const tail = scan.facts[last] ?? 0;
  const initials = parts.filter((at) => scan.shape[at] === shape.initial).length;
  const upper = parts.every((at) => scan.shape[at] === shape.upper || scan.shape[at] === shape.initial);
  let weight = around.weight + (initials > 0 ? 0.9 : 0) - (upper ? 0.8 : 0);
  if (scan.shape[first] === shape.initial) weight += familyWeight(tail, upper) + 0.7 + (unitAt(reading, scan.end[first] ?? 0) === "." ? 0.5 : -0.6);
  else if (scan.shape[last] === shape.initial) weight += givenWeight(head) + (givenLevel(head) >= 2 ? 0.6 : -0.8);
  else weight += Math.max(givenWeight(head) + familyWeight(tail, upper) + (isUnknown(head) && familyLevel(tail) >= 2 && !upper ? 0.3 : 0), (familyWeight(head, upper) + givenWeight(tail)) * 0.85);
  // "Will Harada", "Hope Sørensen": the family name says what the ordinary word before it is
  if (parts.length === 2 && givenLevel(head) >= 2 && commonLevel(head) >= 2 && familyLevel(tail) >= 2 && !upper && (tail & (wordFacts.dictionary | wordFacts.foreign | wordFacts.region)) === 0 && commonLevel(tail) === 0) weight += 1.5;
  for (const middle of parts.slice(1, -1)) {
    const facts = scan.facts[middle] ?? 0;
    if (scan.shape[middle] === shape.initial) continue;
    weight += givenLevel(facts) + familyLevel(facts) >= 2 ? 0.3 : -0.4;
    if (commonLevel(facts) >= 2) weight -= 1;
  }
  // "Kaplan-Meier", "Mann-Whitney", "Child-Pugh"
  if (parts.every((at) => eponyms().has(scan.hash[at] ?? 0)) && around.weight < 1) return;
  if (weight >= limits.many && !isHeading(reading, first, last)) {
    person(reading, first, last, "name.list", Math.min(0.95, 0.5 + weight / 14), busy);
    if (weight >= limits.many + 0.4) remember(reading, parts, repeated);
    return;
  }
  // a town and a name side by side, "Boston Mary": the parts on their own
  for (const at of parts) {
    const facts = scan.facts[at] ?? 0;
    if (givenLevel(facts) === 3 && commonLevel(facts) === 0 && ((scan.roles[at] ?? 0) & (nonName | role.title | role.org)) === 0 && (facts & wordFacts.region) === 0 && cityLevel(facts) < 3 && singleWeight(facts, upper) + around.weight >= limits.single + 0.6 && scan.shape[at] !== shape.initial) person(reading, at, at, "name.single", 0.6, busy);
  }
}

/** "Smith, John", "KHACHATRYAN, BILL", "García, J.": the family name first. */
function lastFirst(reading: Reading, at: number, busy: Uint8Array, repeated: Set<number>): boolean {
  const { scan } = reading;
  const comma = at + 1;
  const next = at + 2;
  if (next >= scan.count || unitAt(reading, scan.start[comma] ?? 0) !== "," || scan.gap[comma] !== gap.none || scan.gap[next] === gap.line || busy[next] !== 0 || !isName(reading, next)) return false;
  const family = scan.facts[at] ?? 0;
  const given = scan.facts[next] ?? 0;
  if (isCode(reading, at, at) || isCode(reading, next, next)) return false;
  const initial = scan.shape[next] === shape.initial && unitAt(reading, scan.end[next] ?? 0) === ".";
  const upper = scan.shape[at] === shape.upper;
  const weight = familyWeight(family, upper) + (initial ? 1 : givenWeight(given)) - (givenLevel(family) === 3 ? (familyLevel(family) === 3 ? 0.6 : 1.5) : 0);
  if (weight < 3.2 || (familyLevel(family) === 0 && !isUnknown(family)) || (!initial && givenLevel(given) < 2)) return false;
  const second = gather(reading, next, busy);
  if (second.parts.length > 2) return false;
  person(reading, at, second.last, "name.last-first", 0.75, busy);
  remember(reading, [at, ...second.parts], repeated);
  return true;
}
