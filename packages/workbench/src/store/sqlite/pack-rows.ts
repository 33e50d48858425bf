/** Packs as rows: compressed, with a keyed hash over the trace and the bytes, so that neither can be changed or exchanged unseen. */
import { WhysaidError, type TraceId } from "@whysaid/recorder/format";
import { decodePack, encodePack, type Pack } from "../packing/pack.ts";
import type { TextHasher } from "../text-hash.ts";
import { packKind, type Codec } from "./codec.ts";
import type { Database, Statement } from "./driver.ts";

const PACK_HASH_BYTES = 8;

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

  constructor(database: Database, codec: Codec, hasher: TextHasher, storeName: string) {
    this.#codec = codec;
    this.#hasher = hasher;
    this.#storeName = storeName;
    this.#insert = database.prepare("INSERT INTO packs(trace, hash, enc, data) VALUES (?, ?, ?, ?)");
    this.#delete = database.prepare("DELETE FROM packs WHERE id = ?");
    this.#byId = database.prepare("SELECT hash, enc, data FROM packs WHERE id = ?");
  }

  /** @returns the row's id */
  put(pack: Pack, row: number, trace: TraceId): number {
    const bytes = encodePack(pack);
    const { enc, data } = this.#codec.encode(bytes, packKind);
    return Number(this.#insert.run(row, this.#hash(trace, bytes), enc, data).lastInsertRowid);
  }

  remove(id: number): void {
    this.#delete.run(id);
  }

  /** @throws WhysaidError `STORE_DAMAGED` */
  read(id: number, trace: TraceId, ordinal: number): Pack {
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
