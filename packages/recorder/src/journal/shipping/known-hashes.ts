/** Hashes of texts the server has had from us, the newest of them. One that is forgotten costs a second sending. */
const MOST = 20_000;

export class KnownHashes {
  readonly #known = new Set<string>();

  has(hash: string): boolean {
    return this.#known.has(hash);
  }
  add(hashes: readonly string[]): void {
    for (const hash of hashes) {
      this.#known.delete(hash);
      this.#known.add(hash);
    }
    for (const oldest of this.#known) {
      if (this.#known.size <= MOST) return;
      this.#known.delete(oldest);
    }
  }
}
