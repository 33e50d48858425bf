/** Which tokens begin a cell of a table, or a field, and the roles that its column gives it: filled by tables.ts, asked by rules at almost every token. */
export class Cells {
  #begins = new Uint8Array(0);
  #roles = new Int32Array(0);

  /** Roles of the cell that token `at` begins; undefined where none begins. */
  get(at: number): number | undefined {
    return this.has(at) ? this.#roles[at] : undefined;
  }
  has(at: number): boolean {
    return this.#begins[at] === 1;
  }

  /** @param tokens  of the whole text */
  set(at: number, roles: number, tokens: number): void {
    if (this.#begins.length === 0) {
      this.#begins = new Uint8Array(tokens);
      this.#roles = new Int32Array(tokens);
    }
    this.#begins[at] = 1;
    this.#roles[at] = roles;
  }
}

/** Of a text without columns. */
export const noCells: Cells = new Cells();
