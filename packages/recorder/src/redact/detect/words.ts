/** What the word lists say of a word, packed into 16 bits: the numbers `NameLists.lookup` answers with. */

export const wordFacts = {
  /** 0 no given name · 1 rare · 2 known · 3 frequent */
  givenShift: 0,
  /** 0 no family name · 1 rare · 2 known · 3 frequent */
  familyShift: 2,
  /** 0 no town · 1 a town · 2 above 50,000 people · 3 above 300,000 */
  cityShift: 4,
  /** A country or a region (state, province), in one of the languages. */
  region: 1 << 6,
  /** How common an English word: 0 … 3; 0 also for words usually written with a capital. */
  commonShift: 7,
  /** Frequent in Spanish, French, German, Italian, Portuguese, Dutch or a Nordic language. */
  foreign: 1 << 9,
  /** Usually written with a capital in English: a name of some kind. */
  proper: 1 << 10,
  /** Stands in an English dictionary (known only of words that are also names or towns). */
  dictionary: 1 << 11,
  /** Stands in an English dictionary, whatever its usual case: in lower case it is no name. */
  lowerWord: 1 << 12,
} as const;

export const givenLevel = (facts: number): number => facts & 3;
export const familyLevel = (facts: number): number => (facts >> wordFacts.familyShift) & 3;
export const cityLevel = (facts: number): number => (facts >> wordFacts.cityShift) & 3;
export const commonLevel = (facts: number): number => (facts >> wordFacts.commonShift) & 3;
