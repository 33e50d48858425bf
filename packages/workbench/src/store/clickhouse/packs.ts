/** Packs as rows: which entries of a trace one batch brought, with the hashes of the texts they name. The row's id is a keyed hash over all of it, so nothing in it can be changed or exchanged unseen. */
import type { Entry, TextOf, TraceId, WriterId } from "@whysaid/recorder/format";
import { WhysaidError } from "@whysaid/recorder/format";
import { mapPieces, mapRefs } from "../packing/entry-refs.ts";
import { decodePack, encodePack, LOCAL_BASE, LOST_TEXT, type Pack } from "../packing/pack.ts";
import type { Recent } from "../sqlite/recent.ts";
import { Renumbering } from "../sqlite/renumbering.ts";
import type { StoredEntry } from "../store.ts";
import { HASH_BYTES, type TextHasher } from "../text-hash.ts";
import type { RowBinary } from "./row-binary.ts";
import { PackTexts, type OutgoingTexts } from "./texts.ts";

export const packColumns = ["bucket", "trace", "id", "writer", "sequences", "texts", "pack"] as const;
/** What a SELECT of a pack must give. */
export const packSelection = "bucket, lower(hex(trace)) AS trace_hex, lower(hex(id)) AS id_hex, writer, sequences, arrayStringConcat(arrayMap(h -> lower(hex(h)), texts)) AS texts_hex, base64Encode(pack) AS pack64";
export interface PackRow {
  readonly bucket: number;
  readonly trace_hex: TraceId;
  readonly id_hex: string;
  readonly writer: WriterId;
  readonly sequences: readonly number[];
  readonly texts_hex: string;
  readonly pack64: string;
}

export interface NewPack {
  readonly bucket: number;
  readonly trace: TraceId;
  readonly writer: WriterId;
  readonly entries: readonly { readonly sequence: number; readonly entry: Entry }[];
  readonly textOf: TextOf;
}

export function writePack(rows: RowBinary, { bucket, trace, writer, entries, textOf }: NewPack, outgoing: OutgoingTexts, seenOnce: Recent<string, true>, hasher: TextHasher): void {
  const traceBytes = Buffer.from(trace, "hex");
  const texts = new PackTexts(outgoing, bucket, traceBytes);
  const renumber = new Renumbering(texts, seenOnce, { ids: [], opensString: [] }, 0, textOf, "all");
  const packed = entries.map(({ sequence, entry }) => ({ writer: 0, sequence, entry: renumber.entry(entry) }));
  const bytes = encodePack({ entries: packed, locals: renumber.locals });
  writePackRow(rows, { bucket, trace: traceBytes, writer, sequences: entries.map(({ sequence }) => sequence), texts: texts.hashes, bytes }, hasher);
}

export interface PackContents {
  readonly bucket: number;
  readonly trace: Buffer;
  readonly writer: string;
  readonly sequences: readonly number[];
  readonly texts: readonly Buffer[];
  readonly bytes: Buffer;
}
export function writePackRow(rows: RowBinary, contents: PackContents, hasher: TextHasher): void {
  const { bucket, trace, writer, sequences, texts, bytes } = contents;
  rows.uint64(bucket);
  rows.fixed(trace);
  rows.fixed(idOf(contents, hasher));
  rows.string(writer);
  rows.array(sequences, (sequence) => rows.uint64(sequence));
  rows.array(texts, (hash) => rows.fixed(hash));
  rows.data(bytes);
  rows.endRow();
}
const idOf = ({ bucket, trace, writer, texts, bytes }: PackContents, hasher: TextHasher): Buffer => hasher.of(Buffer.concat([trace, Buffer.from(`${bucket} ${writer} ${texts.length}\n`), ...texts, bytes]));

export const contentsOf = ({ bucket, trace_hex, writer, sequences, texts_hex, pack64 }: PackRow): PackContents => ({ bucket, trace: Buffer.from(trace_hex, "hex"), writer, sequences, texts: hashesOf(texts_hex), bytes: Buffer.from(pack64, "base64") });
export function hashesOf(hex: string): Buffer[] {
  const all = Buffer.from(hex, "hex");
  return Array.from({ length: all.length / HASH_BYTES }, (_, n) => all.subarray(n * HASH_BYTES, (n + 1) * HASH_BYTES));
}

/** undefined when it is not what was stored. */
export function verifiedPack(row: PackRow, ordinal: number, hasher: TextHasher): Pack | undefined {
  try {
    const contents = contentsOf(row);
    return idOf(contents, hasher).toString("hex") === row.id_hex ? decodePack(contents.bytes, row.trace_hex, ordinal) : undefined;
  } catch {
    return undefined;
  }
}

/** A trace's packs joined: each entry once, text numbers counted through the whole trace. */
export interface JoinedPacks {
  readonly entries: readonly StoredEntry[];
  /** Hash (hex) of text n at n - 1. */
  readonly texts: readonly string[];
  /** Texts that live in a pack: of the number `LOCAL_BASE + …` as `decodePack` gives it. */
  readonly locals: readonly (readonly string[])[];
}

/** @throws WhysaidError `STORE_DAMAGED` */
export function joinPacks(rows: readonly PackRow[], hasher: TextHasher, storeName: string): JoinedPacks {
  const entries = new Map<string, StoredEntry>();
  const texts: string[] = [];
  const numbers = new Map<string, number>();
  const locals: (readonly string[])[] = [];
  for (const [ordinal, row] of rows.entries()) {
    const pack = verifiedPack(row, ordinal, hasher);
    if (pack === undefined)
      throw new WhysaidError("STORE_DAMAGED", `a pack of trace ${row.trace_hex} in the store ${storeName} is not what was stored`, { fix: "Run `whysaid verify` to see what else is damaged; restore the store from a backup, or ingest the journal into a new one." });
    locals.push(pack.locals);
    const own = hashesOf(row.texts_hex).map((hash) => {
      const hex = hash.toString("hex");
      const known = numbers.get(hex);
      if (known !== undefined) return known;
      numbers.set(hex, texts.push(hex));
      return texts.length;
    });
    const text = (ref: number): number => (ref === LOST_TEXT || ref >= LOCAL_BASE ? ref : (own[ref - 1] ?? LOST_TEXT));
    for (const { sequence, entry } of pack.entries) {
      const id = `${row.writer}.${sequence}` as const;
      if (!entries.has(id)) entries.set(id, { id, writer: row.writer, sequence, entry: mapRefs(entry, { text, pieces: (pieces) => mapPieces(pieces, text) }) });
    }
  }
  return { entries: [...entries.values()].sort((a, b) => (a.writer < b.writer ? -1 : a.writer > b.writer ? 1 : a.sequence - b.sequence)), texts, locals };
}
