/** Packs as rows: compressed, with a keyed hash over the trace and the bytes, so that neither can be changed or exchanged unseen. */
import { WhysaidError, type TraceId } from "@whysaid/recorder/format";
import { decodePack, encodePack, type Pack } from "../packing/pack.ts";
import type { TextHasher } from "../text-hash.ts";
import { packKind, type Codec, type Encoded } from "./codec.ts";
import type { Database, Statement } from "./driver.ts";

const PACK_HASH_BYTES = 8;
/** Packs that wait to be written are written when they are more than this. */
const WAITING_BYTES = 8 * 2 ** 20;

export interface PackRow {
  readonly hash: Uint8Array;
  readonly enc: number;
  readonly data: Uint8Array;
}

export class PackRows {
  readonly #codec: Codec;
  readonly #hasher: TextHasher;
  readonly #storeName: string;
  readonly #insert: Statement;
  readonly #byId: Statement;
  readonly #delete: Statement;
  readonly #highest: Statement;
  #next = 0;
  #waiting: { readonly id: number; readonly row: number; readonly trace: TraceId; readonly bytes: Buffer }[] = [];
  #waitingBytes = 0;

  constructor(database: Database, codec: Codec, hasher: TextHasher, storeName: string) {
    this.#codec = codec;
    this.#hasher = hasher;
    this.#storeName = storeName;
    this.#insert = database.prepare("INSERT INTO packs(id, trace, hash, enc, data) VALUES (?, ?, ?, ?, ?)");
    this.#highest = database.prepare("SELECT coalesce(max(id), 0) AS id FROM packs");
    this.#delete = database.prepare("DELETE FROM packs WHERE id = ?");
    this.#byId = database.prepare("SELECT hash, enc, data FROM packs WHERE id = ?");
  }

  /** A transaction has begun. */
  begin(): void {
    this.#next = (this.#highest.get() as { id: number }).id;
  }

  /** @returns the id of its row, which the next `flush` makes */
  put(pack: Pack, row: number, trace: TraceId): number {
    const id = (this.#next += 1);
    const bytes = encodePack(pack);
    this.#waiting.push({ id, row, trace, bytes });
    this.#waitingBytes += bytes.length;
    if (this.#waitingBytes > WAITING_BYTES) this.flush();
    return id;
  }

  /** Write what waits; the end of a transaction must. All is compressed, then all is inserted: see `Texts.flush`. */
  flush(): void {
    const waiting = this.#waiting;
    this.forget();
    const encoded = waiting.map(({ bytes }) => this.#codec.encode(bytes, packKind));
    waiting.forEach(({ id, row, trace, bytes }, at) => {
      const { enc, data } = encoded[at] as Encoded;
      this.#insert.run(id, row, this.#hash(trace, bytes), enc, data);
    });
  }
  /** After a rollback. */
  forget(): void {
    this.#waiting = [];
    this.#waitingBytes = 0;
  }

  remove(id: number): void {
    this.flush();
    this.#delete.run(id);
  }

  /** @throws WhysaidError `STORE_DAMAGED` */
  read(id: number, trace: TraceId, ordinal: number): Pack {
    this.flush();
    const row = this.#byId.get(id) as PackRow | undefined;
    const pack = row === undefined ? undefined : this.verified(row, trace, ordinal);
    if (pack === undefined)
      throw new WhysaidError("STORE_DAMAGED", `pack ${id} of trace ${trace} in the store ${this.#storeName} is ${row === undefined ? "not there" : "not what was stored"}`, { fix: "Run `whysaid verify` to see what else is damaged; restore the store from a backup, or ingest the journal into a new one." });
    return pack;
  }

  verified({ hash, enc, data }: PackRow, trace: TraceId, ordinal: number): Pack | undefined {
    try {
      const { bytes } = this.#codec.decode(data, enc);
      return this.#hash(trace, bytes).equals(hash) ? decodePack(bytes, trace, ordinal) : undefined;
    } catch {
      return undefined;
    }
  }

  #hash(trace: TraceId, bytes: Uint8Array): Buffer {
    return this.#hasher.of(Buffer.concat([Buffer.from(trace, "hex"), bytes])).subarray(0, PACK_HASH_BYTES);
  }
}
