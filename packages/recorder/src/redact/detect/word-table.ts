/**
 * Numbers by the hash of a word, and sets of single characters: what the rules ask about every token. A `Map` or `Set` of hashes would make a number object for each question
 * (most hashes are no small integers), which cost more than the rules themselves.
 */
import { wordHash } from "./fold.ts";

/** Open addressing, at most half full. The hash 0 is that of no word. */
export class WordTable {
  readonly #keys: Uint32Array;
  readonly #values: Int32Array;
  readonly #mask: number;

  /** Values of equal hashes are combined bit by bit. */
  constructor(entries: readonly (readonly [hash: number, value: number])[]) {
    let size = 16;
    while (size < entries.length * 2) size *= 2;
    this.#keys = new Uint32Array(size);
    this.#values = new Int32Array(size);
    this.#mask = size - 1;
    for (const [hash, value] of entries) {
      let slot = hash & this.#mask;
      while (this.#keys[slot] !== 0 && this.#keys[slot] !== hash) slot = (slot + 1) & this.#mask;
      this.#keys[slot] = hash;
      this.#values[slot] = (this.#values[slot] as number) | value;
    }
  }

  /** 0 for a word that is not in it. */
  get(hash: number): number {
    const keys = this.#keys;
    const mask = this.#mask;
    for (let slot = hash & mask; ; slot = (slot + 1) & mask) {
      const key = keys[slot] as number;
      if (key === hash) return this.#values[slot] as number;
      if (key === 0) return 0;
    }
  }
}

export interface WordSet {
  has(hash: number): boolean;
}

/** The hashes of single words, separated by spaces: computed at the first question, so that importing the recorder does not build the tables. */
export function wordSet(words: string): WordSet {
  let table: WordTable | undefined;
  return { has: (hash) => hash !== 0 && (table ??= new WordTable(words.split(" ").map((word) => [wordHash(word), 1]))).get(hash) !== 0 };
}

/** Whether a UTF-16 unit is one of a few characters. `NaN`, which stands beside the ends of a text, is none. */
export function unitSet(characters: string): (unit: number) => boolean {
  const known = new Uint8Array(Math.max(...Array.from(characters, (one) => one.charCodeAt(0))) + 1);
  for (let at = 0; at < characters.length; at++) known[characters.charCodeAt(at)] = 1;
  return (unit) => known[unit] === 1;
}
