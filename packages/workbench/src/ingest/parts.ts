/**
 * Posted parts of segments → batches. The server's side of shipping.
 *
 * Texts defined in earlier parts, and texts other segments of the same sender have brought, are remembered, newest first, up to a cap; what is needed and not remembered (a
 * restart, another server behind the same address) is asked for. So nothing here has to survive.
 */
import { decodePart, KNOWN_TEXT_UNITS, WhysaidError, wireHash, type Entry, type PartHead, type TextOf, type TextRef } from "@whysaid/recorder/format";
import { SegmentReader } from "@whysaid/recorder/journal";
import { mapRefs } from "../store/packing/entry-refs.ts";
import type { SegmentBatch } from "../store/store.ts";
import { batchesOf } from "./directory.ts";

export type PartReading = { readonly outcome: "batches"; readonly batches: readonly SegmentBatch[] } | { readonly outcome: "missing"; readonly refs: readonly TextRef[] } | { readonly outcome: "unreadable"; readonly why: string };

/** Characters of all remembered texts; in memory one or two bytes each. */
const REMEMBERED_UNITS = 24_000_000;

/** Texts of one segment, by the segment's numbers. One `textOf` for all its parts: the store keeps its own numbers by it. */
class SegmentTable {
  readonly texts = new Map<TextRef, string>();
  units = 0;
  readonly textOf: TextOf = (ref) => {
    const text = this.texts.get(ref);
    if (text !== undefined) return text;
    throw new WhysaidError("TEXT_LOST", `text ${ref} of the segment was defined by an entry that is damaged or was never written`, { fix: "Nothing can bring it back; what else was recorded of the trace is intact. See docs/errors.md#text_lost." });
  };
  /** The first definition of a number stands. */
  add(ref: TextRef, text: string): void {
    if (this.texts.has(ref)) return;
    this.texts.set(ref, text);
    this.units += text.length;
  }
}

export class PartIntake {
  readonly #tables = new Map<string, SegmentTable>();
  readonly #byHash = new Map<string, string>();
  #units = 0;

  /**
   * @param hashKey  what the sender's hashes are keyed with
   * @param sender   whose texts are remembered together: a sender never gets a text another one sent
   */
  read(body: Buffer, sender: string, hashKey: string): PartReading {
    const { head, frames } = decodePart(body);
    const reader = new SegmentReader("");
    let contents: ReturnType<SegmentReader["readBytes"]>;
    try {
      contents = reader.readBytes(frames, head?.from ?? 0);
    } catch (cause) {
      if (cause instanceof WhysaidError && cause.code === "JOURNAL_NEWER_FORMAT") return { outcome: "unreadable", why: cause.message };
      throw cause;
    }
    const { header, entries } = contents;
    const writer = head?.writer ?? header?.writer;
    const segment = head?.segment ?? header?.segment;
    if (writer === undefined || segment === undefined) return { outcome: "unreadable", why: "the body begins with no segment and no part of one" };
    if (header !== null && (header.writer !== writer || header.segment !== segment)) return { outcome: "unreadable", why: "the part says it belongs to another segment than its own header" };
    const table = this.#table(`${sender} ${writer}-${segment}`);
    const before = table.units;
    for (const { entry } of entries) for (const [ref, text] of textsOf(entry)) table.add(ref, text);
    const missing = head === null ? [] : this.#fill(table, head, entries.map(({ entry }) => entry), sender);
    if (missing.length === 0 || head?.isAsked === true) this.#remember(table, entries.map(({ entry }) => entry), sender, hashKey);
    this.#units += table.units - before;
    this.#forget();
    if (missing.length > 0 && head?.isAsked !== true) return { outcome: "missing", refs: missing };
    const end = head?.to ?? contents.end;
    return { outcome: "batches", batches: [...batchesOf({ ...contents, writer, end, textOf: table.textOf }, `${writer}-${segment}`, { writer })] };
  }

  /** @returns numbers the entries use and nobody has brought */
  #fill(table: SegmentTable, { texts, known }: PartHead, entries: readonly Entry[], sender: string): readonly TextRef[] {
    for (const [ref, text] of texts) table.add(ref, text);
    for (const [ref, hash] of known) {
      const text = this.#byHash.get(`${sender} ${hash}`);
      if (text !== undefined) table.add(ref, text);
    }
    const missing = new Set<TextRef>();
    const need = (ref: TextRef): TextRef => {
      if (!table.texts.has(ref)) missing.add(ref);
      return ref;
    };
    for (const entry of entries)
      mapRefs(entry, {
        text: need,
        pieces: (pieces) => {
          for (let at = 0; at < pieces.length; at += 1) {
            const code = pieces[at] as number;
            if (code < 0) at += 1;
            else need(Math.floor(code / 4));
          }
          return pieces;
        },
      });
    return [...missing];
  }

  #remember(table: SegmentTable, entries: readonly Entry[], sender: string, hashKey: string): void {
    for (const entry of entries) {
      for (const [, text] of textsOf(entry)) {
        if (text.length < KNOWN_TEXT_UNITS) continue;
        const name = `${sender} ${wireHash(hashKey, text)}`;
        if (this.#byHash.delete(name)) this.#units -= text.length;
        this.#byHash.set(name, text);
        this.#units += text.length;
      }
    }
  }

  #table(name: string): SegmentTable {
    const table = this.#tables.get(name) ?? new SegmentTable();
    this.#tables.delete(name);
    this.#tables.set(name, table);
    return table;
  }

  #forget(): void {
    for (const [hash, text] of this.#byHash) {
      if (this.#units <= REMEMBERED_UNITS) return;
      this.#byHash.delete(hash);
      this.#units -= text.length;
    }
    for (const [name, table] of this.#tables) {
      if (this.#units <= REMEMBERED_UNITS || this.#tables.size === 1) return;
      this.#tables.delete(name);
      this.#units -= table.units;
    }
  }
}

const textsOf = (entry: Entry): readonly (readonly [TextRef, string])[] => ("texts" in entry && entry.texts !== undefined ? entry.texts : []);
