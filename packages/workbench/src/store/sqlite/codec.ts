/**
 * Bytes as they lie in the store: raw, deflated or zstd with a dictionary, told by `enc` (schema.ts). Texts and packs each have dictionaries of their
 * own, trained from what comes in and kept in the store for good.
 */
import { constants, deflateRawSync, inflateRawSync } from "node:zlib";
import type { Database, Statement } from "./driver.ts";
import { Samples, trainDictionary } from "./dictionary.ts";
import type { Zstd, ZstdStream } from "./zstd.ts";

export const textKind = 1;
export const packKind = 2;
export type CodecKind = typeof textKind | typeof packKind;

const RAW = 0;
const DEFLATE = 1;
const ZSTD = 2;
const WIDE = 4;

/** Shorter than this nothing is won. */
const SMALLEST_BYTES = 48;
/** Larger ones go through `node:zlib`: a dictionary does not help them, and WebAssembly's heap is bounded. */
const LARGEST_ZSTD_BYTES = 256 * 1024;

const dictionarySize: Readonly<Record<CodecKind, number>> = { [textKind]: 112 * 1024, [packKind]: 64 * 1024 };
/** Train when this much new content has been seen; a second time on a wider choice of it. */
const trainAfterBytes: Readonly<Record<CodecKind, readonly number[]>> = {
  [textKind]: [1.5 * 2 ** 20, 12 * 2 ** 20],
  [packKind]: [0.5 * 2 ** 20, 4 * 2 ** 20],
};

export interface Encoded {
  readonly enc: number;
  readonly data: Uint8Array;
}

export class Codec {
  readonly #zstd: Zstd;
  readonly #streams = new Map<number, ZstdStream>();
  readonly #current: Record<CodecKind, number> = { [textKind]: 0, [packKind]: 0 };
  readonly #trained: Record<CodecKind, number> = { [textKind]: 0, [packKind]: 0 };
  readonly #samples: Record<CodecKind, Samples> = { [textKind]: new Samples(), [packKind]: new Samples() };
  readonly #insert: Statement;
  readonly #select: Statement;
  readonly #latest: Statement;

  constructor(database: Database, zstd: Zstd) {
    this.#zstd = zstd;
    this.#insert = database.prepare("INSERT INTO dictionaries(kind, data) VALUES (?, ?)");
    this.#select = database.prepare("SELECT data FROM dictionaries WHERE id = ?");
    this.#latest = database.prepare("SELECT max(id) AS id, count(*) AS n FROM dictionaries WHERE kind = ?");
    this.refresh();
  }

  /** Another process, or a transaction that was rolled back, may have changed which dictionary is the newest. */
  refresh(): void {
    for (const kind of [textKind, packKind] as const) {
      const { id, n } = this.#latest.get(kind) as { id: number | null; n: number };
      this.#current[kind] = id ?? 0;
      this.#trained[kind] = n;
    }
  }

  /** @param isWide  the bytes are UTF-16 */
  encode(bytes: Uint8Array, kind: CodecKind, isWide: boolean = false): Encoded {
    const wide = isWide ? WIDE : 0;
    if (bytes.length < SMALLEST_BYTES) return { enc: wide + RAW, data: bytes };
    if (bytes.length > LARGEST_ZSTD_BYTES) {
      const deflated = deflateRawSync(bytes, { level: constants.Z_BEST_SPEED + 2 });
      return deflated.length < bytes.length ? { enc: wide + DEFLATE, data: deflated } : { enc: wide + RAW, data: bytes };
    }
    this.#learn(bytes, kind);
    const dictionary = this.#current[kind];
    const data = this.#stream(dictionary).compress(bytes);
    return data.length < bytes.length ? { enc: dictionary * 8 + wide + ZSTD, data } : { enc: wide + RAW, data: bytes };
  }

  /** @throws when the bytes are not what `enc` says */
  decode(data: Uint8Array, enc: number): { readonly bytes: Buffer; readonly isWide: boolean } {
    const isWide = (enc & WIDE) !== 0;
    const codec = enc & 3;
    if (codec === RAW) return { bytes: asBuffer(data), isWide };
    if (codec === DEFLATE) return { bytes: inflateRawSync(data), isWide };
    if (codec === ZSTD) return { bytes: asBuffer(this.#stream((enc - (enc & 7)) / 8).decompress(data)), isWide };
    throw new RangeError(`unknown codec ${codec}`);
  }

  /** Called inside a transaction. Keeps samples until a training is due, trains, and lets go of them. */
  #learn(bytes: Uint8Array, kind: CodecKind): void {
    const due = trainAfterBytes[kind][this.#trained[kind]];
    if (due === undefined) return;
    const samples = this.#samples[kind];
    samples.add(bytes);
    if (samples.seenBytes < due) return;
    const dictionary = trainDictionary(samples.chosen, dictionarySize[kind]);
    this.#samples[kind] = new Samples();
    this.#trained[kind] += 1;
    if (dictionary.length === 0) return;
    this.#current[kind] = Number(this.#insert.run(kind, dictionary).lastInsertRowid);
  }

  #stream(dictionary: number): ZstdStream {
    const known = this.#streams.get(dictionary);
    if (known !== undefined) return known;
    const row = dictionary === 0 ? { data: new Uint8Array() } : (this.#select.get(dictionary) as { data: Uint8Array } | undefined);
    if (row === undefined) throw new RangeError(`the store has no dictionary ${dictionary}`);
    const stream = this.#zstd.open(row.data);
    this.#streams.set(dictionary, stream);
    return stream;
  }

  /** After a rollback: dictionaries made in the transaction are gone, and their ids may be given again. */
  forget(): void {
    this.#streams.clear();
    this.refresh();
  }
}

const asBuffer = (bytes: Uint8Array): Buffer => Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
