/**
 * The scale-out store: ClickHouse behind the same interface as the embedded one. Any number of processes write and read it at once; none of them keeps anything that another
 * would miss. How it does without transactions stands in `tables.ts`, `intake.ts` and `folds.ts`.
 */
import type { Entry, TraceId, WriterId } from "@whysaid/recorder/format";
import { WhysaidError } from "@whysaid/recorder/format";
import type { DigestOf } from "../digest.ts";
import type { Documents } from "../documents.ts";
import type { OutcomeFilter, OutcomeGroup, TagKey } from "../outcomes.ts";
import type { TextSearch } from "../search/search.ts";
import type { Acted, Damage, IngestOutcome, Quarantined, SegmentBatch, Store, StoreCounts, StoredEntry, StoredTrace, TraceFilter, TraceKey, TraceRow } from "../store.ts";
import { Ranges } from "../ranges.ts";
import { readTextHashKey, textHasher, type TextHasher } from "../text-hash.ts";
import { parseAddress } from "./address.ts";
import { bytesLiteral, Connection } from "./connection.ts";
import { countStore } from "./counts.ts";
import { ClickhouseDocuments } from "./documents.ts";
import { Intake } from "./intake.ts";
import { listTraces, oldestTraces } from "./list.ts";
import { checkVersion, readMeta, writeMeta } from "./migrate.ts";
import { countOutcomes, tagKeys } from "./outcomes.ts";
import { Reader } from "./reader.ts";
import { removeTraces } from "./removing.ts";
import { ClickhouseSearch } from "./search.ts";
import { sequencesOf } from "./sequences.ts";
import { pages, verifyStore } from "./verify.ts";

export interface ClickhouseStoreOptions {
  /** Reads bodies for the narrow columns; ingest's `digestOf`. */
  readonly digestOf: DigestOf;
  /** Where the key of the text hashes is kept; the same on every machine that writes to the store. */
  readonly keysDir: string;
}

/**
 * Open a store that `whysaid migrate` has made.
 *
 * @throws WhysaidError `USAGE`, `NOT_INSTALLED`, `STORE_UNREACHABLE`, `STORE_REFUSED`, `STORE_NOT_MIGRATED`, `STORE_NEWER_VERSION`, `STORE_KEY_UNREADABLE`, `STORE_KEY_MISMATCH`
 */
export async function openClickhouseStore(address: string, options: ClickhouseStoreOptions): Promise<Store> {
  const connection = await Connection.open(parseAddress(address));
  try {
    await checkVersion(connection);
    const hasher = textHasher(readTextHashKey(options.keysDir));
    await claimKey(connection, hasher.keyId);
    return new ClickhouseStore(connection, hasher, options.digestOf);
  } catch (cause) {
    await connection.close();
    throw cause;
  }
}

/** One store, one key: with another, equal texts would not be recognized and no text could be verified. */
async function claimKey(connection: Connection, keyId: string): Promise<void> {
  const claimed = await readMeta(connection, "key_id");
  if (claimed === undefined) await writeMeta(connection, "key_id", keyId, 1);
  const owner = claimed ?? (await readMeta(connection, "key_id"));
  if (owner !== keyId)
    throw new WhysaidError("STORE_KEY_MISMATCH", `the store ${connection.address.name} was made with another key than the one in keys/text-hash.key`, { fix: "Put the store's own text-hash.key into the keys directory: every machine that uses a store has the same." });
}

class ClickhouseStore implements Store {
  readonly name: string;
  readonly documents: Documents;
  readonly search: TextSearch;
  readonly #connection: Connection;
  readonly #hasher: TextHasher;
  readonly #reader: Reader;
  readonly #intake: Intake;

  constructor(connection: Connection, hasher: TextHasher, digestOf: DigestOf) {
    this.name = connection.address.name;
    this.documents = new ClickhouseDocuments(connection);
    this.search = new ClickhouseSearch(connection, hasher, digestOf);
    this.#connection = connection;
    this.#hasher = hasher;
    this.#reader = new Reader(connection, hasher);
    this.#intake = new Intake(connection, hasher, this.#reader, digestOf);
  }

  async ingest(given: SegmentBatch | readonly SegmentBatch[]): Promise<IngestOutcome> {
    return this.#intake.ingest("writer" in given ? [given] : given);
  }

  async cursors(): Promise<ReadonlyMap<string, number>> {
    const rows = await this.#connection.select<{ source: string; at: number }>(`SELECT source, max(offset) AS at FROM ${this.#connection.table("cursors")} GROUP BY source ORDER BY source`);
    return new Map(rows.map(({ source, at }) => [source, at]));
  }

  async trace(traceId: string): Promise<StoredTrace | null> {
    return (await this.traces([traceId])).get(traceId) ?? null;
  }

