/**
 * Where entries are kept and read back. Written by ingest, read by reconstruct and find. SQLite and ClickHouse implement it and pass `conformance.ts`.
 *
 * A trace is a fold over its *set* of entries, so a store keeps entries, each once by its id, in any order of arrival. Texts are kept once under a
 * keyed hash; in a stored entry every `TextRef` is the store's own number for the text, and `texts` is gone.
 */
import type { Entry, EntryId, TextOf, UserAction, WriterId } from "@whysaid/recorder/format";
import type { Documents } from "./documents.ts";
import type { OutcomeFilter, OutcomeGroup, TagKey } from "./outcomes.ts";
import type { TextSearch } from "./search/search.ts";

/** Entries of one segment in order, with that segment's text table. */
export interface SegmentBatch {
  /** Where to go on after this batch; committed with the rows. null for what comes from no segment (imports). */
  readonly cursor: { readonly source: string; readonly offset: number } | null;
  readonly writer: WriterId;
  readonly entries: readonly { readonly sequence: number; readonly entry: Entry }[];
  /** Text of the segment's table; throws for a number whose defining entry was damaged. */
  readonly textOf: TextOf;
  readonly quarantined: readonly { readonly offset: number; readonly bytes: number; readonly reason: string }[];
}
export interface IngestOutcome {
  readonly stored: number;
  readonly duplicates: number;
  readonly quarantined: number;
}
export interface StoredEntry {
  readonly id: EntryId;
  readonly writer: WriterId;
  readonly sequence: number;
  readonly entry: Entry;
}
/** Everything the store has of one trace. */
export interface StoredTrace {
  readonly entries: readonly StoredEntry[];
  /** Header of each writer's segments the entries came from (service, environment, release). */
  readonly writers: readonly Entry[];
  /** Gap entries of those writers, and the sequence numbers that are neither here nor explained (`unexplained`). */
  readonly gaps: readonly StoredEntry[];
  readonly missing: readonly { readonly writer: WriterId; readonly from: number; readonly to: number }[];
  /** Re-hashes what it returns; throws WhysaidError `STORE_DAMAGED` when a text is not what was stored, `TEXT_LOST` when it never came. */
  readonly textOf: TextOf;
}
export interface TraceFilter {
  readonly feature?: string;
  readonly environment?: string;
  readonly model?: string;
  readonly promptVersion?: string;
  readonly rule?: string;
  readonly action?: UserAction;
  readonly state?: string;
  readonly sinceMs?: number;
  readonly untilMs?: number;
  readonly tag?: { readonly key: string; readonly value: string };
  readonly conversation?: string;
  /** Pseudonym of an identifier the trace's subject was declared with, as `⟦ID:g7k3q9x2m4vt~3a⟧` or `ID:g7k3q9x2m4vt`. */
  readonly subject?: string;
  /** Continue after this row (`TraceRow.key`). */
  readonly after?: string;
  readonly limit: number;
}
/** A trace by what it is kept or removed by. */
export interface TraceKey {
  readonly key: string;
  readonly traceId: string;
  readonly feature: string | null;
  readonly environment: string | null;
  readonly startedAtMs: number;
}
/** One line of `list`, newest first. */
export interface TraceRow {
  readonly key: string;
  readonly traceId: string;
  readonly feature: string | null;
  readonly conversationId: string | null;
  readonly startedAtMs: number;
  readonly model: string | null;
  readonly provider: string | null;
  readonly promptVersion: string | null;
  readonly release: string | null;
  readonly generations: number;
  readonly state: string;
  readonly inputTokens: number | null;
  readonly outputTokens: number | null;
  readonly totalMs: number | null;
  readonly timeToFirstChunkMs: number | null;
  readonly failedRules: readonly string[];
  readonly action: UserAction | null;
  /** First 200 characters of the answer. */
  readonly answer: string | null;
}
/** What came since a mark: see `Store.actedSince`. */
export interface Acted {
  /** Each once; empty when there is nothing more. */
  readonly traceIds: readonly string[];
  /** Where to go on. */
  readonly mark: string;
}
export interface Damage {
  readonly what: string;
  readonly id: string;
  readonly detail: string;
}
export interface Quarantined {
  readonly source: string;
  readonly offset: number;
  readonly bytes: number;
  readonly reason: string;
}
/** Of what is in the store now, each thing once. */
export interface StoreCounts {
  readonly entries: number;
  readonly traces: number;
  readonly generations: number;
  readonly actions: number;
  readonly texts: number;
  readonly textBytes: number;
  readonly storedBytes: number;
  readonly quarantined: number;
  readonly gaps: number;
  /** Entries that those gaps say were recorded and could not be written. */
  readonly lost: number;
}
export interface Store {
  /** Records about traces: cases, runs, issue states, keys. */
  readonly documents: Documents;
  /** What `find` asks. */
  readonly search: TextSearch;
  /** For error messages: a path or URL without credentials. */
  readonly name: string;
  /** Commit a batch, or several, and their cursors in one transaction. Entries already there are counted as duplicates. */
  ingest(batch: SegmentBatch | readonly SegmentBatch[]): Promise<IngestOutcome>;
  cursors(): Promise<ReadonlyMap<string, number>>;
  trace(traceId: string): Promise<StoredTrace | null>;
  /** Those of many traces that are there, by id: cheaper than one after the other where each question is a journey. */
  traces(traceIds: readonly string[]): Promise<ReadonlyMap<string, StoredTrace>>;
  /** Ids of traces whose id begins with these lowercase hex digits, in order, at most `limit`: people abbreviate ids. */
  tracesStartingWith(prefix: string, limit: number): Promise<readonly string[]>;
  list(filter: TraceFilter): Promise<readonly TraceRow[]>;
  /** The same from the other end, and no more of each than what a rule asks: for going through many. `after` is the key of the last one. */
  oldest(filter: TraceFilter): Promise<readonly TraceKey[]>;
  /** Counts of what became of traces, by time and by what they can be told apart by. From narrow columns: a million traces take a second, not an hour. */
  outcomes(filter: OutcomeFilter): Promise<readonly OutcomeGroup[]>;
  /** Keys of the tags on these traces, most used first: what `outcomes` can be asked by. */
  tagKeys(filter: Pick<OutcomeFilter, "feature" | "sinceMs" | "untilMs">): Promise<readonly TagKey[]>;
  /**
   * Traces users acted on, of which something has come since the mark, whenever they began. A store that does not remember the order of arrival may name traces again.
   *
   * @param mark  from the call before; null for all
   */
  actedSince(mark: string | null, limit: number): Promise<Acted>;
  /** Entries that belong to a writer rather than a trace: headers, ends, gaps, problems. */
  notes(): AsyncIterable<StoredEntry>;
  /** What could not be read of the segments taken in. */
  quarantined(): Promise<readonly Quarantined[]>;
  counts(): Promise<StoreCounts>;
  /**
   * Remove traces whole, with the texts that nothing else names. Their entries count as taken in: they do not come back from a journal that still has them.
   *
   * @returns how many traces there were
   */
  remove(traceIds: readonly string[]): Promise<number>;
  /** Re-hash every text and check every reference; yields what is wrong. */
  verify(progress?: (done: number, total: number) => void): AsyncIterable<Damage>;
  close(): Promise<void>;
}
