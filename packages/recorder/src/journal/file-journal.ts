/**
 * The journal on disk. Capture appends entries; each is one frame and one blocking `write(2)`, so that what `append` returned true for is there
 * after `kill -9`. Ingest reads the segments.
 *
 * What can't be written is counted and named in a gap entry as soon as something can be written again; on a full disk a reserve makes
 * room for that. Nothing here throws.
 */
import { join } from "node:path";
import type { Entry, GapEntry } from "../format/entries.ts";
import { newWriterId, type TraceId, type WriterId } from "../format/ids.ts";
import { segmentName } from "../format/segment-name.ts";
import { journalBytes, reserveName } from "./directory.ts";
import { atExit } from "./exit.ts";
import { FrameBuffer } from "./frame-buffer.ts";
import { writerEntry, type SegmentHeader } from "./header.ts";
import type { Durability, Journal, TextTable } from "./journal.ts";
import { LostEntries } from "./lost-entries.ts";
import { Problems, refuseAfterClose, type OnProblem } from "./problems.ts";
import { Reserve } from "./reserve.ts";
import { Retry } from "./retry.ts";
import { realDisk, SegmentFile, type Disk } from "./segment-file.ts";
import { SegmentTexts } from "./text-table.ts";

export interface JournalOptions {
  /** Made when it is not there, for the owner only. */
  readonly directory: string;
  readonly header: SegmentHeader;
  /** Default `process`. */
  readonly durability?: Durability;
  /** A segment that has reached this size is followed by a new one. Default 16 MiB. */
  readonly segmentBytes?: number;
  /** The directory's segments, of all writers, may take this much. Default 1 GiB. */
  readonly capBytes?: number;
  /** Called once per kind of problem. */
  readonly onProblem?: OnProblem;
  readonly nowMs?: () => number;
  readonly disk?: Disk;
}

const SEGMENT_BYTES = 16 * 1024 * 1024;
const CAP_BYTES = 1024 * 1024 * 1024;
/** How often the journal looks whether its file is still there and its reserve whole. */
const LOOK_MS = 1000;
/** While entries are being lost, gap entries are written after 1 s, 2 s, 4 s … so that a kill leaves little unsaid and a full disk is not filled with them. */
const DECLARE_MS = 1000;
const DECLARE_MAX_MS = 60_000;
/** How much more space a disk that was full must have to be tried again at once. */
const SPACE_STEP_BYTES = 64 * 1024;
/** A directory that can't be written is tried again after this long. */
const UNWRITABLE_RETRY_MS = 50;

export class FileJournal implements Journal {
  readonly writer: WriterId = newWriterId();
  readonly #options: JournalOptions;
  readonly #disk: Disk;
  readonly #nowMs: () => number;
  readonly #segmentBytes: number;
  readonly #capBytes: number;
  readonly #syncs: boolean;
  readonly #problems: Problems;
  readonly #reserve: Reserve;
  readonly #texts = new SegmentTexts();
  readonly #frames = new FrameBuffer();
  readonly #lost = new LostEntries();
  /** Entries written and not yet synced, at durability `power`. */
  readonly #unsynced = new LostEntries();
  readonly #opening = new Retry(UNWRITABLE_RETRY_MS);
  readonly #writing = new Retry(0);
  readonly #measuring = new Retry(UNWRITABLE_RETRY_MS);
  readonly #leaveExit: () => void;

  #file: SegmentFile | null = null;
  #segment = 0;
  #headerBytes = 0;
  #mustRotate = false;
  #sequence = 0;
  /** Bytes of all segments in the directory: as measured last, plus what was written since. */
  #directoryBytes = 0;
  #building = 0;
  #batches = 0;
  /** Since the outermost batch began. */
  #hasFailedSync = false;
  #lookAtMs = 0;
  #declareAtMs = 0;
  #declareMs = DECLARE_MS;
  #lastWhy: GapEntry["why"] = "unwritable";
  #lastCause: unknown = undefined;
  #freeAtFailure = 0;
  #state: "open" | "ended" | "closed" = "open";

  constructor(options: JournalOptions) {
    this.#options = options;
    this.#disk = options.disk ?? realDisk;
    this.#nowMs = options.nowMs ?? Date.now;
    this.#segmentBytes = options.segmentBytes ?? SEGMENT_BYTES;
    this.#capBytes = options.capBytes ?? CAP_BYTES;
    this.#syncs = options.durability === "power";
    this.#problems = new Problems(options.onProblem);
    this.#reserve = new Reserve(join(options.directory, reserveName(this.writer)));
    this.#leaveExit = atExit(() => this.#end("ended"));
  }

