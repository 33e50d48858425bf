/** The journal directory as others see it: which segments are there and how large it is. Used by ingest; by the journal for its cap. */
import { lstatSync, readdirSync } from "node:fs";
import { join } from "node:path";
import type { WriterId } from "../format/ids.ts";
import { parseSegmentName, type SegmentName } from "../format/segment-name.ts";

export interface ListedSegment extends SegmentName {
  readonly path: string;
  readonly bytes: number;
  readonly modifiedMs: number;
}

export const reserveName = (writer: WriterId): string => `${writer}.reserve`;

/** Every segment in the directory, a writer's segments in order; none when the directory is not there. */
export function listSegments(directory: string): readonly ListedSegment[] {
  const found: ListedSegment[] = [];
  for (const name of namesIn(directory)) {
    const parsed = parseSegmentName(name);
    if (parsed === null) continue;
    const path = join(directory, name);
    const stat = lstatSync(path, { throwIfNoEntry: false });
    if (stat?.isFile() === true) found.push({ ...parsed, path, bytes: stat.size, modifiedMs: stat.mtimeMs });
  }
  return found.sort((a, b) => (a.writer === b.writer ? a.segment - b.segment : a.writer < b.writer ? -1 : 1));
}

export const journalBytes = (directory: string): number => listSegments(directory).reduce((sum, { bytes }) => sum + bytes, 0);

function namesIn(directory: string): readonly string[] {
  try {
    return readdirSync(directory);
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === "ENOENT") return [];
    throw cause;
  }
}
