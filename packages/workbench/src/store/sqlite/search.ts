/**
 * What `find` asks of a SQLite store. Both indexes keep no positions (`detail=none`): SQLite's own bm25 is wrong on such tables, so documents are ranked by the sum of
 * the weights the caller gives the words.
 */
import { shownText } from "../search/shown.ts";
import { askable, type Candidate, type CandidateQuery, type SearchPlace, type TextSearch, type WeightedWord } from "../search/search.ts";
import type { Database, SqlValue, Statement } from "./driver.ts";
import { heaviestOf } from "../search/heaviest.ts";
import type { Guard } from "./guard.ts";
import { conditionsOf } from "./list.ts";
import type { Names } from "./names.ts";
import { Recent } from "./recent.ts";
import { numbersIn } from "./shown.ts";
import type { Texts } from "./texts.ts";

const TABLE = { answer: "ft_shown", input: "ft_in" } as const;
/** One SELECT each: SQLite takes 500. */
const MAX_WORDS = 100;
/** For looking through a whole vocabulary. */
const CONTAINS_MS = 150;

export class SqliteSearch implements TextSearch {
  readonly #database: Database;
  readonly #guard: Guard;
  readonly #names: Names;
  readonly #texts: Texts;
  readonly #prepare: () => Promise<void>;
  readonly #count: { readonly [P in SearchPlace]: Statement };
  readonly #ids: { readonly [P in SearchPlace]: Statement };
  readonly #documents: { readonly [P in SearchPlace]: Statement };
  /** Counting a frequent word walks all its documents: a count is kept while the number of documents is about the same. */
  readonly #counted = new Recent<string, { readonly count: number; readonly of: number }>(20_000);

  /** @param prepare  makes the index whole where an older program wrote the store */
  constructor(database: Database, guard: Guard, names: Names, texts: Texts, prepare: () => Promise<void>) {
    this.#database = database;
    this.#guard = guard;
    this.#names = names;
    this.#texts = texts;
    this.#prepare = prepare;
    this.#count = { answer: database.prepare("SELECT doc FROM ft_shown_words WHERE term = ?"), input: database.prepare("SELECT doc FROM ft_in_words WHERE term = ?") };
    this.#ids = { answer: database.prepare("SELECT json_group_array(rowid) AS ids FROM ft_shown WHERE ft_shown MATCH ?"), input: database.prepare("SELECT json_group_array(rowid) AS ids FROM ft_in WHERE ft_in MATCH ?") };
    this.#documents = { answer: database.prepare("SELECT count(*) AS n FROM shown"), input: database.prepare("SELECT count(*) AS n FROM ft_in_docsize") };
  }

  async documents(place: SearchPlace): Promise<number> {
    await this.#prepare();
    return this.#guard.run(() => (this.#documents[place].get() as { n: number }).n);
  }

