/** A bounded map that forgets what was not asked for lately: two halves, the older of which is dropped when the younger is full. Cheaper per hit than an LRU list. */
export class Recent<K, V> {
  readonly #limit: number;
  readonly #sizeOf: (key: K) => number;
  #young = new Map<K, V>();
  #old = new Map<K, V>();
  #youngSize = 0;

  /** @param limit  of each half, in units of `sizeOf` */
  constructor(limit: number, sizeOf: (key: K) => number = () => 1) {
    this.#limit = limit;
    this.#sizeOf = sizeOf;
  }
  get(key: K): V | undefined {
    const young = this.#young.get(key);
    if (young !== undefined) return young;
    const old = this.#old.get(key);
    if (old !== undefined) this.set(key, old);
    return old;
  }
  set(key: K, value: V): void {
    if (!this.#young.has(key)) this.#youngSize += this.#sizeOf(key);
    this.#young.set(key, value);
    if (this.#youngSize <= this.#limit) return;
    this.#old = this.#young;
    this.#young = new Map();
    this.#youngSize = 0;
  }
  clear(): void {
    this.#young.clear();
    this.#old.clear();
    this.#youngSize = 0;
  }
}
