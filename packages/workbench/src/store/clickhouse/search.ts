/**
 * What `find` asks of a ClickHouse store. Answers lie beside their trace's row: the words a person could see of each, indexed as they are, and the text they come from. Inputs are the texts themselves, by
 * the tokens of their index. What is asked twice, in two places or of two stores, is answered alike.
 */
import { askable, type Candidate, type CandidateQuery, type SearchPlace, type TextSearch } from "../search/search.ts";
import type { DigestOf } from "../digest.ts";
import type { TextHasher } from "../text-hash.ts";
import { bytesLiteral, type Connection } from "./connection.ts";
import { Folds } from "./folds.ts";
import { where } from "./list.ts";
import { readMeta, writeMeta } from "./migrate.ts";
import { Reader } from "./reader.ts";
import { textIn } from "./texts.ts";

/** Texts looked at when a filter may leave few of the heaviest; traces and texts of one statement. */
const FILTERED_HITS = 20_000;
const STEP = 1000;
/** Of a text, the sides a model was shown: `texts.side`. */
const IS_INPUT = "bitAnd(side, 1) = 1";

export class ClickhouseSearch implements TextSearch {
  readonly #connection: Connection;
  readonly #prepare: () => Promise<void>;

  constructor(connection: Connection, hasher: TextHasher, digestOf: DigestOf) {
    this.#connection = connection;
    let prepared: Promise<void> | null = null;
    this.#prepare = async () => {
      prepared ??= indexOlderRows(connection, hasher, digestOf);
      await prepared.catch((cause: unknown) => {
        prepared = null;
        throw cause;
      });
    };
  }

  async documents(place: SearchPlace): Promise<number> {
    await this.#prepare();
    const [row] = await this.#connection.select<{ n: number }>(place === "answer" ? `SELECT count() AS n FROM ${this.#traces} FINAL WHERE notEmpty(shown)` : `SELECT uniqExact(hash) AS n FROM ${this.#texts} WHERE ${IS_INPUT} AND prose != ''`);
    return row?.n ?? 0;
  }

  async counts(place: SearchPlace, words: readonly string[]): Promise<readonly number[]> {
    await this.#prepare();
    const asked = [...new Set(words)];
    if (asked.length === 0) return [];
    const sql =
      place === "answer"
        ? `SELECT word, count() AS n FROM (SELECT arrayJoin(arrayIntersect(words, {words:Array(String)})) AS word FROM ${this.#traces} FINAL WHERE hasAny(words, {words:Array(String)})) GROUP BY word`
        : asked.flatMap((word, n) => (askable(place, word) ? [`SELECT {word${n}:String} AS word, uniqExact(hash) AS n FROM ${this.#texts} WHERE hasAnyTokens(prose, [{word${n}:String}]) AND ${IS_INPUT}`] : [])).join(" UNION ALL ");
    const rows = sql === "" ? [] : await this.#connection.select<{ word: string; n: number }>(sql, place === "answer" ? { words: asked } : Object.fromEntries(asked.map((word, n) => [`word${n}`, word])));
    const counted = new Map(rows.map(({ word, n }) => [word, n]));
    return words.map((word) => counted.get(word) ?? 0);
  }

  /** Out of the index's own dictionary; a word of which the last document was just removed may still stand in it. */
  async wordsLike(place: SearchPlace, part: { readonly prefix: string } | { readonly contains: string }, limit: number): Promise<readonly string[]> {
    await this.#prepare();
    const { database, cluster } = this.#connection.address;
    const table = place === "answer" ? "traces" : "texts";
    const dictionary = cluster === null ? `mergeTreeTextIndex(${database}, ${table}, words)` : `cluster('${cluster}', mergeTreeTextIndex(${database}, ${table}_local, words))`;
    const condition = "prefix" in part ? "startsWith(token, {part:String})" : "position(token, {part:String}) > 0";
    const rows = await this.#connection.select<{ token: string }>(`SELECT DISTINCT token FROM ${dictionary} WHERE ${condition} ORDER BY token LIMIT {limit:UInt64}`, { part: "prefix" in part ? part.prefix : part.contains, limit });
    return rows.map(({ token }) => token);
  }

  async candidates(query: CandidateQuery): Promise<readonly Candidate[]> {
    await this.#prepare();
    const asked = query.words.filter(({ word }) => askable(query.place, word)).slice(0, MAX_WORDS);
    if (asked.length === 0) return [];
    return query.place === "answer" ? this.#answers({ ...query, words: asked }) : this.#inputs({ ...query, words: asked });
  }

  async #answers({ words, filter, limit, atLeast = 0 }: CandidateQuery): Promise<readonly Candidate[]> {
    const { conditions, parameters } = where(this.#connection, { ...filter, limit });
    const rows = await this.#connection.select<TraceRow & { weight: number; shown: string }>(
      `SELECT ${TRACE_COLUMNS}, shown, arraySum((word, weight) -> if(has(words, word), weight, 0), {words:Array(String)}, {weights:Array(Float64)}) AS weight
       FROM ${this.#traces} FINAL WHERE ${["hasAny(words, {words:Array(String)})", ...conditions].join(" AND ")} ORDER BY weight DESC, started_ms DESC, trace DESC LIMIT {limit:UInt64}`,
      { ...parameters, words: words.map(({ word }) => word), weights: words.map(({ weight }) => weight) },
    );
    return rows.filter(({ weight }) => weight >= atLeast).map(({ weight, shown, ...row }) => ({ ...candidateOf(row), weight, document: shown }));
  }

  /** A text is its first trace's: the filter asks that one. */
  async #inputs({ words, filter, limit, atLeast = 0 }: CandidateQuery): Promise<readonly Candidate[]> {
    const isFiltered = Object.values(filter).some((value) => value !== undefined);
    const parameters: Record<string, string | number> = { hits: isFiltered ? FILTERED_HITS : limit };
    const each = words.map(({ word, weight }, n) => {
      parameters[`word${n}`] = word;
      parameters[`weight${n}`] = weight;
      return `SELECT hash, {weight${n}:Float64} AS w, groupUniqArray((bucket, lower(hex(trace)))) AS places FROM ${this.#texts} WHERE hasAnyTokens(prose, [{word${n}:String}]) AND ${IS_INPUT} GROUP BY hash`;
    });
    const hits = await this.#connection.select<Hit>(
      `SELECT lower(hex(hash)) AS hash_hex, sum(w) AS weight, groupUniqArrayArray(places) AS places FROM (${each.join(" UNION ALL ")}) GROUP BY hash ORDER BY weight DESC, hash LIMIT {hits:UInt64}`,
      parameters,
    );
    const traces = await this.#tracesOf([...new Set(hits.flatMap(({ places }) => places.map(([, trace]) => trace)))], filter);
    const owned = hits.filter(({ weight }) => weight >= atLeast).map((hit) => ({ ...hit, owner: firstOf(hit.places.flatMap(([, trace]) => traces.get(trace) ?? [])) }));
    const lost = owned.filter(({ owner }) => owner === null).slice(0, STEP);
    const others = await this.#otherOwners(lost, filter);
    const found = owned.flatMap(({ owner, hash_hex, ...hit }) => {
      const trace = owner ?? others.get(hash_hex) ?? null;
      return trace === null || trace.passes !== 1 ? [] : [{ ...hit, hash_hex, trace }];
    });
    const best = found.sort((a, b) => b.weight - a.weight || b.trace.started_ms - a.trace.started_ms || (a.trace.trace_hex < b.trace.trace_hex ? 1 : -1)).slice(0, limit);
    const texts = await this.#textsOf(best);
    return best.map(({ hash_hex, weight, trace }) => ({ ...candidateOf(trace), weight, document: texts.get(hash_hex) ?? "" }));
  }

  async #tracesOf(ids: readonly string[], filter: CandidateQuery["filter"]): Promise<ReadonlyMap<string, TraceRow>> {
    const { conditions, parameters } = where(this.#connection, filter);
    const traces = new Map<string, TraceRow>();
    for (let at = 0; at < ids.length; at += STEP) {
      const list = ids.slice(at, at + STEP).map(bytesLiteral).join(", ");
      const rows = await this.#connection.select<TraceRow>(`SELECT ${TRACE_COLUMNS}, ${conditions.length === 0 ? "1" : `toUInt8(ifNull(${conditions.map((one) => `(${one})`).join(" AND ")}, 0))`} AS passes FROM ${this.#traces} FINAL WHERE trace IN (${list})`, parameters);
      for (const row of rows) traces.set(row.trace_hex, row);
    }
    return traces;
  }

  /** Texts whose first trace was removed belong to the first of those that still say them. */
  async #otherOwners(hits: readonly Hit[], filter: CandidateQuery["filter"]): Promise<ReadonlyMap<string, TraceRow>> {
    if (hits.length === 0) return new Map();
    const hashes = hits.map(({ hash_hex }) => `toFixedString(${bytesLiteral(hash_hex)}, 16)`).join(", ");
    const rows = await this.#connection.select<{ hash_hex: string; traces: readonly string[] }>(
      `SELECT lower(hex(hash)) AS hash_hex, groupUniqArray(20)(lower(hex(trace))) AS traces FROM (SELECT trace, arrayJoin(arrayIntersect(texts, [${hashes}])) AS hash FROM ${this.#connection.table("packs")} WHERE hasAny(texts, [${hashes}])) GROUP BY hash`,
    );
    const traces = await this.#tracesOf([...new Set(rows.flatMap((row) => row.traces))], filter);
    return new Map(rows.flatMap((row) => {
      const owner = firstOf(row.traces.flatMap((trace) => traces.get(trace) ?? []));
      return owner === null ? [] : [[row.hash_hex, owner] as const];
    }));
  }

  async #textsOf(hits: readonly Hit[]): Promise<ReadonlyMap<string, string>> {
    if (hits.length === 0) return new Map();
    const keys = hits.map(({ hash_hex, places }) => `(${places[0]?.[0] ?? 0}, ${bytesLiteral(hash_hex)})`).join(", ");
    const rows = await this.#connection.select<{ hash_hex: string; wide: number; prose: string; data: string }>(`SELECT lower(hex(hash)) AS hash_hex, wide, prose, data FROM ${this.#texts} WHERE (bucket, hash) IN (${keys})`);
    return new Map(rows.map((row) => [row.hash_hex, textIn(row)]));
  }

  get #traces(): string {
    return this.#connection.table("traces");
  }
  get #texts(): string {
    return this.#connection.table("texts");
  }
}

