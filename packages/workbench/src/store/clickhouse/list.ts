/** `list`: rows newest first. Looks at the newest days first and at everything only when they do not have enough. */
import { WhysaidError, type UserAction } from "@whysaid/recorder/format";
import { pseudonymValue } from "../sqlite/list.ts";
import type { TraceFilter, TraceKey, TraceRow } from "../store.ts";
import { bytesLiteral, type Connection, type Parameters } from "./connection.ts";

interface Row {
  readonly trace_hex: string;
  readonly started_ms: number;
  readonly writer: string;
  readonly feature: string | null;
  readonly conversation: string | null;
  readonly provider: string | null;
  readonly model: string | null;
  readonly prompt_version: string | null;
  readonly state: string;
  readonly generations: number;
  readonly input_tokens: number | null;
  readonly output_tokens: number | null;
  readonly total_ms: number | null;
  readonly first_chunk_ms: number | null;
  readonly failed: readonly string[];
  readonly action: UserAction | null;
  readonly answer: string | null;
}

const DAY_MS = 86_400_000;
const windowsMs: readonly number[] = [DAY_MS, 30 * DAY_MS, Number.POSITIVE_INFINITY];

export async function listTraces(connection: Connection, filter: TraceFilter): Promise<readonly TraceRow[]> {
  const { conditions, parameters } = where(connection, filter);
  const traces = connection.table("traces");
  const [newest] = await connection.select<{ at: number; n: number }>(`SELECT max(started_ms) AS at, count() AS n FROM ${traces}${filter.untilMs === undefined ? "" : " WHERE started_ms < {until:Int64}"}`, filter.untilMs === undefined ? {} : { until: filter.untilMs });
  if (newest === undefined || newest.n === 0) return [];
  let rows: readonly Row[] = [];
  for (const windowMs of windowsMs) {
    const from = newest.at - windowMs;
    const inWindow = Number.isFinite(from) ? [...conditions, `started_ms > ${from}`] : conditions;
    rows = await connection.select<Row>(
      `SELECT lower(hex(trace)) AS trace_hex, started_ms, writer, feature, conversation, provider, model, prompt_version, state, generations, input_tokens, output_tokens, total_ms, first_chunk_ms, failed, action, answer
       FROM ${traces} FINAL ${inWindow.length === 0 ? "" : `WHERE ${inWindow.join(" AND ")}`} ORDER BY started_ms DESC, trace DESC LIMIT {limit:UInt64}`,
      parameters,
    );
    if (rows.length >= filter.limit || (filter.sinceMs !== undefined && from <= filter.sinceMs)) break;
  }
  const writers = await writersOf(connection, rows);
  return rows.map((row) => ({
    key: `${row.started_ms}.${row.trace_hex}`,
    traceId: row.trace_hex,
    feature: row.feature,
    conversationId: row.conversation,
    startedAtMs: row.started_ms,
    model: row.model,
    provider: row.provider,
    promptVersion: row.prompt_version,
    release: writers.get(row.writer)?.release ?? null,
    generations: row.generations,
    state: row.state,
    inputTokens: row.input_tokens,
    outputTokens: row.output_tokens,
    totalMs: row.total_ms,
    timeToFirstChunkMs: row.first_chunk_ms,
    failedRules: row.failed,
    action: row.action,
    answer: row.answer,
  }));
}

