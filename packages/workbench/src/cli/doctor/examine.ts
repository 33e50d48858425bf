/**
 * What `whysaid doctor` looks at: where each setting came from, what lies in the journal and who writes it, what arrived in the store and what did not, and what the server has that
 * recorders ship to.
 * `concerns` is what somebody should look into; an empty list is health.
 */
import { closeSync, openSync, readSync, statSync } from "node:fs";
import { basename } from "node:path";
import { listSegments, readSegment, writerState, type ListedSegment, type WriterState } from "@whysaid/recorder/journal";
import type { DirectoryOutcome } from "../../ingest/directory.ts";
import type { Store, StoreCounts } from "../../store/store.ts";
import { version } from "../../version.ts";
import type { Settings } from "../env.ts";
import { storeName } from "../../ingest/open-store.ts";
import { hasRecordings, withRecordings, workspaceOf } from "../recordings.ts";
import type { Refused, ServerHealth } from "./ask-server.ts";
import { entriesAround } from "./journal-entries.ts";

export interface SegmentHealth {
  readonly name: string;
  readonly bytes: number;
  readonly entries: number;
  /** Of those the ones a server has; null where none was asked, or none said. */
  readonly shipped: number | null;
  /** Bytes a store has not taken in: torn or damaged ones, or what was written since. */
  readonly unreadBytes: number;
  readonly writer: WriterState | "ended" | "unknown";
  readonly service: string | null;
  readonly redaction: string | null;
}
/** Entries on their way, from the app on. */
export interface Delivery {
  /** What recorders were given, of what the journal holds now: written or lost. */
  readonly captured: number;
  readonly journaled: number;
  readonly shipped: number | null;
  /** In the store beside the journal: all there is, also what has left the journal. */
  readonly stored: number;
  readonly quarantined: number;
  readonly gaps: number;
  /** Entries those gaps stand for. */
  readonly lost: number;
}
/** The server's own account of the same, for keys that may read it. */
export interface ServerReport {
  readonly url: string;
  readonly deliveries: ServerHealth["deliveries"];
  readonly refused: Refused | null;
}
export interface Health {
  readonly versions: { readonly whysaid: string; readonly node: string };
  readonly settings: readonly { readonly name: string; readonly value: string; readonly source: string }[];
  readonly journal: { readonly directory: string; readonly bytes: number; readonly segments: readonly SegmentHealth[] };
  /** What this very command took in; null where nothing is recorded. */
  readonly ingested: DirectoryOutcome | null;
  readonly store: (StoreCounts & { readonly path: string; readonly fileBytes: number }) | null;
  /** null where nothing is recorded here. */
  readonly delivery: Delivery | null;
  /** null where no server is named. */
  readonly server: ServerReport | null;
  readonly concerns: readonly string[];
}
/** The server to ask, by its URL, and the key it is asked with. */
export interface AskedServer {
  readonly url: string;
  readonly key: string | undefined;
}

/** @throws WhysaidError what opening the store throws; `USAGE` for a server's URL that is none */
export async function examine(settings: Settings, asked: AskedServer | null): Promise<Health> {
  const { journalDir } = workspaceOf(settings);
  const base = { versions: { whysaid: version, node: process.versions.node }, settings: settingLines(settings) };
  if (!hasRecordings(settings)) {
    const server = await serverOf(asked, []);
    const concerns = server === null ? [`nothing is recorded in ${settings.dir.value}`] : serverConcerns(server);
    return { ...base, journal: { directory: journalDir, bytes: 0, segments: [] }, ingested: null, store: null, delivery: null, server: reported(server), concerns };
  }
  return withRecordings(settings, async ({ store, ingested }) => {
    const cursors = await store.cursors();
    const listed = listSegments(journalDir);
    const server = await serverOf(asked, listed.map(sourceOf));
    const segments = listed.map((segment) => segmentHealth(segment, cursors.get(sourceOf(segment)) ?? 0, server));
    const counts = { ...(await store.counts()), path: storeName(settings.store.value), fileBytes: fileBytes(settings.store.value) };
    const journal = { directory: journalDir, bytes: segments.reduce((sum, { bytes }) => sum + bytes, 0), segments };
    const delivery = deliveryOf(segments, counts, await lostBy(store, listed));
    return { ...base, journal, ingested, store: counts, delivery, server: reported(server), concerns: [...concernsOf(segments, counts), ...(server === null ? [] : serverConcerns(server)), ...leftConcerns(segments)] };
  });
}