  async counts(place: SearchPlace, words: readonly string[]): Promise<readonly number[]> {
    const documents = await this.documents(place);
    return this.#guard.run(() => words.map((word) => this.#countOf(place, word, documents)));
  }
  #countOf(place: SearchPlace, word: string, documents: number): number {
    const key = `${place} ${word}`;
    const known = this.#counted.get(key);
    if (known !== undefined && documents >= known.of && documents <= known.of * 1.02) return known.count;
    const row = this.#count[place].get(word) as { doc: number } | undefined;
    const count = row?.doc ?? 0;
    // Rare words are counted in no time, and may have come since.
    if (count > 200) this.#counted.set(key, { count, of: documents });
    return count;
  }

  async wordsLike(place: SearchPlace, part: { readonly prefix: string } | { readonly contains: string }, limit: number): Promise<readonly string[]> {
    await this.#prepare();
    const table = `${TABLE[place]}_words`;
    return this.#guard.run(() => {
      if ("prefix" in part) {
        const rows = this.#database.prepare(`SELECT term FROM ${table} WHERE term >= ? AND term < ? LIMIT ?`).all(part.prefix, `${part.prefix}\u{10ffff}`, limit);
        return (rows as readonly { term: string }[]).map(({ term }) => term);
      }
      const found: string[] = [];
      const deadlineMs = performance.now() + CONTAINS_MS;
      let seen = 0;
      for (const row of this.#database.prepare(`SELECT term FROM ${table}`).iterate()) {
        const { term } = row as { term: string };
        if (term.includes(part.contains)) found.push(term);
        seen += 1;
        if (found.length >= limit || (seen % 512 === 0 && performance.now() > deadlineMs)) break;
      }
      return found;
    });
  }

  async candidates({ place, words, filter, limit, atLeast = 0 }: CandidateQuery): Promise<readonly Candidate[]> {
    await this.#prepare();
    const asked = words.filter(({ word }) => askable(place, word)).slice(0, MAX_WORDS);
    const narrowed = this.#guard.run(() => conditionsOf(this.#names, filter));
    if (asked.length === 0 || narrowed === null) return [];
    return this.#guard.run(() => {
      const rows = narrowed.conditions.length === 0 ? this.#heaviest(place, asked, limit, atLeast) : this.#filtered(place, asked, narrowed, limit).filter(({ weight }) => weight >= atLeast);
      return rows.map((row): Candidate => ({
        traceId: Buffer.from(row.trace).toString("hex"),
        feature: this.#names.ofNullable(row.feature),
        model: this.#names.ofNullable(row.model),
        startedAtMs: row.started_ms,
        weight: row.weight,
        document: row.texts === undefined ? this.#texts.read(row.id) : shownText(numbersIn(row.texts).map((number) => this.#texts.read(number))),
      }));
    });
  }

  /** Without a filter the few heaviest are chosen before anything is read of them. Each word's documents come as one text: a row for each of them costs three times as much. */
  #heaviest(place: SearchPlace, words: readonly WeightedWord[], limit: number, atLeast: number): readonly Row[] {
    const found = words.map(({ word, weight }) => ({ weight, ids: JSON.parse((this.#ids[place].get(`"${word}"`) as { ids: string }).ids) as readonly number[] }));
    const chosen = heaviestOf(found, limit, atLeast);
    if (chosen.size === 0) return [];
    const columns = "traces.trace, traces.started_ms, traces.feature, traces.model";
    const from = place === "answer" ? `SELECT traces.id AS id, ${columns}, shown.texts FROM traces JOIN shown ON shown.trace = traces.id WHERE traces.id` : `SELECT texts.id AS id, ${columns} FROM texts JOIN traces ON traces.id = texts.trace WHERE texts.id`;
    const rows = this.#database.prepare(`${from} IN (SELECT value FROM json_each(?))`).all(JSON.stringify([...chosen.keys()])) as readonly Omit<Row, "weight">[];
    return rows.map((row): Row => ({ ...row, weight: chosen.get(row.id) ?? 0 })).sort((a, b) => b.weight - a.weight || b.started_ms - a.started_ms);
  }

  #filtered(place: SearchPlace, words: readonly WeightedWord[], { conditions, values }: NonNullable<ReturnType<typeof conditionsOf>>, limit: number): readonly Row[] {
    const table = TABLE[place];
    const hits = words.map(() => `SELECT rowid AS id, ? AS w FROM ${table} WHERE ${table} MATCH ?`).join(" UNION ALL ");
    const bound: SqlValue[] = words.flatMap(({ word, weight }) => [weight, `"${word}"`]);
    const joined = place === "answer" ? "JOIN traces ON traces.id = hits.id JOIN shown ON shown.trace = hits.id" : "JOIN texts ON texts.id = hits.id JOIN traces ON traces.id = texts.trace";
    const sql = `WITH hits AS (SELECT id, sum(w) AS w FROM (${hits}) GROUP BY id)
      SELECT hits.id AS id, hits.w AS weight, traces.trace, traces.started_ms, traces.feature, traces.model${place === "answer" ? ", shown.texts" : ""}
      FROM hits ${joined} WHERE ${conditions.join(" AND ")} ORDER BY hits.w DESC, traces.started_ms DESC LIMIT ?`;
    return this.#database.prepare(sql).all(...bound, ...values, limit) as readonly Row[];
  }
}

interface Row {
  readonly id: number;
  readonly weight: number;
  readonly trace: Uint8Array;
  readonly started_ms: number;
  readonly feature: number | null;
  readonly model: number | null;
  readonly texts?: Uint8Array;
}
