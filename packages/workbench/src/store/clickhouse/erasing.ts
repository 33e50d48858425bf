/**
 * Change what texts say, everywhere in a ClickHouse store: new rows first, then the old ones deleted by mutations that are waited for. What a mutation leaves behind ClickHouse removes from
 * the disk some seconds later (`old_parts_lifetime`, tables.ts). Breaking off in the middle does no harm: run it again.
 */
import type { TraceId } from "@whysaid/recorder/format";
import type { DigestOf } from "../digest.ts";
import type { Change, Changed } from "../sqlite/erasing.ts";
import { readTextHashKey, textHasher, type TextHasher } from "../text-hash.ts";
import { parseAddress } from "./address.ts";
import { bytesLiteral, Connection } from "./connection.ts";
import { documentColumns, writeDocument, type DocumentRow } from "./documents.ts";
import { Folds } from "./folds.ts";
import { contentsOf, packColumns, packSelection, writePackRow, type PackRow } from "./packs.ts";
import { Reader } from "./reader.ts";
import { announceErasure, WAITING } from "./removing.ts";
import { RowBinary } from "./row-binary.ts";
import { hashOfText, textColumns, textIn, writeText } from "./texts.ts";
import { pages } from "./verify.ts";

/** Hashes of one statement. */
const STEP = 1000;

export interface ErasedFrom extends Changed {
  /** Tables in which what was to go is still found. */
  readonly left: readonly string[];
}

/** @throws WhysaidError what `openStore` throws of a server */
export async function changeClickhouse(address: string, change: Change, keysDir: string, digestOf: DigestOf): Promise<ErasedFrom> {
  const connection = await Connection.open(parseAddress(address));
  try {
    return await new Rows(connection, textHasher(readTextHashKey(keysDir)), change, digestOf).change();
  } finally {
    await connection.close();
  }
}

interface TextRow {
  readonly bucket: number;
  readonly hash_hex: string;
  readonly trace_hex: string;
  readonly side: number;
  readonly wide: number;
  readonly prose: string;
  readonly data: string;
}

class Rows {
  readonly #connection: Connection;
  readonly #hasher: TextHasher;
  readonly #change: Change;
  readonly #digestOf: DigestOf;

  constructor(connection: Connection, hasher: TextHasher, change: Change, digestOf: DigestOf) {
    this.#connection = connection;
    this.#hasher = hasher;
    this.#change = change;
    this.#digestOf = digestOf;
  }

