/**
 * Counts of what became of traces. By whole hours, model and prompt version they stand in the rollup; what it does not tell apart (releases, tags, odd spans) is
 * counted from the traces' narrow rows.
 */
import type { UserAction } from "@whysaid/recorder/format";
import { unpackIds } from "../packing/bytes.ts";
import { measuresOf, OutcomeCounts, type CountedTrace, type OutcomeDimension, type OutcomeFilter, type OutcomeGroup, type TagKey } from "../outcomes.ts";
import type { Database, SqlValue } from "./driver.ts";
import type { Names } from "./names.ts";
import { HOUR_MS } from "./rollup.ts";
import { REFUSED, TRUNCATED } from "./trace-rows.ts";

type Condition = readonly [sql: string, ...bound: SqlValue[]];

export function countOutcomes(database: Database, names: Names, filter: OutcomeFilter): readonly OutcomeGroup[] {
  const counts = new OutcomeCounts();
  const feature = filter.feature === undefined ? null : names.find(filter.feature);
  if (feature === undefined) return [];
  const inRollup = filter.by.every((dimension) => dimension in rollupColumns) && filter.tag === undefined && [filter.sinceMs ?? 0, filter.untilMs ?? 0, filter.bucketMs ?? 0].every((ms) => ms % HOUR_MS === 0);
  if (inRollup) countRollup(database, names, filter, feature, counts);
  else countRows(database, names, filter, feature, counts);
  return counts.groups();
}

const rollupColumns: Readonly<Record<string, string>> = { feature: "feature", model: "model", promptVersion: "prompt_version" };
const spanStart = (atMs: number, bucketMs: number | null): number => (bucketMs === null ? 0 : Math.floor(atMs / bucketMs) * bucketMs);
const asSql = (conditions: readonly Condition[]): string => (conditions.length === 0 ? "" : `WHERE ${conditions.map(([sql]) => sql).join(" AND ")}`);
const boundOf = (conditions: readonly Condition[]): SqlValue[] => conditions.flatMap(([, ...bound]) => bound);

function countRollup(database: Database, names: Names, filter: OutcomeFilter, feature: number | null, counts: OutcomeCounts): void {
  const conditions: Condition[] = [];
  if (feature !== null) conditions.push(["feature = ?", feature]);
  if (filter.sinceMs !== undefined) conditions.push(["hour >= ?", filter.sinceMs / HOUR_MS]);
  if (filter.untilMs !== undefined) conditions.push(["hour < ?", filter.untilMs / HOUR_MS]);
  const columns = filter.by.map((dimension) => rollupColumns[dimension] as string);
  const keys = [...(filter.bucketMs === null ? [] : ["hour"]), ...columns, "measure"].join();
  const rows = database.prepare(`SELECT ${keys}, sum(n) AS n FROM rollup ${asSql(conditions)} GROUP BY ${keys}`).iterate(...boundOf(conditions)) as IterableIterator<Readonly<Record<string, number>>>;
  for (const row of rows) {
    const values = columns.map((column) => (row[column] === 0 ? null : names.of(row[column] as number)));
    counts.add(spanStart((row["hour"] ?? 0) * HOUR_MS, filter.bucketMs), values, [[names.of(row["measure"] as number), row["n"] as number]]);
  }
}

interface Row {
  readonly started_ms: number;
  readonly state: number;
  readonly generations: number;
  readonly input_tokens: number | null;
  readonly output_tokens: number | null;
  readonly total_ms: number | null;
  readonly first_chunk_ms: number | null;
  readonly failed: Uint8Array | null;
  readonly passed: Uint8Array | null;
  readonly flags: number;
  readonly action: number | null;
  readonly [value: `v${number}`]: number | string | null;
}

