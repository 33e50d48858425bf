/**
 * The one file that talks to ClickHouse: the official client, loaded when a store is opened and never before, so that who keeps a file need not have it installed.
 *
 * Everything sent is idempotent (rows are keyed by what they say, inserts carry a deduplication token), so what a broken connection left in doubt is sent again.
 */
import { createHash } from "node:crypto";
import { Readable } from "node:stream";
import { setTimeout } from "node:timers/promises";
import type { ClickHouseClient } from "@clickhouse/client";
import { WhysaidError } from "@whysaid/recorder/format";
import type { Address } from "./address.ts";

/** Values for `{name:Type}` in a statement. */
export type Parameters = Readonly<Record<string, string | number | readonly (string | number)[]>>;
type Settings = Readonly<Record<string, string | number>>;

const ATTEMPTS = 4;
const FIRST_PAUSE_MS = 50;

export class Connection {
  readonly address: Address;
  readonly #client: ClickHouseClient;

  private constructor(address: Address, client: ClickHouseClient) {
    this.address = address;
    this.#client = client;
  }

  /** @throws WhysaidError `NOT_INSTALLED` */
  static async open(address: Address): Promise<Connection> {
    let module: typeof import("@clickhouse/client");
    try {
      module = await import("@clickhouse/client");
    } catch (cause) {
      throw new WhysaidError("NOT_INSTALLED", "a ClickHouse store needs ClickHouse's client, which is not installed", { fix: "npm install @clickhouse/client", cause });
    }
    const { url, username, password } = address;
    const settings: Record<string, string | number> = {
      // Acknowledged means written, on every shard it belongs to.
      async_insert: 0,
      distributed_foreground_insert: 1,
      max_partitions_per_insert_block: 0,
      // What is joined lies on one shard.
      distributed_product_mode: "local",
      output_format_json_quote_64bit_integers: 0,
      ...(address.quorum === null ? {} : { insert_quorum: address.quorum, insert_quorum_parallel: 0, select_sequential_consistency: 1 }),
    };
    const client = module.createClient({
      url,
      username,
      password,
      application: "whysaid",
      request_timeout: 300_000,
      compression: { response: false, request: false },
      clickhouse_settings: settings,
      // What it logs of an error repeats the statement, and with it what was looked for.
      log: { level: module.ClickHouseLogLevel.OFF },
    });
    return new Connection(address, client);
  }

  /** Rows of a SELECT. 64-bit integers are numbers: write none above 2^53. */
  async select<Row>(query: string, parameters: Parameters = {}, settings: Settings = {}): Promise<Row[]> {
    return this.#again(async () => {
      const result = await this.#client.query({ query, format: "JSONEachRow", query_params: parameters, clickhouse_settings: settings });
      return await result.json<Row>();
    });
  }

  /**
   * Insert rows and wait until they are written.
   *
   * @param columns  in the order the rows were written in
   */
  async insert(table: string, columns: readonly string[], rows: { readonly rows: number; take(): Buffer }, token?: string): Promise<void> {
    if (rows.rows === 0) return;
    const bytes = rows.take();
    const insert_deduplication_token = token ?? createHash("sha256").update(bytes).digest("hex").slice(0, 32);
    await this.#again(async () => {
      const { stream } = await this.#client.exec({
        query: `INSERT INTO ${this.table(table)} (${columns.join(", ")}) FORMAT RowBinary`,
        values: Readable.from([bytes], { objectMode: false }),
        clickhouse_settings: { insert_deduplication_token },
      });
      // The answer is empty; the connection is free when it has been read.
      for await (const _ of stream);
    });
  }

  async command(query: string, settings: Settings = {}): Promise<void> {
    await this.#again(() => this.#client.command({ query, clickhouse_settings: settings }));
  }

  async close(): Promise<void> {
    await this.#client.close();
  }

  /** The table to read from and insert into. */
  table(name: string): string {
    return `${this.address.database}.${name}`;
  }
  /** The table that holds the rows, for what changes a table: on a cluster, one on each server. */
  localTable(name: string): string {
    return this.address.cluster === null ? this.table(name) : `${this.table(`${name}_local`)} ON CLUSTER '${this.address.cluster}'`;
  }

  async #again<T>(work: () => Promise<T>): Promise<T> {
    for (let attempt = 1; ; attempt += 1) {
      try {
        return await work();
      } catch (cause) {
        const error = this.#explained(cause);
        if (error.code !== "STORE_UNREACHABLE" || attempt === ATTEMPTS) throw error;
        await setTimeout(FIRST_PAUSE_MS * 2 ** attempt * (0.5 + Math.random()));
      }
    }
  }

  /** ClickHouse's own sentence may quote rows: its code and type say enough. */
  #explained(cause: unknown): WhysaidError {
    if (cause instanceof WhysaidError) return cause;
    const { name } = this.address;
    const { code, type } = said(cause);
    const short = new Error(`${type} (${code})`);
    if (type === NO_TYPE || isPassing.has(code))
      return new WhysaidError("STORE_UNREACHABLE", `ClickHouse at ${name} does not answer: ${code}`, { fix: "Check that the server runs and can be reached from here; nothing was lost, what was not stored is sent again.", cause: short });
    if (code === "516" || code === "193" || code === "192") return new WhysaidError("STORE_REFUSED", `ClickHouse at ${name} does not let this user in`, { fix: "Check user and password in the store's address.", cause: short });
    if (code === "81" || code === "60") return new WhysaidError("STORE_NOT_MIGRATED", `ClickHouse at ${name} has no Whysaid store, or an older one`, { fix: "Run `whysaid migrate` with the same --store.", cause: short });
    return new WhysaidError("STORE_REFUSED", `ClickHouse at ${name} refuses a statement: ${type} (${code})`, { fix: "Look for this error's code in ClickHouse's documentation; the server's log has the whole of it.", cause: short });
  }
}

const NO_TYPE = "no type";
/** ClickHouse's own words for an error, or a socket's code. */
function said(cause: unknown): { readonly code: string; readonly type: string } {
  const { code, type } = cause as { readonly code?: unknown; readonly type?: unknown };
  return { code: typeof code === "string" ? code : "the connection broke", type: typeof type === "string" ? type : NO_TYPE };
}

/** Too many parts, queries or memory in use, no Keeper, no replica, too slow: another try may find it otherwise. */
const isPassing: ReadonlySet<string> = new Set(["159", "164", "202", "209", "210", "241", "242", "252", "279", "285", "319", "999"]);

/** Bytes as an SQL literal. */
export const bytesLiteral = (hex: string): string => `unhex('${hex}')`;
