/** The face of `@whysaid/recorder/journal`: write a journal, find its segments, tell live writers from dead ones. Reading one is `@whysaid/recorder/format`'s `readSegment`. */
export { readSegment, SegmentReader, type SegmentContents, type SegmentEntry } from "../format/segment.ts";
export { journalBytes, listSegments, type ListedSegment } from "./directory.ts";
export type { JournalOptions } from "./file-journal.ts";
export type { SegmentHeader } from "./header.ts";
export type { Durability, Journal, TextTable } from "./journal.ts";
export { isWriterAlive, writerState, type WriterState } from "./liveness.ts";
export { openJournal } from "./open-journal.ts";
export { openMemoryJournal, type MemoryJournal, type MemoryJournalOptions } from "./memory-journal.ts";
export type { OnProblem } from "./problems.ts";
export { removeSegment } from "./removal.ts";
export { Shipper, type ShipCounts, type ShipperOptions } from "./shipping/shipper.ts";
