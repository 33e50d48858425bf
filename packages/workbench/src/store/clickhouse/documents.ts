/**
 * Documents in ClickHouse, where nothing can be locked: each change is a row with the next version. Of two that write the same version at once the table keeps the one that
 * came first (their inserts carry the same deduplication token), and both read back whose it is.
 */
import { randomBytes } from "node:crypto";
import { setTimeout } from "node:timers/promises";
import { WhysaidError } from "@whysaid/recorder/format";
import { lastWithPrefix, type DocumentFilter, type DocumentPut, type Documents, type NewDocument, type StoredDocument } from "../documents.ts";
import type { Connection } from "./connection.ts";
import { RowBinary } from "./row-binary.ts";

interface Row {
  readonly id: string;
  readonly version: number;
  readonly traces: readonly string[];
  readonly body: string | null;
}
export const documentColumns = ["kind", "id", "version", "nonce", "traces", "body"] as const;

/** How often a write that is not bound to a version tries again when somebody else was first. */
const ATTEMPTS = 20;

export class ClickhouseDocuments implements Documents {
  readonly #connection: Connection;
  readonly #table: string;
  constructor(connection: Connection) {
    this.#connection = connection;
    this.#table = connection.table("documents");
  }

  async put({ kind, id, traceIds = [], body }: NewDocument, expectedVersion?: number): Promise<DocumentPut> {
    const text = JSON.stringify(body);
    for (let attempt = 0; attempt < ATTEMPTS; attempt += 1) {
      const now = await this.#latest(kind, id);
      const version = now === undefined || now.body === null ? 0 : now.version;
      if (expectedVersion !== undefined && expectedVersion !== version) return { outcome: "conflict", version };
      const next = (now?.version ?? 0) + 1;
      if (await this.#write(kind, id, next, traceIds, text)) return { outcome: "saved", version: next };
      await setTimeout(Math.random() * 10 * attempt);
    }
    throw new WhysaidError("STORE_LOCKED", `a record of kind ${kind} in the store ${this.#connection.address.name} is changed by others all the time`, { fix: "Try again; nothing was changed." });
  }

  async get(kind: string, id: string): Promise<StoredDocument | null> {
    const row = await this.#latest(kind, id);
    return row === undefined || row.body === null ? null : documentOf(kind, row, row.body);
  }

  async kinds(): Promise<readonly string[]> {
    const rows = await this.#connection.select<{ kind: string }>(`SELECT DISTINCT kind FROM (SELECT kind, argMax(body IS NULL, version) AS gone FROM ${this.#table} GROUP BY kind, id) WHERE gone = 0 ORDER BY kind`);
    return rows.map(({ kind }) => kind);
  }

  async list(kind: string, { prefix, after, traceId, limit }: DocumentFilter): Promise<readonly StoredDocument[]> {
    const conditions = ["kind = {kind:String}"];
    if (after !== undefined) conditions.push("id > {after:String}");
    if (prefix !== undefined) conditions.push("id >= {prefix:String} AND id < {last:String}");
    const rows = await this.#connection.select<Row & { readonly body: string }>(
      `SELECT id, version, traces, body FROM (SELECT id, version, traces, body FROM ${this.#table} WHERE ${conditions.join(" AND ")} ORDER BY id, version DESC LIMIT 1 BY id)
       WHERE body IS NOT NULL ${traceId === undefined ? "" : "AND has(traces, {trace:String})"} ORDER BY id LIMIT {limit:UInt64}`,
      { kind, limit, ...(after === undefined ? {} : { after }), ...(prefix === undefined ? {} : { prefix, last: lastWithPrefix(prefix) }), ...(traceId === undefined ? {} : { trace: traceId }) },
    );
    return rows.map((row) => documentOf(kind, row, row.body));
  }

  async delete(kind: string, id: string, expectedVersion?: number): Promise<boolean> {
    for (let attempt = 0; attempt < ATTEMPTS; attempt += 1) {
      const now = await this.#latest(kind, id);
      if (now === undefined || now.body === null || (expectedVersion !== undefined && expectedVersion !== now.version)) return false;
      if (await this.#write(kind, id, now.version + 1, [], null)) return true;
      await setTimeout(Math.random() * 10 * attempt);
    }
    return false;
  }

  async #latest(kind: string, id: string): Promise<Row | undefined> {
    const [row] = await this.#connection.select<Row>(`SELECT id, version, traces, body FROM ${this.#table} WHERE kind = {kind:String} AND id = {id:String} ORDER BY version DESC LIMIT 1`, { kind, id });
    return row;
  }

  /** @returns false when somebody else wrote this version first */
  async #write(kind: string, id: string, version: number, traceIds: readonly string[], body: string | null): Promise<boolean> {
    const nonce = randomBytes(8).toString("hex");
    const rows = new RowBinary();
    writeDocument(rows, { kind, id, version, nonce, traces: traceIds, body });
    await this.#connection.insert("documents", documentColumns, rows, `${kind} ${version} ${id}`);
    const kept = await this.#connection.select<{ nonce: string }>(`SELECT nonce FROM ${this.#table} WHERE kind = {kind:String} AND id = {id:String} AND version = {version:UInt64}`, { kind, id, version });
    return kept.some((row) => row.nonce === nonce);
  }
}

export interface DocumentRow {
  readonly kind: string;
  readonly id: string;
  readonly version: number;
  readonly nonce: string;
  readonly traces: readonly string[];
  readonly body: string | null;
}
export function writeDocument(rows: RowBinary, { kind, id, version, nonce, traces, body }: DocumentRow): void {
  rows.string(kind);
  rows.string(id);
  rows.uint64(version);
  rows.string(nonce);
  rows.array(traces, (trace) => rows.string(trace));
  rows.nullable(body, (text) => rows.string(text));
  rows.endRow();
}

const documentOf = (kind: string, { id, version, traces }: Row, body: string): StoredDocument => ({ kind, id, version, traceIds: traces, body: JSON.parse(body) as unknown });
