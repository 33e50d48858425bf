/**
 * Reads journal segments. The journal writes them, ingest reads them here, whole or as they grow, and hands their entries to a store.
 *
 * A segment is self-contained: every text its entries refer to is defined in it, by the entry that uses it first. A frame that is damaged
 * takes its texts with it; their numbers are never used again, so an entry that refers to one finds it lost (`TEXT_LOST`), never wrong.
 */
import { isUtf8 } from "node:buffer";
import { closeSync, fstatSync, openSync, readSync } from "node:fs";
import type { TextOf } from "./body.ts";
import { FORMAT_VERSION, type Entry, type WriterEntry } from "./entries.ts";
import { entryFault, isNewTexts } from "./entry-shape.ts";
import { WhysaidError } from "./errors.ts";
import { intactFrames, type Frame } from "./frame.ts";
import type { WriterId } from "./ids.ts";
import { parseSegmentName } from "./segment-name.ts";
import { Sequences, type SequenceRange } from "./sequences.ts";

export interface SegmentEntry {
  readonly sequence: number;
  readonly entry: Entry;
  /** Where its frame begins and ends in the segment, in bytes. A cursor set to `end` goes on after it. */
  readonly offset: number;
  readonly end: number;
}

export interface SegmentContents {
  /** The segment's first entry; null while nothing is written and for good when it is damaged. */
  readonly header: WriterEntry | null;
  /** From the header, else from the file's name. */
  readonly writer: WriterId | null;
  readonly entries: readonly SegmentEntry[];
  /** Intact frames that hold no entry we know, each with a reason free of content. */
  readonly quarantined: readonly { readonly offset: number; readonly bytes: number; readonly reason: string }[];
  /** Bytes between intact frames: records torn by a failed write, or damaged since. */
  readonly damaged: readonly { readonly offset: number; readonly bytes: number }[];
  /** Bytes after the last intact frame: what `kill -9` or a power cut leaves, or a write still going on. 0 after a clean exit. */
  readonly tornBytes: number;
  /** Sequence numbers between the first and last of the segment whose frames are not there, explained by a gap entry or not. */
  readonly missing: readonly SequenceRange[];
  /** Where the next read goes on. */
  readonly end: number;
  /** Texts of the whole segment so far. Throws WhysaidError `TEXT_LOST` for a number whose defining entry is not there. */
  readonly textOf: TextOf;
}

/**
 * Read one segment whole.
 *
 * @param source  the segment's file, or its bytes
 * @param from    give only what stands at this byte offset or later (the text table is built from the whole)
 * @throws WhysaidError `JOURNAL_NEWER_FORMAT` if the header's version is above ours; the system's error when the file can't be read.
 *         Damage is never thrown.
 */
export function readSegment(source: string | Uint8Array, from: number = 0): SegmentContents {
  if (typeof source === "string") return new SegmentReader(source, from).read();
  return new SegmentReader("", from).readBytes(Buffer.from(source.buffer, source.byteOffset, source.byteLength), 0);
}

/** Follows a segment as it grows: each `read` returns what came since the one before. Holds no file open between reads. */
export class SegmentReader {
  readonly #path: string;
  readonly #from: number;
  readonly #texts = new Map<number, string>();
  readonly #sequences = new Sequences();
  #header: WriterEntry | null = null;
  #writer: WriterId | null;
  #end = 0;

  /** @param from  a cursor from an earlier life: entries before it are read for their texts only, and not at all while the file has nothing new */
  constructor(path: string, from: number = 0) {
    this.#path = path;
    this.#from = from;
    this.#writer = parseSegmentName(path)?.writer ?? null;
  }

