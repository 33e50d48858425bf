/**
 * The embedded store: one SQLite file, no server. Ingest writes batches into it, reconstruct and `list` read from it, any number of processes at once (WAL).
 *
 * A batch is one transaction. Which entries are new is told by the writer's sequence ranges, read inside it; then the new entries of each trace become one pack,
 * their texts one row each unless they are there, and the trace's rows are folded anew from all its facts.
 */
import { statSync } from "node:fs";
import type { Entry, TextOf, TraceId, WriterId } from "@whysaid/recorder/format";
import type { DigestOf } from "../digest.ts";
import type { Documents } from "../documents.ts";
import type { TextSearch } from "../search/search.ts";
import { addFacts, type Fact } from "../facts.ts";
import type { PackedEntry } from "../packing/pack.ts";
import type { OutcomeFilter, OutcomeGroup, TagKey } from "../outcomes.ts";
import { unpackIds } from "../packing/bytes.ts";
import { Ranges } from "../ranges.ts";
import type { Acted, Damage, IngestOutcome, Quarantined, SegmentBatch, Store, StoreCounts, StoredEntry, StoredTrace, TraceFilter, TraceKey, TraceRow } from "../store.ts";
import { summarize, type TraceSummary } from "../summary.ts";
import type { TextHasher } from "../text-hash.ts";
import { actedSince } from "./acted.ts";
import { Codec } from "./codec.ts";
import { isDamaged, type Database, type Statement } from "./driver.ts";
import { SqliteDocuments } from "./documents.ts";
import { Guard } from "./guard.ts";
import { listTraces, oldestTraces } from "./list.ts";
import { Names } from "./names.ts";
import { notesIn, quarantinedIn } from "./notes.ts";
import { countOutcomes, tagKeys } from "./outcomes.ts";
import { PackRows } from "./pack-rows.ts";
import { Recent } from "./recent.ts";
import { Renumbering, type KnownNumbers } from "./renumbering.ts";
import { Rollup } from "./rollup.ts";
import { removeTraces } from "./removing.ts";
import { SqliteSearch } from "./search.ts";
import { answersOf, ShownTexts } from "./shown.ts";
import { Texts } from "./texts.ts";
import { TraceReader } from "./trace-reader.ts";
import { ANSWER_UNITS, TraceRows } from "./trace-rows.ts";
import { verifyStore } from "./verify.ts";
import { WriteTurns } from "./write-turns.ts";

/** A trace as ingest remembers it between batches. */
interface OpenTrace {
  readonly row: number;
  readonly packs: number[];
  facts: Fact[];
  summary: TraceSummary | null;
}

export class SqliteStore implements Store {
  readonly name: string;
  readonly #database: Database;
  readonly #guard: Guard;
  readonly #codec: Codec;
  readonly #digestOf: DigestOf;
  readonly #names: Names;
  readonly #texts: Texts;
  readonly #packs: PackRows;
  readonly #rollup: Rollup;
  readonly #rows: TraceRows;
  readonly #reader: TraceReader;
  readonly #open = new Recent<TraceId, OpenTrace>(4000);
  readonly #writerIds = new Recent<string, number>(1000);
  /** Punctuation seen in one pack: the second time it becomes a text of its own. */
  readonly #seenOnce = new Recent<string, true>(50_000);
  /** Per text table of a segment: its numbers → ours. */
  #renumbered = new WeakMap<TextOf, KnownNumbers>();
  readonly #turns: WriteTurns;
  readonly documents: Documents;
  readonly search: TextSearch;
  readonly #shown: ShownTexts;
  #dataVersion = -1;
  #erasures = -1;
  readonly #sql: Readonly<Record<keyof typeof statements, Statement>>;