  async traces(traceIds: readonly string[]): Promise<ReadonlyMap<string, StoredTrace>> {
    const read = await this.#reader.traces(traceIds.filter((id): id is TraceId => /^[0-9a-f]{32}$/.test(id)));
    if (read.size === 0) return new Map();
    const all = [...new Set([...read.values()].flatMap(({ entries }) => entries.map(({ writer }) => writer)))];
    const [notes, sequences] = await Promise.all([this.#notes(all), sequencesOf(this.#connection, all)]);
    const known = new Map(all.map((writer) => [writer, ofWriter(writer, notes.filter((note) => note.writer === writer), sequences.get(writer) ?? Ranges.empty())]));
    return new Map(
      [...read].map(([id, { entries, textOf }]) => {
        const writers = [...new Set(entries.map(({ writer }) => writer))].map((writer) => known.get(writer) as WriterState);
        return [id, { entries, textOf, writers: writers.flatMap(({ headers }) => headers), gaps: writers.flatMap(({ gaps }) => gaps), missing: writers.flatMap(({ missing }) => missing) }];
      }),
    );
  }

  async #notes(writers: readonly WriterId[]): Promise<readonly { readonly writer: WriterId; readonly sequence: number; readonly entry: Entry }[]> {
    const rows = await this.#connection.select<{ writer: WriterId; sequence: number; entry: string }>(
      `SELECT writer, sequence, entry FROM ${this.#connection.table("notes")} WHERE writer IN {writers:Array(String)} AND kind IN ('writer', 'gap') ORDER BY writer, sequence LIMIT 1 BY writer, sequence`,
      { writers },
    );
    return rows.map(({ writer, sequence, entry }) => ({ writer, sequence, entry: JSON.parse(entry) as Entry }));
  }

  async tracesStartingWith(prefix: string, limit: number): Promise<readonly string[]> {
    if (!/^[0-9a-f]{0,32}$/.test(prefix)) return [];
    const rows = await this.#connection.select<{ trace_hex: string }>(
      `SELECT DISTINCT lower(hex(trace)) AS trace_hex FROM ${this.#connection.table("buckets")} WHERE trace >= ${bytesLiteral(prefix.padEnd(32, "0"))} AND trace <= ${bytesLiteral(prefix.padEnd(32, "f"))} ORDER BY trace_hex LIMIT {limit:UInt64}`,
      { limit },
    );
    return rows.map(({ trace_hex }) => trace_hex);
  }

  async list(filter: TraceFilter): Promise<readonly TraceRow[]> {
    return listTraces(this.#connection, filter);
  }

  async oldest(filter: TraceFilter): Promise<readonly TraceKey[]> {
    return oldestTraces(this.#connection, filter);
  }

  async outcomes(filter: OutcomeFilter): Promise<readonly OutcomeGroup[]> {
    return countOutcomes(this.#connection, filter);
  }

  async tagKeys(filter: Pick<OutcomeFilter, "feature" | "sinceMs" | "untilMs">): Promise<readonly TagKey[]> {
    return tagKeys(this.#connection, filter);
  }

  /** Rows know no order of arrival here: each pass goes through the ids, and the next one begins anew. */
  async actedSince(mark: string | null, limit: number): Promise<Acted> {
    const after = mark !== null && /^[0-9a-f]{32}$/.test(mark) ? mark : "0".repeat(32);
    const rows = await this.#connection.select<{ trace_hex: string }>(
      `SELECT lower(hex(trace)) AS trace_hex FROM ${this.#connection.table("traces")} FINAL WHERE trace > ${bytesLiteral(after)} AND action IS NOT NULL ORDER BY trace LIMIT {limit:UInt64}`,
      { limit },
    );
    return { traceIds: rows.map(({ trace_hex }) => trace_hex), mark: rows.at(-1)?.trace_hex ?? "" };
  }

  async *notes(): AsyncIterable<StoredEntry> {
    for await (const rows of pages<{ writer: WriterId; sequence: number; entry: string }>(this.#connection, "notes", "writer, sequence, entry", ["writer", "sequence"], ({ writer, sequence }) => `'${writer.replaceAll(/[\\']/g, "")}', ${sequence}`))
      for (const { writer, sequence, entry } of rows) yield { id: `${writer}.${sequence}`, writer, sequence, entry: JSON.parse(entry) as Entry };
  }

  async quarantined(): Promise<readonly Quarantined[]> {
    return this.#connection.select<Quarantined>(`SELECT source, offset, bytes, reason FROM ${this.#connection.table("quarantine")} ORDER BY source, offset LIMIT 1 BY source, offset`);
  }

  async counts(): Promise<StoreCounts> {
    return countStore(this.#connection);
  }

  async remove(traceIds: readonly string[]): Promise<number> {
    return removeTraces(this.#connection, traceIds);
  }

  verify(progress: (done: number, total: number) => void = () => {}): AsyncIterable<Damage> {
    return verifyStore(this.#connection, this.#hasher, progress);
  }

  async close(): Promise<void> {
    await this.#connection.close();
  }
}

interface WriterState {
  readonly headers: readonly Entry[];
  readonly gaps: readonly StoredEntry[];
  readonly missing: StoredTrace["missing"];
}
function ofWriter(writer: WriterId, notes: readonly { readonly sequence: number; readonly entry: Entry }[], ranges: Ranges): WriterState {
  const headers = notes.filter(({ entry }) => entry.kind === "writer").map(({ entry }) => entry);
  const gaps = notes.filter(({ entry }) => entry.kind === "gap").map(({ sequence, entry }): StoredEntry => ({ id: `${writer}.${sequence}`, writer, sequence, entry }));
  for (const { entry } of gaps) if (entry.kind === "gap") ranges.addRange(entry.from, entry.to);
  return { headers, gaps, missing: ranges.missing(0).map(({ from, to }) => ({ writer, from, to })) };
}
