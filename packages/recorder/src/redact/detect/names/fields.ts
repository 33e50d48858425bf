/** Names that their title or field gives away, listed or not: "Dr. Clara Bennett", "Apellidos: Rivera Bueno", `"last_name":"de la Cruz"`. */
import { colonBefore } from "../places.ts";
import { labelsBefore, type Reading } from "../reading.ts";
import { role } from "../roles.ts";
import { gap, kind, shape } from "../scan.ts";
import { commonLevel, familyLevel, givenLevel, wordFacts } from "../words.ts";
import { isCode } from "./context.ts";
import { lowerRun } from "./lower.ts";
import { person, remember } from "./person.ts";
import { type Run, gather, reachesName, trimLabels, trimTail } from "./run.ts";
import { isUnknown } from "./weights.ts";
import { isLowerName, isName, nonName, rolesAt, unitAt, wordAt } from "./words.ts";

const strongTitle = /^(?:dr|drs|dra|doctora?|mr|mrs|ms|mx|prof|professora?|profesora?|sra|srta|señora?|herrn?|frau|familie|mme|mlle|monsieur|madame|senhora?|dott|dottor|dottoressa|signora?|docteur|dhr|mevr|mevrouw|sr)$/i;
const speaker = /(?:^|[\s>*])(?:doctor|dr|patient|nurse|client|customer|user|guest[\w ]{0,12}|mother|father|clinician|physician|agent|person|student|employee|interviewer|therapist|human|assistant|pt|paciente|médico|arzt|patientin)\s?\d?\*{0,2}:\*{0,2}\s{1,3}$/i;

