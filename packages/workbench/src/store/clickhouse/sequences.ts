/** Which numbers of a writer are in the store: rows of ranges that may overlap and repeat, and together say what was taken in. Cut into blocks, so that a batch's own are few rows whatever the writer's age. */
import { Ranges, type Range } from "../ranges.ts";
import type { Connection } from "./connection.ts";
import { RowBinary } from "./row-binary.ts";

const BLOCK = 4096;

/** What is here of the numbers a batch may bring, and of what it adds. */
export class KnownSequences {
  readonly #connection: Connection;
  readonly #ranges = new Map<string, Ranges>();
  readonly #added = new Map<string, Ranges>();
  constructor(connection: Connection) {
    this.#connection = connection;
  }

  async load(writer: string, first: number, last: number): Promise<void> {
    const rows = await this.#connection.select<{ first: number; last: number }>(
      `SELECT first, last FROM ${this.#connection.table("sequences")} WHERE writer = {writer:String} AND block BETWEEN {from:UInt64} AND {to:UInt64} ORDER BY first`,
      { writer, from: Math.floor(first / BLOCK), to: Math.floor(last / BLOCK) },
    );
    const ranges = this.#of(this.#ranges, writer);
    for (const row of rows) ranges.addRange(row.first, row.last);
  }
  /** @returns false when it was here already */
  add(writer: string, sequence: number): boolean {
    if (!this.#of(this.#ranges, writer).add(sequence)) return false;
    this.#of(this.#added, writer).add(sequence);
    return true;
  }
  /** Say that what was added is in the store. Last of all: what is not said here is taken in again. */
  async save(): Promise<void> {
    const rows = new RowBinary();
    for (const [writer, ranges] of this.#added) for (const range of ranges.all) for (const { from, to } of blocksOf(range)) {
      rows.string(writer);
      rows.uint64(Math.floor(from / BLOCK));
      rows.uint64(from);
      rows.uint64(to);
      rows.endRow();
    }
    await this.#connection.insert("sequences", ["writer", "block", "first", "last"], rows);
  }

  #of(map: Map<string, Ranges>, writer: string): Ranges {
    const known = map.get(writer);
    if (known !== undefined) return known;
    const empty = Ranges.empty();
    map.set(writer, empty);
    return empty;
  }
}

function* blocksOf({ from, to }: Range): Generator<Range> {
  for (let first = from; first <= to; ) {
    const last = Math.min(to, (Math.floor(first / BLOCK) + 1) * BLOCK - 1);
    yield { from: first, to: last };
    first = last + 1;
  }
}

/** Everything that is here of some writers; of a block without a gap its ends suffice. */
export async function sequencesOf(connection: Connection, writers: readonly string[]): Promise<ReadonlyMap<string, Ranges>> {
  const rows = await connection.select<{ writer: string; ranges: readonly (readonly [number, number])[] }>(
    `SELECT writer, if(intervalLengthSum(s.first, s.last + 1) = max(s.last) - min(s.first) + 1, [(min(s.first), max(s.last))], groupUniqArray((s.first, s.last))) AS ranges
     FROM ${connection.table("sequences")} AS s WHERE writer IN {writers:Array(String)} GROUP BY writer, block`,
    { writers },
  );
  const found = new Map(writers.map((writer) => [writer, Ranges.empty()]));
  for (const { writer, ranges } of rows) for (const [first, last] of ranges) found.get(writer)?.addRange(first, last);
  return found;
}
