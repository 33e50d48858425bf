/** Which store a path or URL names. The only place that knows all of them; each is loaded when it is asked for. */
import { resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { WhysaidError } from "@whysaid/recorder/format";
import type { Store } from "../store/store.ts";
import { digestOf } from "./digest.ts";

export interface OpenStoreOptions {
  /** Where keys are kept. Default: `keys/` beside the store's file, `.whysaid/keys` for a server. */
  readonly keysDir?: string;
  readonly busyTimeoutMs?: number;
}

export type StoreLocation = { readonly kind: "file"; readonly path: string } | { readonly kind: "clickhouse"; readonly address: string };

/**
 * @param pathOrUrl  a file (`.whysaid/store.db`, `file:///…`), or a ClickHouse server (`clickhouse://…`, `http://…`, `https://…`)
 * @throws WhysaidError `STORE_UNREADABLE`
 */
export function storeLocation(pathOrUrl: string): StoreLocation {
  const scheme = /^([a-z][a-z0-9+.-]+):\/\//i.exec(pathOrUrl)?.[1]?.toLowerCase();
  if (scheme === undefined) return { kind: "file", path: pathOrUrl };
  if (scheme === "file") return { kind: "file", path: fileURLToPath(pathOrUrl) };
  if (["clickhouse", "clickhouses", "http", "https"].includes(scheme)) return { kind: "clickhouse", address: pathOrUrl };
  throw new WhysaidError("STORE_UNREADABLE", `there is no store for ${scheme}:// addresses`, { fix: "Name a file, e.g. .whysaid/store.db, or a ClickHouse server, e.g. clickhouse://user:password@host:8123/whysaid." });
}

/** To be shown: an address without its credentials. */
export const storeName = (pathOrUrl: string): string => pathOrUrl.replace(/^([a-z][a-z0-9+.-]+:\/\/)[^/?#]*@/i, "$1");

/**
 * A file is made when it is not there; a server's store by `whysaid migrate`.
 *
 * @throws WhysaidError `STORE_UNREADABLE`, `STORE_NEWER_VERSION`, `STORE_LOCKED`, `STORE_KEY_UNREADABLE`, `STORE_KEY_MISMATCH`, `STORE_DAMAGED`;
 *   of a server also `USAGE`, `NOT_INSTALLED`, `STORE_UNREACHABLE`, `STORE_REFUSED`, `STORE_NOT_MIGRATED`
 */
export async function openStore(pathOrUrl: string, options: OpenStoreOptions = {}): Promise<Store> {
  const location = storeLocation(pathOrUrl);
  if (location.kind === "clickhouse") {
    const { openClickhouseStore } = await import("../store/clickhouse/clickhouse-store.ts");
    return openClickhouseStore(location.address, { digestOf, keysDir: options.keysDir ?? resolve(".whysaid", "keys") });
  }
  const { openSqliteStore } = await import("../store/sqlite/open-sqlite.ts");
  return openSqliteStore(location.path, { ...options, digestOf });
}
