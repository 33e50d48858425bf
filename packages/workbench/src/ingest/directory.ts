/**
 * Journal segments → store. Reads the directory itself, so no server has to run; several processes may do it at once.
 *
 * Each segment is read on from the store's cursor. A batch's entries and its cursor are one transaction, and the store counts each entry once by writer and sequence:
 * a crash between batches costs a second reading, never an entry. What a dead writer left (an orphan) is read like any other segment. Damaged frames are
 * quarantined with a reason; entries that named a text in them are kept, and that text reads as `TEXT_LOST`.
 */
import { closeSync, openSync, readSync } from "node:fs";
import { intactFrames, WhysaidError } from "@whysaid/recorder/format";
import { listSegments, removeSegment, SegmentReader, type ListedSegment, type SegmentContents, type SegmentEntry } from "@whysaid/recorder/journal";
import type { IngestOutcome, SegmentBatch, Store } from "../store/store.ts";

export interface IngestOptions {
  readonly onProgress?: (progress: IngestProgress) => void;
  /** Remove segments that are stored whole and whose writer has gone on, ended or died. Default false: the journal stays as a second copy until its cap. */
  readonly removeIngested?: boolean;
  /** With `removeIngested`: only while the journal is larger than this. Below it, it stays as a second copy. */
  readonly keepBytes?: number;
  /** Entries of one transaction. Default 4,000: of a backlog that is about half a second's work. */
  readonly batchEntries?: number;
}
export interface IngestProgress {
  readonly bytes: number;
  readonly totalBytes: number;
  readonly entries: number;
}
export interface DirectoryOutcome extends IngestOutcome {
  readonly segments: number;
  readonly removed: number;
  /** Gap entries among what was read: entries a recorder could not write. */
  readonly gaps: number;
}

/** Below this the journal stays as a second copy of what is stored; a quarter of a recorder's default cap, so that it never reaches that. */
export const JOURNAL_KEPT_BYTES = 256_000_000;

const REMOVAL_PAUSE_MS = 60_000;

/** Enough that a trace's entries mostly come together and the full-text index is written in large parts, few enough that another writer waits about half a second. */
const BATCH_ENTRIES = 4000;
const BATCH_BYTES = 8 * 1024 * 1024;

/**
 * Read everything that is in the directory now.
 *
 * @throws WhysaidError `JOURNAL_NEWER_FORMAT` after all segments that can be read are stored; `STORE_LOCKED`
 */
export async function ingestDirectory(directory: string, store: Store, options: IngestOptions = {}): Promise<DirectoryOutcome> {
  return new JournalIngest(directory, store, options).pass();
}

/** Follows a directory: each `pass` reads what came since the one before, without reading again what has been read. */
export class JournalIngest {
  readonly #directory: string;
  readonly #store: Store;
  readonly #options: IngestOptions;
  readonly #readers = new Map<string, { readonly reader: SegmentReader; readonly bytes: number; readonly end: number }>();

  #nextRemovalMs = 0;

  constructor(directory: string, store: Store, options: IngestOptions = {}) {
    this.#directory = directory;
    this.#store = store;
    this.#options = options;
  }

  async pass(): Promise<DirectoryOutcome> {
    const cursors = await this.#store.cursors();
    const segments = listSegments(this.#directory);
    const totalBytes = segments.reduce((sum, { bytes }) => sum + bytes, 0);
    let outcome: DirectoryOutcome = { segments: segments.length, removed: 0, stored: 0, duplicates: 0, quarantined: 0, gaps: 0 };
    let bytes = 0;
    let refused: unknown;
    for (const [place, segment] of segments.entries()) {
      const source = sourceOf(segment);
      const cursor = cursors.get(source) ?? 0;
      const before = bytes;
      const isNewest = segments[place + 1]?.writer !== segment.writer;
      try {
        for (const batch of this.#batches(segment, source, cursor, isNewest)) {
          const { stored, duplicates, quarantined } = await this.#store.ingest(batch);
          outcome = { ...outcome, stored: outcome.stored + stored, duplicates: outcome.duplicates + duplicates, quarantined: outcome.quarantined + quarantined, gaps: outcome.gaps + gapsIn([batch]) };
          this.#options.onProgress?.({ bytes: before + (batch.cursor?.offset ?? 0), totalBytes, entries: outcome.stored });
        }
      } catch (cause) {
        // One segment that can't be read must not keep the others out.
        if (!(cause instanceof WhysaidError) || cause.code !== "JOURNAL_NEWER_FORMAT") throw cause;
        refused ??= cause;
      }
      bytes += segment.bytes;
    }
    if (refused !== undefined) throw refused;
    return this.#mayRemove(totalBytes) ? { ...outcome, removed: await this.#remove(segments) } : outcome;
  }

  *#batches(segment: ListedSegment, source: string, cursor: number, isNewest: boolean): Generator<SegmentBatch> {
    const known = this.#readers.get(source);
    if (segment.bytes === (known?.bytes ?? cursor)) return;
    const file = openIfThere(segment.path);
    if (file === null) return; // removed by another ingester, which has it stored
    try {
      // What a killed writer leaves at the end of its last segment stays there: it must not cost a reading of the whole each time.
      if (known === undefined && cursor > 0 && !hasFrame(file, cursor, segment.bytes)) return;
      const reader = known?.reader ?? new SegmentReader(segment.path, cursor);
      let last: SegmentEntry | undefined;
      let end = known?.end ?? 0;
      for (const contents of readInParts(file, reader, end, segment.bytes)) {
        end = contents.end;
        last = contents.entries.at(-1) ?? last;
        yield* batchesOf(contents, source, segment, this.#options.batchEntries);
      }
      // A reader holds its segment's texts: kept for the one that still grows.
      if (isNewest && last?.entry.kind !== "writer-end") this.#readers.set(source, { reader, bytes: segment.bytes, end });
      else this.#readers.delete(source);
    } finally {
      closeSync(file);
    }
  }

  /** Each look reads the segments that might go: where many writers keep a journal large, not at every pass. */
  #mayRemove(totalBytes: number): boolean {
    const { removeIngested = false, keepBytes } = this.#options;
    if (!removeIngested || totalBytes <= (keepBytes ?? 0)) return false;
    if (keepBytes !== undefined && performance.now() < this.#nextRemovalMs) return false;
    this.#nextRemovalMs = performance.now() + REMOVAL_PAUSE_MS;
    return true;
  }

  async #remove(segments: readonly ListedSegment[]): Promise<number> {
    const cursors = await this.#store.cursors();
    let removed = 0;
    for (const segment of segments) {
      const cursor = cursors.get(sourceOf(segment));
      if (cursor === undefined || !removeSegment(segment.path, cursor)) continue;
      this.#readers.delete(sourceOf(segment));
      removed += 1;
    }
    return removed;
  }
}

