/** Words that repeat, under small numbers: features, models, states, rules, tags, conversations. */
import type { Database, Statement } from "./driver.ts";
import { Recent } from "./recent.ts";

export class Names {
  readonly #ids = new Recent<string, number>(50_000);
  readonly #words = new Recent<number, string>(50_000);
  readonly #selectId: Statement;
  readonly #selectName: Statement;
  readonly #insert: Statement;

  constructor(database: Database) {
    this.#selectId = database.prepare("SELECT id FROM names WHERE name = ?");
    this.#selectName = database.prepare("SELECT name FROM names WHERE id = ?");
    this.#insert = database.prepare("INSERT INTO names(name) VALUES (?)");
  }
  /** The word's number, made when it has none. Inside a transaction. */
  put(name: string): number {
    const known = this.find(name);
    if (known !== undefined) return known;
    const id = Number(this.#insert.run(name).lastInsertRowid);
    this.#ids.set(name, id);
    return id;
  }
  putNullable(name: string | null): number | null {
    return name === null ? null : this.put(name);
  }
  /** undefined when no row can name it. */
  find(name: string): number | undefined {
    const known = this.#ids.get(name);
    if (known !== undefined) return known;
    const row = this.#selectId.get(name) as { id: number } | undefined;
    if (row !== undefined) this.#ids.set(name, row.id);
    return row?.id;
  }
  of(id: number): string {
    const known = this.#words.get(id);
    if (known !== undefined) return known;
    const row = this.#selectName.get(id) as { name: string } | undefined;
    const name = row?.name ?? `[name ${id} is not in the store]`;
    if (row !== undefined) this.#words.set(id, name);
    return name;
  }
  ofNullable(id: number | null): string | null {
    return id === null ? null : this.of(id);
  }
  /** After a rollback, or when another process removed rows. */
  forget(): void {
    this.#ids.clear();
    this.#words.clear();
  }
}
