/**
 * What `whysaid doctor` looks at: where each setting came from, what lies in the journal and who writes it, what arrived in the store and what did not.
 * `concerns` is what somebody should look into; an empty list is health.
 */
import { closeSync, openSync, readSync, statSync } from "node:fs";
import { basename } from "node:path";
import { listSegments, readSegment, writerState, type ListedSegment, type WriterState } from "@whysaid/recorder/journal";
import type { DirectoryOutcome } from "../../ingest/directory.ts";
import type { StoreCounts } from "../../store/store.ts";
import { version } from "../../version.ts";
import type { Settings } from "../env.ts";
import { storeName } from "../../ingest/open-store.ts";
import { hasRecordings, withRecordings, workspaceOf } from "../recordings.ts";

export interface SegmentHealth {
  readonly name: string;
  readonly bytes: number;
  /** Bytes a store has not taken in: torn or damaged ones, or what was written since. */
  readonly unreadBytes: number;
  readonly writer: WriterState | "ended" | "unknown";
  readonly service: string | null;
  readonly redaction: string | null;
}
export interface Health {
  readonly versions: { readonly whysaid: string; readonly node: string };
  readonly settings: readonly { readonly name: string; readonly value: string; readonly source: string }[];
  readonly journal: { readonly directory: string; readonly bytes: number; readonly segments: readonly SegmentHealth[] };
  /** What this very command took in; null where nothing is recorded. */
  readonly ingested: DirectoryOutcome | null;
  readonly store: (StoreCounts & { readonly path: string; readonly fileBytes: number }) | null;
  readonly concerns: readonly string[];
}

export async function examine(settings: Settings): Promise<Health> {
  const { journalDir } = workspaceOf(settings);
  const base = { versions: { whysaid: version, node: process.versions.node }, settings: settingLines(settings) };
  if (!hasRecordings(settings)) return { ...base, journal: { directory: journalDir, bytes: 0, segments: [] }, ingested: null, store: null, concerns: [`nothing is recorded in ${settings.dir.value}`] };
  return withRecordings(settings, async ({ store, ingested }) => {
    const cursors = await store.cursors();
    const listed = listSegments(journalDir);
    const segments = listed.map((segment) => segmentHealth(segment, cursors.get(`${segment.writer}-${segment.segment}`) ?? 0));
    const counts = { ...(await store.counts()), path: storeName(settings.store.value), fileBytes: fileBytes(settings.store.value) };
    const journal = { directory: journalDir, bytes: segments.reduce((sum, { bytes }) => sum + bytes, 0), segments };
    return { ...base, journal, ingested, store: counts, concerns: concernsOf(segments, counts) };
  });
}

function settingLines({ dir, store, url, hasKey, configFile }: Settings): Health["settings"] {
  return [
    { name: "dir", ...dir },
    { name: "store", ...store, value: storeName(store.value) },
    { name: "url", value: url.value ?? "none: recorders write to the journal only", source: url.source },
    { name: "key", value: hasKey.value ? "set" : "none", source: hasKey.source },
    { name: "config", value: configFile ?? "none", source: configFile === null ? "default" : "found in the working directory" },
  ];
}

/** Enough for the header, which is a segment's first frame. */
const HEADER_BYTES = 64 * 1024;
/** A clean end is the last thing of a segment, and short. */
const END_BYTES = 4096;

function segmentHealth(segment: ListedSegment, cursor: number): SegmentHealth {
  const { header } = readSegment(bytesOf(segment.path, 0, HEADER_BYTES));
  const tail = readSegment(bytesOf(segment.path, Math.max(0, segment.bytes - END_BYTES), END_BYTES));
  const hasEnded = tail.entries.at(-1)?.entry.kind === "writer-end";
  return {
    name: basename(segment.path),
    bytes: segment.bytes,
    unreadBytes: Math.max(0, segment.bytes - cursor),
    writer: hasEnded ? "ended" : header === null ? "unknown" : writerState(header),
    service: header?.service ?? null,
    redaction: header?.redaction.policy ?? null,
  };
}

function bytesOf(path: string, from: number, length: number): Buffer {
  const fd = openSync(path, "r");
  try {
    const bytes = Buffer.alloc(length);
    return bytes.subarray(0, readSync(fd, bytes, 0, length, from));
  } finally {
    closeSync(fd);
  }
}

/** The store's file and its write-ahead log. */
const fileBytes = (path: string): number => [path, `${path}-wal`].reduce((sum, one) => sum + (statSync(one, { throwIfNoEntry: false })?.size ?? 0), 0);

function concernsOf(segments: readonly SegmentHealth[], counts: StoreCounts): readonly string[] {
  const raw = segments.filter(({ redaction }) => redaction === "off");
  const died = segments.filter(({ writer }) => writer === "gone");
  return [
    ...(counts.quarantined > 0 ? [`${counts.quarantined} damaged or unreadable pieces of the journal are in quarantine`] : []),
    ...(counts.gaps > 0 ? [`${counts.gaps} gaps: entries that recorders could not write`] : []),
    ...(died.length > 0 ? [`${died.length} of ${segments.length} segments were left by a process that died; what it had recorded is in the store`] : []),
    ...(raw.length > 0 ? [`${raw.length} of ${segments.length} segments were recorded with redaction off`] : []),
  ];
}
