/**
 * Texts, each kept once. Written with the packs that name them, read back by id and re-hashed on the way.
 *
 * Nine of ten texts an agent's call names have just been seen: they are found in memory by the string itself, without hashing it.
 */
import { WhysaidError } from "@whysaid/recorder/format";
import { LOST_TEXT } from "../packing/pack.ts";
import type { TextHasher } from "../text-hash.ts";
import { textKind, type Codec, type Encoded } from "./codec.ts";
import type { Database, Statement } from "./driver.ts";
import { Recent } from "./recent.ts";

/** Whether the full-text index of inputs has a text. Parts of answers are found through their traces' (`shown.ts`). */
export const notIndexed = 0;
export const indexedIn = 1;
export const answerPart = 2;
export type Indexed = typeof notIndexed | typeof indexedIn | typeof answerPart;

/** UTF-16 units of text kept in memory to be recognized, in each half. */
const REMEMBERED_UNITS = 24 * 2 ** 20;
/** Text that waits to be written is written when it is more than this. Less than what is remembered: what waits must be recognized. */
const WAITING_UNITS = 4 * 2 ** 20;
/** What the tokenizer gets of one text. */
const MAX_INDEXED_UNITS = 2 ** 20;

/** A new text with its number, not yet in its table. */
interface Waiting {
  readonly id: number;
  readonly text: string;
  readonly bytes: Buffer;
  readonly isWide: boolean;
  readonly hash: Uint8Array;
  readonly trace: number;
  indexed: number;
}
interface TextRow {
  readonly hash: Uint8Array;
  readonly enc: number;
  readonly data: Uint8Array;
}

export class Texts {
  readonly #codec: Codec;
  readonly #hasher: TextHasher;
  readonly #storeName: string;
  /** id * 4 + indexed. */
  readonly #remembered = new Recent<string, number>(REMEMBERED_UNITS, (text) => text.length + 32);
  readonly #insert: Statement;
  readonly #byHash: Statement;
  readonly #markIndexed: Statement;
  readonly #byId: Statement;
  readonly #byIds: Statement;
  readonly #index: Statement;
  readonly #highest: Statement;
  #next = 0;
  readonly #waiting = new Map<number, Waiting>();
  #waitingUnits = 0;
  /** New text since the transaction began, for the store's counts. */
  newBytes = 0;

  constructor(database: Database, codec: Codec, hasher: TextHasher, storeName: string) {
    this.#codec = codec;
    this.#hasher = hasher;
    this.#storeName = storeName;
    this.#insert = database.prepare("INSERT INTO texts(id, hash, trace, indexed, enc, data) VALUES (?, ?, ?, ?, ?, ?)");
    this.#byHash = database.prepare("SELECT id, indexed FROM texts WHERE hash = ?");
    this.#markIndexed = database.prepare("UPDATE texts SET indexed = ? WHERE id = ?");
    this.#byId = database.prepare("SELECT hash, enc, data FROM texts WHERE id = ?");
    this.#byIds = database.prepare("SELECT id, hash, enc, data FROM texts WHERE id IN (SELECT value FROM json_each(?))");
    this.#index = database.prepare("INSERT INTO ft_in(rowid, t) VALUES (?, ?)");
    this.#highest = database.prepare("SELECT coalesce(max(id), 0) AS id FROM texts");
  }

  /** A transaction has begun. Numbers go on from what the store has now: others may have added some. */
  begin(): void {
    this.#next = (this.#highest.get() as { id: number }).id;
  }

  /** True when the text is in the store and was seen lately. */
  remembers(text: string): boolean {
    return this.#remembered.get(text) !== undefined;
  }

