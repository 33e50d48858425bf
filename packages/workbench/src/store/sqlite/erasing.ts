/**
 * Change what texts say, everywhere in a store: rows, packs, names, full-text index, dictionaries, free pages and write-ahead log. Called by `whysaid erase`; nothing else changes what was stored.
 *
 * Bytes keep their length, so packs are changed without being taken apart.
 */
import { dirname, join } from "node:path";
import { unpackIds } from "../packing/bytes.ts";
import { readTextHashKey, textHasher, type TextHasher } from "../text-hash.ts";
import { Codec, packKind, textKind } from "./codec.ts";
import { changeDocuments } from "./documents.ts";
import { openDatabase, type Database } from "./driver.ts";
import { reindexShown } from "./shown.ts";
import { indexedIn } from "./texts.ts";
import { loadZstd } from "./zstd.ts";

/** What to take out. Each returns its argument when there is nothing. */
export interface Change {
  /** @param filler  makes the result another one, for a text that would become equal to one that is there */
  text(text: string, filler?: string): string;
  bytes(bytes: Buffer): Buffer;
  /** What no text may show afterwards: keyed parts of pseudonyms. A store that can look for them changes only what has any. */
  readonly needles: readonly string[];
  /** True when the bytes of a dictionary show any of it. */
  stands(bytes: Buffer): boolean;
}
export interface Changed {
  readonly texts: number;
  readonly indexed: number;
  readonly packs: number;
  readonly names: number;
  readonly notes: number;
  readonly dictionaries: number;
  readonly documents: number;
}

/** Dictionaries that are going away are hidden from those who look for the newest. */
const HIDDEN = 100;
const STEP = 500;

/** @returns what was changed; the file holds no byte of it any more, in no page and in no log */
export async function changeStore(path: string, change: Change, keysDir: string = join(dirname(path), "keys")): Promise<Changed> {
  const hasher = textHasher(readTextHashKey(keysDir));
  const database = await openDatabase(path);
  try {
    for (const pragma of ["busy_timeout = 30000", "secure_delete = ON", "synchronous = FULL"]) database.exec(`PRAGMA ${pragma}`);
    const zstd = await loadZstd();
    database.exec("BEGIN IMMEDIATE");
    let changed: Changed;
    try {
      const hidden = (database.prepare("SELECT id, data FROM dictionaries").all() as readonly { id: number; data: Uint8Array }[]).filter(({ data }) => change.stands(Buffer.from(data))).map(({ id }) => id);
      for (const id of hidden) database.prepare("UPDATE dictionaries SET kind = kind + ? WHERE id = ?").run(HIDDEN, id);
      changed = new Rows(database, new Codec(database, zstd), hasher, change, new Set(hidden)).change();
      database.prepare("DELETE FROM dictionaries WHERE kind >= ?").run(HIDDEN);
      database.exec("UPDATE meta SET value = value + 1 WHERE key = 'erasures'");
      database.exec("COMMIT");
    } catch (cause) {
      database.exec("ROLLBACK");
      throw cause;
    }
    // What was deleted from an index stays in its segments until they are merged; what was overwritten stays in free pages and in the log.
    for (const table of ["ft_in", "ft_shown"]) database.exec(`INSERT INTO ${table}(${table}) VALUES ('optimize')`);
    database.exec("PRAGMA wal_checkpoint(TRUNCATE)");
    database.exec("VACUUM");
    database.exec("PRAGMA wal_checkpoint(TRUNCATE)");
    return changed;
  } finally {
    database.close();
  }
}

class Rows {
  readonly #database: Database;
  readonly #codec: Codec;
  readonly #hasher: TextHasher;
  readonly #change: Change;
  readonly #hidden: ReadonlySet<number>;
  #fillers = 0;

  constructor(database: Database, codec: Codec, hasher: TextHasher, change: Change, hidden: ReadonlySet<number>) {
    this.#database = database;
    this.#codec = codec;
    this.#hasher = hasher;
    this.#change = change;
    this.#hidden = hidden;
  }

