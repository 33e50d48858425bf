/**
 * One segment's bytes from a cursor on → a part to post. Texts the server has had are left out by their hash; those it says it lost are put in.
 */
import { closeSync, openSync, readSync } from "node:fs";
import type { NewTexts, TextRef } from "../../format/body.ts";
import { encodeFrame, intactFrames, type Frame } from "../../format/frame.ts";
import { encodePart, KNOWN_TEXT_UNITS, wireHash } from "../../format/part.ts";
import { readSegment } from "../../format/segment.ts";
import type { WriterEntry } from "../../format/entries.ts";
import type { ListedSegment } from "../directory.ts";

/** Read, checked and cut in about a millisecond of the app's time. */
export const PART_BYTES: number = 256 * 1024;

export interface Part {
  readonly body: Buffer;
  /** The cursor after it. */
  readonly to: number;
  readonly entries: number;
  /** Hashes of the longer texts it defines, known to the server once it is stored. */
  readonly hashes: readonly string[];
}

export interface PartWish {
  readonly segment: ListedSegment;
  readonly from: number;
  /** Texts this server has had. */
  readonly hasHash: (hash: string) => boolean;
  readonly hashKey: string;
  /** What the server asked for the last time: these go along whole. */
  readonly missing: ReadonlySet<TextRef>;
  /** It asked for this very part's texts: what is not found now is lost. */
  readonly isAsked: boolean;
  readonly partBytes?: number;
}

/** null when there is no whole frame after the cursor yet */
export function partAfter(wish: PartWish): Part | null {
  const { segment, from, missing } = wish;
  const file = openSync(segment.path, "r");
  try {
    let partBytes = wish.partBytes ?? PART_BYTES;
    for (;;) {
      const bytes = readBytes(file, from, Math.min(segment.bytes, from + partBytes));
      const frames = [...intactFrames(bytes)];
      const last = frames.at(-1);
      if (last !== undefined) return partOf(wish, bytes, frames, last.end, missing.size === 0 ? [] : textsIn(file, from + last.end, missing));
      if (from + bytes.length >= segment.bytes) return null;
      partBytes *= 4;
    }
  } finally {
    closeSync(file);
  }
}

function partOf({ segment, from, hasHash, hashKey, missing, isAsked }: PartWish, bytes: Buffer, frames: readonly Frame[], end: number, texts: NewTexts): Part {
  const known: [TextRef, string][] = [];
  const hashes: string[] = [];
  const pieces: Buffer[] = [];
  let at = 0;
  for (const frame of frames) {
    const cut = withoutKnown(frame, hashKey, missing, hasHash, known, hashes);
    if (cut === null) continue;
    pieces.push(bytes.subarray(at, frame.offset), cut);
    at = frame.end;
  }
  pieces.push(bytes.subarray(at, end));
  const head = { kind: "part", writer: segment.writer, segment: segment.segment, from, to: from + end, isAsked, texts, known } as const;
  return { body: encodePart(head, pieces), to: from + end, entries: frames.length, hashes };
}

/** @returns the frame without the texts the server has; null when it stays as it is */
function withoutKnown(frame: Frame, hashKey: string, missing: ReadonlySet<TextRef>, hasHash: (hash: string) => boolean, known: [TextRef, string][], hashes: string[]): Buffer | null {
  if (frame.payload.length < KNOWN_TEXT_UNITS) return null;
  const entry = parsed(frame.payload);
  if (entry === null) return null;
  const left = entry.texts.filter(([ref, text]) => {
    if (text.length < KNOWN_TEXT_UNITS) return true;
    const hash = wireHash(hashKey, text);
    hashes.push(hash);
    if (missing.has(ref) || !hasHash(hash)) return true;
    known.push([ref, hash]);
    return false;
  });
  return left.length === entry.texts.length ? null : encodeFrame(frame.sequence, Buffer.from(JSON.stringify({ ...entry, texts: left })));
}

/** The texts of these numbers, from the segment's beginning to the end of the part. */
function textsIn(file: number, to: number, wanted: ReadonlySet<TextRef>): NewTexts {
  const found: [TextRef, string][] = [];
  let at = 0;
  let chunkBytes = PART_BYTES;
  while (at < to && found.length < wanted.size) {
    const bytes = readBytes(file, at, Math.min(to, at + chunkBytes));
    let end = 0;
    for (const frame of intactFrames(bytes)) {
      end = frame.end;
      for (const [ref, text] of parsed(frame.payload)?.texts ?? []) if (wanted.has(ref)) found.push([ref, text]);
    }
    if (end === 0) chunkBytes *= 4;
    else chunkBytes = PART_BYTES;
    if (end === 0 && at + bytes.length >= to) break;
    at += end;
  }
  return found as unknown as NewTexts;
}

function parsed(payload: Buffer): { readonly texts: readonly (readonly [TextRef, string])[] } | null {
  try {
    const value = JSON.parse(payload.toString("utf8")) as { readonly texts?: unknown } | null;
    return typeof value === "object" && value !== null && Array.isArray(value.texts) && value.texts.length > 0 ? (value as { texts: [TextRef, string][] }) : null;
  } catch {
    return null;
  }
}

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

const HEADER_BYTES = 64 * 1024;

/** Who writes the segment; null while that is not readable. */
export function headerOf(path: string): WriterEntry | null {
  const file = openSync(path, "r");
  try {
    return readSegment(readBytes(file, 0, HEADER_BYTES)).header;
  } finally {
    closeSync(file);
  }
}
