/**
 * Texts on their way into ClickHouse: each is sent once to the conversation's bucket it belongs to, and once more to the shared bucket when a second conversation says it too.
 * What was sent is remembered by the text itself, so that a conversation's history costs no hash and no byte the second time.
 */
import { LOST_TEXT } from "../packing/pack.ts";
import { indexedIn, answerPart, isWellFormed, notIndexed, type Indexed } from "../sqlite/texts.ts";
import { Recent } from "../sqlite/recent.ts";
import type { TextHasher } from "../text-hash.ts";
import type { Connection } from "./connection.ts";
import { RowBinary } from "./row-binary.ts";

/** UTF-16 units of text kept in memory to be recognized, in each half. */
const REMEMBERED_UNITS = 24 * 2 ** 20;
/** What the tokenizer gets of one text; the rest is kept beside it. */
const MAX_INDEXED_UNITS = 2 ** 20;
export const SHARED_BUCKET = 0;
/** No UTF-8 begins so: a wide text and a narrow one never hash alike. */
const WIDE_MARK = Buffer.from([0xff, 0xfe]);

interface Sent {
  readonly hash: Buffer;
  /** Where it was first. */
  readonly bucket: number;
  isShared: boolean;
  side: number;
}

export const textColumns = ["bucket", "hash", "trace", "side", "wide", "prose", "data"] as const;

/** How a text lies in its row. */
export interface TextColumns {
  readonly wide: 0 | 1;
  readonly prose: string;
  readonly data: string;
}
export function columnsOf(text: string, side: number): TextColumns {
  if (!isWellFormed(text)) return { wide: 1, prose: "", data: Buffer.from(text, "utf16le").toString("base64") };
  return side === notIndexed || text.length > MAX_INDEXED_UNITS ? { wide: 0, prose: "", data: text } : { wide: 0, prose: text, data: "" };
}
export const textIn = ({ wide, prose, data }: { readonly wide: number; readonly prose: string; readonly data: string }): string =>
  wide === 1 ? Buffer.from(data, "base64").toString("utf16le") : prose === "" ? data : prose;
export const hashOfText = (hasher: TextHasher, text: string): Buffer => hasher.of(isWellFormed(text) ? Buffer.from(text, "utf8") : Buffer.concat([WIDE_MARK, Buffer.from(text, "utf16le")]));

export class OutgoingTexts {
  readonly #hasher: TextHasher;
  #sent = new Recent<string, Sent>(REMEMBERED_UNITS, (text) => text.length + 64);
  #rows = new RowBinary();

  constructor(hasher: TextHasher) {
    this.#hasher = hasher;
  }

  remembers(text: string): boolean {
    return this.#sent.get(text) !== undefined;
  }

  /** The text's hash; a row for it goes out with the next `flush` where there is none yet. */
  send(text: string, bucket: number, trace: Buffer, indexed: Indexed): Buffer {
    const sent = this.#sent.get(text);
    if (sent === undefined) {
      const hash = hashOfText(this.#hasher, text);
      this.#sent.set(text, { hash, bucket, isShared: false, side: indexed });
      this.#row(bucket, hash, trace, indexed, text);
      return hash;
    }
    const side = sent.side | indexed;
    const isElsewhere = sent.bucket !== bucket && !sent.isShared;
    if (isElsewhere || side !== sent.side) {
      sent.isShared ||= isElsewhere;
      sent.side = side;
      this.#row(sent.isShared ? SHARED_BUCKET : bucket, sent.hash, trace, side, text);
    }
    return sent.hash;
  }

  /** Write what is new. @throws what `Connection.insert` throws: then nothing may be taken for sent */
  async flush(connection: Connection): Promise<void> {
    const rows = this.#rows;
    this.#rows = new RowBinary();
    await connection.insert("texts", textColumns, rows);
  }

  /** After an insert that failed, and after an erasure: what was sent may not be there. */
  forget(): void {
    this.#sent = new Recent<string, Sent>(REMEMBERED_UNITS, (text) => text.length + 64);
    this.#rows = new RowBinary();
  }

  #row(bucket: number, hash: Buffer, trace: Buffer, side: number, text: string): void {
    writeText(this.#rows, bucket, hash, trace, side, text);
  }
}

export function writeText(rows: RowBinary, bucket: number, hash: Uint8Array, trace: Uint8Array, side: number, text: string): void {
  const { wide, prose, data } = columnsOf(text, side);
  rows.uint64(bucket);
  rows.fixed(hash);
  rows.fixed(trace);
  rows.uint8(side);
  rows.uint8(wide);
  rows.string(prose);
  rows.string(data);
  rows.endRow();
}

/** The texts of one pack: numbered from 1, in the order the pack names them. */
export class PackTexts {
  readonly hashes: Buffer[] = [];
  readonly #numbers = new Map<string, number>();
  readonly #outgoing: OutgoingTexts;
  readonly #bucket: number;
  readonly #trace: Buffer;

  constructor(outgoing: OutgoingTexts, bucket: number, trace: Buffer) {
    this.#outgoing = outgoing;
    this.#bucket = bucket;
    this.#trace = trace;
  }
  remembers(text: string): boolean {
    return this.#outgoing.remembers(text);
  }
  put(text: string, _owner: number, indexed: Indexed): number {
    const known = this.#numbers.get(text);
    if (known !== undefined && indexed !== answerPart) return known;
    const hash = this.#outgoing.send(text, this.#bucket, this.#trace, indexed);
    if (known !== undefined) return known;
    const number = LOST_TEXT + this.hashes.push(hash);
    this.#numbers.set(text, number);
    return number;
  }
}
export { indexedIn, answerPart };
