/** Counts of what became of traces, added up by ClickHouse in one pass over the narrow columns that are asked for. */
import { OutcomeCounts, type Measure, type OutcomeDimension, type OutcomeFilter, type OutcomeGroup, type TagKey } from "../outcomes.ts";
import type { Connection } from "./connection.ts";
import { where, writersOf } from "./list.ts";

/** Keys and how often each was counted, as `sumMap` gives them. */
type Counted = readonly [keys: readonly (string | number)[], counts: readonly number[]];
interface Row {
  readonly start: number;
  readonly traces: number;
  readonly generations: number;
  readonly checked: number;
  readonly failed_n: number;
  readonly truncated_n: number;
  readonly refused_n: number;
  readonly input_sum: number;
  readonly output_sum: number;
  readonly states: Counted;
  readonly failed_rules: Counted;
  readonly passed_rules: Counted;
  readonly actions: Counted;
  readonly passed_actions: Counted;
  readonly input_sizes: Counted;
  readonly output_sizes: Counted;
  readonly first_sizes: Counted;
  readonly total_sizes: Counted;
  readonly [value: `v${number}`]: string | null;
}

const rules = (column: string): string => `sumMap(CAST(${column} AS Array(String)), arrayMap(rule -> toUInt64(1), ${column}))`;
const words = (column: string, condition: string): string => `sumMapIf([toString(assumeNotNull(${column}))], [toUInt64(1)], ${condition})`;
/** As `sizeBucket`: four to the octave. */
const sizes = (column: string): string => `sumMapIf([toUInt16(floor(log2(greatest(1., toFloat64(assumeNotNull(${column})))) * 4))], [toUInt64(1)], ${column} IS NOT NULL)`;

const measures = `count() AS traces, sum(t.generations) AS generations, countIf(notEmpty(failed) OR notEmpty(passed)) AS checked, countIf(notEmpty(failed)) AS failed_n,
  countIf(bitTest(flags, 0)) AS truncated_n, countIf(bitTest(flags, 1)) AS refused_n, sum(ifNull(input_tokens, 0)) AS input_sum, sum(ifNull(output_tokens, 0)) AS output_sum,
  ${words("state", "1")} AS states, ${rules("failed")} AS failed_rules, ${rules("passed")} AS passed_rules, ${words("action", "action IS NOT NULL")} AS actions,
  ${words("action", "action IS NOT NULL AND empty(failed) AND notEmpty(passed)")} AS passed_actions,
  ${sizes("input_tokens")} AS input_sizes, ${sizes("output_tokens")} AS output_sizes, ${sizes("first_chunk_ms")} AS first_sizes, ${sizes("total_ms")} AS total_sizes`;

export async function countOutcomes(connection: Connection, filter: OutcomeFilter): Promise<readonly OutcomeGroup[]> {
  const { conditions, parameters } = where(connection, filter);
  const tags: Record<string, string> = {};
  const dimensions = filter.by.map((dimension, at) => {
    if (dimension.startsWith("tag:")) tags[`tag${at}`] = dimension.slice("tag:".length);
    return `${columnOf(dimension, at)} AS v${at}`;
  });
  const start = filter.bucketMs === null ? "0" : `intDiv(started_ms - positiveModulo(started_ms, ${Math.trunc(filter.bucketMs)}), ${Math.trunc(filter.bucketMs)}) * ${Math.trunc(filter.bucketMs)}`;
  const keys = ["start", ...filter.by.map((_, at) => `v${at}`)];
  const rows = await connection.select<Row>(
    `SELECT ${[`${start} AS start`, ...dimensions].join(", ")}, ${measures} FROM ${connection.table("traces")} AS t FINAL ${conditions.length === 0 ? "" : `WHERE ${conditions.join(" AND ")}`} GROUP BY ${keys.join(", ")}`,
    { ...parameters, ...tags },
  );
  const releaseAt = filter.by.indexOf("release");
  const writers = await writersOf(connection, releaseAt === -1 ? [] : rows.map((row) => ({ writer: row[`v${releaseAt}`] ?? "" })));
  const counts = new OutcomeCounts();
  for (const row of rows) counts.add(row.start, filter.by.map((dimension, at) => (dimension === "release" ? (writers.get(row[`v${at}`] ?? "")?.release ?? null) : (row[`v${at}`] ?? null))), measuresIn(row));
  return counts.groups();
}

/** A release is its writer's: joined after counting, when writers are few. */
function columnOf(dimension: OutcomeDimension, at: number): string {
  if (dimension === "feature" || dimension === "model") return dimension;
  if (dimension === "promptVersion") return "prompt_version";
  if (dimension === "release") return "writer";
  return `if(mapContains(tags, {tag${at}:String}), tags[{tag${at}:String}], NULL)`;
}

function* measuresIn(row: Row): Generator<readonly [Measure, number]> {
  const totals: readonly (readonly [Measure, number])[] = [
    ["traces", row.traces], ["generations", row.generations], ["checked", row.checked], ["failed", row.failed_n],
    ["truncated", row.truncated_n], ["refused", row.refused_n], ["input-tokens", row.input_sum], ["output-tokens", row.output_sum],
  ];
  const counted: readonly (readonly [Measure, Counted])[] = [
    ["state", row.states], ["rule-failed", row.failed_rules], ["rule-passed", row.passed_rules], ["action", row.actions], ["passed-action", row.passed_actions],
    ["input-tokens", row.input_sizes], ["output-tokens", row.output_sizes], ["first-chunk", row.first_sizes], ["total", row.total_sizes],
  ];
  for (const [measure, n] of totals) if (n !== 0) yield [measure, n];
  for (const [measure, [keys, counts]] of counted) for (const [at, key] of keys.entries()) yield [`${measure}:${key}`, counts[at] ?? 0];
}

/** Most used first. */
export async function tagKeys(connection: Connection, filter: Pick<OutcomeFilter, "feature" | "sinceMs" | "untilMs">): Promise<readonly TagKey[]> {
  const { conditions, parameters } = where(connection, filter);
  const rows = await connection.select<{ tag: string; n: number; traces: number }>(
    `SELECT tag, uniqExact(tags[tag]) AS n, count() AS traces FROM ${connection.table("traces")} FINAL ARRAY JOIN mapKeys(tags) AS tag ${conditions.length === 0 ? "" : `WHERE ${conditions.join(" AND ")}`} GROUP BY tag`,
    parameters,
  );
  return rows.map(({ tag, n, traces }) => ({ key: tag, values: n, traces })).sort((a, b) => b.traces - a.traces || (a.key < b.key ? -1 : 1));
}