const MAX_WORDS = 100;
const TRACE_COLUMNS = "lower(hex(trace)) AS trace_hex, started_ms, feature, model";
interface TraceRow {
  readonly trace_hex: string;
  readonly started_ms: number;
  readonly feature: string | null;
  readonly model: string | null;
  readonly passes?: number;
}
interface Hit {
  readonly hash_hex: string;
  readonly weight: number;
  readonly places: readonly (readonly [bucket: number, trace: string])[];
}
const candidateOf = ({ trace_hex, started_ms, feature, model }: TraceRow): Omit<Candidate, "weight" | "document"> => ({ traceId: trace_hex, feature, model, startedAtMs: started_ms });
const firstOf = (rows: readonly TraceRow[]): TraceRow | null => rows.reduce<TraceRow | null>((first, row) => (first === null || row.started_ms < first.started_ms || (row.started_ms === first.started_ms && row.trace_hex < first.trace_hex) ? row : first), null);

/** Rows that an older version wrote have no words: they are folded anew, once. Interrupted, or done by two at once, it does no harm. */
async function indexOlderRows(connection: Connection, hasher: TextHasher, digestOf: DigestOf): Promise<void> {
  if ((await readMeta(connection, "shown_left")) !== "1") return;
  const folds = new Folds(connection, new Reader(connection, hasher), digestOf);
  for (let after = "0".repeat(32); ; ) {
    const rows = await connection.select<{ trace_hex: string }>(`SELECT DISTINCT lower(hex(trace)) AS trace_hex FROM ${connection.table("traces")} WHERE empty(words) AND trace > ${bytesLiteral(after)} ORDER BY trace_hex LIMIT ${STEP}`);
    await folds.rewrite(rows.map(({ trace_hex }) => trace_hex as Parameters<Folds["rewrite"]>[0][number]));
    if (rows.length < STEP) break;
    after = rows.at(-1)?.trace_hex ?? after;
  }
  await writeMeta(connection, "shown_left", "0", 2);
}
