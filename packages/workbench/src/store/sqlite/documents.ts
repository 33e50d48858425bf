/** Documents as rows: the body as JSON text, so that erasing finds pseudonyms in it. A deleted one stays as its version alone, so that versions are never given twice. */
import { lastWithPrefix, type DocumentFilter, type DocumentPut, type Documents, type NewDocument, type StoredDocument } from "../documents.ts";
import type { Database, SqlValue, Statement } from "./driver.ts";
import type { Guard } from "./guard.ts";
import type { WriteTurns } from "./write-turns.ts";

interface Row {
  readonly kind: string;
  readonly id: string;
  readonly version: number;
  readonly traces: string;
  readonly body: string | null;
}

export class SqliteDocuments implements Documents {
  readonly #database: Database;
  readonly #guard: Guard;
  readonly #turns: WriteTurns;
  readonly #sql: Readonly<Record<keyof typeof statements, Statement>>;

  constructor(database: Database, guard: Guard, turns: WriteTurns) {
    this.#database = database;
    this.#guard = guard;
    this.#turns = turns;
    this.#sql = Object.fromEntries(Object.entries(statements).map(([key, sql]) => [key, database.prepare(sql)])) as Record<keyof typeof statements, Statement>;
  }

  async put({ kind, id, traceIds = [], body }: NewDocument, expectedVersion?: number): Promise<DocumentPut> {
    const text = JSON.stringify(body);
    return this.#turns.take(() => {
      const { version, isThere } = this.#now(kind, id);
      if (expectedVersion !== undefined && expectedVersion !== (isThere ? version : 0)) return { outcome: "conflict", version: isThere ? version : 0 };
      this.#write(kind, id, version + 1, traceIds, text);
      return { outcome: "saved", version: version + 1 };
    });
  }

  async get(kind: string, id: string): Promise<StoredDocument | null> {
    const row = this.#guard.run(() => this.#sql.byKey.get(kind, id) as Row | undefined);
    return row === undefined || row.body === null ? null : documentOf(row, row.body);
  }

  async kinds(): Promise<readonly string[]> {
    return this.#guard.run(() => (this.#database.prepare("SELECT DISTINCT kind FROM documents WHERE body IS NOT NULL ORDER BY kind").all() as readonly { kind: string }[]).map(({ kind }) => kind));
  }

  async list(kind: string, { prefix, after, traceId, limit }: DocumentFilter): Promise<readonly StoredDocument[]> {
    const from = traceId === undefined ? "documents" : "document_traces JOIN documents USING (kind, id)";
    const conditions: string[] = ["kind = ?", "body IS NOT NULL"];
    const values: SqlValue[] = [kind];
    const also = (condition: string, ...given: SqlValue[]): void => {
      conditions.push(condition);
      values.push(...given);
    };
    if (traceId !== undefined) also("trace = ?", traceId);
    if (after !== undefined) also("id > ?", after);
    if (prefix !== undefined) also("id >= ? AND id < ?", prefix, lastWithPrefix(prefix));
    const rows = this.#guard.run(() => this.#database.prepare(`SELECT kind, id, version, traces, body FROM ${from} WHERE ${conditions.join(" AND ")} ORDER BY id LIMIT ?`).all(...values, limit) as readonly (Row & { readonly body: string })[]);
    return rows.map((row) => documentOf(row, row.body));
  }

  async delete(kind: string, id: string, expectedVersion?: number): Promise<boolean> {
    return this.#turns.take(() => {
      const { version, isThere } = this.#now(kind, id);
      if (!isThere || (expectedVersion !== undefined && expectedVersion !== version)) return false;
      this.#write(kind, id, version + 1, [], null);
      return true;
    });
  }

  #now(kind: string, id: string): { readonly version: number; readonly isThere: boolean } {
    const row = this.#sql.byKey.get(kind, id) as Row | undefined;
    return { version: row?.version ?? 0, isThere: row !== undefined && row.body !== null };
  }

  #write(kind: string, id: string, version: number, traceIds: readonly string[], body: string | null): void {
    this.#sql.write.run(kind, id, version, JSON.stringify(traceIds), body);
    this.#sql.forgetTraces.run(kind, id);
    for (const trace of new Set(traceIds)) this.#sql.addTrace.run(trace, kind, id);
  }
}

const documentOf = ({ kind, id, version, traces }: Row, body: string): StoredDocument => ({ kind, id, version, traceIds: JSON.parse(traces) as string[], body: JSON.parse(body) as unknown });

const statements = {
  byKey: "SELECT kind, id, version, traces, body FROM documents WHERE kind = ? AND id = ?",
  write: "INSERT INTO documents VALUES (?, ?, ?, ?, ?) ON CONFLICT DO UPDATE SET version = excluded.version, traces = excluded.traces, body = excluded.body",
  forgetTraces: "DELETE FROM document_traces WHERE kind = ? AND id = ?",
  addTrace: "INSERT INTO document_traces VALUES (?, ?, ?)",
} as const;

/**
 * What erasing does to documents, inside its transaction: bodies and ids without what is taken out, as new versions, so that nobody saves the old one back unseen.
 *
 * @param change  its argument when there is nothing to change; a filler makes the result another one
 * @param filler  a new one at each call
 * @returns how many were changed
 */
export function changeDocuments(database: Database, change: (text: string, filler?: string) => string, filler: () => string): number {
  const rows = database.prepare("SELECT kind, id, version, traces, body FROM documents").all() as readonly Row[];
  const isTaken = database.prepare("SELECT 1 FROM documents WHERE kind = ? AND id = ?");
  const update = database.prepare("UPDATE documents SET id = ?, version = ?, body = ? WHERE kind = ? AND id = ?");
  const move = database.prepare("UPDATE document_traces SET id = ? WHERE kind = ? AND id = ?");
  let changed = 0;
  for (const { kind, id, version, body } of rows) {
    const without = body === null ? null : change(body);
    let newId = change(id);
    if (without === body && newId === id) continue;
    while (newId !== id && isTaken.get(kind, newId) !== undefined) newId = change(id, filler());
    update.run(newId, version + 1, without, kind, id);
    if (newId !== id) move.run(newId, kind, id);
    changed += 1;
  }
  return changed;
}
