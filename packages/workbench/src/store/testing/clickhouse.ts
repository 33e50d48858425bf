/** Fresh ClickHouse stores for tests and benches, each a database of its own on the server `WHYSAID_TEST_CLICKHOUSE_URL` names. */
import { randomBytes } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseAddress } from "../clickhouse/address.ts";
import { openClickhouseStore } from "../clickhouse/clickhouse-store.ts";
import { Connection } from "../clickhouse/connection.ts";
import { migrateClickhouse } from "../clickhouse/migrate.ts";
import type { DigestOf } from "../digest.ts";
import type { Store } from "../store.ts";

export interface FreshClickhouse {
  readonly address: string;
  readonly keysDir: string;
  readonly open: () => Promise<Store>;
  /** For tests that look at, or break, what lies in the tables. */
  readonly connect: () => Promise<Connection>;
  /** Drops the database. */
  readonly drop: () => Promise<void>;
}

export function testServer(): string {
  const url = process.env["WHYSAID_TEST_CLICKHOUSE_URL"];
  if (url === undefined || url === "") throw new Error("WHYSAID_TEST_CLICKHOUSE_URL names no server: run `npm run test:clickhouse`");
  return url;
}

export async function freshClickhouse(digestOf: DigestOf, keysDirectory?: string): Promise<FreshClickhouse> {
  const url = new URL(testServer());
  url.pathname = `/whysaid_test_${randomBytes(6).toString("hex")}`;
  const address = url.href;
  const keysDir = keysDirectory ?? mkdtempSync(join(tmpdir(), "whysaid-keys-"));
  await migrateClickhouse(address);
  const connect = (): Promise<Connection> => Connection.open(parseAddress(address));
  return {
    address,
    keysDir,
    open: () => openClickhouseStore(address, { digestOf, keysDir }),
    connect,
    drop: async () => {
      const connection = await connect();
      const { database, cluster } = connection.address;
      await connection.command(`DROP DATABASE IF EXISTS ${database}${cluster === null ? "" : ` ON CLUSTER '${cluster}'`} SYNC`);
      await connection.close();
      if (keysDirectory === undefined) rmSync(keysDir, { recursive: true, force: true });
    },
  };
}