const sourceOf = ({ writer, segment }: ListedSegment): string => `${writer}-${segment}`;

/** Asking takes a parser for what comes back: loaded for those who name a server. */
async function serverOf(asked: AskedServer | null, segments: readonly string[]): Promise<ServerHealth | null> {
  if (asked === null) return null;
  const { askServer } = await import("./ask-server.ts");
  return askServer(asked.url, asked.key, segments);
}
const reported = (server: ServerHealth | null): ServerReport | null => (server === null ? null : { url: server.url, deliveries: server.deliveries, refused: server.refused });

/** Entries that gap entries of these segments' writers stand for. */
async function lostBy(store: Store, segments: readonly ListedSegment[]): Promise<number> {
  const writers = new Set<string>(segments.map(({ writer }) => writer));
  let lost = 0;
  for await (const { writer, entry } of store.notes()) if (entry.kind === "gap" && writers.has(writer)) lost += entry.to - entry.from + 1;
  return lost;
}

function deliveryOf(segments: readonly SegmentHealth[], { entries, quarantined, gaps, lost }: StoreCounts, lostHere: number): Delivery {
  const journaled = segments.reduce((sum, one) => sum + one.entries, 0);
  const shipped = segments.reduce<number | null>((sum, one) => (sum === null || one.shipped === null ? null : sum + one.shipped), 0);
  return { captured: journaled + lostHere, journaled, shipped: segments.length === 0 ? null : shipped, stored: entries, quarantined, gaps, lost };
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

function segmentHealth(segment: ListedSegment, cursor: number, server: ServerHealth | null): SegmentHealth {
  const { header } = readSegment(bytesOf(segment.path, 0, HEADER_BYTES));
  const tail = readSegment(bytesOf(segment.path, Math.max(0, segment.bytes - END_BYTES), END_BYTES));
  const hasEnded = tail.entries.at(-1)?.entry.kind === "writer-end";
  const { before, after } = entriesAround(segment.path, server?.cursors?.get(sourceOf(segment)) ?? 0);
  return {
    name: basename(segment.path),
    bytes: segment.bytes,
    entries: before + after,
    shipped: server === null || server.cursors === null ? null : before,
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
    ...(counts.gaps > 0 ? [`${counts.gaps} gaps: ${counts.lost} entries that recorders could not write`] : []),
    ...(died.length > 0 ? [`${died.length} of ${segments.length} segments were left by a process that died; what it had recorded is in the store`] : []),
    ...(raw.length > 0 ? [`${raw.length} of ${segments.length} segments were recorded with redaction off`] : []),
  ];
}

/** One of the two is what most keys may know: nothing to look into. Neither is. */
const serverConcerns = ({ deliveries, cursors, refused }: ServerHealth): readonly string[] => (deliveries === null && cursors === null && refused !== null ? [`${refused.code}: ${refused.sentence}`] : []);

/** What a running process has written goes by itself; what it left does not, where nothing is started again there. */
function leftConcerns(segments: readonly SegmentHealth[]): readonly string[] {
  const left = segments.reduce((sum, { writer, entries, shipped }) => sum + (shipped === null || writer === "running" ? 0 : entries - shipped), 0);
  return left === 0 ? [] : [`${left} entries that processes left here are not with the server: \`whysaid ship --once\` sends them`];
}
