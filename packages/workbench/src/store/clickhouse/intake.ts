/**
 * Batches into rows. The order of writing is the order of need: a reader who finds a pack finds its texts, and only what is all there is said to be there. What a crash leaves
 * half-way is written again by whoever takes the batch in next, as the same rows.
 */
import { createHash } from "node:crypto";
import type { Entry, TraceId } from "@whysaid/recorder/format";
import type { DigestOf } from "../digest.ts";
import { Recent } from "../sqlite/recent.ts";
import type { IngestOutcome, SegmentBatch } from "../store.ts";
import type { TextHasher } from "../text-hash.ts";
import type { Connection } from "./connection.ts";
import { Folds, type NewEntry } from "./folds.ts";
import { readMeta } from "./migrate.ts";
import { packColumns, writePack } from "./packs.ts";
import type { Reader } from "./reader.ts";
import { RowBinary } from "./row-binary.ts";
import { KnownSequences } from "./sequences.ts";
import { OutgoingTexts } from "./texts.ts";

export class Intake {
  readonly #connection: Connection;
  readonly #hasher: TextHasher;
  readonly #texts: OutgoingTexts;
  readonly #folds: Folds;
  readonly #seenOnce = new Recent<string, true>(50_000);
  #erasures: string | undefined;
  /** One at a time: what one batch brings the next must find. */
  #last: Promise<unknown> = Promise.resolve();

  constructor(connection: Connection, hasher: TextHasher, reader: Reader, digestOf: DigestOf) {
    this.#connection = connection;
    this.#hasher = hasher;
    this.#texts = new OutgoingTexts(hasher);
    this.#folds = new Folds(connection, reader, digestOf);
  }

  ingest(batches: readonly SegmentBatch[]): Promise<IngestOutcome> {
    const turn = this.#last.then(() => this.#take(batches));
    this.#last = turn.catch(() => undefined);
    return turn;
  }

