/** Makes a store, or brings an older one to this program's version, wherever it is kept. */
import { openStore, storeLocation } from "./open-store.ts";

export interface MigratedStore {
  readonly store: string;
  /** 0 when there was none. */
  readonly from: number;
  readonly to: number;
}

/** @throws WhysaidError what `openStore` throws */
export async function migrateStore(pathOrUrl: string, keysDir: string): Promise<MigratedStore> {
  const location = storeLocation(pathOrUrl);
  if (location.kind === "clickhouse") return (await import("../store/clickhouse/migrate.ts")).migrateClickhouse(location.address);
  const { versionOf } = await import("../store/sqlite/schema.ts");
  const from = await versionOf(location.path);
  // A file is brought to this version by opening it.
  await (await openStore(location.path, { keysDir })).close();
  return { store: location.path, from, to: await versionOf(location.path) };
}
