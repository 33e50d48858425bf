/** Which store a path or URL names. The only place that knows all of them; each is loaded when it is asked for. */
import { WhysaidError } from "@whysaid/recorder/format";
import type { Store } from "../store/store.ts";
import { digestOf } from "./digest.ts";

export interface OpenStoreOptions {
  /** Where keys are kept; `keys/` beside the store's file by default. */
  readonly keysDir?: string;
  readonly busyTimeoutMs?: number;
}

/**
 * @param pathOrUrl  a file (`.whysaid/store.db`, `file:///…`); it is made when it is not there
 * @throws WhysaidError `STORE_UNREADABLE`, `STORE_NEWER_VERSION`, `STORE_LOCKED`, `STORE_KEY_UNREADABLE`, `STORE_KEY_MISMATCH`, `STORE_DAMAGED`
 */
export async function openStore(pathOrUrl: string, options: OpenStoreOptions = {}): Promise<Store> {
  const scheme = /^([a-z][a-z0-9+.-]+):\/\//i.exec(pathOrUrl)?.[1]?.toLowerCase();
  if (scheme !== undefined && scheme !== "file")
    throw new WhysaidError("STORE_UNREADABLE", `there is no store for ${scheme}:// addresses`, { fix: "Name a file, e.g. .whysaid/store.db." });
  const path = scheme === "file" ? (await import("node:url")).fileURLToPath(pathOrUrl) : pathOrUrl;
  const { openSqliteStore } = await import("../store/sqlite/sqlite-store.ts");
  return openSqliteStore(path, { ...options, digestOf });
}
