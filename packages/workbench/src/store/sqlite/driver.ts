/**
 * The one file that knows which SQLite runs: `node:sqlite` where Node has it without a flag (22.13 and newer), else `@photostructure/sqlite`, which
 * has the same API. Loaded when a store is opened, never before.
 */
import { WhysaidError } from "@whysaid/recorder/format";

export type SqlValue = null | number | bigint | string | Uint8Array;
export type SqlRow = Readonly<Record<string, SqlValue>>;

export interface Statement {
  run(...values: SqlValue[]): { readonly changes: number | bigint; readonly lastInsertRowid: number | bigint };
  get(...values: SqlValue[]): unknown;
  all(...values: SqlValue[]): unknown[];
  iterate(...values: SqlValue[]): IterableIterator<unknown>;
}
export interface Database {
  exec(sql: string): void;
  prepare(sql: string): Statement;
  close(): void;
}
type DatabaseConstructor = new (path: string) => Database;

let loaded: Promise<DatabaseConstructor> | undefined;

export async function openDatabase(path: string): Promise<Database> {
  loaded ??= loadSqlite();
  const DatabaseSync = await loaded;
  try {
    return new DatabaseSync(path);
  } catch (cause) {
    throw new WhysaidError("STORE_UNREADABLE", `the store ${path} cannot be opened`, { fix: "Make its directory exist and writable for this user; if the file is no SQLite database, move it away.", cause });
  }
}

async function loadSqlite(): Promise<DatabaseConstructor> {
  const [major = 0, minor = 0] = process.versions.node.split(".").map(Number);
  const builtIn = major > 22 || (major === 22 && minor >= 13);
  const name = builtIn ? "node:sqlite" : "@photostructure/sqlite";
  const module = (await (builtIn ? quietly(() => import(name)) : import(name))) as { readonly DatabaseSync: DatabaseConstructor };
  return module.DatabaseSync;
}

/** Node 22 warns that `node:sqlite` is experimental each time it is loaded: not what a person asked a command for. */
async function quietly<T>(load: () => Promise<T>): Promise<T> {
  const emitWarning = process.emitWarning.bind(process);
  process.emitWarning = () => undefined;
  try {
    return await load();
  } finally {
    process.emitWarning = emitWarning;
  }
}

/** SQLITE_BUSY (5) and SQLITE_LOCKED (6), extended codes included. */
export function isBusy(cause: unknown): boolean {
  const code = (cause as { readonly errcode?: unknown } | null)?.errcode;
  if (typeof code === "number") return (code & 0xff) === 5 || (code & 0xff) === 6;
  return cause instanceof Error && /database( table)? is (locked|busy)/i.test(cause.message);
}
/** SQLITE_CORRUPT (11), SQLITE_NOTADB (26). */
export function isDamaged(cause: unknown): boolean {
  const code = (cause as { readonly errcode?: unknown } | null)?.errcode;
  if (typeof code === "number") return (code & 0xff) === 11 || (code & 0xff) === 26;
  return cause instanceof Error && /malformed|not a database/i.test(cause.message);
}
