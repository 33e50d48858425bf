/** Entries of a segment on disk, counted by their frames: what a recorder has written, wherever it has got to since. */
import { closeSync, openSync, readSync } from "node:fs";
import { FRAME_HEADER_BYTES, intactFrames, MAX_PAYLOAD_BYTES } from "@whysaid/recorder/format";

const PART_BYTES = 4 * 1024 * 1024;
const LONGEST_BYTES = MAX_PAYLOAD_BYTES + FRAME_HEADER_BYTES;

/**
 * Intact frames that begin before `split`, and those from there on.
 *
 * @param split  a byte of the file, such as the place up to where a server has it
 */
export function entriesAround(path: string, split: number): { readonly before: number; readonly after: number } {
  const file = openSync(path, "r");
  try {
    let [before, after, at, partBytes] = [0, 0, 0, PART_BYTES];
    for (;;) {
      const bytes = Buffer.allocUnsafe(partBytes);
      const part = bytes.subarray(0, readSync(file, bytes, 0, partBytes, at));
      let end = 0;
      for (const frame of intactFrames(part)) {
        if (at + frame.offset < split) before += 1;
        else after += 1;
        end = frame.end;
      }
      if (part.length < partBytes) return { before, after };
      // Not one frame ends here: a long one, or more damage than a frame can be long.
      if (end === 0 && partBytes < 2 * LONGEST_BYTES) partBytes *= 4;
      else {
        at += end === 0 ? partBytes - LONGEST_BYTES : end;
        partBytes = PART_BYTES;
      }
    }
  } finally {
    closeSync(file);
  }
}