  constructor(name: string, database: Database, guard: Guard, busyTimeoutMs: number, codec: Codec, hasher: TextHasher, digestOf: DigestOf) {
    this.name = name;
    this.#database = database;
    this.#guard = guard;
    this.#turns = new WriteTurns(database, guard, busyTimeoutMs);
    this.documents = new SqliteDocuments(database, guard, this.#turns);
    this.#codec = codec;
    this.#digestOf = digestOf;
    this.#names = new Names(database);
    this.#texts = new Texts(database, codec, hasher, name);
    this.#packs = new PackRows(database, codec, hasher, name);
    this.#rollup = new Rollup(database, this.#names);
    this.#rows = new TraceRows(database, this.#names, this.#rollup);
    this.#reader = new TraceReader(database, guard, this.#rows, this.#packs, this.#texts);
    this.#shown = new ShownTexts(database, this.#texts);
    this.search = new SqliteSearch(database, guard, this.#names, this.#texts, () => this.#indexOlder());
    this.#sql = Object.fromEntries(Object.entries(statements).map(([key, sql]) => [key, database.prepare(sql)])) as Record<keyof typeof statements, Statement>;
  }

  async ingest(given: SegmentBatch | readonly SegmentBatch[]): Promise<IngestOutcome> {
    const batches = "writer" in given ? [given] : given;
    return this.#turns.take(() => {
      this.#noticeOthers();
      this.#rows.begin();
      this.#texts.begin();
      this.#packs.begin();
      let outcome: IngestOutcome = { stored: 0, duplicates: 0, quarantined: 0 };
      for (const batch of batches) {
        const { stored, duplicates, quarantined } = this.#store(batch);
        outcome = { stored: outcome.stored + stored, duplicates: outcome.duplicates + duplicates, quarantined: outcome.quarantined + quarantined };
      }
      this.#flush();
      return outcome;
    }, () => this.#forget());
  }

  #store(batch: SegmentBatch): IngestOutcome {
    const writer = this.#writer(batch.writer);
    const ranges = Ranges.parse(writer.sequences);
    const traces = new Map<TraceId, { sequence: number; entry: Entry }[]>();
    let stored = 0;
    let actions = 0;
    for (const { sequence, entry } of batch.entries) {
      if (!ranges.add(sequence)) continue;
      stored += 1;
      if (entry.kind === "action") actions += 1;
      const trace = "trace" in entry && entry.trace !== undefined ? entry.trace : null;
      if (trace === null) this.#note(writer.id, sequence, entry);
      else if (traces.has(trace)) traces.get(trace)?.push({ sequence, entry });
      else traces.set(trace, [{ sequence, entry }]);
    }
    for (const [trace, entries] of traces) this.#storeTrace(trace, writer.id, batch.writer, entries, batch.textOf);
    if (stored > 0) this.#sql.setSequences.run(ranges.toText(), writer.id);
    let quarantined = 0;
    for (const { offset, bytes, reason } of batch.quarantined) quarantined += Number(this.#sql.quarantine.run(batch.cursor?.source ?? batch.writer, offset, bytes, reason).changes);
    if (batch.cursor !== null) this.#sql.setCursor.run(batch.cursor.source, batch.cursor.offset);
    this.#sql.addMeta.run(stored, "entries");
    this.#sql.addMeta.run(actions, "actions");
    this.#sql.addMeta.run(this.#texts.newBytes, "text_bytes");
    this.#texts.newBytes = 0;
    return { stored, duplicates: batch.entries.length - stored, quarantined };
  }

  #storeTrace(trace: TraceId, writerRow: number, writer: WriterId, entries: readonly { sequence: number; entry: Entry }[], textOf: TextOf): void {
    const open = this.#openTrace(trace);
    const placed = entries.map(({ sequence, entry }) => ({ writer, sequence, entry }));
    const facts = addFacts(open.facts, placed, textOf, this.#digestOf);
    const renumber = new Renumbering(this.#texts, this.#seenOnce, this.#renumberedOf(textOf), open.row, textOf, answersOf(facts));
    const packed = entries.map(({ sequence, entry }): PackedEntry => ({ writer: writerRow, sequence, entry: renumber.entry(entry) }));
    open.packs.push(this.#packs.put({ entries: packed, locals: renumber.locals }, open.row, trace));
    open.facts = facts ?? this.#readFacts(open.packs, trace);
    const before = open.summary;
    const now = summarize(open.facts);
    open.summary = now;
    this.#shown.write(open.row, before, now);
    const answerId = now.answer === null ? undefined : this.#texts.idOf(now.answer);
    this.#rows.write(open.row, trace, [...open.packs], this.#writerId(now.writer), before, now, answerId ?? now.answer?.slice(0, ANSWER_UNITS) ?? null);
  }

  /** At the end of a transaction, in this order: rows count into the rollup, texts of answers are among all texts. */
  #flush(): void {
    this.#texts.flush();
    this.#packs.flush();
    this.#shown.flush();
    this.#rows.flush();
    this.#rollup.flush();
  }

  /** The trace as it is in the store, from memory or by reading its packs back. */
  #openTrace(trace: TraceId): OpenTrace {
    const remembered = this.#open.get(trace);
    if (remembered !== undefined) return remembered;
    const known = this.#rows.find(trace);
    let open: OpenTrace;
    if (known === null) open = { row: this.#rows.reserve(), packs: [], facts: [], summary: null };
    else {
      const facts = this.#readFacts(known.packs, trace);
      open = { row: known.id, packs: [...known.packs], facts, summary: summarize(facts) };
    }
    this.#open.set(trace, open);
    return open;
  }

  /** Traces that were stored before answers had their index get their rows in it, newest first. Once and for all. */
  async #indexOlder(): Promise<void> {
    for (;;) {
      if (this.#guard.run(() => (this.#sql.shownLeft.get() as { value: number }).value) === 0) return;
      await this.#turns.take(() => {
        this.#noticeOthers();
        this.#texts.begin();
        const { value: left } = this.#sql.shownLeft.get() as { value: number };
        const rows = this.#sql.olderTraces.all(left) as readonly { id: number; trace: Uint8Array; packs: Uint8Array; isShown: number }[];
        for (const row of rows) {
          const trace = Buffer.from(row.trace).toString("hex") as TraceId;
          const summary = summarize(this.#readFacts(unpackIds(row.packs), trace));
          if (row.isShown === 0) this.#shown.write(row.id, null, summary);
          this.#rows.writeSubjects(row.id, summary.subjects);
        }
        this.#flush();
        this.#sql.setShownLeft.run((rows.at(-1)?.id ?? 1) - 1);
        this.#open.clear();
      }, () => this.#forget());
    }
  }

  #readFacts(packs: readonly number[], trace: TraceId): Fact[] {
    const { entries, textOf } = this.#reader.packs(packs, trace);
    return addFacts([], entries, textOf, this.#digestOf) ?? [];
  }

  #writerId(writer: string): number {
    const known = this.#writerIds.get(writer);
    if (known !== undefined) return known;
    const { id } = this.#writer(writer);
    this.#writerIds.set(writer, id);
    return id;
  }

  #writer(writer: string): { readonly id: number; readonly sequences: string } {
    const row = this.#sql.writerByName.get(writer) as { id: number; sequences: string } | undefined;
    if (row !== undefined) return row;
    return { id: Number(this.#sql.addWriter.run(writer).lastInsertRowid), sequences: "[]" };
  }

  #note(writer: number, sequence: number, entry: Entry): void {
    this.#sql.addNote.run(writer, sequence, entry.kind, JSON.stringify(entry));
    if (entry.kind === "writer") this.#sql.describeWriter.run(entry.service, entry.environment, entry.release, writer);
  }

  #renumberedOf(textOf: TextOf): KnownNumbers {
    const known = this.#renumbered.get(textOf);
    if (known !== undefined) return known;
    const fresh: KnownNumbers = { ids: [], opensString: [] };
    this.#renumbered.set(textOf, fresh);
    return fresh;
  }