  async #take(batches: readonly SegmentBatch[]): Promise<IngestOutcome> {
    const known = new KnownSequences(this.#connection);
    const [erasures] = await Promise.all([readMeta(this.#connection, "erasures"), ...[...rangesOf(batches)].map(([writer, { first, last }]) => known.load(writer, first, last))]);
    if (erasures !== this.#erasures) this.#forget();
    this.#erasures = erasures;
    const fresh = batches.map((batch) => ({ ...batch, entries: batch.entries.filter(({ sequence }) => known.add(batch.writer, sequence)) }));
    try {
      await this.#write(fresh);
      // Somebody removed texts meanwhile: of those we sent or took for sent some may be gone.
      for (let now = await readMeta(this.#connection, "erasures"); now !== this.#erasures; now = await readMeta(this.#connection, "erasures")) {
        this.#forget();
        this.#erasures = now;
        await this.#write(fresh);
      }
      const quarantined = await this.#quarantine(batches);
      await known.save();
      await this.#saveCursors(batches);
      const stored = fresh.reduce((sum, { entries }) => sum + entries.length, 0);
      return { stored, duplicates: batches.reduce((sum, { entries }) => sum + entries.length, 0) - stored, quarantined };
    } catch (cause) {
      this.#forget();
      throw cause;
    }
  }

  /** Rows of all that is in these batches. Writing them twice changes nothing. */
  async #write(batches: readonly SegmentBatch[]): Promise<void> {
    const packs = new RowBinary();
    const buckets = new RowBinary();
    const notes = new RowBinary();
    const writers = new RowBinary();
    const added = new Map<TraceId, NewEntry[]>();
    for (const batch of batches) {
      const traces = new Map<TraceId, { sequence: number; entry: Entry }[]>();
      for (const { sequence, entry } of batch.entries) {
        const trace = "trace" in entry && entry.trace !== undefined ? entry.trace : null;
        if (trace === null) writeNote(notes, writers, batch.writer, sequence, entry);
        else if (traces.has(trace)) traces.get(trace)?.push({ sequence, entry });
        else traces.set(trace, [{ sequence, entry }]);
      }
      for (const [trace, entries] of traces) {
        const bucket = bucketOf(trace, conversationIn(entries) ?? this.#folds.conversationOf(trace));
        writePack(packs, { bucket, trace, writer: batch.writer, entries, textOf: batch.textOf }, this.#texts, this.#seenOnce, this.#hasher);
        buckets.fixed(Buffer.from(trace, "hex"));
        buckets.uint64(bucket);
        buckets.endRow();
        added.set(trace, [...(added.get(trace) ?? []), ...entries.map(({ sequence, entry }) => ({ writer: batch.writer, sequence, entry, textOf: batch.textOf }))]);
      }
    }
    await Promise.all([
      this.#texts.flush(this.#connection),
      this.#connection.insert("notes", ["writer", "sequence", "kind", "entry"], notes),
      this.#connection.insert("writers", ["writer", "service", "environment", "release"], writers),
      this.#connection.insert("buckets", ["trace", "bucket"], buckets),
    ]);
    await this.#connection.insert("packs", packColumns, packs);
    await this.#folds.write(added);
  }

  /** @returns how many were not there yet */
  async #quarantine(batches: readonly SegmentBatch[]): Promise<number> {
    const rows = new RowBinary();
    let fresh = 0;
    for (const { cursor, writer, quarantined } of batches) {
      if (quarantined.length === 0) continue;
      const source = cursor?.source ?? writer;
      const there = await this.#connection.select<{ offset: number }>(`SELECT offset FROM ${this.#connection.table("quarantine")} WHERE source = {source:String}`, { source });
      const seen = new Set(there.map(({ offset }) => offset));
      for (const { offset, bytes, reason } of quarantined) {
        if (seen.has(offset)) continue;
        seen.add(offset);
        fresh += 1;
        rows.string(source);
        rows.uint64(offset);
        rows.uint64(bytes);
        rows.string(reason);
        rows.endRow();
      }
    }
    await this.#connection.insert("quarantine", ["source", "offset", "bytes", "reason"], rows);
    return fresh;
  }

  async #saveCursors(batches: readonly SegmentBatch[]): Promise<void> {
    const rows = new RowBinary();
    for (const { cursor } of batches) {
      if (cursor === null) continue;
      rows.string(cursor.source);
      rows.uint64(cursor.offset);
      rows.endRow();
    }
    await this.#connection.insert("cursors", ["source", "offset"], rows);
  }

  #forget(): void {
    this.#texts.forget();
    this.#folds.forget();
  }
}

/** The first and last number each writer brings. */
function rangesOf(batches: readonly SegmentBatch[]): ReadonlyMap<string, { readonly first: number; readonly last: number }> {
  const ranges = new Map<string, { first: number; last: number }>();
  for (const { writer, entries } of batches) {
    for (const { sequence } of entries) {
      const range = ranges.get(writer);
      if (range === undefined) ranges.set(writer, { first: sequence, last: sequence });
      else {
        range.first = Math.min(range.first, sequence);
        range.last = Math.max(range.last, sequence);
      }
    }
  }
  return ranges;
}

function writeNote(notes: RowBinary, writers: RowBinary, writer: string, sequence: number, entry: Entry): void {
  notes.string(writer);
  notes.uint64(sequence);
  notes.string(entry.kind);
  notes.string(JSON.stringify(entry));
  notes.endRow();
  if (entry.kind !== "writer") return;
  writers.string(writer);
  writers.nullable(entry.service, (text) => writers.string(text));
  writers.nullable(entry.environment, (text) => writers.string(text));
  writers.nullable(entry.release, (text) => writers.string(text));
  writers.endRow();
}

function conversationIn(entries: readonly { readonly entry: Entry }[]): string | null {
  for (const { entry } of entries) if (entry.kind === "trace-start" && entry.conversation !== null) return entry.conversation;
  return null;
}

/** What lies together: a conversation, or a trace that is in none. 48 bits, a number in every language; 0 is for what is shared. */
const bucketOf = (trace: TraceId, conversation: string | null): number => createHash("sha256").update(conversation ?? trace).digest().readUIntBE(0, 6) || 1;
