/** `verify` over ClickHouse: every text and pack re-hashed, every reference followed, in the order of the keys so that a table of any size passes through a small memory. */
import { refsOf } from "../packing/entry-refs.ts";
import { LOCAL_BASE, LOST_TEXT } from "../packing/pack.ts";
import type { Damage } from "../store.ts";
import type { TextHasher } from "../text-hash.ts";
import type { Connection } from "./connection.ts";
import { packSelection, verifiedPack, type PackRow } from "./packs.ts";
import { hashOfText, textIn } from "./texts.ts";

const STEP = 2000;

export async function* verifyStore(connection: Connection, hasher: TextHasher, progress: (done: number, total: number) => void): AsyncGenerator<Damage> {
  const [counted] = await connection.select<{ n: number }>(`SELECT (SELECT count() FROM ${connection.table("texts")}) + (SELECT count() FROM ${connection.table("packs")}) AS n`);
  const total = counted?.n ?? 0;
  let done = 0;
  for await (const rows of pages<TextRow>(connection, "texts", "bucket, lower(hex(hash)) AS hash_hex, wide, prose, data", ["bucket", "hash"], ({ bucket, hash_hex }) => `${bucket}, unhex('${hash_hex}')`)) {
    for (const row of rows) if (hashOfText(hasher, textIn(row)).toString("hex") !== row.hash_hex) yield { what: "text", id: row.hash_hex, detail: "it has another hash than when it was stored" };
    progress((done += rows.length), total);
  }
  for await (const rows of pages<PackRow>(connection, "packs", packSelection, ["bucket", "trace", "id"], ({ bucket, trace_hex, id_hex }) => `${bucket}, unhex('${trace_hex}'), unhex('${id_hex}')`)) {
    for (const row of rows) {
      const pack = verifiedPack(row, 0, hasher);
      if (pack === undefined) {
        yield { what: "pack", id: `${row.trace_hex}/${row.id_hex}`, detail: "its bytes cannot be decoded or have another hash than when they were stored" };
        continue;
      }
      const texts = row.texts_hex.length / 32;
      if (pack.entries.flatMap(({ entry }) => refsOf(entry)).some((ref) => ref !== LOST_TEXT && ref < LOCAL_BASE && ref > texts)) yield { what: "reference", id: `${row.trace_hex}/${row.id_hex}`, detail: "it names a text it does not list" };
    }
    progress((done += rows.length), total);
  }
  const lost = await connection.select<{ trace_hex: string; hash_hex: string }>(
    `SELECT lower(hex(trace)) AS trace_hex, lower(hex(h)) AS hash_hex FROM (SELECT bucket, trace, arrayJoin(texts) AS h FROM ${connection.table("packs")})
     WHERE (bucket, h) GLOBAL NOT IN (SELECT bucket, hash FROM ${connection.table("texts")}) AND h GLOBAL NOT IN (SELECT hash FROM ${connection.table("texts")} WHERE bucket = 0) ORDER BY trace_hex LIMIT 1000`,
  );
  for (const { trace_hex, hash_hex } of lost) yield { what: "reference", id: `${trace_hex}/${hash_hex}`, detail: "a text that a pack names is not there" };
  progress(total, total);
}

interface TextRow {
  readonly bucket: number;
  readonly hash_hex: string;
  readonly wide: number;
  readonly prose: string;
  readonly data: string;
}

/** A table in the order of its key, by parts: others may write while we read. */
export async function* pages<Row>(connection: Connection, table: string, selection: string, key: readonly string[], keyOf: (row: Row) => string, condition = "1"): AsyncGenerator<readonly Row[]> {
  for (let after: string | null = null; ; ) {
    const rows: Row[] = await connection.select<Row>(`SELECT ${selection} FROM ${connection.table(table)} WHERE ${condition}${after === null ? "" : ` AND (${key.join(", ")}) > (${after})`} ORDER BY ${key.join(", ")} LIMIT ${STEP}`);
    if (rows.length === 0) return;
    yield rows;
    after = keyOf(rows.at(-1) as Row);
  }
}
