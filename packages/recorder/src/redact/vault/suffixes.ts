/**
 * Which suffix each spelling of each value has: a function of the order of the sealed frames in the file, so that every process that reads the file agrees.
 * Kept as hashes in flat arrays: 16 bytes a spelling, where a Map of strings would take 150.
 */
import { SUFFIX_LENGTH } from "./writer.ts";

export class Suffixes {
  readonly #claimed = new HashTable();

  /** The suffix of a spelling; claims it when it is new. */
  of(value: string, tag: string): string {
    const owner = hash53(tag);
    for (let length = SUFFIX_LENGTH; length < tag.length; length += 1) {
      const suffix = tag.slice(0, length);
      const key = hash53(`${value}~${suffix}`);
      const known = this.#claimed.get(key);
      if (known === undefined) this.#claimed.set(key, owner);
      if (known === undefined || known === owner) return suffix;
    }
    return tag;
  }
}

/** 53 bits of a string (cyrb53): spreads well, is quick, keeps nothing secret. */
export function hash53(text: string): number {
  let a = 0xdeadbeef;
  let b = 0x41c6ce57;
  for (let index = 0; index < text.length; index += 1) {
    const unit = text.charCodeAt(index);
    a = Math.imul(a ^ unit, 2654435761);
    b = Math.imul(b ^ unit, 1597334677);
  }
  a = Math.imul(a ^ (a >>> 16), 2246822507) ^ Math.imul(b ^ (b >>> 13), 3266489909);
  b = Math.imul(b ^ (b >>> 16), 2246822507) ^ Math.imul(a ^ (a >>> 13), 3266489909);
  return 4294967296 * (2097151 & b) + (a >>> 0) + 1;
}

/** Numbers above 0 to numbers, open addressing. */
export class HashTable {
  #keys = new Float64Array(1024);
  #values = new Float64Array(1024);
  #size = 0;

  get(key: number): number | undefined {
    const at = this.#find(key);
    return this.#keys[at] === key ? this.#values[at] : undefined;
  }
  set(key: number, value: number): void {
    if (this.#size * 2 > this.#keys.length) this.#grow();
    const at = this.#find(key);
    if (this.#keys[at] !== key) this.#size += 1;
    this.#keys[at] = key;
    this.#values[at] = value;
  }

  #find(key: number): number {
    const mask = this.#keys.length - 1;
    let at = (key ^ (key / 4294967296)) & mask;
    while (this.#keys[at] !== 0 && this.#keys[at] !== key) at = (at + 1) & mask;
    return at;
  }
  #grow(): void {
    const keys = this.#keys;
    const values = this.#values;
    this.#keys = new Float64Array(keys.length * 2);
    this.#values = new Float64Array(keys.length * 2);
    for (let at = 0; at < keys.length; at += 1) {
      if (keys[at] === 0) continue;
      const to = this.#find(keys[at] as number);
      this.#keys[to] = keys[at] as number;
      this.#values[to] = values[at] as number;
    }
  }
}
