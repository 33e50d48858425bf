/**
 * Journal segments without one person's pseudonyms. Frames keep their place and length, so cursors stay right and a recorder that is appending to the same segment is not disturbed.
 */
import { closeSync, fdatasyncSync, openSync, readFileSync, writeSync } from "node:fs";
import { encodeFrame, intactFrames } from "@whysaid/recorder/format";
import { listSegments } from "@whysaid/recorder/journal";
import { erased, type Traces } from "./erase-texts.ts";

/** @returns frames rewritten, and segments they stood in */
export function eraseFromJournal(directory: string, traces: Traces): { readonly frames: number; readonly segments: number } {
  let frames = 0;
  let segments = 0;
  for (const { path } of listSegments(directory)) {
    const changed: { readonly offset: number; readonly frame: Buffer }[] = [];
    for (const frame of intactFrames(readFileSync(path))) {
      const payload = frame.payload.toString("utf8");
      const without = erased(payload, traces);
      if (without === payload) continue;
      const bytes = Buffer.from(without, "utf8");
      // Markers are as long as what they stand for, in bytes too: both are ASCII between the same brackets.
      if (bytes.length !== frame.payload.length) throw new RangeError("an erased payload must keep its length");
      changed.push({ offset: frame.offset, frame: encodeFrame(frame.sequence, bytes) });
    }
    if (changed.length === 0) continue;
    segments += 1;
    frames += changed.length;
    const descriptor = openSync(path, "r+");
    try {
      for (const { offset, frame } of changed) writeSync(descriptor, frame, 0, frame.length, offset);
      fdatasyncSync(descriptor);
    } finally {
      closeSync(descriptor);
    }
  }
  return { frames, segments };
}
