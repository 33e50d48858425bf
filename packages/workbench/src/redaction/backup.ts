/**
 * A copy of everything recorded in a directory, made while others read and write: store, keys, vault, audit log. What it makes is such a directory itself, so restoring is using it. The journal is
 * not in it: what it holds is taken into the store first.
 */
import { cpSync, existsSync, mkdirSync, statSync } from "node:fs";
import { dirname, join } from "node:path";
import { WhysaidError } from "@whysaid/recorder/format";
import { storeLocation } from "../ingest/open-store.ts";
import { openDatabase } from "../store/sqlite/driver.ts";

export interface Backup {
  readonly directory: string;
  readonly storeBytes: number;
  readonly parts: readonly string[];
}

/** Vault before keys: a key that is made meanwhile is in the copy when what it seals is. */
const PARTS = ["audit.log", "audit.head", "vault", "keys"] as const;

/**
 * @param directory  `.whysaid`
 * @param to         a directory that is not there yet
 * @throws WhysaidError `USAGE` when it is, or when the store is a server; `STORE_UNREADABLE`
 */
export async function backUp(directory: string, store: string, to: string): Promise<Backup> {
  const location = storeLocation(store);
  if (location.kind !== "file") throw new WhysaidError("USAGE", "a server's store is backed up by the server", { fix: "Use ClickHouse's BACKUP, or `whysaid copy --to backup/store.db`; see docs/operate.md." });
  if (existsSync(to)) throw new WhysaidError("USAGE", `${to} is there already`, { fix: "Name a directory that is not there: a backup overwrites nothing." });
  mkdirSync(dirname(to), { recursive: true });
  mkdirSync(to, { mode: 0o700 });
  const target = join(to, "store.db");
  const database = await openDatabase(location.path);
  try {
    // One read transaction: the copy is the store as it was at one moment, whoever writes meanwhile.
    database.exec("PRAGMA busy_timeout = 30000");
    database.prepare("VACUUM INTO ?").run(target);
  } finally {
    database.close();
  }
  const parts = PARTS.filter((part) => existsSync(join(directory, part)));
  for (const part of parts) cpSync(join(directory, part), join(to, part), { recursive: true, preserveTimestamps: true });
  return { directory: to, storeBytes: statSync(target).size, parts };
}
