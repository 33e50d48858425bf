/**
 * Names of persons: a run of capitalised words is weighed by what the lists know of its words and by what stands around it (title, label,
 * person noun, greeting, verb). Parts of names that are sure are then taken wherever the text repeats them. Without lists, only titles,
 * labels and nouns speak for a name.
 */
import { wordHash } from "./fold.ts";
import { familyWeight, givenWeight, isUnknown, singleWeight } from "./nameWeights.ts";
import { placeFrom } from "./phrases.ts";
import { colonBefore } from "./places.ts";
import { labelsBefore, take, type Reading } from "./reading.ts";
import { eponyms, role } from "./roles.ts";
import { gap, kind, shape } from "./scan.ts";
import { cityLevel, commonLevel, familyLevel, givenLevel, wordFacts } from "./words.ts";

const maxParts = 6;
const thresholds = { recall: { many: 1.9, single: 1.7 }, balanced: { many: 2.4, single: 2.15 }, precise: { many: 3.8, single: 3.9 } } as const;
const strongTitle = /^(?:dr|drs|dra|doctora?|mr|mrs|ms|mx|prof|professora?|profesora?|sra|srta|señora?|herr|frau|mme|mlle|monsieur|madame|senhora?|dott|dottor|dottoressa|signora?|docteur|dhr|mevr|mevrouw|sr)$/i;
const speaker = /(?:^|[\s>*])(?:doctor|dr|patient|nurse|client|customer|user|guest[\w ]{0,12}|mother|father|clinician|physician|agent|person|student|employee|interviewer|therapist|human|assistant|pt|paciente|médico|arzt|patientin)\s?\d?\*{0,2}:\*{0,2}\s{1,3}$/i;

/** Words of a run, and the token after it. */
interface Run {
  readonly parts: number[];
  readonly last: number;
}

const wordAt = ({ scan, text }: Reading, at: number): string => text.slice(scan.start[at], scan.end[at]);
const rolesAt = ({ scan }: Reading, at: number): number => (at >= 0 && at < scan.count ? (scan.roles[at] ?? 0) : 0);
const unitAt = ({ text }: Reading, at: number): string => (at >= 0 && at < text.length ? (text[at] ?? "") : "");

const nonName = role.notName | role.month | role.weekday | role.facility | role.eponymHead | role.unit;
/** Roles that end a run although the word is capitalised; a frequent name that is also one of these words stays in. */
function isName(reading: Reading, at: number): boolean {
  const { scan } = reading;
  if (scan.kind[at] !== kind.word || scan.shape[at] === shape.lower) return false;
  const facts = scan.facts[at] ?? 0;
  const roles = scan.roles[at] ?? 0;
  if (scan.shape[at] === shape.initial) return true;
  if (scan.shape[at] === shape.mixed && !/^(?:Mc|Mac|De|Di|Du|La|Le|Van|Von|Fitz|O|D|L|St|El|Al|Ben)\p{Lu}\p{Ll}+$/u.test(wordAt(reading, at)) && familyLevel(facts) === 0) return false;
  if ((roles & (nonName | role.org | role.nameSuffix)) === 0) return true;
  if ((roles & role.notName) !== 0) return familyLevel(facts) === 3 && scan.shape[at] === shape.title && commonLevel(facts) === 0 && eponyms().has(scan.hash[at] ?? 0);
  if ((roles & role.nameSuffix) !== 0) return scan.shape[at] === shape.title && givenLevel(facts) >= 2;
  return givenLevel(facts) >= 2 || (familyLevel(facts) >= 2 && (roles & (role.month | role.weekday | role.eponymHead)) === 0);
}

