/** Erasing in a store, wherever it is kept. */
import { existsSync } from "node:fs";
import type { Change, Changed } from "../store/sqlite/erasing.ts";
import { digestOf } from "./digest.ts";
import { storeLocation } from "./open-store.ts";

/** @returns what was changed, and where what had to go is still found; null when there is no store. @throws WhysaidError what `openStore` throws */
export async function changeStoreAt(pathOrUrl: string, change: Change, keysDir: string): Promise<(Changed & { readonly left?: readonly string[] }) | null> {
  const location = storeLocation(pathOrUrl);
  if (location.kind === "clickhouse") return (await import("../store/clickhouse/erasing.ts")).changeClickhouse(location.address, change, keysDir, digestOf);
  return existsSync(location.path) ? (await import("../store/sqlite/erasing.ts")).changeStore(location.path, change, keysDir) : null;
}
