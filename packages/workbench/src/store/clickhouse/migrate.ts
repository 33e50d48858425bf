/** Makes the tables of a ClickHouse store, and brings those of an older version to this one. Called by `whysaid migrate`; a store is never changed by opening it. */
import { WhysaidError } from "@whysaid/recorder/format";
import { parseAddress } from "./address.ts";
import { Connection } from "./connection.ts";
import { RowBinary } from "./row-binary.ts";
import { changes, CLICKHOUSE_STORE_VERSION, createStatements, tables } from "./tables.ts";

export interface Migrated {
  readonly store: string;
  /** 0 when there was none. */
  readonly from: number;
  readonly to: number;
}

/**
 * Running it twice, or in two places at once, does no harm.
 *
 * @throws WhysaidError `USAGE`, `NOT_INSTALLED`, `STORE_UNREACHABLE`, `STORE_REFUSED`, `STORE_NEWER_VERSION`
 */
export async function migrateClickhouse(address: string): Promise<Migrated> {
  const connection = await Connection.open(parseAddress(address));
  try {
    const { database, cluster, isReplicated, name } = connection.address;
    await connection.command(`CREATE DATABASE IF NOT EXISTS ${database}${cluster === null ? "" : ` ON CLUSTER '${cluster}'`}`);
    const from = await storedVersion(connection);
    if (from > CLICKHOUSE_STORE_VERSION) throw newer(name, from);
    if (from === 0) {
      for (const table of tables) for (const statement of createStatements(table, database, cluster, isReplicated)) await connection.command(statement);
      await writeMeta(connection, "schema", String(CLICKHOUSE_STORE_VERSION), CLICKHOUSE_STORE_VERSION);
    }
    for (let version = from; version > 0 && version < CLICKHOUSE_STORE_VERSION; version += 1) {
      for (const { table, columns, local } of changes[version - 1] ?? []) {
        // The rows' table first: the one over it must not promise what is not there.
        for (const change of [...columns, ...local]) await connection.command(`ALTER TABLE ${connection.localTable(table)} ${change}`);
        if (cluster !== null) for (const change of columns) await connection.command(`ALTER TABLE ${connection.table(table)} ON CLUSTER '${cluster}' ${change}`);
      }
      // Rows from before are told apart when the first search comes.
      if (version === 1) await writeMeta(connection, "shown_left", "1", 1);
      await writeMeta(connection, "schema", String(version + 1), version + 1);
    }
    return { store: name, from, to: CLICKHOUSE_STORE_VERSION };
  } finally {
    await connection.close();
  }
}

/** @throws WhysaidError `STORE_NOT_MIGRATED`, `STORE_NEWER_VERSION` */
export async function checkVersion(connection: Connection): Promise<void> {
  const { name } = connection.address;
  const version = await storedVersion(connection);
  if (version > CLICKHOUSE_STORE_VERSION) throw newer(name, version);
  if (version < CLICKHOUSE_STORE_VERSION) throw new WhysaidError("STORE_NOT_MIGRATED", `ClickHouse at ${name} has no Whysaid store, or an older one`, { fix: "Run `whysaid migrate` with the same --store." });
}

/** 0 when there is no store. */
async function storedVersion(connection: Connection): Promise<number> {
  try {
    return Number((await readMeta(connection, "schema")) ?? 0);
  } catch (cause) {
    if (cause instanceof WhysaidError && cause.code === "STORE_NOT_MIGRATED") return 0;
    throw cause;
  }
}

export async function readMeta(connection: Connection, key: string): Promise<string | undefined> {
  const [row] = await connection.select<{ value: string }>(`SELECT value FROM ${connection.table("meta")} WHERE key = {key:String} ORDER BY version DESC LIMIT 1`, { key });
  return row?.value;
}
/** @param version  the highest is read; of two that are equal, the first that came */
export async function writeMeta(connection: Connection, key: string, value: string, version: number): Promise<void> {
  const row = new RowBinary();
  row.string(key);
  row.string(value);
  row.uint64(version);
  row.endRow();
  await connection.insert("meta", ["key", "value", "version"], row, `${key} ${version}`);
}

const newer = (name: string, version: number): WhysaidError =>
  new WhysaidError("STORE_NEWER_VERSION", `the store ${name} has version ${version}, this program knows versions up to ${CLICKHOUSE_STORE_VERSION}`, { fix: "Update whysaid, or name another store with --store." });