  /** The id of a text that is in the store. */
  idOf(text: string): number | undefined {
    const known = this.#remembered.get(text);
    if (known !== undefined) return Math.floor(known / 4);
    const { bytes, isWide } = toBytes(text);
    return (this.#byHash.get(this.#hash(bytes, isWide)) as { id: number } | undefined)?.id;
  }

  /**
   * The text's id; it is stored when it is new, and indexed when it was not yet, by the next `flush`. Inside a transaction.
   *
   * @param trace  the row of the trace that brings it
   */
  put(text: string, trace: number, indexed: Indexed): number {
    const known = this.#remembered.get(text);
    if (known !== undefined) {
      const has = known & 3;
      // What is part of an answer is found as that; that it went in again says nothing new.
      return indexed <= has ? (known - has) / 4 : this.#indexToo(text, (known - has) / 4, has, indexed);
    }
    const { bytes, isWide } = toBytes(text);
    const hash = this.#hash(bytes, isWide);
    const row = this.#byHash.get(hash) as { id: number; indexed: number } | undefined;
    if (row !== undefined) {
      this.#remembered.set(text, row.id * 4 + row.indexed);
      return this.put(text, trace, indexed);
    }
    const id = (this.#next += 1);
    this.newBytes += bytes.length;
    this.#remembered.set(text, id * 4 + indexed);
    this.#waiting.set(id, { id, text, bytes, isWide, hash, trace, indexed });
    this.#waitingUnits += text.length;
    if (this.#waitingUnits > WAITING_UNITS) this.flush();
    return id;
  }

  #indexToo(text: string, id: number, has: number, indexed: Indexed): number {
    const waiting = this.#waiting.get(id);
    if (waiting !== undefined) waiting.indexed = has | indexed;
    else {
      if (indexed === indexedIn) this.#index.run(id, text.slice(0, MAX_INDEXED_UNITS));
      this.#markIndexed.run(has | indexed, id);
    }
    this.#remembered.set(text, id * 4 + (has | indexed));
    return id;
  }

  /**
   * Write what waits; the end of a transaction must. All is compressed, then all is inserted, then all is indexed: each of these keeps the processor's caches to
   * itself, which makes it two to four times as fast as taking turns for every text.
   */
  flush(): void {
    if (this.#waiting.size === 0) return;
    const waiting = [...this.#waiting.values()];
    this.#waiting.clear();
    this.#waitingUnits = 0;
    const encoded = waiting.map(({ bytes, isWide }) => this.#codec.encode(bytes, textKind, isWide));
    waiting.forEach(({ id, hash, trace, indexed }, at) => {
      const { enc, data } = encoded[at] as Encoded;
      this.#insert.run(id, hash, trace, indexed, enc, data);
    });
    for (const { id, text, indexed } of waiting) if ((indexed & indexedIn) !== 0) this.#index.run(id, text.slice(0, MAX_INDEXED_UNITS));
  }

  /**
   * @throws WhysaidError `TEXT_LOST` for a text that never came, `STORE_DAMAGED` for one that is not what was stored
   */
  read(id: number): string {
    if (id === LOST_TEXT)
      throw new WhysaidError("TEXT_LOST", "a text of this trace was in a part of the journal that is damaged or was never written", {
        fix: "Nothing can bring it back; what else was recorded of the trace is intact. See docs/errors.md#text_lost.",
      });
    this.flush();
    const row = this.#byId.get(id) as TextRow | undefined;
    const text = row === undefined ? undefined : this.verified(row);
    if (text === undefined)
      throw new WhysaidError("STORE_DAMAGED", `text ${id} of the store ${this.#storeName} is ${row === undefined ? "not there" : "not what was stored"}`, { fix: "Run `whysaid verify` to see what else is damaged; restore the store from a backup, or ingest the journal into a new one." });
    return text;
  }

  /** Those of the texts that are there and are what was stored. All are fetched, then all decompressed, then all hashed: see `flush`. */
  readAll(ids: readonly number[]): ReadonlyMap<number, string> {
    this.flush();
    const rows = this.#byIds.all(`[${ids.join()}]`) as readonly (TextRow & { readonly id: number })[];
    const decoded = rows.map(({ enc, data }) => this.#decoded(data, enc));
    const isRight = rows.map(({ hash }, at) => this.#isWhatWasStored(decoded[at], hash));
    const texts = new Map<number, string>();
    rows.forEach(({ id }, at) => {
      if (isRight[at] === true) texts.set(id, toText(decoded[at] as Decoded));
    });
    return texts;
  }

  /** undefined when the bytes can't be decoded or have another hash. */
  verified({ hash, enc, data }: TextRow): string | undefined {
    const decoded = this.#decoded(data, enc);
    return this.#isWhatWasStored(decoded, hash) ? toText(decoded) : undefined;
  }

  #isWhatWasStored(decoded: Decoded | undefined, hash: Uint8Array): decoded is Decoded {
    return decoded !== undefined && this.#hash(decoded.bytes, decoded.isWide).equals(hash);
  }

  #decoded(data: Uint8Array, enc: number): Decoded | undefined {
    try {
      return this.#codec.decode(data, enc);
    } catch {
      return undefined;
    }
  }

  /** After a rollback, or when another process removed texts. */
  forget(): void {
    this.#remembered.clear();
    this.#waiting.clear();
    this.#waitingUnits = 0;
    this.newBytes = 0;
  }

  #hash(bytes: Uint8Array, isWide: boolean): Buffer {
    return this.#hasher.of(isWide ? Buffer.concat([WIDE_MARK, bytes]) : bytes);
  }
}

/** No UTF-8 begins so: a wide text and a narrow one never hash alike. */
const WIDE_MARK = Buffer.from([0xff, 0xfe]);

type Decoded = ReturnType<Codec["decode"]>;
const toText = ({ bytes, isWide }: Decoded): string => bytes.toString(isWide ? "utf16le" : "utf8");

/** A lone surrogate has no UTF-8: such a text is kept as UTF-16, unit for unit. */
function toBytes(text: string): { readonly bytes: Buffer; readonly isWide: boolean } {
  const isWide = !isWellFormed(text);
  return { bytes: Buffer.from(text, isWide ? "utf16le" : "utf8"), isWide };
}
/** ECMA-262 2024 `String.prototype.isWellFormed`, in every Node we support, not yet in the language level we compile for. */
export const isWellFormed = (text: string): boolean => (text as string & { isWellFormed(): boolean }).isWellFormed();
