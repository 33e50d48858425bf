/** What the rules and the lists know of a word, by its hash. The words of a text come again and again: those asked about last are kept at hand, for the lists are larger than a processor's cache. */
import { roles as allRoles } from "./roles.ts";
import type { NameLists } from "./span.ts";

const slots = 1 << 13;

export class KnownWords {
  /** By slot. */
  readonly roles: Int32Array = new Int32Array(slots);
  /** By slot. */
  readonly facts: Uint16Array = new Uint16Array(slots);
  readonly #hashes = new Uint32Array(slots);
  readonly #names: NameLists | undefined;

  constructor(names: NameLists | undefined) {
    this.#names = names;
  }

  /** Where `roles` and `facts` have the word until the next question; the slot of hash 0, that of no word, holds nothing. */
  slotOf(hash: number): number {
    const slot = hash & (slots - 1);
    if (this.#hashes[slot] !== hash) this.#fill(slot, hash);
    return slot;
  }

  #fill(slot: number, hash: number): void {
    this.#hashes[slot] = hash;
    this.roles[slot] = allRoles().get(hash);
    this.facts[slot] = hash === 0 ? 0 : (this.#names?.lookup(hash) ?? 0);
  }
}
