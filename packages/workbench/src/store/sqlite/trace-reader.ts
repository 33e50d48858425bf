/** A trace read back from its packs: entries, what is known of their writers, and the texts they name. */
import { recalled, type Entry, type RedactedText, type TextOf, type TextRef, type TraceId, type WriterId } from "@whysaid/recorder/format";
import { refsOf } from "../packing/entry-refs.ts";
import { LOCAL_BASE, LOCALS_PER_PACK, LOST_TEXT } from "../packing/pack.ts";
import { Ranges } from "../ranges.ts";
import type { StoredEntry, StoredTrace } from "../store.ts";
import type { Database, Statement } from "./driver.ts";
import type { Guard } from "./guard.ts";
import type { PackRows } from "./pack-rows.ts";
import type { Texts } from "./texts.ts";
import type { TraceRows } from "./trace-rows.ts";

export class TraceReader {
  readonly #guard: Guard;
  readonly #rows: TraceRows;
  readonly #packs: PackRows;
  readonly #texts: Texts;
  readonly #writerByName: Statement;
  readonly #writerById: Statement;
  readonly #notes: Statement;

  constructor(database: Database, guard: Guard, rows: TraceRows, packs: PackRows, texts: Texts) {
    this.#guard = guard;
    this.#rows = rows;
    this.#packs = packs;
    this.#texts = texts;
    this.#writerByName = database.prepare("SELECT id, sequences FROM writers WHERE writer = ?");
    this.#writerById = database.prepare("SELECT writer FROM writers WHERE id = ?");
    this.#notes = database.prepare("SELECT sequence, kind, entry FROM notes WHERE writer = ? AND kind IN ('writer', 'gap') ORDER BY sequence");
  }

  /** null for a trace the store has nothing of. Inside a transaction, so that all tables are of one moment. */
  trace(trace: TraceId): StoredTrace | null {
    const known = this.#rows.find(trace);
    if (known === null) return null;
    const { entries, textOf } = this.packs(known.packs, trace, "all");
    const writers = [...new Set(entries.map(({ writer }) => writer))];
    const headers: Entry[] = [];
    const gaps: StoredEntry[] = [];
    const missing: { writer: WriterId; from: number; to: number }[] = [];
    for (const writer of writers) {
      const row = this.#writerByName.get(writer) as { id: number; sequences: string };
      const ranges = Ranges.parse(row.sequences);
      for (const note of this.#notes.all(row.id) as readonly { sequence: number; kind: string; entry: string }[]) {
        const entry = JSON.parse(note.entry) as Entry;
        if (entry.kind === "writer") headers.push(entry);
        else if (entry.kind === "gap") {
          gaps.push({ id: `${writer}.${note.sequence}`, writer, sequence: note.sequence, entry });
          ranges.addRange(entry.from, entry.to);
        }
      }
      for (const { from, to } of ranges.missing(0)) missing.push({ writer, from, to });
    }
    return { entries, writers: headers, gaps, missing, textOf };
  }

  /**
   * The entries of a trace's packs. Texts are read, and re-hashed, when they are asked for.
   *
   * @param texts  "all" reads all of them together when the first is asked for: for who will want most of them
   */
  packs(packs: readonly number[], trace: TraceId, texts: "each" | "all" = "each"): { readonly entries: readonly StoredEntry[]; readonly textOf: TextOf } {
    const locals: (readonly string[])[] = [];
    const names = new Map<number, WriterId>();
    const entries = packs.flatMap((id, ordinal) => {
      const pack = this.#packs.read(id, trace, ordinal);
      locals.push(pack.locals);
      return pack.entries.map(({ writer, sequence, entry }): StoredEntry => {
        let name = names.get(writer);
        if (name === undefined) names.set(writer, (name = (this.#writerById.get(writer) as { writer: WriterId }).writer));
        return { id: `${name}.${sequence}`, writer: name, sequence, entry };
      });
    });
    const read = new Map<TextRef, RedactedText>();
    let isAhead = texts === "each";
    const readAhead = (): void => {
      isAhead = true;
      const shared = new Set<TextRef>();
      for (const { entry } of entries) for (const ref of refsOf(entry)) if (ref < LOCAL_BASE && ref !== LOST_TEXT) shared.add(ref);
      for (const [ref, text] of this.#guard.run(() => this.#texts.readAll([...shared]))) read.set(ref, recalled(text));
    };
    const textOf: TextOf = (ref) => {
      const known = read.get(ref);
      if (known !== undefined) return known;
      if (!isAhead) {
        readAhead();
        return textOf(ref);
      }
      const own = ref - LOCAL_BASE;
      const text = recalled(own >= 0 ? (locals[Math.floor(own / LOCALS_PER_PACK)]?.[own % LOCALS_PER_PACK] ?? "") : this.#guard.run(() => this.#texts.read(ref)));
      read.set(ref, text);
      return text;
    };
    return { entries, textOf };
  }
}
