/** Traces read back: packs by their buckets, then the texts they name, re-hashed when they are asked for. */
import { recalled, WhysaidError, type RedactedText, type TextOf, type TextRef, type TraceId } from "@whysaid/recorder/format";
import { LOCAL_BASE, LOCALS_PER_PACK, LOST_TEXT } from "../packing/pack.ts";
import type { StoredEntry } from "../store.ts";
import type { TextHasher } from "../text-hash.ts";
import { bytesLiteral, type Connection } from "./connection.ts";
import { joinPacks, packSelection, type PackRow } from "./packs.ts";
import { hashOfText, SHARED_BUCKET, textIn } from "./texts.ts";

export interface ReadTrace {
  readonly entries: readonly StoredEntry[];
  readonly textOf: TextOf;
}
interface TextRow {
  readonly hash_hex: string;
  readonly wide: number;
  readonly prose: string;
  readonly data: string;
}

/** Hashes of one query. */
const STEP = 2000;

export class Reader {
  readonly #connection: Connection;
  readonly #hasher: TextHasher;
  constructor(connection: Connection, hasher: TextHasher) {
    this.#connection = connection;
    this.#hasher = hasher;
  }

  /** Those of the traces that are there. @throws WhysaidError `STORE_DAMAGED` */
  async traces(traces: readonly TraceId[]): Promise<ReadonlyMap<TraceId, ReadTrace>> {
    if (traces.length === 0) return new Map();
    const { name } = this.#connection.address;
    const list = traces.map(bytesLiteral).join(", ");
    const rows = await this.#connection.select<PackRow>(
      `SELECT ${packSelection} FROM ${this.#connection.table("packs")} WHERE (bucket, trace) IN (SELECT bucket, trace FROM ${this.#connection.table("buckets")} WHERE trace IN (${list})) ORDER BY bucket, trace, id LIMIT 1 BY bucket, trace, id`,
    );
    const byTrace = new Map<TraceId, PackRow[]>();
    for (const row of rows) byTrace.set(row.trace_hex, [...(byTrace.get(row.trace_hex) ?? []), row]);
    const joined = [...byTrace].map(([trace, packs]) => [trace, joinPacks(packs, this.#hasher, name)] as const);
    const buckets = new Set([SHARED_BUCKET, ...rows.map(({ bucket }) => bucket)]);
    const texts = await this.#texts(buckets, new Set(joined.flatMap(([, { texts }]) => texts)));
    return new Map(
      joined.map(([trace, { entries, texts: hashes, locals }]) => {
        const read = new Map<TextRef, RedactedText>();
        const textOf: TextOf = (ref) => {
          const known = read.get(ref);
          if (known !== undefined) return known;
          const own = ref - LOCAL_BASE;
          const text = recalled(own >= 0 ? (locals[Math.floor(own / LOCALS_PER_PACK)]?.[own % LOCALS_PER_PACK] ?? "") : this.#verified(ref, hashes[ref - 1], texts));
          read.set(ref, text);
          return text;
        };
        return [trace, { entries, textOf }] as const;
      }),
    );
  }

  async #texts(buckets: ReadonlySet<number>, hashes: ReadonlySet<string>): Promise<ReadonlyMap<string, TextRow>> {
    const found = new Map<string, TextRow>();
    const all = [...hashes];
    for (let at = 0; at < all.length; at += STEP) {
      const rows = await this.#connection.select<TextRow>(
        `SELECT lower(hex(hash)) AS hash_hex, wide, prose, data FROM ${this.#connection.table("texts")} WHERE bucket IN (${[...buckets].join(", ")}) AND hash IN (${all.slice(at, at + STEP).map(bytesLiteral).join(", ")}) LIMIT 1 BY hash`,
      );
      for (const row of rows) found.set(row.hash_hex, row);
    }
    return found;
  }

  #verified(ref: TextRef, hash: string | undefined, texts: ReadonlyMap<string, TextRow>): string {
    if (ref === LOST_TEXT)
      throw new WhysaidError("TEXT_LOST", "a text of this trace was in a part of the journal that is damaged or was never written", {
        fix: "Nothing can bring it back; what else was recorded of the trace is intact. See docs/errors.md#text_lost.",
      });
    const row = hash === undefined ? undefined : texts.get(hash);
    const text = row === undefined ? undefined : textIn(row);
    if (text === undefined || hashOfText(this.#hasher, text).toString("hex") !== hash)
      throw new WhysaidError("STORE_DAMAGED", `a text of the store ${this.#connection.address.name} is ${text === undefined ? "not there" : "not what was stored"}`, { fix: "Run `whysaid verify` to see what else is damaged; restore the store from a backup, or ingest the journal into a new one." });
    return text;
  }
}
