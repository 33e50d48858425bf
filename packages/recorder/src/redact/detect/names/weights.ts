/**
 * How much a word of the lists speaks for a name. Set by hand on one half of public corpora (bench/redact.ts prints both halves): a frequent given name counts
 * most, and everything that makes it an ordinary word or a town counts against it.
 */
import { cityLevel, commonLevel, familyLevel, givenLevel, wordFacts } from "../words.ts";

/** In no list at all. */
export const isUnknown = (facts: number): boolean => facts === 0;

/** How ordinary a word is: 0 for one that only names use. */
function ordinary(facts: number): number {
  const common = commonLevel(facts);
  let weight = common === 3 ? 1.8 : common === 2 ? 1.3 : common === 1 ? 0.7 : 0;
  if ((facts & wordFacts.foreign) !== 0) weight += 0.5;
  if ((facts & wordFacts.dictionary) !== 0) weight += 0.4;
  if ((facts & wordFacts.region) !== 0) weight += 1.2;
  return givenLevel(facts) === 3 ? weight * 0.6 : weight;
}

/** As the first word of a name. */
export function givenWeight(facts: number): number {
  const given = givenLevel(facts);
  const base = given === 3 ? 2.3 : given === 2 ? 1.8 : given === 1 ? 1.2 : familyLevel(facts) >= 2 ? 0.7 : familyLevel(facts) === 1 ? 0.5 : isUnknown(facts) ? 0.3 : -0.4;
  const town = cityLevel(facts);
  return base - ordinary(facts) - (given < 2 ? (town === 3 ? 1.2 : town === 2 ? 0.6 : 0) : 0);
}

/** As the last word of a name. */
export function familyWeight(facts: number, upper: boolean): number {
  const family = familyLevel(facts);
  const base = family === 3 ? 1.8 : family === 2 ? 1.5 : family === 1 ? 1.2 : givenLevel(facts) >= 1 ? 1 : isUnknown(facts) ? (upper ? 0 : 0.8) : commonLevel(facts) === 1 && (facts & (wordFacts.dictionary | wordFacts.foreign | wordFacts.region | wordFacts.lowerWord)) === 0 && cityLevel(facts) === 0 ? 0.2 : -0.5;
  return base - ordinary(facts) * 0.8;
}

/** As a name of one word. */
export function singleWeight(facts: number, upper: boolean): number {
  const given = givenLevel(facts);
  const family = familyLevel(facts);
  const base = Math.max(given === 3 ? 2.2 : given === 2 ? 1.5 : given === 1 ? 0.7 : 0, family === 3 ? 1.4 : family === 2 ? 1 : family === 1 ? 0.5 : 0) + (given >= 1 && family >= 1 ? 0.2 : 0) + ((facts & wordFacts.proper) !== 0 && (given >= 2 || family >= 3) ? 0.3 : 0);
  const town = cityLevel(facts);
  return base - ordinary(facts) * 1.3 - (town === 3 ? 1.3 : town === 2 ? 0.8 : town === 1 ? 0.15 : 0) - (upper ? 1 : 0);
}