  async change(): Promise<ErasedFrom> {
    // Who writes meanwhile must not take the old texts for sent.
    await announceErasure(this.#connection);
    const { replaced, indexed } = await this.#texts();
    const { packs, traces } = await this.#packs(replaced);
    const notes = await this.#notes();
    const documents = await this.#documents();
    const names = await this.#traces(traces);
    for (let at = 0; at < replaced.size; at += STEP) await this.#delete("texts", `hash IN (${[...replaced.keys()].slice(at, at + STEP).map(bytesLiteral).join(", ")})`);
    await announceErasure(this.#connection);
    return { texts: replaced.size, indexed, packs, names, notes, dictionaries: 0, documents, left: await this.#left() };
  }

  /** @returns hashes of texts before and after */
  async #texts(): Promise<{ readonly replaced: ReadonlyMap<string, Buffer>; readonly indexed: number }> {
    const replaced = new Map<string, Buffer>();
    let indexed = 0;
    const selection = "bucket, lower(hex(hash)) AS hash_hex, lower(hex(trace)) AS trace_hex, side, wide, prose, data";
    for await (const page of pages<TextRow>(this.#connection, "texts", selection, ["bucket", "hash"], ({ bucket, hash_hex }) => `${bucket}, unhex('${hash_hex}')`, `(wide = 1 OR ${this.#shows("prose")} OR ${this.#shows("data")})`)) {
      const rows = new RowBinary();
      for (const row of page) {
        const text = textIn(row);
        const without = this.#change.text(text);
        if (without === text) continue;
        const hash = hashOfText(this.#hasher, without);
        replaced.set(row.hash_hex, hash);
        if (row.prose !== "") indexed += 1;
        writeText(rows, row.bucket, hash, Buffer.from(row.trace_hex, "hex"), row.side, without);
      }
      await this.#connection.insert("texts", textColumns, rows);
    }
    return { replaced, indexed };
  }

  async #packs(replaced: ReadonlyMap<string, Buffer>): Promise<{ readonly packs: number; readonly traces: ReadonlySet<TraceId> }> {
    const old = new Map<string, TraceId>();
    const hashes = [...replaced.keys()];
    for (let at = 0; at === 0 || at < hashes.length; at += STEP) {
      const some = hashes.slice(at, at + STEP);
      const names = some.length === 0 ? "0" : `hasAny(texts, [${some.map((hash) => `toFixedString(${bytesLiteral(hash)}, 16)`).join(", ")}])`;
      const condition = `(${names}${at === 0 ? ` OR ${this.#shows("pack")}` : ""})`;
      for await (const page of pages<PackRow>(this.#connection, "packs", packSelection, ["bucket", "trace", "id"], ({ bucket, trace_hex, id_hex }) => `${bucket}, unhex('${trace_hex}'), unhex('${id_hex}')`, condition)) {
        const rows = new RowBinary();
        for (const row of page) {
          const contents = contentsOf(row);
          const texts = contents.texts.map((hash) => replaced.get(hash.toString("hex")) ?? hash);
          const bytes = this.#change.bytes(contents.bytes);
          if (bytes === contents.bytes && texts.every((hash, n) => hash === contents.texts[n])) continue;
          writePackRow(rows, { ...contents, texts, bytes }, this.#hasher);
          old.set(row.id_hex, row.trace_hex);
        }
        await this.#connection.insert("packs", packColumns, rows);
      }
    }
    const ids = [...old.keys()];
    for (let at = 0; at < ids.length; at += STEP) await this.#delete("packs", `id IN (${ids.slice(at, at + STEP).map(bytesLiteral).join(", ")})`);
    return { packs: old.size, traces: new Set(old.values()) };
  }

  /** Rows of traces are folded again from what is left. */
  async #traces(changed: ReadonlySet<TraceId>): Promise<number> {
    const text = "concat(shown, ' ', arrayStringConcat(words, ' '), ' ', ifNull(feature, ''), ' ', ifNull(conversation, ''), ' ', ifNull(provider, ''), ' ', ifNull(model, ''), ' ', ifNull(prompt_version, ''), ' ', ifNull(answer, ''), ' ', arrayStringConcat(failed, ' '), ' ', arrayStringConcat(passed, ' '), ' ', toString(tags), ' ', arrayStringConcat(subjects, ' '))";
    const showing = await this.#connection.select<{ trace_hex: TraceId }>(`SELECT DISTINCT lower(hex(trace)) AS trace_hex FROM ${this.#connection.table("traces")} WHERE ${this.#shows(text)}`);
    const all = [...new Set([...changed, ...showing.map(({ trace_hex }) => trace_hex)])];
    await new Folds(this.#connection, new Reader(this.#connection, this.#hasher), this.#digestOf).rewrite(all);
    return showing.length;
  }

  /** The rows keep their keys: the old ones go before the new ones come. */
  async #notes(): Promise<number> {
    const notes = await this.#connection.select<{ writer: string; sequence: number; kind: string; entry: string }>(`SELECT writer, sequence, kind, entry FROM ${this.#connection.table("notes")} WHERE ${this.#shows("entry")}`);
    const writers = await this.#connection.select<{ writer: string; service: string | null; environment: string | null; release: string | null }>(
      `SELECT writer, service, environment, release FROM ${this.#connection.table("writers")} FINAL WHERE ${this.#shows("concat(ifNull(service, ''), ' ', ifNull(environment, ''), ' ', ifNull(release, ''))")}`,
    );
    const noteRows = new RowBinary();
    for (const { writer, sequence, kind, entry } of notes) {
      noteRows.string(writer);
      noteRows.uint64(sequence);
      noteRows.string(kind);
      noteRows.string(this.#change.text(entry));
      noteRows.endRow();
    }
    const writerRows = new RowBinary();
    for (const { writer, service, environment, release } of writers) {
      writerRows.string(writer);
      for (const one of [service, environment, release]) writerRows.nullable(one, (text) => writerRows.string(this.#change.text(text)));
      writerRows.endRow();
    }
    if (notes.length > 0) await this.#delete("notes", this.#shows("entry"));
    await this.#connection.insert("notes", ["writer", "sequence", "kind", "entry"], noteRows);
    if (writers.length > 0) await this.#delete("writers", this.#shows("concat(ifNull(service, ''), ' ', ifNull(environment, ''), ' ', ifNull(release, ''))"));
    await this.#connection.insert("writers", ["writer", "service", "environment", "release"], writerRows);
    return notes.length + writers.length;
  }

  /** As a new version, so that nobody saves the old one back unseen; all older ones go. */
  async #documents(): Promise<number> {
    const shows = `(${this.#shows("id")} OR ${this.#shows("ifNull(body, '')")})`;
    const table = this.#connection.table("documents");
    const found = await this.#connection.select<DocumentRow>(`SELECT kind, id, version, nonce, traces, body FROM ${table} WHERE (kind, id) IN (SELECT kind, id FROM ${table} WHERE ${shows}) ORDER BY kind, id, version DESC LIMIT 1 BY kind, id`);
    const rows = new RowBinary();
    for (const row of found) writeDocument(rows, { ...row, id: this.#change.text(row.id), version: row.version + 1, body: row.body === null ? null : this.#change.text(row.body) });
    await this.#connection.insert("documents", documentColumns, rows);
    if (found.length > 0) await this.#delete("documents", shows);
    return found.length;
  }

  async #left(): Promise<readonly string[]> {
    const columns: readonly (readonly [table: string, text: string])[] = [
      ["texts", "concat(prose, ' ', data)"], ["packs", "pack"], ["traces", "concat(shown, ' ', arrayStringConcat(words, ' '), ' ', ifNull(answer, ''), ' ', ifNull(conversation, ''), ' ', toString(tags), ' ', arrayStringConcat(subjects, ' '))"], ["notes", "entry"], ["documents", "concat(id, ' ', ifNull(body, ''))"],
    ];
    const left: string[] = [];
    for (const [table, text] of columns) {
      const [found] = await this.#connection.select<{ n: number }>(`SELECT count() AS n FROM ${this.#connection.table(table)} WHERE ${this.#shows(text)}`);
      if ((found?.n ?? 0) > 0) left.push(`${this.#connection.address.name} ${table}`);
    }
    return left;
  }

  async #delete(table: string, condition: string): Promise<void> {
    await this.#connection.command(`ALTER TABLE ${this.#connection.localTable(table)} DELETE WHERE ${condition}`, WAITING);
  }

  /** True of a text in which any of what is to go stands. */
  #shows(expression: string): string {
    const needles = this.#change.needles.map((needle) => `'${needle.replaceAll(/[^\w.:-]/g, "")}'`);
    // `multiSearchAny` takes up to 255.
    const parts: string[] = [];
    for (let at = 0; at < needles.length; at += 200) parts.push(`multiSearchAny(${expression}, [${needles.slice(at, at + 200).join(", ")}])`);
    return parts.length === 0 ? "0" : `(${parts.join(" OR ")})`;
  }
}
