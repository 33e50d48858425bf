/** What the word lists say of a word, packed into 16 bits: the numbers `NameLists.lookup` answers with. */

export interface WordFacts {
  /** 0 no given name · 1 rare · 2 known · 3 frequent */
  readonly givenShift: number;
  /** 0 no family name · 1 rare · 2 known · 3 frequent */
  readonly familyShift: number;
  /** 0 no town · 1 a town · 2 above 50,000 people · 3 above 300,000 */
  readonly cityShift: number;
  /** A country or a region (state, province), in one of the languages. */
  readonly region: number;
  /** How common an English word: 0 … 3; 0 also for words usually written with a capital. */
  readonly commonShift: number;
  /** Frequent in Spanish, French, German, Italian, Portuguese, Dutch or a Nordic language. */
  readonly foreign: number;
  /** Usually written with a capital in English: a name of some kind. */
  readonly proper: number;
  /** Stands in an English dictionary (known only of words that are also names or towns). */
  readonly dictionary: number;
  /** Stands in an English dictionary, whatever its usual case: in lower case it is no name. */
  readonly lowerWord: number;
}

/** Where each fact lies in the 16 bits. */
export const wordFacts: WordFacts = {
  givenShift: 0,
  familyShift: 2,
  cityShift: 4,
  region: 1 << 6,
  commonShift: 7,
  foreign: 1 << 9,
  proper: 1 << 10,
  dictionary: 1 << 11,
  lowerWord: 1 << 12,
};

export const givenLevel = (facts: number): number => facts & 3;
export const familyLevel = (facts: number): number => (facts >> wordFacts.familyShift) & 3;
export const cityLevel = (facts: number): number => (facts >> wordFacts.cityShift) & 3;
export const commonLevel = (facts: number): number => (facts >> wordFacts.commonShift) & 3;
