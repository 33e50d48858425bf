/**
 * One store into another, of the same kind or not: every entry with its texts, every document, cursor and quarantined frame. What is there already is not stored again, so a copy that was
 * broken off goes on where it stood, and one that is run again brings what came since. Each trace is read back from the target and compared by a hash over all it says.
 */
import { createHash } from "node:crypto";
import { WhysaidError } from "@whysaid/recorder/format";
import { contentHash } from "../store/content-hash.ts";
import type { SegmentBatch, Store, StoredEntry, StoredTrace } from "../store/store.ts";

export interface CopyOptions {
  /** Traces at a time: what is repeated after a break, at most. Default 200. */
  readonly pageTraces?: number;
  readonly onProgress?: (progress: { readonly traces: number; readonly total: number }) => void;
  /** Begin at the newest trace again, whatever an earlier copy has done. */
  readonly fromStart?: boolean;
}
export interface CopyOutcome {
  readonly traces: number;
  /** Entries that were not in the target yet. */
  readonly stored: number;
  readonly duplicates: number;
  readonly documents: number;
  /** Traces that read back otherwise than they were: none, or the copy is not whole. */
  readonly different: readonly string[];
}

/** Where a copy stands, as a document in the target. */
const KIND = "copy";
interface Standing {
  readonly after: string | null;
  readonly isDone: boolean;
}

/** @throws WhysaidError what reading and writing the stores throw; nothing that was copied is lost by it */
export async function copyStore(from: Store, to: Store, options: CopyOptions = {}): Promise<CopyOutcome> {
  const { pageTraces = 200, onProgress } = options;
  const id = createHash("sha256").update(from.name).digest("hex").slice(0, 16);
  const standing = ((await to.documents.get(KIND, id))?.body ?? { after: null, isDone: false }) as Standing;
  let after = options.fromStart === true || standing.isDone ? null : standing.after;
  const total = (await from.counts()).traces;
  const outcome = { traces: 0, stored: 0, duplicates: 0, documents: 0, different: [] as string[] };
  await copyNotes(from, to, outcome);
  for (;;) {
    const rows = await from.list({ limit: pageTraces, ...(after === null ? {} : { after }) });
    if (rows.length === 0) break;
    const ids = rows.map(({ traceId }) => traceId);
    const traces = tracesIn(from, ids, await from.traces(ids));
    const { stored, duplicates } = await to.ingest(traces.flatMap(batchesOf));
    const copied = tracesIn(to, ids, await to.traces(ids));
    for (const [at, id] of ids.entries()) if (contentHash(copied[at] as StoredTrace) !== contentHash(traces[at] as StoredTrace)) outcome.different.push(id);
    outcome.traces += rows.length;
    outcome.stored += stored;
    outcome.duplicates += duplicates;
    after = rows.at(-1)?.key ?? null;
    await to.documents.put({ kind: KIND, id, body: { after, isDone: false } satisfies Standing });
    onProgress?.({ traces: outcome.traces, total });
  }
  await copyRest(from, to, outcome);
  await to.documents.put({ kind: KIND, id, body: { after: null, isDone: true } satisfies Standing });
  return outcome;
}

const tracesIn = (store: Store, ids: readonly string[], found: ReadonlyMap<string, StoredTrace>): readonly StoredTrace[] =>
  ids.map((id) => {
    const trace = found.get(id);
    if (trace === undefined) throw new WhysaidError("TRACE_NOT_FOUND", `no trace ${id} in ${store.name}`, { fix: "Nothing may be removed from either store while it is copied; run the copy again." });
    return trace;
  });

/** By writer: an entry is known by its writer's number. */
function batchesOf({ entries, textOf }: StoredTrace): readonly SegmentBatch[] {
  const writers = [...new Set(entries.map(({ writer }) => writer))];
  return writers.map((writer) => ({ cursor: null, writer, entries: entries.filter((entry) => entry.writer === writer), textOf, quarantined: [] }));
}

const noTexts = (): never => {
  throw new RangeError("entries of a writer name no texts");
};

/** First, as rows of traces show what their writers' headers say. */
async function copyNotes(from: Store, to: Store, outcome: { stored: number; duplicates: number }): Promise<void> {
  let some: StoredEntry[] = [];
  const send = async (): Promise<void> => {
    const writers = [...new Set(some.map(({ writer }) => writer))];
    const { stored, duplicates } = await to.ingest(writers.map((writer) => ({ cursor: null, writer, entries: some.filter((entry) => entry.writer === writer), textOf: noTexts, quarantined: [] })));
    outcome.stored += stored;
    outcome.duplicates += duplicates;
    some = [];
  };
  for await (const note of from.notes()) if (some.push(note) >= 1000) await send();
  if (some.length > 0) await send();
}

/** Last: with its cursor in the target a segment is not read again. */
async function copyRest(from: Store, to: Store, outcome: { documents: number }): Promise<void> {
  for (const kind of await from.documents.kinds()) {
    if (kind === KIND) continue;
    for (let after: string | undefined; ; ) {
      const page = await from.documents.list(kind, { limit: 200, ...(after === undefined ? {} : { after }) });
      for (const { id, traceIds, body } of page) {
        const there = await to.documents.get(kind, id);
        if (there !== null && JSON.stringify([there.traceIds, there.body]) === JSON.stringify([traceIds, body])) continue;
        await to.documents.put({ kind, id, traceIds, body });
        outcome.documents += 1;
      }
      after = page.at(-1)?.id;
      if (after === undefined) break;
    }
  }
  const quarantined = await from.quarantined();
  const cursors = await from.cursors();
  const sources = new Set([...cursors.keys(), ...quarantined.map(({ source }) => source)]);
  const batches = [...sources].map((source): SegmentBatch => ({
    cursor: { source, offset: cursors.get(source) ?? 0 },
    writer: source as SegmentBatch["writer"],
    entries: [],
    textOf: noTexts,
    quarantined: quarantined.filter((one) => one.source === source).map(({ offset, bytes, reason }) => ({ offset, bytes, reason })),
  }));
  if (batches.length > 0) await to.ingest(batches);
}
