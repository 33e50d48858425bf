/** What a word can be to a name: which words may stand in one, and what is guessed of those that no list has. */
import { wordHash } from "../fold.ts";
import type { Reading } from "../reading.ts";
import { eponyms, role } from "../roles.ts";
import { gap, kind, shape } from "../scan.ts";
import { commonLevel, familyLevel, givenLevel, wordFacts } from "../words.ts";

export const wordAt = ({ scan, text }: Reading, at: number): string => text.slice(scan.start[at], scan.end[at]);
export const rolesAt = ({ scan }: Reading, at: number): number => (at >= 0 && at < scan.count ? (scan.roles[at] ?? 0) : 0);
export const unitAt = ({ text }: Reading, at: number): string => (at >= 0 && at < text.length ? (text[at] ?? "") : "");

export const nonName: number = role.notName | role.month | role.weekday | role.facility | role.eponymHead | role.unit;
/** Roles that end a run although the word is capitalised; a frequent name that is also one of these words stays in. */
export function isName(reading: Reading, at: number): boolean {
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

/** "Will Harada", "May Quispe": an ordinary word that is a given name too, with a family name right behind it. */
export function startsName(reading: Reading, at: number): boolean {
  const { scan } = reading;
  const next = at + 1;
  if (scan.shape[at] !== shape.title || givenLevel(scan.facts[at] ?? 0) < (/^(?:Will|May|April|June|August|Mark|Art|Rich)$/.test(wordAt(reading, at)) ? 2 : 3) || next >= scan.count || scan.gap[next] !== gap.space || scan.shape[next] !== shape.title) return false;
  const facts = scan.facts[next] ?? 0;
  return familyLevel(facts) >= 1 && commonLevel(facts) === 0 && (facts & (wordFacts.region | wordFacts.dictionary)) === 0 && ((scan.roles[next] ?? 0) & (nonName | role.org)) === 0;
}

export const isLowerName = ({ scan }: Reading, at: number): boolean => {
  const facts = scan.facts[at] ?? 0;
  if ((scan.end[at] ?? 0) - (scan.start[at] ?? 0) < 3 || ((scan.roles[at] ?? 0) & ~role.particle) !== 0) return false;
  return commonLevel(facts) === 0 && (facts & (wordFacts.foreign | wordFacts.dictionary | wordFacts.lowerWord)) === 0 && (givenLevel(facts) > 0 || familyLevel(facts) > 0);
};

// Endings that family names have in their languages and few other words do
const familyEnding =
  /(?:[bdgklmnprstvz](?:ov|ev|ova|eva)|[aeiou]yeva?|sk[iy]|ska|sky|ská|ský|s?son|dóttir|dottir|[dlmnrt]sen|czyk|wicz|vi[cć]|ovi[cć]|evi[cć]|vich|enko|chuk|[aiou]n?yan|[aeiou]dze|shvili|ová|opoulos|idis|akis|[ai]nen|[aeiouráéí]nez|[aeiou]lez|[aeiou]rez|guez|ellini|elli|etti|ucci|mann|berg|stein|feld|ström|quist|qvist|gaard|stra|aitis|auskas|[iė]enė|o[ğg]lu|escu|eanu|zadeh|[aá]ndez|wala|murthy|swamy|abadi)$/i;

/** Words of no list that look like names: by their ending, or as a listed given name with the "s" of a possessive whose apostrophe was left out ("Elenas order"). */
export function guessFacts({ scan, text, lookup }: Reading): void {
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
