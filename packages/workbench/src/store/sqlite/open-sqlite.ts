/** Opens a SQLite store: its file and key made when they are not there, brought up to this program's version, its pragmas set. */
import { mkdirSync } from "node:fs";
import { dirname, join } from "node:path";
import { setTimeout } from "node:timers/promises";
import { WhysaidError } from "@whysaid/recorder/format";
import type { DigestOf } from "../digest.ts";
import type { Store } from "../store.ts";
import { readTextHashKey, textHasher } from "../text-hash.ts";
import { Codec } from "./codec.ts";
import { openDatabase, type Database } from "./driver.ts";
import { Guard } from "./guard.ts";
import { migrate } from "./schema.ts";
import { SqliteStore } from "./sqlite-store.ts";
import { loadZstd, type Zstd } from "./zstd.ts";

export interface SqliteStoreOptions {
  /** Reads bodies for the narrow columns; ingest's `digestOf`. */
  readonly digestOf: DigestOf;
  /** Where the key of the text hashes is kept; `keys/` beside the file by default. */
  readonly keysDir?: string;
  /** How long to wait for another process's transaction. */
  readonly busyTimeoutMs?: number;
  /** For tests and benchmarks: this compressor, not the best that is installed. */
  readonly zstd?: Zstd["name"];
}

/**
 * Open a store, making file and directory when they are not there.
 *
 * @throws WhysaidError `STORE_UNREADABLE`, `STORE_NEWER_VERSION`, `STORE_LOCKED`, `STORE_KEY_UNREADABLE`, `STORE_KEY_MISMATCH`, `STORE_DAMAGED`
 */
export async function openSqliteStore(path: string, options: SqliteStoreOptions): Promise<Store> {
  const directory = dirname(path);
  try {
    mkdirSync(directory, { recursive: true, mode: 0o700 });
  } catch (cause) {
    throw new WhysaidError("STORE_UNREADABLE", `the directory of the store, ${directory}, cannot be made`, { fix: "Make it writable for this user, or name another file with --store.", cause });
  }
  const hasher = textHasher(readTextHashKey(options.keysDir ?? join(directory, "keys")));
  const busyTimeoutMs = options.busyTimeoutMs ?? 5000;
  const guard = new Guard(path, busyTimeoutMs);
  const zstd = await loadZstd(options.zstd);
  // Making a file, turning it to WAL and recovering it after a kill take locks SQLite does not wait for: two processes that open at once take turns here.
  for (const deadlineMs = performance.now() + busyTimeoutMs; ; ) {
    const database = await openDatabase(path);
    try {
      return guard.run(() => {
        for (const pragma of pragmas(busyTimeoutMs)) database.exec(pragma);
        migrate(database, path);
        claimKey(database, hasher.keyId, path);
        return new SqliteStore(path, database, guard, busyTimeoutMs, new Codec(database, zstd), hasher, options.digestOf);
      });
    } catch (cause) {
      database.close();
      if (!(cause instanceof WhysaidError && cause.code === "STORE_LOCKED") || performance.now() > deadlineMs) throw cause;
    }
    await setTimeout(20 + Math.random() * 30);
  }
}

/** As measured for this layout: see docs/adr/0002-store-codec.md. `page_size` and `auto_vacuum` count for a new file only. */
const pragmas = (busyTimeoutMs: number): readonly string[] => [
  `PRAGMA busy_timeout = ${busyTimeoutMs}`,
  "PRAGMA page_size = 4096",
  "PRAGMA auto_vacuum = INCREMENTAL",
  "PRAGMA journal_mode = WAL",
  "PRAGMA synchronous = FULL",
  "PRAGMA cache_size = -65536",
  "PRAGMA wal_autocheckpoint = 16000",
  "PRAGMA temp_store = MEMORY",
];

/** One store, one key: with another, equal texts would not be recognized and no text could be verified. */
function claimKey(database: Database, keyId: string, name: string): void {
  const read = database.prepare("SELECT value FROM meta WHERE key = 'key_id'");
  if (read.get() === undefined) database.prepare("INSERT OR IGNORE INTO meta(key, value) VALUES ('key_id', ?)").run(keyId);
  if ((read.get() as { value: string }).value !== keyId)
    throw new WhysaidError("STORE_KEY_MISMATCH", `the store ${name} was made with another key than the one in keys/text-hash.key`, { fix: "Put the store's own text-hash.key back beside it (it is made with the store and belongs into its backup)." });
}