  read(): SegmentContents {
    const fd = openSync(this.#path, "r");
    try {
      const fileBytes = fstatSync(fd).size;
      const nothingNew = this.#end === 0 && this.#from > 0 && fileBytes <= this.#from;
      return nothingNew ? this.#contents(this.#from, 0) : this.readBytes(readFrom(fd, this.#end, fileBytes), this.#end);
    } finally {
      closeSync(fd);
    }
  }

  /** For bytes that come some other way: `bytes` stand at `base` in the segment, which is where the last call ended (`end`). */
  readBytes(bytes: Buffer, base: number): SegmentContents {
    const entries: SegmentEntry[] = [];
    const quarantined: { offset: number; bytes: number; reason: string }[] = [];
    const damaged: { offset: number; bytes: number }[] = [];
    let covered = 0;
    for (const frame of intactFrames(bytes)) {
      const offset = base + frame.offset;
      const isNew = base + frame.end > this.#from;
      if (frame.offset > covered && isNew) damaged.push({ offset: base + covered, bytes: frame.offset - covered });
      covered = frame.end;
      const read = this.#take(frame);
      if (!isNew) continue;
      if (typeof read === "string") quarantined.push({ offset, bytes: frame.end - frame.offset, reason: read });
      else entries.push({ sequence: frame.sequence, entry: read, offset, end: base + frame.end });
    }
    this.#end = base + covered;
    return this.#contents(this.#end, bytes.length - covered, entries, quarantined, damaged);
  }

  #contents(
    end: number,
    tornBytes: number,
    entries: SegmentContents["entries"] = [],
    quarantined: SegmentContents["quarantined"] = [],
    damaged: SegmentContents["damaged"] = [],
  ): SegmentContents {
    return { header: this.#header, writer: this.#writer, entries, quarantined, damaged, tornBytes, missing: this.#sequences.missing(), end, textOf: this.#textOf };
  }

  /** @returns the entry, or why the frame holds none of ours */
  #take(frame: Frame): Entry | string {
    const value = parsePayload(frame.payload);
    if (value === undefined) return "its payload is not JSON in UTF-8";
    refuseNewerFormat(value);
    if (!this.#sequences.add(frame.sequence)) return "its sequence number stands in the segment already";
    const fault = entryFault(value);
    // A kind we do not know may still define texts that entries we do know refer to.
    if (!this.#define(value)) return "it defines a text number anew";
    if (fault !== null) return fault;
    const entry = value as Entry;
    if (entry.kind === "writer" && this.#header === null) {
      this.#header = entry;
      this.#writer = entry.writer;
    }
    return entry;
  }

  /** Take the texts an entry brings. The first definition of a number stands, for entries before this one rely on it; our writer makes no second. */
  #define(value: unknown): boolean {
    const texts = typeof value === "object" && value !== null && Object.hasOwn(value, "texts") ? (value as { texts: unknown }).texts : undefined;
    if (!isNewTexts(texts)) return true;
    if (texts.some(([ref, text]) => this.#texts.has(ref) && this.#texts.get(ref) !== text)) return false;
    for (const [ref, text] of texts) this.#texts.set(ref, text);
    return true;
  }

  readonly #textOf: TextOf = (ref) => {
    const text = this.#texts.get(ref);
    if (text !== undefined) return text;
    throw new WhysaidError("TEXT_LOST", `text ${ref} of the segment was defined by an entry that is damaged or was never written`, {
      fix: "Nothing can bring it back; what else was recorded of the trace is intact. See docs/errors.md#text_lost.",
    });
  };
}

function parsePayload(payload: Buffer): unknown {
  if (!isUtf8(payload)) return undefined;
  try {
    // JSON.parse is iterative, and makes `__proto__` an own property like any other.
    return JSON.parse(payload.toString("utf8")) as unknown;
  } catch {
    return undefined;
  }
}

function refuseNewerFormat(value: unknown): void {
  if (typeof value !== "object" || value === null || !("kind" in value) || value.kind !== "writer" || !("format" in value)) return;
  if (typeof value.format !== "number" || value.format <= FORMAT_VERSION) return;
  throw new WhysaidError("JOURNAL_NEWER_FORMAT", `the segment is written in format ${value.format}, this program reads up to ${FORMAT_VERSION}`, {
    fix: "Update whysaid to the version of the recorder that wrote it, or newer.",
  });
}

function readFrom(fd: number, from: number, to: number): Buffer {
  const bytes = Buffer.allocUnsafe(Math.max(0, to - from));
  let filled = 0;
  while (filled < bytes.length) {
    const count = readSync(fd, bytes, filled, bytes.length - filled, from + filled);
    if (count === 0) break;
    filled += count;
  }
  return bytes.subarray(0, filled);
}