  append(build: (texts: TextTable) => Entry): boolean {
    if (this.#state === "closed") return refuseAfterClose(this.#problems);
    const nested = this.#building > 0;
    const obstacle = nested ? this.#obstacle() : this.#prepare();
    const outer = this.#texts.begin(nested);
    this.#building += 1;
    let entry: Entry | undefined;
    try {
      entry = build(this.#texts);
    } catch (cause) {
      this.#texts.rollback();
      this.#problems.unbuilt(cause);
    }
    this.#building -= 1;
    const written = entry !== undefined && (obstacle === null ? this.#write(entry) : this.#lose(entry, obstacle));
    this.#texts.resume(outer);
    return written;
  }

  batch(appends: () => void): boolean {
    if (this.#batches === 0) this.#hasFailedSync = false;
    this.#batches += 1;
    try {
      appends();
    } finally {
      this.#batches -= 1;
    }
    if (this.#batches === 0 && !this.#unsynced.isEmpty) this.#sync();
    return !this.#hasFailedSync;
  }

  async flush(): Promise<void> {
    if (this.#state === "open") this.#declareLost();
  }

  // All of it happens before the promise is made, so that it may be called where nothing is awaited any more.
  async close(): Promise<void> {
    this.#end("closed");
  }

  /** Everything before the entry is built, for the text table belongs to the segment: is the segment there, has it room? */
  #prepare(): GapEntry["why"] | null {
    const nowMs = performance.now();
    if (nowMs >= this.#lookAtMs) this.#look(nowMs);
    if (this.#file === null || this.#mustRotate || this.#file.bytes >= this.#segmentBytes) this.#open(nowMs);
    return this.#obstacle();
  }

  #obstacle(): GapEntry["why"] | null {
    return this.#file === null ? this.#lastWhy : null;
  }

  /** Start the next segment. Where that fails the present one goes on. */
  #open(nowMs: number): void {
    if (!this.#mayTry(this.#opening)) return;
    let previous: SegmentFile | null;
    try {
      const madeDirectory = this.#disk.makeDirectory(this.#options.directory);
      const file = SegmentFile.create(join(this.#options.directory, segmentName(this.writer, this.#segment)), this.#disk);
      try {
        this.#frames.clear();
        this.#frames.add(writerEntry(this.#options.header, this.writer, this.#segment, this.#nowMs()), [], this.#sequence);
        file.append(this.#frames.bytes);
        if (this.#syncs) file.syncName(madeDirectory);
      } catch (cause) {
        file.discard();
        throw cause;
      }
      previous = this.#file;
      this.#file = file;
    } catch (cause) {
      this.#opening.failed(nowMs);
      this.#noteFailure(cause);
      return;
    }
    this.#opening.succeeded();
    this.#segment += 1;
    this.#sequence += 1;
    this.#headerBytes = this.#file.bytes;
    this.#mustRotate = false;
    this.#texts.clear();
    this.#measure();
    if (!this.#reserve.isFull && this.#state === "open") this.#reserve.fill();
    // Last, for a sync that fails is reported, and who is told may append.
    if (previous !== null && (this.#unsynced.isEmpty || this.#sync(previous))) closeQuietly(previous);
  }

  #write(entry: Entry): boolean {
    const startedMs = performance.now();
    if (!this.#mayTry(this.#writing)) return this.#lose(entry, this.#lastWhy);
    const file = this.#file as SegmentFile;
    this.#frames.clear();
    let sequence = this.#lost.isEmpty ? this.#sequence : this.#addGaps();
    if (!this.#frames.add(entry, this.#texts.fresh, sequence)) return this.#lose(entry, "too-large");
    if (this.#state === "ended") this.#frames.add(this.#endEntry(), [], (sequence += 1));
    if (this.#directoryBytes + this.#frames.length > this.#capBytes && !this.#hasRoomAfterAll()) return this.#lose(entry, "journal-cap");
    try {
      file.append(this.#frames.bytes);
    } catch (cause) {
      this.#writing.failed(startedMs);
      this.#afterFailure(cause);
      return this.#lose(entry, this.#lastWhy);
    }
    this.#written(sequence, tracesOf(entry));
    this.#writing.succeeded();
    this.#declareMs = DECLARE_MS;
    this.#declareAtMs = 0;
    return !this.#syncs || this.#batches > 0 || this.#sync();
  }

  /** The frames in the buffer are in the file; `last` is the last one's sequence number. */
  #written(last: number, traces: readonly TraceId[]): void {
    if (this.#syncs) {
      this.#unsynced.absorb(this.#lost);
      this.#unsynced.add(this.#sequence, last, "unwritable", traces);
    }
    this.#lost.clear();
    this.#sequence = last + 1;
    this.#directoryBytes += this.#frames.length;
  }

  /** @returns false when what was written since the last sync may not survive a power cut; it counts as lost then, and this file is not trusted again */
  #sync(file: SegmentFile | null = this.#file): boolean {
    try {
      file?.sync();
      this.#unsynced.clear();
      return true;
    } catch (cause) {
      // After a failed sync the kernel may call the lost pages clean: a second fdatasync would "succeed" (PostgreSQL's fsyncgate).
      this.#hasFailedSync = true;
      this.#lost.prepend(this.#unsynced);
      this.#lastWhy = "unwritable";
      this.#lastCause = cause;
      this.#abandon(file);
      this.#problems.lost("unwritable", this.#options.directory, cause);
      return false;
    }
  }

  /** Count the entry as lost. @returns false, for the caller to return */
  #lose(entry: Entry, why: GapEntry["why"]): false {
    this.#texts.rollback();
    this.#lost.add(this.#sequence, this.#sequence, why, tracesOf(entry));
    this.#sequence += 1;
    if (performance.now() >= this.#declareAtMs) this.#declareLost();
    this.#problems.lost(why, this.#options.directory, this.#lastCause);
    return false;
  }

  /** Write what is lost so far without waiting for an entry that can be written: from the reserve if need be. */
  #declareLost(): void {
    if (this.#lost.isEmpty || this.#file === null) return;
    this.#declareAtMs = performance.now() + this.#declareMs;
    this.#declareMs = Math.min(this.#declareMs * 2, DECLARE_MAX_MS);
    this.#frames.clear();
    const next = this.#addGaps();
    if (!this.#appendFromReserve()) return;
    this.#written(next - 1, []);
    if (this.#syncs && this.#batches === 0) this.#sync();
  }

  #appendFromReserve(): boolean {
    try {
      this.#file?.append(this.#frames.bytes);
      return true;
    } catch (cause) {
      if (whyOf(cause) !== "disk-full" || !this.#reserve.release(this.#frames.length)) return false;
    }
    try {
      this.#file?.append(this.#frames.bytes);
      return true;
    } catch {
      return false;
    }
  }

  /** @returns the sequence number after the gap entries' */
  #addGaps(): number {
    let sequence = this.#sequence;
    for (const gap of this.#lost.gaps(this.#nowMs())) {
      this.#frames.add(gap, [], sequence);
      sequence += 1;
    }
    return sequence;
  }

  #endEntry(): Entry {
    return { kind: "writer-end", atMs: this.#nowMs() };
  }

  #afterFailure(cause: unknown): void {
    this.#noteFailure(cause);
    const hasEntries = this.#file !== null && this.#file.bytes > this.#headerBytes;
    if ((cause as NodeJS.ErrnoException).code === "EFBIG") this.#mustRotate = hasEntries;
    else if (this.#lastWhy === "unwritable") this.#abandon(this.#file);
  }

  #noteFailure(cause: unknown): void {
    this.#lastCause = cause;
    this.#lastWhy = whyOf(cause);
    if (this.#lastWhy === "disk-full") this.#freeAtFailure = this.#freeBytes();
  }

  /** A full disk may take long to refuse a write, but says at once what it has: with more space than when it last refused, no wait is needed. */
  #mayTry(retry: Retry): boolean {
    return retry.allows() || (this.#lastWhy === "disk-full" && this.#freeBytes() >= this.#freeAtFailure + SPACE_STEP_BYTES);
  }

  #freeBytes(): number {
    try {
      return this.#disk.freeBytes(this.#options.directory);
    } catch {
      return 0;
    }
  }

  /** Never write to this file again. */
  #abandon(file: SegmentFile | null): void {
    if (this.#file === file) this.#file = null;
    // A descriptor that is not ours any more stands for some file of the app.
    if (file !== null && file.look() !== "taken") closeQuietly(file);
  }

  #look(nowMs: number): void {
    this.#lookAtMs = nowMs + LOOK_MS;
    if (this.#file === null) return;
    if (this.#file.look() !== "there") {
      this.#abandon(this.#file);
      this.#problems.removed(this.#options.directory);
    } else if (!this.#reserve.isFull && this.#lost.isEmpty && this.#state === "open") this.#reserve.fill();
  }

  #hasRoomAfterAll(): boolean {
    const startedMs = performance.now();
    if (!this.#measuring.allows()) return false;
    this.#measure();
    const hasRoom = this.#directoryBytes + this.#frames.length <= this.#capBytes;
    if (hasRoom) this.#measuring.succeeded();
    else this.#measuring.failed(startedMs);
    return hasRoom;
  }

  #measure(): void {
    try {
      this.#directoryBytes = journalBytes(this.#options.directory);
    } catch {
      // A directory that may be written but not listed: the cap then counts what this writer wrote.
    }
  }

  #end(state: "ended" | "closed"): void {
    if (this.#state === "closed") return;
    if (this.#file === null && !this.#lost.isEmpty) this.#prepare();
    if (this.#file !== null && this.#state === "open") {
      this.#declareLost();
      this.#frames.clear();
      this.#frames.add(this.#endEntry(), [], this.#sequence);
      if (this.#appendFromReserve()) this.#written(this.#sequence, []);
      if (this.#syncs) this.#sync();
    }
    this.#state = state;
    this.#reserve.remove();
    if (state === "ended") return;
    this.#leaveExit();
    if (this.#file !== null) closeQuietly(this.#file);
    this.#file = null;
  }
}

function closeQuietly(file: SegmentFile): void {
  try {
    file.close();
  } catch {
    // Every write has returned: closing can lose nothing.
  }
}

const tracesOf = (entry: Entry): readonly TraceId[] => ("trace" in entry && entry.trace !== undefined ? [entry.trace] : []);

/** Space, quota and file-size limits end by making room; everything else is a directory or device that does not take writes. */
const whyOf = (cause: unknown): "disk-full" | "unwritable" =>
  ["ENOSPC", "EDQUOT", "EFBIG"].includes((cause as NodeJS.ErrnoException).code ?? "") ? "disk-full" : "unwritable";
