/**
 * Traces folded from what is in the store. What this process knows of a trace is used as long as the store has not more of it than that; else the trace is read back. Rows are
 * folded after the packs they stand on are written: of two processes that add to one trace at once, the one that looks last sees both, and its row, being of more entries, wins.
 */
import type { Entry, TextOf, TraceId } from "@whysaid/recorder/format";
import type { DigestOf } from "../digest.ts";
import { addFacts, type Fact } from "../facts.ts";
import { Recent } from "../sqlite/recent.ts";
import { summarize } from "../summary.ts";
import { bytesLiteral, type Connection } from "./connection.ts";
import type { Reader } from "./reader.ts";
import { WAITING } from "./removing.ts";
import { RowBinary } from "./row-binary.ts";
import { traceColumns, writeTraceRow } from "./trace-rows.ts";

export interface NewEntry {
  readonly writer: string;
  readonly sequence: number;
  readonly entry: Entry;
  readonly textOf: TextOf;
}
interface Fold {
  readonly ids: Set<string>;
  facts: Fact[];
}

/** A row's version: how many entries it was folded from, and among those of equally many how often it was rewritten. */
const REWRITES = 1024;
const versionOf = (entries: number): number => entries * REWRITES;
export const entriesInVersion: string = `intDiv(version, ${REWRITES})`;

/** Traces of one query. */
const STEP = 1000;

export class Folds {
  readonly #connection: Connection;
  readonly #reader: Reader;
  readonly #digestOf: DigestOf;
  readonly #open = new Recent<TraceId, Fold>(4000);

  constructor(connection: Connection, reader: Reader, digestOf: DigestOf) {
    this.#connection = connection;
    this.#reader = reader;
    this.#digestOf = digestOf;
  }

  /** As far as this process knows. */
  conversationOf(trace: TraceId): string | null {
    for (const fact of this.#open.get(trace)?.facts ?? []) if (fact.kind === "start" && fact.conversation !== null) return fact.conversation;
    return null;
  }

  /** Write the rows of these traces anew. Their packs are in the store. */
  async write(added: ReadonlyMap<TraceId, readonly NewEntry[]>): Promise<void> {
    const rows = new RowBinary();
    const all = [...added.keys()];
    for (let at = 0; at < all.length; at += STEP) {
      const traces = all.slice(at, at + STEP);
      const counts = await this.#counts(traces);
      const incomplete = traces.filter((trace) => !this.#add(trace, added.get(trace) ?? [], counts.get(trace) ?? 0));
      await this.#readBack(incomplete);
      for (const trace of traces) {
        const fold = this.#open.get(trace);
        if (fold === undefined || fold.facts.length === 0) continue;
        writeTraceRow(rows, Buffer.from(trace, "hex"), versionOf(fold.ids.size), summarize(fold.facts), fold.facts.filter(({ kind }) => kind === "action").length);
      }
    }
    await this.#connection.insert("traces", traceColumns, rows);
  }

  /** After their packs were changed: rows anew, over those that were folded from as many entries; the old ones are deleted. */
  async rewrite(traces: readonly TraceId[]): Promise<void> {
    for (let at = 0; at < traces.length; at += STEP) {
      const some = traces.slice(at, at + STEP);
      const list = some.map(bytesLiteral).join(", ");
      const versions = await this.#connection.select<{ trace_hex: TraceId; version: number }>(`SELECT lower(hex(trace)) AS trace_hex, max(version) AS version FROM ${this.#connection.table("traces")} WHERE trace IN (${list}) GROUP BY trace`);
      const rows = new RowBinary();
      this.forget();
      await this.#readBack(some);
      for (const { trace_hex, version } of versions) {
        const fold = this.#open.get(trace_hex);
        if (fold === undefined || fold.facts.length === 0) continue;
        writeTraceRow(rows, Buffer.from(trace_hex, "hex"), Math.max(version + 1, versionOf(fold.ids.size)), summarize(fold.facts), fold.facts.filter(({ kind }) => kind === "action").length);
      }
      await this.#connection.insert("traces", traceColumns, rows);
      const old = versions.map(({ trace_hex, version }) => `(${bytesLiteral(trace_hex)}, ${version})`);
      for (let from = 0; from < old.length; from += STEP / 2) await this.#connection.command(`ALTER TABLE ${this.#connection.localTable("traces")} DELETE WHERE arrayExists(x -> x.1 = trace AND version <= x.2, [${old.slice(from, from + STEP / 2).join(", ")}])`, WAITING);
    }
  }

  forget(): void {
    this.#open.clear();
  }

  /** How many entries the store has of each. */
  async #counts(traces: readonly TraceId[]): Promise<ReadonlyMap<TraceId, number>> {
    const rows = await this.#connection.select<{ trace_hex: TraceId; n: number }>(
      `SELECT lower(hex(trace)) AS trace_hex, uniqExactArray(arrayMap(sequence -> (writer, sequence), sequences)) AS n FROM ${this.#connection.table("packs")}
       WHERE (bucket, trace) IN (SELECT bucket, trace FROM ${this.#connection.table("buckets")} WHERE trace IN (${traces.map(bytesLiteral).join(", ")})) GROUP BY trace`,
    );
    return new Map(rows.map(({ trace_hex, n }) => [trace_hex, n]));
  }

  /** @returns false when the trace must be read back: the store has entries this process has not seen, or a response was read without its request */
  #add(trace: TraceId, entries: readonly NewEntry[], stored: number): boolean {
    const fold = this.#open.get(trace) ?? { ids: new Set<string>(), facts: [] };
    this.#open.set(trace, fold);
    // Each batch has its own text table.
    for (let at = 0; at < entries.length; ) {
      const { textOf } = entries[at] as NewEntry;
      let to = at;
      while (entries[to]?.textOf === textOf && to < entries.length) to += 1;
      const fresh = entries.slice(at, to).filter(({ writer, sequence }) => !fold.ids.has(`${writer}.${sequence}`));
      for (const { writer, sequence } of fresh) fold.ids.add(`${writer}.${sequence}`);
      const facts = addFacts(fold.facts, fresh, textOf, this.#digestOf);
      if (facts === null) return false;
      fold.facts = facts;
      at = to;
    }
    return fold.ids.size === stored;
  }

  async #readBack(traces: readonly TraceId[]): Promise<void> {
    for (const [trace, { entries, textOf }] of await this.#reader.traces(traces)) {
      this.#open.set(trace, { ids: new Set(entries.map(({ id }) => id)), facts: addFacts([], entries, textOf, this.#digestOf) ?? [] });
    }
  }
}
