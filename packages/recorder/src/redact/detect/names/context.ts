/** What stands around a run and speaks for or against a person: nouns, greetings, verbs, introductions, eponyms, lists, program text. */
import type { Reading } from "../reading.ts";
import { role } from "../roles.ts";
import { gap, kind, shape } from "../scan.ts";
import { cityLevel, commonLevel, familyLevel, givenLevel, wordFacts } from "../words.ts";
import { unitSet } from "../word-table.ts";
import { isName, rolesAt, unitAt, wordAt } from "./words.ts";

const minProgramTokens = 60;
const isProgramMark = unitSet("(){};=");

const namesNext = /\b(?:name is|name['’]s|name was|names? (?:are|is)|your name\? |named|called|nickname(?:d)?|né|née|llamad[oa]|se llama|me llamo|heißt|namens|nommée?|s'appelle|chamad[oa]|chamo-me|mi chiamo|si chiama|call (?:me|him|her)|named (?:him|her)) $/i;
const introduces = /\b(?:starring|name|this is|is this|I am|I['’]m|i['’]?m|name is|name['’]s|call me|speak (?:to|with)|talk(?:ing)? to|spoke (?:to|with)|soy|me llamo|ich bin|je suis|sou o|sou a|according to|accompanied by|note that|weight for|asked|told|met|about) $/;

const seen = /\b(?:I|we|We) (?:saw|met|reviewed|examined|evaluated|admitted|discharged|assessed|visited|treated|consulted on) $/;

/** What stands before and after a run, as a weight: how much it speaks for a person. */
export function context(reading: Reading, first: number, last: number): { weight: number; readonly sentenceStart: boolean } {
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
    // "la maman de Maëlys", "die Mutter von Maja"
    if (/^(?:de|d|von|of|do|da|du|di|van)$/.test(word) && (rolesAt(reading, before - 1) & role.person) !== 0 && scan.shape[before - 1] === shape.lower && scan.gap[before] === gap.space) weight += 1.6;
    if (word === "by") weight += 0.7;
    else if (/^(?:with|and|y|und|et|con|mit|avec|for|to|from|per|like|vs|versus|about|against|than|when|if|that|because|told|asked|met|saw|see|hi|contact|call|ref|is)$/i.test(word) && scan.shape[before] === shape.lower) weight += 0.3;
    if ((roles & role.greeting) !== 0) weight += 1.6;
    if ((roles & role.personCue) !== 0 && /^(?:says?|said|replied|writes|wrote|told|asks|asked|starring|met|by)$/.test(word)) weight += 0.9;
    const lead = text.slice(Math.max(0, (scan.start[first] ?? 0) - 20), scan.start[first]);
    if (namesNext.test(lead)) weight += 3;
    else if (introduces.test(lead)) weight += 1.4;
    else if (seen.test(lead)) weight += 1.2;
  } else if (sameLine && scan.kind[before] === kind.mark) {
    if (beforeChar === "?" && namesNext.test(text.slice(Math.max(0, (scan.start[first] ?? 0) - 12), scan.start[first]))) weight += 3;
    if (beforeChar === "," && before > 0 && (rolesAt(reading, before - 1) & (role.person | role.greeting)) !== 0) weight += 1;
    if (beforeChar === "(" && before > 0 && (rolesAt(reading, before - 1) & role.person) !== 0) weight += 1;
  }
  const after = last + 1;
  const end = scan.end[last] ?? 0;
  const endsLine = after >= scan.count || scan.gap[after] === gap.line;
  // "— Leopold", below what he wrote
  if (endsLine && sameLine && /[—–~]/.test(beforeChar) && scan.gap[first] === gap.space) weight += 0.7;
  // "Tamsin: did you …": who speaks, at the beginning of a line
  if (first === last && !sameLine && text[end] === ":" && text[end + 1] === " " && givenLevel(scan.facts[first] ?? 0) >= 1 && commonLevel(scan.facts[first] ?? 0) === 0 && ((scan.facts[first] ?? 0) & (wordFacts.dictionary | wordFacts.foreign | wordFacts.region)) === 0) weight += 1.8;
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
    } else if (text[end] === "," && after + 1 < scan.count && (/^\s(?:MD|RN|DO|PhD|NP|PA|Jr|Sr|\d{1,3}\s?(?:,|[MFmf]\b|y\/?o\b|[- ]?years?\b)|a \d|an? [a-z]+-year|aged? \d|who\b|whose\b)/.test(text.slice(end + 1, end + 12)) || isRelation(reading, after + 1))) weight += 1.2;
    else if (text[end] === "-" && after + 1 < scan.count && scan.gap[after + 1] === gap.none) weight -= 0.5;
  }
  return { weight, sentenceStart };
}

/** "…, brother", "…, her husband": what a person is to somebody, right behind the comma. */
function isRelation(reading: Reading, at: number): boolean {
  const noun = /^(?:his|her|their|my|our|the|a|an|your)$/.test(wordAt(reading, at)) ? at + 1 : at;
  const { scan } = reading;
  return noun < scan.count && scan.kind[noun] === kind.word && scan.shape[noun] === shape.lower && (rolesAt(reading, noun) & role.person) !== 0;
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

/** A word that could be one of several names in a row. */
function isNameWord(reading: Reading, at: number): boolean {
  const { scan } = reading;
  if (at < 0 || at >= scan.count || scan.kind[at] !== kind.word || scan.shape[at] !== shape.title) return false;
  const facts = scan.facts[at] ?? 0;
  return (givenLevel(facts) >= 2 || familyLevel(facts) >= 2) && commonLevel(facts) === 0 && (facts & (wordFacts.region | wordFacts.dictionary)) === 0 && cityLevel(facts) < 2 && isName(reading, at);
}

const joint = /^(?:,|and|or|y|und|et|e|i|o|with|&)$/;
const joins = (reading: Reading, at: number): boolean => at > 0 && at < reading.scan.count && joint.test(wordAt(reading, at));

/** One of a list of names: "Kovalev, Lee and Phillips", "Malon, Mark, Kaylee". */
export function isListed(reading: Reading, at: number): boolean {
  const { scan } = reading;
  return (isNameWord(reading, at + 2) && joins(reading, at + 1) && scan.gap[at + 1] !== gap.line) || (isNameWord(reading, at - 2) && joins(reading, at - 1) && scan.gap[at] !== gap.line);
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
export function isCode(reading: Reading, first: number, last: number): boolean {
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

/** A line of capitals or a title ("DISCHARGE SUMMARY", "History:") is a heading when its words are all words. */
export function isHeading(reading: Reading, first: number, last: number): boolean {
  const { scan } = reading;
  for (let at = first; at <= last; at++) {
    if (scan.kind[at] !== kind.word || scan.shape[at] === shape.initial) continue;
    const facts = scan.facts[at] ?? 0;
    if (commonLevel(facts) < 2 || givenLevel(facts) === 3) return false;
  }
  return unitAt(reading, scan.end[last] ?? 0) === ":";
}

/** Program text: every eighth token is one of its marks. A lone capitalised word there is a type or a title far more often than a name. */
export function isProgram({ scan }: Reading): boolean {
  if (scan.count < minProgramTokens) return false;
  let marks = 0;
  for (let at = 0; at < scan.count; at++) if (scan.kind[at] === kind.mark && isProgramMark(scan.hash[at] as number)) marks += 1;
  return marks * 8 > scan.count;
}
