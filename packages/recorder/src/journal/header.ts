/** What every segment says of its writer: made by capture from the recorder's options, completed by the journal with what it knows of the process. */
import { FORMAT_VERSION, type WriterEntry } from "../format/entries.ts";
import type { WriterId } from "../format/ids.ts";
import { ownProcessStart, placeOfProcesses } from "./liveness.ts";

/** The part of the writer entry that capture gives. */
export type SegmentHeader = Pick<WriterEntry, "recorder" | "runtime" | "service" | "environment" | "release" | "redaction">;

export const writerEntry = (header: SegmentHeader, writer: WriterId, segment: number, atMs: number): WriterEntry => ({
  kind: "writer",
  atMs,
  format: FORMAT_VERSION,
  writer,
  segment,
  recorder: header.recorder,
  runtime: header.runtime,
  pid: process.pid,
  processStart: ownProcessStart(),
  place: placeOfProcesses(),
  service: header.service,
  environment: header.environment,
  release: header.release,
  redaction: header.redaction,
});