export const gapsIn = (batches: readonly SegmentBatch[]): number => batches.reduce((found, { entries }) => found + entries.filter(({ entry }) => entry.kind === "gap").length, 0);

/** A cursor's name: the segment's, wherever its directory was moved to. */
const sourceOf = (segment: ListedSegment): string => `${segment.writer}-${segment.segment}`;

function openIfThere(path: string): number | null {
  try {
    return openSync(path, "r");
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === "ENOENT") return null;
    throw cause;
  }
}

/** A part of a segment read at once: its entries are stored and forgotten before the next is read. */
const PART_BYTES = 8 * 1024 * 1024;

function* readInParts(file: number, reader: SegmentReader, from: number, to: number): Generator<SegmentContents> {
  let at = from;
  let partBytes = PART_BYTES;
  while (at < to) {
    const bytes = readBytes(file, at, Math.min(to, at + partBytes));
    const contents = reader.readBytes(bytes, at);
    const isWhole = at + bytes.length >= to || bytes.length === 0;
    // Not one frame ends in this part: either it is a long one, or what is left is torn.
    if (contents.end === at && !isWhole) {
      partBytes *= 4;
      continue;
    }
    yield contents;
    if (isWhole) return;
    at = contents.end;
    partBytes = PART_BYTES;
  }
}

const hasFrame = (file: number, from: number, to: number): boolean => intactFrames(readBytes(file, from, to)).next().done !== true;

function readBytes(file: number, from: number, to: number): Buffer {
  const bytes = Buffer.allocUnsafe(Math.max(0, to - from));
  let filled = 0;
  while (filled < bytes.length) {
    const count = readSync(file, bytes, filled, bytes.length - filled, from + filled);
    if (count === 0) break;
    filled += count;
  }
  return bytes.subarray(0, filled);
}

/** Cut what one reading of a segment gave into transactions. The cursor of the last one stands after everything that was read. */
export function* batchesOf(contents: SegmentContents, source: string, segment: Pick<ListedSegment, "writer">, batchEntries: number = BATCH_ENTRIES): Generator<SegmentBatch> {
  const { entries, textOf } = contents;
  const writer = contents.writer ?? segment.writer;
  const quarantined = [...contents.quarantined, ...contents.damaged.map(({ offset, bytes }) => ({ offset, bytes, reason: "bytes between intact frames: torn or damaged" }))];
  if (entries.length === 0 && quarantined.length === 0) return;
  let from = 0;
  do {
    const to = batchEnd(entries, from, batchEntries);
    const isLast = to === entries.length;
    yield {
      cursor: { source, offset: isLast ? contents.end : (entries[to - 1] as SegmentEntry).end },
      writer,
      entries: entries.slice(from, to),
      textOf,
      quarantined: isLast ? quarantined : [],
    };
    from = to;
  } while (from < entries.length);
}

function batchEnd(entries: readonly SegmentEntry[], from: number, batchEntries: number): number {
  const start = entries[from]?.offset ?? 0;
  let to = from;
  while (to < entries.length && to - from < batchEntries && (to === from || (entries[to] as SegmentEntry).end - start <= BATCH_BYTES)) to += 1;
  return to;
}