function countRows(database: Database, names: Names, filter: OutcomeFilter, feature: number | null, counts: OutcomeCounts): void {
  const conditions: Condition[] = [];
  if (feature !== null) conditions.push(["traces.feature = ?", feature]);
  if (filter.sinceMs !== undefined) conditions.push(["started_ms >= ?", filter.sinceMs]);
  if (filter.untilMs !== undefined) conditions.push(["started_ms < ?", filter.untilMs]);
  if (filter.tag !== undefined) conditions.push(["EXISTS (SELECT 1 FROM tags WHERE tags.key = ? AND tags.value = ? AND tags.trace = traces.id)", names.find(filter.tag.key) ?? -1, names.find(filter.tag.value) ?? -1]);
  const dimensions = filter.by.map((dimension, at) => dimensionOf(dimension, `v${at}`, names));
  const bound = [...dimensions.flatMap(({ bound }) => bound), ...boundOf(conditions)];
  const sql = `SELECT started_ms, state, traces.generations, input_tokens, output_tokens, total_ms, first_chunk_ms, failed, passed, flags, action ${dimensions.map(({ column }) => `, ${column}`).join("")}
    FROM traces ${dimensions.map(({ join }) => join).join(" ")} ${asSql(conditions)}`;
  const rules = new RuleNames(names);
  for (const row of database.prepare(sql).iterate(...bound) as IterableIterator<Row>) {
    const values = dimensions.map(({ isText }, at): string | null => {
      const value = row[`v${at}`] ?? null;
      return value === null || isText ? (value as string | null) : names.of(value as number);
    });
    const trace: CountedTrace = {
      state: names.of(row.state),
      generations: row.generations,
      inputTokens: row.input_tokens,
      outputTokens: row.output_tokens,
      totalMs: row.total_ms,
      firstChunkMs: row.first_chunk_ms,
      failedRules: rules.of(row.failed),
      passedRules: rules.of(row.passed),
      truncated: (row.flags & TRUNCATED) !== 0,
      refused: (row.flags & REFUSED) !== 0,
      action: names.ofNullable(row.action) as UserAction | null,
    };
    counts.add(spanStart(row.started_ms, filter.bucketMs), values, measuresOf(trace));
  }
}

/** Traces fail and pass the same few sets of rules. */
class RuleNames {
  readonly #names: Names;
  readonly #known = new Map<string, readonly string[]>();
  constructor(names: Names) {
    this.#names = names;
  }
  of(packed: Uint8Array | null): readonly string[] {
    if (packed === null) return [];
    const key = Buffer.from(packed).toString("latin1");
    const known = this.#known.get(key) ?? unpackIds(packed).map((id) => this.#names.of(id));
    this.#known.set(key, known);
    return known;
  }
}

/** Where a dimension's value stands: a column, the writer's release, or the trace's tag. */
function dimensionOf(dimension: OutcomeDimension, alias: string, names: Names): { readonly column: string; readonly join: string; readonly bound: readonly SqlValue[]; readonly isText: boolean } {
  if (dimension === "release") return { column: `w_${alias}.release AS ${alias}`, join: `LEFT JOIN writers AS w_${alias} ON w_${alias}.id = traces.writer`, bound: [], isText: true };
  const column = rollupColumns[dimension];
  if (column !== undefined) return { column: `traces.${column} AS ${alias}`, join: "", bound: [], isText: false };
  const key = names.find(dimension.slice("tag:".length)) ?? -1;
  return { column: `t_${alias}.value AS ${alias}`, join: `LEFT JOIN (SELECT trace, value FROM tags WHERE key = ?) AS t_${alias} ON t_${alias}.trace = traces.id`, bound: [key], isText: false };
}

/** Most used first. */
export function tagKeys(database: Database, names: Names, filter: Pick<OutcomeFilter, "feature" | "sinceMs" | "untilMs">): readonly TagKey[] {
  const feature = filter.feature === undefined ? null : names.find(filter.feature);
  if (feature === undefined) return [];
  const conditions: Condition[] = [];
  if (feature !== null) conditions.push(["traces.feature = ?", feature]);
  if (filter.sinceMs !== undefined) conditions.push(["started_ms >= ?", filter.sinceMs]);
  if (filter.untilMs !== undefined) conditions.push(["started_ms < ?", filter.untilMs]);
  const rows = database
    .prepare(`SELECT key, count(DISTINCT value) AS n, count(*) AS traces FROM tags JOIN traces ON traces.id = tags.trace ${asSql(conditions)} GROUP BY key`)
    .all(...boundOf(conditions)) as readonly { key: number; n: number; traces: number }[];
  return rows.map(({ key, n, traces }) => ({ key: names.of(key), values: n, traces })).sort((a, b) => b.traces - a.traces || (a.key < b.key ? -1 : 1));
}