  async cursors(): Promise<ReadonlyMap<string, number>> {
    return this.#guard.run(() => new Map((this.#sql.cursors.all() as readonly { source: string; offset: number }[]).map(({ source, offset }) => [source, offset])));
  }

  async trace(traceId: string): Promise<StoredTrace | null> {
    if (!/^[0-9a-f]{32}$/.test(traceId)) return null;
    return this.#guard.run(() => this.#consistently(() => this.#reader.trace(traceId as TraceId)));
  }

  async traces(traceIds: readonly string[]): Promise<ReadonlyMap<string, StoredTrace>> {
    const found = new Map<string, StoredTrace>();
    for (const id of traceIds) {
      const trace = await this.trace(id);
      if (trace !== null) found.set(id, trace);
    }
    return found;
  }

  async tracesStartingWith(prefix: string, limit: number): Promise<readonly string[]> {
    if (!/^[0-9a-f]{0,32}$/.test(prefix)) return [];
    const first = Buffer.from(prefix.padEnd(32, "0"), "hex");
    const last = Buffer.from(prefix.padEnd(32, "f"), "hex");
    return this.#guard.run(() => (this.#sql.between.all(first, last, limit) as readonly { trace: Uint8Array }[]).map(({ trace }) => Buffer.from(trace).toString("hex")));
  }

  async list(filter: TraceFilter): Promise<readonly TraceRow[]> {
    return this.#guard.run(() => this.#consistently(() => listTraces(this.#database, this.#names, this.#texts, filter)));
  }

  async oldest(filter: TraceFilter): Promise<readonly TraceKey[]> {
    return this.#guard.run(() => this.#consistently(() => oldestTraces(this.#database, this.#names, filter)));
  }

  async outcomes(filter: OutcomeFilter): Promise<readonly OutcomeGroup[]> {
    return this.#guard.run(() => this.#consistently(() => countOutcomes(this.#database, this.#names, filter)));
  }

  async tagKeys(filter: Pick<OutcomeFilter, "feature" | "sinceMs" | "untilMs">): Promise<readonly TagKey[]> {
    return this.#guard.run(() => this.#consistently(() => tagKeys(this.#database, this.#names, filter)));
  }

  async actedSince(mark: string | null, limit: number): Promise<Acted> {
    return this.#guard.run(() => this.#consistently(() => actedSince(this.#database, mark, limit)));
  }

