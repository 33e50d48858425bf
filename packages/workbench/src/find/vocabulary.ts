/**
 * Which words of a document are which words of the query: equal ones, their pseudonyms, and those a typo or a misread letter apart. Numbers and pseudonyms
 * are compared exactly, always.
 */
import { distance } from "fastest-levenshtein";
import type { QueryWord } from "./query.ts";

/** Shorter words differ by a letter from too many others. */
const SHORTEST_FUZZY = 4;

export const allowedDistance = (length: number): number => (length < SHORTEST_FUZZY ? 0 : length < 8 ? 1 : 2);

export class Vocabulary {
  /** Number of each query word, equal for equal words. */
  readonly numbers: readonly number[];
  readonly #exact = new Map<string, number>();
  readonly #guessed = new Set<string>();
  readonly #byShortened = new Map<string, string[]>();
  readonly #seen = new Map<string, number>();
  /** Words of the query the store does not know → the nearest it has. */
  readonly respellings: Map<string, string> = new Map();
  readonly size: number;

  constructor(words: readonly QueryWord[]) {
    let next = 0;
    this.numbers = words.map(({ word, also, kind }) => {
      const known = this.#exact.get(word);
      if (known !== undefined) return known;
      const number = next++;
      this.#exact.set(word, number);
      for (const other of also) if (!this.#exact.has(other)) this.#exact.set(other, number);
      if (kind === "word" && word.length >= SHORTEST_FUZZY) for (const shortened of shortenings(word)) this.#byShortened.set(shortened, [...(this.#byShortened.get(shortened) ?? []), word]);
      return number;
    });
    this.size = next;
    for (const [place, { guesses }] of words.entries()) {
      for (const guess of guesses) {
        if (this.#exact.has(guess)) continue;
        this.#exact.set(guess, this.numbers[place] as number);
        this.#guessed.add(guess);
      }
    }
  }

  /** A word the store has that stands for one of the query (part of it, or spelled otherwise). */
  accept(storeWord: string, queryWord: string): void {
    if (!this.respellings.has(queryWord)) this.respellings.set(queryWord, storeWord);
    const number = this.#exact.get(queryWord);
    if (number !== undefined && !this.#exact.has(storeWord)) this.#exact.set(storeWord, number);
  }

  /** Number of the query word this document word is, -1 for none. */
  numberOf(word: string): number {
    const exact = this.#exact.get(word);
    if (exact !== undefined) return exact;
    const seen = this.#seen.get(word);
    if (seen !== undefined) return seen;
    const near = this.#near(word);
    this.#seen.set(word, near);
    return near;
  }
  isExact(word: string): boolean {
    return this.#exact.has(word) && !this.#guessed.has(word);
  }

  #near(word: string): number {
    if (word.length < SHORTEST_FUZZY || /^[0-9]/.test(word)) return -1;
    const most = allowedDistance(word.length);
    let best = -1;
    let bestDistance = most + 1;
    for (const shortened of shortenings(word)) {
      for (const candidate of this.#byShortened.get(shortened) ?? []) {
        const apart = distance(word, candidate);
        if (apart >= bestDistance) continue;
        bestDistance = apart;
        best = this.#exact.get(candidate) ?? -1;
      }
    }
    return best;
  }
}

/** The word, and the word without each of its letters: words one edit apart have one of these in common. */
function* shortenings(word: string): Generator<string> {
  yield word;
  for (let at = 0; at < word.length; at += 1) yield word.slice(0, at) + word.slice(at + 1);
}
