/**
 * A shipped segment leaves the disk when nobody can add to it. Told without reading it: this runs between the app's own work.
 */
import { closeSync, openSync, readSync, unlinkSync } from "node:fs";
import { dirname, join } from "node:path";
import { intactFrames } from "../../format/frame.ts";
import { reserveName, type ListedSegment } from "../directory.ts";

/** A torn record longer than this is not looked through here; the segment stays for the sidecar or the command line. */
const TORN_BYTES = 1024 * 1024;

/**
 * @param cursor    the server has stored everything before it
 * @param isGoneOn  the writer has begun another segment, or its process is gone
 * @param isLast    no other segment of that writer is left
 */
export function removeShipped({ path, writer, bytes }: ListedSegment, cursor: number, isGoneOn: boolean, isLast: boolean): boolean {
  if (!isGoneOn || bytes - cursor > TORN_BYTES || hasFrame(path, cursor, bytes)) return false;
  unlink(path);
  if (isLast) unlink(join(dirname(path), reserveName(writer)));
  return true;
}

function hasFrame(path: string, from: number, to: number): boolean {
  if (from >= to) return false;
  const file = openSync(path, "r");
  try {
    const bytes = Buffer.alloc(to - from);
    return intactFrames(bytes.subarray(0, readSync(file, bytes, 0, bytes.length, from))).next().done !== true;
  } finally {
    closeSync(file);
  }
}

function unlink(path: string): void {
  try {
    unlinkSync(path);
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code !== "ENOENT") throw cause;
  }
}