/** The run of name words that begins at token `at`: hyphens, apostrophes, particles, and the dots of initials are inside it. */
function gather(reading: Reading, at: number, busy: Uint8Array): Run {
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
        if (!isName(reading, next + 1) && scan.shape[next + 1] !== shape.lower) break;
        parts.push(next + 1);
        last = next + 1;
        next += 2;
        continue;
      }
      break;
    }
    if (scan.kind[next] !== kind.word || scan.gap[next] === gap.none) break;
    if (isName(reading, next) || (familyLevel(scan.facts[next] ?? 0) >= 2 && scan.shape[next] === shape.title && (givenLevel(scan.facts[last] ?? 0) >= 2 || (rolesAt(reading, at - 1) & role.title) !== 0) && (rolesAt(reading, next) & (role.eponymHead | role.facility | role.month | role.weekday)) === 0)) {
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
function reachesName(reading: Reading, at: number, busy: Uint8Array): boolean {
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

const namesNext = /\b(?:name is|name['’]s|name was|names? (?:are|is)|your name\? |named|called|nickname(?:d)?|né|née|llamad[oa]|se llama|me llamo|heißt|namens|nommée?|s'appelle|chamad[oa]|chamo-me|mi chiamo|si chiama|call (?:me|him|her)|named (?:him|her)) $/i;
const introduces = /\b(?:starring|name|this is|is this|I am|I['’]m|i['’]?m|name is|name['’]s|call me|speak (?:to|with)|talk(?:ing)? to|spoke (?:to|with)|soy|me llamo|ich bin|je suis|sou o|sou a|according to|accompanied by|note that|weight for|asked|told|met|about) $/;

/** What stands before and after a run, as a weight: how much it speaks for a person. */
function context(reading: Reading, first: number, last: number): { weight: number; readonly sentenceStart: boolean } {
  const { scan, text } = reading;
  let weight = 0;
  const before = first - 1;
  const sameLine = before >= 0 && scan.gap[first] !== gap.line;
  const beforeChar = sameLine ? unitAt(reading, (scan.end[before] ?? 0) - 1) : "";
  const sentenceStart = !sameLine || (scan.kind[before] === kind.mark && /[.!?:"“”'•*|>]/.test(beforeChar));
  if (sameLine && scan.kind[before] === kind.word) {
    const roles = rolesAt(reading, before);
    const word = wordAt(reading, before);
    if ((roles & role.person) !== 0 && scan.gap[first] === gap.space) weight += scan.shape[before] === shape.lower || startOfSentence(reading, before) ? 2.7 : 0.6;
    if (word === "by") weight += 0.7;
    else if (/^(?:with|and|y|und|et|con|mit|avec|for|to|from|per|like|vs|versus|about|against|than|when|if|that|because|told|asked|met|saw|see|hi|contact|call|ref|is)$/i.test(word) && scan.shape[before] === shape.lower) weight += 0.3;
    if ((roles & role.greeting) !== 0) weight += 1.6;
    if ((roles & role.personCue) !== 0 && /^(?:says?|said|replied|writes|wrote|told|asks|asked|starring|met|by)$/.test(word)) weight += 0.9;
    const lead = text.slice(Math.max(0, (scan.start[first] ?? 0) - 20), scan.start[first]);
    if (namesNext.test(lead)) weight += 3;
    else if (introduces.test(lead)) weight += 1.4;
  } else if (sameLine && scan.kind[before] === kind.mark) {
    if (beforeChar === "?" && namesNext.test(text.slice(Math.max(0, (scan.start[first] ?? 0) - 12), scan.start[first]))) weight += 3;
    if (beforeChar === "," && before > 0 && (rolesAt(reading, before - 1) & (role.person | role.greeting)) !== 0) weight += 1;
    if (beforeChar === "(" && before > 0 && (rolesAt(reading, before - 1) & role.person) !== 0) weight += 1;
  }
  const after = last + 1;
  const end = scan.end[last] ?? 0;
  if (after < scan.count && scan.gap[after] !== gap.line) {
    if (scan.kind[after] === kind.word && scan.gap[after] === gap.space) {
      const roles = rolesAt(reading, after);
      if ((roles & role.personCue) !== 0 && scan.shape[after] === shape.lower) weight += 1.2;
      if ((roles & role.nameSuffix) !== 0 && scan.shape[after] === shape.upper) weight += 1.5;
      else if (/^(?:had|has|is|was|will|and|vs|began|won|came|went|took|made|gave|left|became|spent|did|decided|played)$/.test(wordAt(reading, after)) || (scan.shape[after] === shape.lower && /[a-z]{3}ed$/.test(wordAt(reading, after)))) weight += 0.4;
      else if (first === last && scan.shape[after] === shape.lower && roles === 0 && commonLevel(scan.facts[after] ?? 0) === 0 && (scan.end[after] ?? 0) - (scan.start[after] ?? 0) > 4) weight -= 1;
      if (eponymAhead(reading, after)) weight -= 3.5;
      if ((roles & (role.org | role.streetSuffix | role.facility)) !== 0 && scan.shape[after] !== shape.lower) weight -= 2.5;
    } else if (sentenceStart && text[end] === "," && /^\s(?:can|could|please|I|you|we|do|did|are|is|have|thanks|what|how|where|would|will)\b/.test(text.slice(end + 1, end + 9))) weight += 0.7;
    else if (/^['’´`]s\b/.test(text.slice(end, end + 3))) {
      weight += 0.5;
      const owned = tokenAfterPossessive(reading, after);
      if (owned > 0 && ((rolesAt(reading, owned) | rolesAt(reading, owned + 1)) & role.eponymHead) !== 0) weight -= 4;
    } else if (text[end] === "," && after + 1 < scan.count && /^\s(?:MD|RN|DO|PhD|NP|PA|Jr|Sr|\d{2},|a \d|an? [a-z]+-year|aged? \d|who\b|whose\b)/.test(text.slice(end + 1, end + 12))) weight += 1.2;
    else if (text[end] === "-" && after + 1 < scan.count && scan.gap[after + 1] === gap.none) weight -= 0.5;
  }
  return { weight, sentenceStart };
}

/** "Beck Depression Index", "Wells score": a noun that makes the words before it the name of a thing, within the next three words. */
function eponymAhead(reading: Reading, after: number): boolean {
  const { scan } = reading;
  for (let at = after; at < Math.min(after + 3, scan.count); at++) {
    if (scan.kind[at] !== kind.word || scan.gap[at] !== gap.space) return false;
    if ((rolesAt(reading, at) & role.eponymHead) !== 0) return true;
    if (scan.shape[at] === shape.lower) return false;
  }
  return false;
}

/** One of a list of names: "Kovalev, Lee and Phillips", "Malon, Mark, Kaylee". */
function isListed(reading: Reading, at: number): boolean {
  const { scan } = reading;
  const isNameWord = (other: number): boolean => {
    if (other < 0 || other >= scan.count || scan.kind[other] !== kind.word || scan.shape[other] !== shape.title) return false;
    const facts = scan.facts[other] ?? 0;
    return (givenLevel(facts) >= 2 || familyLevel(facts) >= 2) && commonLevel(facts) === 0 && (facts & (wordFacts.region | wordFacts.dictionary)) === 0 && cityLevel(facts) < 2 && isName(reading, other);
  };
  const joins = (joint: number): boolean => joint > 0 && joint < scan.count && (unitAt(reading, scan.start[joint] ?? 0) === "," || /^(?:and|or|y|und|et|e|i|o|with|&)$/.test(wordAt(reading, joint)));
  return (joins(at + 1) && scan.gap[at + 1] !== gap.line && isNameWord(at + 2)) || (joins(at - 1) && scan.gap[at] !== gap.line && isNameWord(at - 2));
}

function tokenAfterPossessive({ scan }: Reading, apostrophe: number): number {
  const next = apostrophe + 2;
  return next < scan.count && scan.gap[next] === gap.space ? next : -1;
}

function startOfSentence({ scan, text }: Reading, at: number): boolean {
  if (at === 0 || scan.gap[at] === gap.line) return true;
  return scan.kind[at - 1] === kind.mark && /[.!?:;,("“|>]/.test(text[scan.start[at - 1] ?? 0] ?? "");
}

/** Identifiers of programs, paths and handles are no names: "User.find(", "@angular", "src/Page", "MAX_Size". */
function isCode(reading: Reading, first: number, last: number): boolean {
  const { scan } = reading;
  const start = scan.start[first] ?? 0;
  const end = scan.end[last] ?? 0;
  const before = unitAt(reading, start - 1);
  const beforeThat = unitAt(reading, start - 2);
  if (before === "-" && /[\p{L}\d]/u.test(beforeThat)) return true;
  if (/[_/\\#$@&~+%=0-9]/.test(before) || (before === "<" && unitAt(reading, end) === ">")) return true;
  // an initial's dot is none of a program: "J.Smith"
  if (before === "." && /[\w)\]]/.test(beforeThat) && !/[A-Z]/.test(beforeThat)) return true;
  const after = unitAt(reading, end);
  if (/[_(=@{[0-9]/.test(after)) return true;
  if (after === "." && /[a-z]/.test(unitAt(reading, end + 1)) && scan.shape[last] !== shape.initial) return true;
  return after === ":" && unitAt(reading, end + 1) === ":";
}

/** Finds every name of the text. `busy` marks tokens that other finds already cover. */
export function findNames(reading: Reading, busy: Uint8Array): void {
  const { scan } = reading;
  const repeated = new Set<number>();
  guessFacts(reading);
  const strict = isProgram(reading);
  for (let at = 0; at < scan.count; at++) {
    if (busy[at] !== 0 || scan.kind[at] !== kind.word) continue;
    const roles = scan.roles[at] ?? 0;
    if ((roles & role.title) !== 0) {
      const end = titled(reading, at, busy, repeated);
      if (end > at) {
        at = end;
        continue;
      }
    }
    if (scan.shape[at] === shape.lower) {
      const end = lowerField(reading, at, busy, repeated) || lowerCase(reading, at, busy, repeated);
      if (end > 0) at = end;
      continue;
    }
    const labelledEnd = labelled(reading, at, busy, repeated);
    if (labelledEnd > 0) {
      at = labelledEnd;
      continue;
    }
    if (!isName(reading, at) && !startsName(reading, at)) continue;
    const run = gather(reading, at, busy);
    weigh(reading, run, busy, repeated, strict);
    at = run.last;
  }
  if (repeated.size > 0) repeat(reading, busy, repeated);
}

/** "Will Harada", "May Quispe": an ordinary word that is a given name too, with a family name right behind it. */
function startsName(reading: Reading, at: number): boolean {
  const { scan } = reading;
  const next = at + 1;
  if (scan.shape[at] !== shape.title || givenLevel(scan.facts[at] ?? 0) < (/^(?:Will|May|April|June|August|Mark|Art|Rich)$/.test(wordAt(reading, at)) ? 2 : 3) || next >= scan.count || scan.gap[next] !== gap.space || scan.shape[next] !== shape.title) return false;
  const facts = scan.facts[next] ?? 0;
  return familyLevel(facts) >= 1 && commonLevel(facts) === 0 && (facts & (wordFacts.region | wordFacts.dictionary)) === 0 && ((scan.roles[next] ?? 0) & (nonName | role.org)) === 0;
}

const programMargin = 1.6;
const minProgramTokens = 60;
const programMarks = new Set(Array.from("(){};=", (char) => char.charCodeAt(0)));

/** Program text: every eighth token is one of its marks. A lone capitalised word there is a type or a title far more often than a name. */
function isProgram({ scan }: Reading): boolean {
  if (scan.count < minProgramTokens) return false;
  let marks = 0;
  for (let at = 0; at < scan.count; at++) if (scan.kind[at] === kind.mark && programMarks.has(scan.hash[at] ?? 0)) marks += 1;
  return marks * 8 > scan.count;
}

// Endings that family names have in their languages and few other words do
const familyEnding =
  /(?:[bdgklmnprstvz](?:ov|ev|ova|eva)|[aeiou]yeva?|sk[iy]|ska|sky|ská|ský|s?son|dóttir|dottir|[dlmnrt]sen|czyk|wicz|vi[cć]|ovi[cć]|evi[cć]|vich|enko|chuk|[aiou]n?yan|[aeiou]dze|shvili|ová|opoulos|idis|akis|[ai]nen|[aeiouráéí]nez|[aeiou]lez|[aeiou]rez|guez|ellini|elli|etti|ucci|mann|berg|stein|feld|ström|quist|qvist|gaard|stra|aitis|auskas|[iė]enė|o[ğg]lu|escu|eanu|zadeh|[aá]ndez|wala|murthy|swamy|abadi)$/i;

/** Words of no list that look like names: by their ending, or as a listed given name with the "s" of a possessive whose apostrophe was left out ("Elenas order"). */
function guessFacts({ scan, text, lookup }: Reading): void {
  for (let at = 0; at < scan.count; at++) {
    if (scan.kind[at] !== kind.word || scan.shape[at] !== shape.title || scan.facts[at] !== 0 || scan.roles[at] !== 0) continue;
    const size = (scan.end[at] ?? 0) - (scan.start[at] ?? 0);
    if (size < 5 || size > 24) continue;
    const word = text.slice(scan.start[at], scan.end[at]);
    if (familyEnding.test(word)) scan.facts[at] = 2 << wordFacts.familyShift;
    else if (word.endsWith("s")) {
      const owner = lookup(wordHash(word.slice(0, -1)));
      if (givenLevel(owner) >= 2 && commonLevel(owner) === 0) scan.facts[at] = owner;
    }
  }
}

function person(reading: Reading, first: number, last: number, rule: string, score: number, busy: Uint8Array): void {
  const { scan, text } = reading;
  let end = scan.end[last] ?? 0;
  // the dot of a closing initial belongs to the name: "Anna S."
  if (scan.shape[last] === shape.initial && text[end] === "." && last !== first) end += 1;
  const suffix = /^,? (?:MD|M\.D\.|PhD|Ph\.D\.|DO|DDS|DVM|Esq\.?|Jr\.?|Sr\.?|II|III|IV)(?![\w])/.exec(text.slice(end, end + 9));
  if (suffix !== null && last !== first) end += suffix[0].length;
  const from = particlesBefore(reading, first, busy);
  take(reading, "PERSON", scan.start[from] ?? 0, end, rule, score);
  busy.fill(1, from, last + 1);
  // "J. Parra (13287241)": the number of the person just named
  if (text.startsWith(" (", end) && scan.kind[last + 2] === kind.digits && last + 3 < scan.count && text[scan.end[last + 2] ?? 0] === ")") {
    const digits = (scan.end[last + 2] ?? 0) - (scan.start[last + 2] ?? 0);
    if (digits >= 5 && digits <= 12) take(reading, "ID", scan.start[last + 2] ?? 0, scan.end[last + 2] ?? 0, "id.after-name", 0.7);
  }
}

const namePrefix = /^(?:van|von|vom|zu|der|den|ter|ten|al|el|bin|ibn|ben|abu|abd|ould|du|da|dos|das|di|della|dello|st|mc|mac|af|av|de|la|des|del)$/;

/** The particles before a family name: "von Ahn", "al-Hassan", "van der Berg". "de" and "la" only together, "de la Cruz". */
function particlesBefore({ scan, text }: Reading, first: number, busy: Uint8Array): number {
  let from = first;
  for (let step = 0; step < 3; step++) {
    let before = from - 1;
    if (before < 0 || scan.gap[from] === gap.line) break;
    if (scan.kind[before] === kind.mark && text[scan.start[before] ?? 0] === "-" && scan.gap[before] === gap.none && scan.gap[from] === gap.none) before -= 1;
    if (before < 0 || scan.kind[before] !== kind.word || busy[before] !== 0) break;
    const word = text.slice(scan.start[before], scan.end[before]);
    if (!namePrefix.test(word)) break;
    from = before;
  }
  if (from === first) return first;
  const words = text.slice(scan.start[from], scan.start[first]);
  return /^(?:de |la |del |des |el |da |di |du |st |den |der |zu )$/.test(words) ? first : from;
}

function remember({ scan }: Reading, parts: readonly number[], repeated: Set<number>): void {
  for (const at of parts) {
    const facts = scan.facts[at] ?? 0;
    const size = (scan.end[at] ?? 0) - (scan.start[at] ?? 0);
    if (size >= 3 && commonLevel(facts) < 2 && (facts & wordFacts.region) === 0 && ((scan.roles[at] ?? 0) & (role.notName | role.month | role.title | role.particle)) === 0) repeated.add(scan.hash[at] ?? 0);
  }
}

/** "Dr. Clara Bennett", "DR. MARÍA LÓPEZ", "dr lopez-roberts", "Sra. de la Cruz". Returns the last token, or `at` when no name follows. */
function titled(reading: Reading, at: number, busy: Uint8Array, repeated: Set<number>): number {
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

/** Words at the end of a run that belong to the sentence: "Dr. Smith Hospital", "Mr. Jones Will". */
function trimTail(reading: Reading, parts: readonly number[]): number[] {
  const { scan } = reading;
  const kept = [...parts];
  while (kept.length > 1) {
    const at = kept.at(-1) ?? 0;
    const facts = scan.facts[at] ?? 0;
    if (scan.shape[at] === shape.initial && unitAt(reading, scan.end[at] ?? 0) !== "." && /^(?:A|I)$/.test(wordAt(reading, at)) && kept.length > 1 && scan.shape[(kept.at(-2) ?? 0)] !== shape.upper) kept.pop();
    else if ((commonLevel(facts) >= 2 || (facts & wordFacts.foreign) !== 0) && familyLevel(facts) < 2 && givenLevel(facts) < 2) kept.pop();
    else if (((scan.roles[at] ?? 0) & (role.nameLabel | role.idLabel | role.dateLabel)) !== 0 && familyLevel(facts) < 2 && givenLevel(facts) < 2) kept.pop();
    else break;
  }
  return kept;
}

/** As `trimTail`, for fields that hold nothing but a name: only the next field's label falls off. */
function trimLabels(reading: Reading, parts: readonly number[]): number[] {
  const kept = [...parts];
  while (kept.length > 1 && (rolesAt(reading, kept.at(-1) ?? 0) & (role.nameLabel | role.idLabel | role.dateLabel | role.ageLabel)) !== 0 && familyLevel(reading.scan.facts[kept.at(-1) ?? 0] ?? 0) < 3) kept.pop();
  return kept;
}

const isLowerName = ({ scan }: Reading, at: number): boolean => {
  const facts = scan.facts[at] ?? 0;
  if ((scan.end[at] ?? 0) - (scan.start[at] ?? 0) < 3 || ((scan.roles[at] ?? 0) & ~role.particle) !== 0) return false;
  return commonLevel(facts) === 0 && (facts & (wordFacts.foreign | wordFacts.dictionary | wordFacts.lowerWord)) === 0 && (givenLevel(facts) > 0 || familyLevel(facts) > 0);
};

const busyBefore = ({ scan }: Reading, at: number): boolean => scan.shape[at] !== shape.lower;

/** Lower-case words that are names and nothing else, joined by spaces or hyphens. */
function lowerRun(reading: Reading, at: number, limit: number): number[] {
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

/** Names written in lower case, as people type to a chat: two name words in a row, or one behind "patient", "named", "dr". */
function lowerCase(reading: Reading, at: number, busy: Uint8Array, repeated: Set<number>): number {
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
  const noun = sameLine && scan.kind[before] === kind.word && scan.gap[at] === gap.space && (((rolesAt(reading, before) & role.person) !== 0) || /^(?:named|called|mr|mrs|ms|dr|with|by|for)$/i.test(wordAt(reading, before)));
  const isLabelled = (labelsBefore(reading, at) & role.nameLabel) !== 0 && colonBefore(reading, at);
  const parts = lowerRun(reading, at, 3);
  const second = parts[1];
  const sure = second !== undefined && given >= 2 && (isUnknown(scan.facts[second] ?? 0) ? noun : familyLevel(scan.facts[second] ?? 0) >= 1 || givenLevel(scan.facts[second] ?? 0) >= 1);
  const enough = sure ? given === 3 || noun || isLabelled || level === "recall" : (noun && (given === 3 || (given === 2 && level === "recall"))) || (isLabelled && given >= 2);
  if (!enough || level === "precise") return 0;
  if (!sure && !isLabelled && /^\s?(?:disease|syndrome|sign|score|test)/.test(text.slice(scan.end[at], (scan.end[at] ?? 0) + 10))) return 0;
  const last = sure || isLabelled ? (parts.at(-1) ?? at) : at;
  person(reading, at, last, "name.lower", 0.6, busy);
  if (sure) remember(reading, parts, repeated);
  return last;
}

/** A field of a person's own name whose value is in lower case or begins with a particle: `"last_name":"de la Cruz"`, HL7 `means^Mona`. */
function lowerField(reading: Reading, at: number, busy: Uint8Array, repeated: Set<number>): number {
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

/** The value of a field that holds a name: "Apellidos: Rivera Bueno", `"last_name":"Shung"`, "From: Ann Lee <". Returns the last token, or 0. */
function labelled(reading: Reading, at: number, busy: Uint8Array, repeated: Set<number>): number {
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
  const sure = (labels & role.personField) !== 0 && (labels & role.techLabel) === 0;
  const run = gather(reading, at, busy);
  const parts = sure && !speaks ? trimLabels(reading, run.parts) : trimTail(reading, run.parts);
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

/** Decides on a run of name words by weights; takes the best stretch of it. */
function weigh(reading: Reading, run: Run, busy: Uint8Array, repeated: Set<number>, strict: boolean): void {
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

/** A line of capitals or a title ("DISCHARGE SUMMARY", "History:") is a heading when its words are all words. */
function isHeading(reading: Reading, first: number, last: number): boolean {
  const { scan } = reading;
  for (let at = first; at <= last; at++) {
    if (scan.kind[at] !== kind.word || scan.shape[at] === shape.initial) continue;
    const facts = scan.facts[at] ?? 0;
    if (commonLevel(facts) < 2 || givenLevel(facts) === 3) return false;
  }
  return unitAt(reading, scan.end[last] ?? 0) === ":";
}

/** Takes the words of names found with certainty wherever else they stand with a capital. */
function repeat(reading: Reading, busy: Uint8Array, repeated: ReadonlySet<number>): void {
  const { scan } = reading;
  for (let at = 0; at < scan.count; at++) {
    if (busy[at] !== 0 || scan.kind[at] !== kind.word || scan.shape[at] === shape.lower || scan.shape[at] === shape.initial || !repeated.has(scan.hash[at] ?? 0)) continue;
    if (isCode(reading, at, at) || context(reading, at, at).weight <= -2) continue;
    let last = at;
    while (last + 1 < scan.count && scan.gap[last + 1] === gap.space && scan.shape[last + 1] !== shape.lower && repeated.has(scan.hash[last + 1] ?? 0) && busy[last + 1] === 0) last += 1;
    person(reading, at, last, "name.repeated", 0.7, busy);
    at = last;
  }
}
