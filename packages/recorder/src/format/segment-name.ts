/** What a segment's file is called: `<writerId>-<segment, 6 digits>.seg`. The journal names them, ingest finds them. */
import { basename } from "node:path";
import type { WriterId } from "./ids.ts";

export interface SegmentName {
  readonly writer: WriterId;
  /** 0 for the writer's first. */
  readonly segment: number;
}

const SEGMENT_NAME = /^([0-9a-f]{16})-(\d{6,})\.seg$/;

export const segmentName = (writer: WriterId, segment: number): string => `${writer}-${String(segment).padStart(6, "0")}.seg`;

/** @param path  a path or a bare name; null when it is no segment's */
export function parseSegmentName(path: string): SegmentName | null {
  const match = SEGMENT_NAME.exec(basename(path));
  return match === null ? null : { writer: match[1] as WriterId, segment: Number(match[2]) };
}
