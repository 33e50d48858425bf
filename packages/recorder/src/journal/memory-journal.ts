/**
 * The journal in memory, for places without a disk (serverless, edge): the same frames, in small segments of their own, drained by `flush()` or
 * `waitUntil`. It lives and dies with the process.
 *
 * It is a ring: over its cap the oldest segment goes, whole, so that what stays can be read. What went is counted in gap entries at the end of
 * what is drained, where the ring can't take them.
 */
import type { Entry } from "../format/entries.ts";
import { newWriterId, type TraceId, type WriterId } from "../format/ids.ts";
import { FrameBuffer } from "./frame-buffer.ts";
import { writerEntry, type SegmentHeader } from "./header.ts";
import type { Journal, TextTable } from "./journal.ts";
import { LostEntries } from "./lost-entries.ts";
import { Problems, refuseAfterClose, type OnProblem } from "./problems.ts";
import { SegmentTexts } from "./text-table.ts";

export interface MemoryJournalOptions {
  readonly header: SegmentHeader;
  /** Default 16 MiB. An entry larger than an eighth of it is kept as long as it fits at all. */
  readonly capBytes?: number;
  readonly onProblem?: OnProblem;
  readonly nowMs?: () => number;
}

export interface MemoryJournal extends Journal {
  /** Everything held, as segments that can each be read, stored or posted alone; the journal is empty then. */
  drain(): readonly Buffer[];
}

interface HeldSegment {
  readonly frames: Buffer[];
  readonly from: number;
  to: number;
  bytes: number;
  readonly traces: Set<TraceId>;
}

const CAP_BYTES = 16 * 1024 * 1024;
/** Segments the cap is divided into: what the ring gives up at once. */
const SEGMENTS = 8;

export const openMemoryJournal = (options: MemoryJournalOptions): MemoryJournal => new RingJournal(options);

class RingJournal implements MemoryJournal {
  readonly writer: WriterId = newWriterId();
  readonly #header: SegmentHeader;
  readonly #capBytes: number;
  readonly #nowMs: () => number;
  readonly #problems: Problems;
  readonly #texts = new SegmentTexts();
  readonly #buffer = new FrameBuffer();
  readonly #dropped = new LostEntries();
  readonly #refused = new LostEntries();
  #held: HeldSegment[] = [];
  #heldBytes = 0;
  #current: HeldSegment | null = null;
  #segment = 0;
  #sequence = 0;
  #building = 0;
  #isClosed = false;

  constructor(options: MemoryJournalOptions) {
    this.#header = options.header;
    this.#capBytes = options.capBytes ?? CAP_BYTES;
    this.#nowMs = options.nowMs ?? Date.now;
    this.#problems = new Problems(options.onProblem);
  }

  append(build: (texts: TextTable) => Entry): boolean {
    if (this.#isClosed) return refuseAfterClose(this.#problems);
    const nested = this.#building > 0;
    if (!nested && (this.#current === null || this.#current.bytes >= this.#capBytes / SEGMENTS)) this.#start();
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
    const kept = entry !== undefined && this.#keep(entry);
    this.#texts.resume(outer);
    return kept;
  }

  batch(appends: () => void): boolean {
    appends();
    return true;
  }

  drain(): readonly Buffer[] {
    this.#declareLost();
    const segments = this.#held.map(({ frames }) => Buffer.concat(frames));
    this.#held = [];
    this.#heldBytes = 0;
    this.#current = null;
    return segments;
  }

  async flush(): Promise<void> {}

  async close(): Promise<void> {
    if (this.#isClosed) return;
    if (this.#sequence > 0) {
      this.#declareLost();
      this.#add({ kind: "writer-end", atMs: this.#nowMs() });
    }
    this.#isClosed = true;
  }

  #start(): void {
    this.#current = { frames: [], from: this.#sequence, to: this.#sequence, bytes: 0, traces: new Set() };
    this.#held.push(this.#current);
    this.#texts.clear();
    this.#add(writerEntry(this.#header, this.writer, this.#segment, this.#nowMs()));
    this.#segment += 1;
  }

  #keep(entry: Entry): boolean {
    if (this.#add(entry)) {
      this.#makeRoom();
      return true;
    }
    this.#texts.rollback();
    this.#refused.add(this.#sequence, this.#sequence, "too-large", tracesOf(entry));
    this.#sequence += 1;
    // The next entry begins a segment, so that no held segment's numbers enclose a refused one.
    if (this.#building === 0) this.#current = null;
    this.#problems.lost("too-large", "memory");
    return false;
  }

  #declareLost(): void {
    const atMs = this.#nowMs();
    const gaps = [...this.#dropped.gaps(atMs), ...this.#refused.gaps(atMs)];
    this.#dropped.clear();
    this.#refused.clear();
    for (const gap of gaps) this.#add(gap, []);
  }

  #add(entry: Entry, texts = this.#texts.fresh): boolean {
    if (this.#current === null) this.#start();
    const segment = this.#current as unknown as HeldSegment;
    this.#buffer.clear();
    if (!this.#buffer.add(entry, texts, this.#sequence) || this.#buffer.length > this.#capBytes) return false;
    segment.frames.push(Buffer.from(this.#buffer.bytes));
    segment.bytes += this.#buffer.length;
    segment.to = this.#sequence;
    for (const trace of tracesOf(entry)) segment.traces.add(trace);
    this.#heldBytes += this.#buffer.length;
    this.#sequence += 1;
    return true;
  }

  #makeRoom(): void {
    while (this.#heldBytes > this.#capBytes && this.#held.length > 1) {
      const oldest = this.#held.shift() as HeldSegment;
      this.#heldBytes -= oldest.bytes;
      this.#dropped.add(oldest.from, oldest.to, "memory-cap", oldest.traces);
      this.#problems.lost("memory-cap", "memory");
    }
  }
}

const tracesOf = (entry: Entry): readonly TraceId[] => ("trace" in entry && entry.trace !== undefined ? [entry.trace] : []);