export async function oldestTraces(connection: Connection, { after, ...filter }: TraceFilter): Promise<readonly TraceKey[]> {
  const { conditions, parameters } = where(connection, filter);
  const from = after === undefined ? null : parseKey(after);
  const all = from === null ? conditions : [...conditions, `(started_ms, trace) > (${from.startedAtMs}, toFixedString(${bytesLiteral(from.trace)}, 16))`];
  const rows = await connection.select<Pick<Row, "trace_hex" | "started_ms" | "writer" | "feature">>(
    `SELECT lower(hex(trace)) AS trace_hex, started_ms, writer, feature FROM ${connection.table("traces")} FINAL ${all.length === 0 ? "" : `WHERE ${all.join(" AND ")}`} ORDER BY started_ms, trace LIMIT {limit:UInt64}`,
    parameters,
  );
  const writers = await writersOf(connection, rows);
  return rows.map(({ trace_hex, started_ms, writer, feature }) => ({ key: `${started_ms}.${trace_hex}`, traceId: trace_hex, feature, environment: writers.get(writer)?.environment ?? null, startedAtMs: started_ms }));
}

/** What of a filter the columns of `traces` decide. */
export function where(connection: Connection, filter: Omit<TraceFilter, "limit"> & { readonly limit?: number }): { readonly conditions: readonly string[]; readonly parameters: Parameters } {
  const conditions: string[] = [];
  const parameters: Record<string, string | number> = { limit: filter.limit ?? 0 };
  const also = (condition: string, more: Readonly<Record<string, string | number>>): void => {
    conditions.push(condition);
    Object.assign(parameters, more);
  };
  const named: readonly (readonly [column: string, word: string | undefined])[] = [
    ["feature", filter.feature],
    ["model", filter.model],
    ["prompt_version", filter.promptVersion],
    ["action", filter.action],
    ["state", filter.state],
    ["conversation", filter.conversation],
  ];
  for (const [column, word] of named) if (word !== undefined) also(`${column} = {${column}:String}`, { [column]: word });
  if (filter.rule !== undefined) also("has(failed, {rule:String})", { rule: filter.rule });
  if (filter.tag !== undefined) also("mapContains(tags, {tagKey:String}) AND tags[{tagKey:String}] = {tagValue:String}", { tagKey: filter.tag.key, tagValue: filter.tag.value });
  if (filter.environment !== undefined) also(`writer IN (SELECT writer FROM ${connection.table("writers")} WHERE environment = {environment:String})`, { environment: filter.environment });
  if (filter.subject !== undefined) {
    const subject = pseudonymValue(filter.subject);
    also("arrayExists(one -> startsWith(one, {bracketed:String}) OR startsWith(one, {plain:String}), subjects)", { bracketed: `⟦${subject ?? ""}~`, plain: `[[${subject ?? ""}~` });
    if (subject === null) conditions.push("0");
  }
  if (filter.sinceMs !== undefined) also("started_ms >= {since:Int64}", { since: filter.sinceMs });
  if (filter.untilMs !== undefined) also("started_ms < {until:Int64}", { until: filter.untilMs });
  if (filter.after !== undefined) {
    const { startedAtMs, trace } = parseKey(filter.after);
    also(`(started_ms, trace) < ({afterMs:Int64}, toFixedString(${bytesLiteral(trace)}, 16))`, { afterMs: startedAtMs });
  }
  return { conditions, parameters };
}

export interface WriterRow {
  readonly writer: string;
  readonly environment: string | null;
  readonly release: string | null;
}
export async function writersOf(connection: Connection, rows: readonly { readonly writer: string }[]): Promise<ReadonlyMap<string, WriterRow>> {
  const writers = [...new Set(rows.map(({ writer }) => writer))];
  if (writers.length === 0) return new Map();
  const known = await connection.select<WriterRow>(`SELECT writer, environment, release FROM ${connection.table("writers")} FINAL WHERE writer IN {writers:Array(String)}`, { writers });
  return new Map(known.map((row) => [row.writer, row]));
}

function parseKey(key: string): { readonly startedAtMs: number; readonly trace: string } {
  const match = /^(-?\d+)\.([0-9a-f]{32})$/.exec(key);
  if (match === null) throw new WhysaidError("USAGE", "the page key is none that `list` gave", { fix: "Give the `key` of the last row of the page before." });
  return { startedAtMs: Number(match[1]), trace: match[2] as string };
}