  notes(): AsyncIterable<StoredEntry> {
    return notesIn(this.#database, this.#guard);
  }

  async quarantined(): Promise<readonly Quarantined[]> {
    return this.#guard.run(() => quarantinedIn(this.#database));
  }

  async counts(): Promise<StoreCounts> {
    return this.#guard.run(() =>
      this.#consistently(() => {
        const meta = new Map((this.#sql.meta.all() as readonly { key: string; value: number }[]).map(({ key, value }) => [key, value]));
        const counted = this.#sql.counts.get() as { traces: number; generations: number; texts: number; quarantined: number; gaps: number; lost: number; bytes: number };
        const { bytes, ...counts } = counted;
        return { entries: meta.get("entries") ?? 0, actions: meta.get("actions") ?? 0, ...counts, textBytes: meta.get("text_bytes") ?? 0, storedBytes: bytes + walBytes(this.name) };
      }),
    );
  }

  async remove(traceIds: readonly string[]): Promise<number> {
    return removeTraces(
      { database: this.#database, turns: this.#turns, rows: this.#rows, packs: this.#packs, texts: this.#texts, shown: this.#shown, rollup: this.#rollup, begin: () => this.#noticeOthers(), open: (trace) => this.#openTrace(trace), forget: () => this.#forget() },
      traceIds,
    );
  }

  async *verify(progress: (done: number, total: number) => void = () => {}): AsyncIterable<Damage> {
    try {
      yield* verifyStore(this.#database, this.#texts, this.#packs, progress);
    } catch (cause) {
      if (!isDamaged(cause)) throw cause;
      yield { what: "database", id: "-", detail: "SQLite cannot read the file any further" };
    }
  }

  async close(): Promise<void> {
    this.#database.close();
  }

  /** Read several tables as of one moment, whatever others write meanwhile. */
  #consistently<T>(read: () => T): T {
    this.#database.exec("BEGIN");
    try {
      return read();
    } finally {
      this.#database.exec("COMMIT");
    }
  }

  /** Inside the transaction: what another process has committed since makes some of what we remember stale. */
  #noticeOthers(): void {
    const version = Number(Object.values(this.#sql.dataVersion.get() as object)[0]);
    if (version === this.#dataVersion) return;
    this.#dataVersion = version;
    this.#open.clear();
    this.#codec.refresh();
    const { value } = this.#sql.erasures.get() as { value: number };
    if (value !== this.#erasures) this.#forget();
    this.#erasures = value;
  }

  #forget(): void {
    this.#open.clear();
    this.#writerIds.clear();
    this.#names.forget();
    this.#texts.forget();
    this.#packs.forget();
    this.#shown.forget();
    this.#rows.forget();
    this.#rollup.forget();
    this.#codec.forget();
    this.#renumbered = new WeakMap();
  }
}

const walBytes = (path: string): number => statSync(`${path}-wal`, { throwIfNoEntry: false })?.size ?? 0;

const statements = {
  writerByName: "SELECT id, sequences FROM writers WHERE writer = ?",
  addWriter: "INSERT INTO writers(writer, sequences) VALUES (?, '[]')",
  describeWriter: "UPDATE writers SET service = ?, environment = ?, release = ? WHERE id = ?",
  setSequences: "UPDATE writers SET sequences = ? WHERE id = ?",
  addNote: "INSERT INTO notes VALUES (?, ?, ?, ?)",
  quarantine: "INSERT OR IGNORE INTO quarantine VALUES (?, ?, ?, ?)",
  setCursor: "INSERT INTO cursors VALUES (?, ?) ON CONFLICT DO UPDATE SET offset = max(offset, excluded.offset)",
  cursors: "SELECT source, offset FROM cursors",
  between: "SELECT trace FROM traces WHERE trace BETWEEN ? AND ? ORDER BY trace LIMIT ?",
  addMeta: "UPDATE meta SET value = value + ? WHERE key = ?",
  meta: "SELECT key, value FROM meta",
  erasures: "SELECT value FROM meta WHERE key = 'erasures'",
  shownLeft: "SELECT value FROM meta WHERE key = 'shown_left'",
  setShownLeft: "UPDATE meta SET value = ? WHERE key = 'shown_left'",
  olderTraces: "SELECT id, trace, packs, EXISTS (SELECT 1 FROM shown WHERE shown.trace = traces.id) AS isShown FROM traces WHERE id <= ? ORDER BY id DESC LIMIT 200",
  dataVersion: "PRAGMA data_version",
  counts: `SELECT (SELECT count(*) FROM traces) AS traces, (SELECT count(*) FROM generations) AS generations,
    (SELECT count(*) FROM texts) AS texts, (SELECT count(*) FROM quarantine) AS quarantined, (SELECT count(*) FROM notes WHERE kind = 'gap') AS gaps,
    (SELECT coalesce(sum(json_extract(entry, '$.to') - json_extract(entry, '$.from') + 1), 0) FROM notes WHERE kind = 'gap') AS lost,
    (SELECT page_count * page_size FROM pragma_page_count(), pragma_page_size()) AS bytes`,
} as const;
