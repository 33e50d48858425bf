/** Search all bytes: files as they are, what is packed in them, and their names. */
import { readFileSync, readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { gunzipSync, inflateRawSync, inflateSync } from "node:zlib";
import { Codec } from "../../packages/workbench/src/store/sqlite/codec.ts";
import { openDatabase, type SqlValue } from "../../packages/workbench/src/store/sqlite/driver.ts";
import { loadZstd } from "../../packages/workbench/src/store/sqlite/zstd.ts";
import type { Needle } from "./encodings.ts";

export interface Hit {
  readonly where: string;
  readonly kind: string;
  readonly encoding: string;
}

export function searchBytes(bytes: Buffer, where: string, needles: readonly Needle[]): Hit[] {
  return needles.filter((needle) => bytes.includes(needle.bytes)).map(({ kind, encoding }) => ({ where, kind, encoding }));
}

export interface Searched {
  readonly hits: Hit[];
  readonly files: number;
  readonly bytes: number;
}

/** Every file under the folders, decompressed where it is compressed; databases row by row as well. */
export async function searchFolders(folders: readonly string[], needles: readonly Needle[]): Promise<Searched> {
  const hits: Hit[] = [];
  let files = 0;
  let bytes = 0;
  for (const folder of folders) {
    for (const name of readdirSync(folder, { recursive: true, encoding: "utf8" })) {
      const path = join(folder, name);
      hits.push(...searchBytes(Buffer.from(name), `the name ${path}`, needles));
      if (!statSync(path).isFile()) continue;
      const content = readFileSync(path);
      files += 1;
      bytes += content.length;
      hits.push(...searchBytes(content, path, needles));
      for (const unpacked of unpack(content)) hits.push(...searchBytes(unpacked, `${path}, decompressed`, needles));
      if (content.subarray(0, 15).toString("latin1") === "SQLite format 3") for (const row of await rowsOf(path)) hits.push(...searchBytes(row.bytes, `${path}, ${row.table}`, needles));
    }
  }
  return { hits, files, bytes };
}

/** Streams of gzip, zlib, raw deflate that begin where a file begins, and gzip anywhere in it. */
function unpack(content: Buffer): Buffer[] {
  const found: Buffer[] = [];
  const attempt = (read: () => Buffer): void => {
    try {
      found.push(read());
    } catch {
      // Not of that kind.
    }
  };
  for (let at = content.indexOf(GZIP); at >= 0; at = content.indexOf(GZIP, at + 1)) attempt(() => gunzipSync(content.subarray(at)));
  attempt(() => inflateSync(content));
  attempt(() => inflateRawSync(content));
  return found;
}
const GZIP = Buffer.from([0x1f, 0x8b, 0x08]);

/** All values of all tables; what a store compressed, decompressed. */
async function rowsOf(path: string): Promise<{ readonly table: string; readonly bytes: Buffer }[]> {
  const database = await openDatabase(path);
  try {
    const tables = (database.prepare("SELECT name FROM sqlite_master WHERE type = 'table'").all() as readonly { name: string }[]).map(({ name }) => name);
    const codec = tables.includes("dictionaries") ? new Codec(database, await loadZstd()) : undefined;
    return tables.flatMap((table) =>
      (database.prepare(`SELECT * FROM "${table}"`).all() as readonly Readonly<Record<string, SqlValue>>[]).flatMap((row) => {
        const values = Object.values(row).map((value) => Buffer.from(value instanceof Uint8Array ? value : String(value)));
        const { enc, data } = row;
        const packed = codec !== undefined && typeof enc === "number" && data instanceof Uint8Array ? [codec.decode(data, enc).bytes] : [];
        return [...values, ...packed].map((bytes) => ({ table, bytes }));
      }),
    );
  } finally {
    database.close();
  }
}
