/**
 * Traces removed, and the texts nobody names any more. A text is shared by whoever says it, and nothing counts how many do: so all packs that are left are read once, and what none of
 * them names goes. In small transactions, each of which looks again at the packs that came since, while others go on writing.
 */
import { isTraceId, type TraceId } from "@whysaid/recorder/format";
import { unpackIds } from "../packing/bytes.ts";
import { refsOf } from "../packing/entry-refs.ts";
import { LOCAL_BASE, LOST_TEXT, type Pack } from "../packing/pack.ts";
import type { TraceSummary } from "../summary.ts";
import type { Database } from "./driver.ts";
import type { PackRows } from "./pack-rows.ts";
import type { Rollup } from "./rollup.ts";
import { numbersIn, type ShownTexts } from "./shown.ts";
import { indexedIn, isWellFormed, type Texts } from "./texts.ts";
import type { TraceRows } from "./trace-rows.ts";
import type { WriteTurns } from "./write-turns.ts";

/** The parts of a SQLite store that hold a share of a trace. */
export interface RemovedFrom {
  readonly database: Database;
  readonly turns: WriteTurns;
  readonly rows: TraceRows;
  readonly packs: PackRows;
  readonly texts: Texts;
  readonly shown: ShownTexts;
  readonly rollup: Rollup;
  /** Called first in a transaction. */
  readonly begin: () => void;
  readonly open: (trace: TraceId) => { readonly row: number; readonly packs: readonly number[]; readonly summary: TraceSummary | null };
  /** Called when what is remembered is not in the store any more. */
  readonly forget: () => void;
}

/** Traces, and texts, of one transaction. */
const TRACES_AT_ONCE = 200;
const TEXTS_AT_ONCE = 2000;
/** Packs read between two looks at what else there is to do. */
const PACKS_AT_ONCE = 500;

/** @returns how many of them were there */
export async function removeTraces(store: RemovedFrom, traceIds: readonly string[]): Promise<number> {
  const { database, turns, forget } = store;
  const addMeta = database.prepare("UPDATE meta SET value = value + ? WHERE key = ?");
  const candidates = new Set<number>();
  let removed = 0;
  for (let at = 0; at < traceIds.length; at += TRACES_AT_ONCE) {
    removed += await turns.take(() => {
      store.begin();
      const known = traceIds.slice(at, at + TRACES_AT_ONCE).filter((id): id is TraceId => isTraceId(id) && store.rows.find(id) !== null);
      let entries = 0;
      let actions = 0;
      for (const trace of known) for (const pack of removeTrace(store, trace, candidates)) {
        entries += pack.entries.length;
        actions += pack.entries.filter(({ entry }) => entry.kind === "action").length;
        for (const text of textsOf(pack)) candidates.add(text);
      }
      store.rollup.flush();
      addMeta.run(-entries, "entries");
      addMeta.run(-actions, "actions");
      return known.length;
    }, forget);
    forget();
  }
  const sweep = new Sweep(store, candidates);
  await sweep.look();
  for (let isDone = false; !isDone; ) {
    isDone = await turns.take(() => {
      const gone = sweep.deleteSome();
      if (gone === null) return true;
      addMeta.run(-gone.bytes, "text_bytes");
      // Others remember texts by their numbers: they are told to forget.
      addMeta.run(1, "erasures");
      return false;
    }, forget);
    forget();
  }
  if (removed > 0) database.exec("PRAGMA incremental_vacuum");
  return removed;
}

function removeTrace({ open, packs, rows, shown }: RemovedFrom, trace: TraceId, candidates: Set<number>): readonly Pack[] {
  const { row, packs: ids, summary } = open(trace);
  const read = ids.map((id, ordinal) => packs.read(id, trace, ordinal));
  for (const id of ids) packs.remove(id);
  for (const text of shown.remove(row)) candidates.add(text);
  if (summary !== null) rows.remove(row, summary);
  return read;
}

/** Numbers of the texts a pack names. */
const textsOf = (pack: Pack): ReadonlySet<number> => new Set(pack.entries.flatMap(({ entry }) => refsOf(entry)).filter((ref) => ref !== LOST_TEXT && ref < LOCAL_BASE));

class Sweep {
  readonly #store: RemovedFrom;
  /** Texts that may have to go. */
  readonly #candidates: Set<number>;
  /** Texts that stay, and a row that names each: they may have been brought by one that is gone. */
  readonly #kept = new Map<number, number>();
  #lastPack = 0;

  constructor(store: RemovedFrom, candidates: Set<number>) {
    this.#store = store;
    this.#candidates = candidates;
  }

  /** Read what is left of the store; no transaction is open meanwhile. */
  async look(): Promise<void> {
    while (this.#candidates.size > 0 && this.#lookOn() > 0) await new Promise((resolve) => setImmediate(resolve));
  }

  /** Inside a transaction: delete some of them. @returns bytes of text that are gone; null when nothing is left to delete */
  deleteSome(): { readonly bytes: number } | null {
    while (this.#candidates.size > 0 && this.#lookOn() > 0);
    const { database, texts } = this.#store;
    // A search leads from a text to the trace that brought it: to one that is still there.
    const bringer = database.prepare("UPDATE texts SET trace = ? WHERE id = ? AND NOT EXISTS (SELECT 1 FROM traces WHERE traces.id = texts.trace)");
    for (const [text, row] of this.#kept) bringer.run(row, text);
    this.#kept.clear();
    const some = [...this.#candidates].slice(0, TEXTS_AT_ONCE);
    if (some.length === 0) return null;
    const read = database.prepare("SELECT indexed FROM texts WHERE id = ?");
    const drop = database.prepare("DELETE FROM texts WHERE id = ?");
    const unindex = database.prepare("DELETE FROM ft_in WHERE rowid = ?");
    let bytes = 0;
    for (const id of some) {
      this.#candidates.delete(id);
      const row = read.get(id) as { indexed: number } | undefined;
      if (row === undefined) continue;
      const text = texts.read(id);
      bytes += isWellFormed(text) ? Buffer.byteLength(text) : text.length * 2;
      if ((row.indexed & indexedIn) !== 0) unindex.run(id);
      drop.run(id);
    }
    return { bytes };
  }

  /** @returns how many packs were read */
  #lookOn(): number {
    const rows = this.#store.database
      .prepare(`SELECT packs.id AS id, packs.trace AS row, traces.trace AS trace, traces.packs AS packs, shown.texts AS shown FROM packs JOIN traces ON traces.id = packs.trace LEFT JOIN shown ON shown.trace = traces.id WHERE packs.id > ? ORDER BY packs.id LIMIT ${PACKS_AT_ONCE}`)
      .all(this.#lastPack) as readonly { id: number; row: number; trace: Uint8Array; packs: Uint8Array; shown: Uint8Array | null }[];
    for (const { id, row, trace, packs, shown } of rows) {
      const named = textsOf(this.#store.packs.read(id, Buffer.from(trace).toString("hex") as TraceId, unpackIds(packs).indexOf(id)));
      for (const text of [...named, ...(shown === null ? [] : numbersIn(shown))]) if (this.#candidates.delete(text)) this.#kept.set(text, row);
    }
    this.#lastPack = rows.at(-1)?.id ?? this.#lastPack;
    return rows.length;
  }
}