/** "Dr. Clara Bennett", "DR. MARÍA LÓPEZ", "dr lopez-roberts", "Sra. de la Cruz". Returns the last token, or `at` when no name follows. */
export function titled(reading: Reading, at: number, busy: Uint8Array, repeated: Set<number>): number {
  const { scan, text } = reading;
  const title = wordAt(reading, at);
  const strong = strongTitle.test(title);
  if (!strong && scan.shape[at] === shape.lower) return at;
  let first = at + 1;
  if (first < scan.count && unitAt(reading, scan.start[first] ?? 0) === "." && scan.gap[first] === gap.none && title.length <= 5) first += 1;
  if (/^\(a\)|^\/a/.test(text.slice(scan.start[first], (scan.start[first] ?? 0) + 3))) first += text[scan.start[first] ?? 0] === "(" ? 3 : 2;
  if (unitAt(reading, scan.start[first] ?? 0) === "." && scan.gap[first] === gap.none && title.length <= 5) first += 1;
  if (first >= scan.count || scan.gap[first] === gap.line || scan.kind[first] !== kind.word || busy[first] !== 0) return at;
  // "Dr. Dra. X", "Prof. Dr. med. X"
  if ((rolesAt(reading, first) & role.title) !== 0 && strongTitle.test(wordAt(reading, first))) {
    const end = titled(reading, first, busy, repeated);
    if (end > first) reading.spans.push({ ...(reading.spans.pop() ?? { end: 0, type: "PERSON", rule: "name.title", score: 0.9 }), start: scan.start[at] ?? 0 });
    return end > first ? end : at;
  }
  if (wordAt(reading, first) === "med" && unitAt(reading, scan.end[first] ?? 0) === ".") first += 2;
  if (first >= scan.count) return at;
  const particle = (rolesAt(reading, first) & role.particle) !== 0 && scan.shape[first] === shape.lower;
  let run: Run;
  if (particle && reachesName(reading, first, busy)) {
    let name = first;
    while ((rolesAt(reading, name) & role.particle) !== 0 && scan.shape[name] === shape.lower) name += 1;
    run = gather(reading, name, busy);
  } else if (scan.shape[first] !== shape.lower) {
    if ((rolesAt(reading, first) & (role.month | role.weekday)) !== 0 && !(strong && scan.kind[first + 1] === kind.word && isName(reading, first + 1))) return at;
    run = gather(reading, first, busy);
  } else {
    if (!strong || !isLowerName(reading, first)) return at;
    const parts = lowerRun(reading, first, 3);
    run = { parts, last: parts.at(-1) ?? first };
  }
  const facts = scan.facts[first] ?? 0;
  const roles = rolesAt(reading, first);
  const capital = scan.shape[first] !== shape.lower;
  // "Dr. X", "Dr. ABC", "Ms. XYZ" stand for a name that was taken out before
  if (/^(?:[XYZ]|X{2,}|XYZ|ABC|Y{2,}|AB|N)$/.test(wordAt(reading, first))) return at;
  if (capital && !particle) {
    if (scan.shape[first] === shape.initial ? !/[.'’]/.test(unitAt(reading, scan.end[first] ?? 0)) : strong ? (roles & role.notName) !== 0 && familyLevel(facts) === 0 : givenLevel(facts) === 0 && familyLevel(facts) < 2) return at;
    if (commonLevel(facts) >= 2 && familyLevel(facts) === 0 && givenLevel(facts) < 2 && run.parts.length === 1) return at;
    if (!strong && commonLevel(facts) >= 2 && run.parts.length === 1) return at;
  }
  // "Dr" after a street name is a drive, "St" a street: those are taken already. A lower-case "sr" or "ms" is a unit.
  if (/^(?:ms|sr|don|fr|gen|st)$/.test(title)) return at;
  const parts = trimTail(reading, run.parts);
  const last = parts.at(-1) ?? run.last;
  person(reading, at, last, "name.title", strong ? 0.95 : 0.7, busy);
  if (strong) remember(reading, parts, repeated);
  return last;
}

const shipsTo = /\b(?:ship|shipped|bill|billed|sold|deliver|delivered|mail|send|sent|pay|payable|attention|attn)\.?(?:\sto)?:\s{0,2}$/i;

/** The value of a field that holds a name: "Apellidos: Rivera Bueno", `"last_name":"Shung"`, "From: Ann Lee <". Returns the last token, or 0. */
export function labelled(reading: Reading, at: number, busy: Uint8Array, repeated: Set<number>): number {
  const { scan, text, level } = reading;
  if (scan.gap[at] === gap.none && at > 0 && scan.kind[at - 1] === kind.word) return 0;
  const labels = labelsBefore(reading, at);
  if ((labels & role.nameLabel) === 0) return 0;
  if (!colonBefore(reading, at) || isCode(reading, at, at)) return 0;
  const facts = scan.facts[at] ?? 0;
  const roles = scan.roles[at] ?? 0;
  if ((roles & (role.notName | role.month | role.weekday | role.org)) !== 0 && givenLevel(facts) < 2 && familyLevel(facts) < 2) return 0;
  const before = text.slice(Math.max(0, (scan.start[at] ?? 0) - 28), scan.start[at]);
  // "Doctor: Good morning": who speaks, not who it is
  const speaks = speaker.test(before);
  const isCell = reading.cells.has(at) || (at === 0 && reading.label !== 0);
  const sure = ((labels & role.personField) !== 0 && (labels & role.techLabel) === 0) || (shipsTo.test(before) && isName(reading, at + 1));
  const run = gather(reading, at, busy);
  const parts = sure && (!speaks || run.parts.length >= 3) ? trimLabels(reading, run.parts) : trimTail(reading, run.parts);
  const last = parts.at(-1) ?? at;
  const known = parts.some((part) => givenLevel(scan.facts[part] ?? 0) >= 2 || familyLevel(scan.facts[part] ?? 0) >= 2);
  const allCommon = parts.every((part) => commonLevel(scan.facts[part] ?? 0) >= 1 || ((scan.facts[part] ?? 0) & (wordFacts.dictionary | wordFacts.foreign)) !== 0 || ((scan.roles[part] ?? 0) & nonName) !== 0);
  if (speaks && (parts.length < 2 || !known || allCommon)) return 0;
  const ownLine = !sure && parts.length >= 2 && !allCommon && /(?:^|\n)\s*name:\s*$/i.test(before);
  if (!sure && !ownLine && (!known || allCommon) && !(parts.length >= 2 && !allCommon && known)) return 0;
  if (sure && allCommon && !isCell && parts.length === 1 && givenLevel(facts) < 2 && familyLevel(facts) < 2) return 0;
  if (sure && !isCell && allCommon && !known) return 0;
  if (!sure && scan.shape[at] === shape.upper && parts.length === 1 && givenLevel(facts) < 3) return 0;
  if (level === "precise" && !known) return 0;
  person(reading, at, last, "name.label", 0.85, busy);
  remember(reading, parts, repeated);
  // "Last, First" in the same field
  const comma = last + 1;
  if (comma + 1 < scan.count && unitAt(reading, scan.start[comma] ?? 0) === "," && scan.gap[comma + 1] === gap.space && isName(reading, comma + 1) && busy[comma + 1] === 0 && !reading.cells.has(comma + 1)) {
    const second = gather(reading, comma + 1, busy);
    const given = scan.facts[comma + 1] ?? 0;
    if (givenLevel(given) >= 1 || isUnknown(given)) {
      person(reading, comma + 1, second.last, "name.label", 0.8, busy);
      return second.last;
    }
  }
  return last;
}

/** A field of a person's own name whose value is in lower case or begins with a particle: `"last_name":"de la Cruz"`, HL7 `means^Mona`. */
export function lowerField(reading: Reading, at: number, busy: Uint8Array, repeated: Set<number>): number {
  const { scan, text } = reading;
  const particle = (rolesAt(reading, at) & role.particle) !== 0;
  const isCell = reading.cells.has(at) || (at === 0 && reading.label !== 0);
  if (!particle && !isCell) return 0;
  if (scan.gap[at] === gap.none && at > 0 && scan.kind[at - 1] === kind.word) return 0;
  const labels = labelsBefore(reading, at);
  if ((labels & role.nameLabel) === 0 || (labels & role.personField) === 0 || (labels & role.techLabel) !== 0 || !colonBefore(reading, at)) return 0;
  let last = at;
  let capital = false;
  for (let next = at; next < Math.min(at + 6, scan.count); next++) {
    if (next > at && scan.gap[next] === gap.line) break;
    if (scan.kind[next] === kind.mark && /[-'’]/.test(unitAt(reading, scan.start[next] ?? 0)) && scan.gap[next] === gap.none) continue;
    if (scan.kind[next] !== kind.word || ((rolesAt(reading, next) & role.particle) === 0 && scan.shape[next] === shape.lower && !isCell)) break;
    if (scan.shape[next] !== shape.lower) capital = true;
    last = next;
  }
  if (!capital && !isCell) return 0;
  if (/^(?:null|none|unknown|true|false|undefined|n|string|name|first|last|na)$/i.test(text.slice(scan.start[at], scan.end[last]))) return 0;
  person(reading, at, last, "name.label", 0.8, busy);
  remember(reading, [last], repeated);
  return last;
}