  change(): Changed {
    const { texts, indexed } = this.#texts();
    const packs = this.#packs();
    const names = this.#strings("names", "id", ["name"]);
    const notes = this.#strings("notes", "writer || '/' || sequence", ["entry"]) + this.#strings("writers", "id", ["service", "environment", "release"]) + this.#strings("traces", "id", ["answer"]);
    const documents = changeDocuments(this.#database, (text, filler) => this.#change.text(text, filler), () => this.#nextFiller());
    return { texts, indexed, packs, names, notes, dictionaries: this.#hidden.size, documents };
  }

  #texts(): { texts: number; indexed: number } {
    const next = this.#database.prepare(`SELECT id, indexed, enc, data FROM texts WHERE id > ? ORDER BY id LIMIT ${STEP}`);
    const update = this.#database.prepare("UPDATE texts SET hash = ?, enc = ?, data = ? WHERE id = ?");
    const byHash = this.#database.prepare("SELECT id FROM texts WHERE hash = ? AND id <> ?");
    let texts = 0;
    let indexed = 0;
    const changed = new Set<number>();
    for (let last = 0; ; ) {
      const rows = next.all(last) as readonly { id: number; indexed: number; enc: number; data: Uint8Array }[];
      for (const row of rows) {
        const { bytes, isWide } = this.#codec.decode(row.data, row.enc);
        const text = bytes.toString(isWide ? "utf16le" : "utf8");
        let without = this.#change.text(text);
        const isChanged = without !== text;
        if (!isChanged && !this.#isHidden(row.enc)) continue;
        // Of a text that stays as it is, no other row has the hash.
        let hash = this.#hashOf(without, isWide);
        while (byHash.get(hash, row.id) !== undefined) {
          without = this.#change.text(text, this.#nextFiller());
          hash = this.#hashOf(without, isWide);
        }
        const { enc, data } = this.#codec.encode(Buffer.from(without, isWide ? "utf16le" : "utf8"), textKind, isWide);
        update.run(hash, enc, data, row.id);
        if (!isChanged) continue;
        texts += 1;
        changed.add(row.id);
        if ((row.indexed & indexedIn) === 0) continue;
        this.#database.prepare("DELETE FROM ft_in WHERE rowid = ?").run(row.id);
        this.#database.prepare("INSERT INTO ft_in(rowid, t) VALUES (?, ?)").run(row.id, without.slice(0, 2 ** 20));
        indexed += 1;
      }
      if (rows.length < STEP) return { texts, indexed: indexed + reindexShown(this.#database, changed, (id) => this.#textOf(id)) };
      last = (rows.at(-1) as { id: number }).id;
    }
  }

  #textOf(id: number): string | undefined {
    const row = this.#database.prepare("SELECT enc, data FROM texts WHERE id = ?").get(id) as { enc: number; data: Uint8Array } | undefined;
    if (row === undefined) return undefined;
    const { bytes, isWide } = this.#codec.decode(row.data, row.enc);
    return bytes.toString(isWide ? "utf16le" : "utf8");
  }

  #packs(): number {
    const next = this.#database.prepare(`SELECT id, trace, packs FROM traces WHERE id > ? ORDER BY id LIMIT ${STEP}`);
    const byId = this.#database.prepare("SELECT enc, data FROM packs WHERE id = ?");
    const update = this.#database.prepare("UPDATE packs SET hash = ?, enc = ?, data = ? WHERE id = ?");
    let packs = 0;
    for (let last = 0; ; ) {
      const rows = next.all(last) as readonly { id: number; trace: Uint8Array; packs: Uint8Array }[];
      for (const row of rows) {
        for (const id of unpackIds(row.packs)) {
          const pack = byId.get(id) as { enc: number; data: Uint8Array } | undefined;
          if (pack === undefined) continue;
          const { bytes } = this.#codec.decode(pack.data, pack.enc);
          const without = this.#change.bytes(bytes);
          if (without === bytes && !this.#isHidden(pack.enc)) continue;
          const { enc, data } = this.#codec.encode(without, packKind);
          update.run(this.#hasher.of(Buffer.concat([row.trace, without])).subarray(0, 8), enc, data, id);
          if (without !== bytes) packs += 1;
        }
      }
      if (rows.length < STEP) return packs;
      last = (rows.at(-1) as { id: number }).id;
    }
  }

  /** Columns that hold texts as they are. */
  #strings(table: string, key: string, columns: readonly string[]): number {
    let changed = 0;
    for (const column of columns) {
      const rows = this.#database.prepare(`SELECT ${key} AS key, ${column} AS text FROM ${table} WHERE typeof(${column}) = 'text' AND (instr(${column}, '⟦') > 0 OR instr(${column}, '[[') > 0)`).all() as readonly { key: number | string; text: string }[];
      for (const row of rows) {
        let without = this.#change.text(row.text);
        if (without === row.text) continue;
        if (table === "names") while (this.#database.prepare("SELECT 1 FROM names WHERE name = ?").get(without) !== undefined) without = this.#change.text(row.text, this.#nextFiller());
        this.#database.prepare(`UPDATE ${table} SET ${column} = ? WHERE ${key} = ?`).run(without, row.key);
        changed += 1;
      }
    }
    return changed;
  }

  #nextFiller(): string {
    this.#fillers += 1;
    return this.#fillers.toString(36).padStart(4, "0");
  }
  #isHidden(enc: number): boolean {
    return this.#hidden.has((enc - (enc & 7)) / 8);
  }
  #hashOf(text: string, isWide: boolean): Buffer {
    // As `Texts` does: wide texts are hashed behind a mark.
    return this.#hasher.of(isWide ? Buffer.concat([Buffer.from([0xff, 0xfe]), Buffer.from(text, "utf16le")]) : Buffer.from(text, "utf8"));
  }
}
