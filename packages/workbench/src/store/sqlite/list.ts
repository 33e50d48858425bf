/** `list`: narrow rows, newest first, by keyset so that page 1,000 costs what page 1 costs. */
import { WhysaidError, type UserAction } from "@whysaid/recorder/format";
import { unpackIds } from "../packing/bytes.ts";
import type { TraceFilter, TraceKey, TraceRow } from "../store.ts";
import type { Database, SqlValue } from "./driver.ts";
import type { Names } from "./names.ts";
import type { Texts } from "./texts.ts";
import { ANSWER_UNITS } from "./trace-rows.ts";

interface Row {
  readonly trace: Uint8Array;
  readonly started_ms: number;
  readonly feature: number | null;
  readonly conversation: number | null;
  readonly provider: number | null;
  readonly model: number | null;
  readonly prompt_version: number | null;
  readonly release: string | null;
  readonly state: number;
  readonly generations: number;
  readonly input_tokens: number | null;
  readonly output_tokens: number | null;
  readonly total_ms: number | null;
  readonly first_chunk_ms: number | null;
  readonly failed: Uint8Array | null;
  readonly action: number | null;
  readonly answer: number | string | null;
}

/** SQL over `traces` for a filter; null when nothing can pass it, because no row names its words. */
export function conditionsOf(names: Names, filter: Omit<TraceFilter, "limit" | "after">): { readonly conditions: string[]; readonly values: SqlValue[] } | null {
  const conditions: string[] = [];
  const values: SqlValue[] = [];
  const where = (condition: string, ...bound: SqlValue[]): void => {
    conditions.push(condition);
    values.push(...bound);
  };
  const named: readonly (readonly [column: string, word: string | undefined])[] = [
    ["feature", filter.feature],
    ["model", filter.model],
    ["prompt_version", filter.promptVersion],
    ["action", filter.action],
    ["state", filter.state],
    ["conversation", filter.conversation],
  ];
  for (const [column, word] of named) {
    if (word === undefined) continue;
    const id = names.find(word);
    if (id === undefined) return null;
    where(`${column} = ?`, id);
  }
  if (filter.rule !== undefined) {
    const rule = names.find(filter.rule);
    if (rule === undefined) return null;
    where("failed IS NOT NULL AND EXISTS (SELECT 1 FROM failed_rules WHERE failed_rules.rule = ? AND failed_rules.trace = traces.id)", rule);
  }
  if (filter.tag !== undefined) {
    const key = names.find(filter.tag.key);
    const value = names.find(filter.tag.value);
    if (key === undefined || value === undefined) return null;
    where("EXISTS (SELECT 1 FROM tags WHERE tags.key = ? AND tags.value = ? AND tags.trace = traces.id)", key, value);
  }
  if (filter.environment !== undefined) where("traces.writer IN (SELECT id FROM writers WHERE environment = ?)", filter.environment);
  if (filter.sinceMs !== undefined) where("started_ms >= ?", filter.sinceMs);
  if (filter.untilMs !== undefined) where("started_ms < ?", filter.untilMs);
  if (filter.subject !== undefined) {
    const subject = pseudonymValue(filter.subject);
    if (subject === null) return null;
    // Spellings of one value differ in what stands behind the tilde.
    where("EXISTS (SELECT 1 FROM names JOIN subjects ON subjects.subject = names.id WHERE (names.name GLOB ? OR names.name GLOB ?) AND subjects.trace = traces.id)", `⟦${subject}~*`, `[[][[]${subject}~*`);
  }
  return { conditions, values };
}

/** `ID:g7k3q9x2m4vt` of a pseudonym with or without its brackets and suffix; null for what is none. */
export function pseudonymValue(pseudonym: string): string | null {
  return /^(?:⟦|\[\[)?([A-Z][A-Z0-9_]*:[0-9a-z]+(?:\.[0-9a-z]+)*)(?:~[0-9a-z]*#?(?:⟧|\]\])?)?$/.exec(pseudonym.trim())?.[1] ?? null;
}

export function listTraces(database: Database, names: Names, texts: Texts, filter: TraceFilter): readonly TraceRow[] {
  const narrowed = conditionsOf(names, filter);
  if (narrowed === null) return [];
  const { conditions, values } = narrowed;
  if (filter.after !== undefined) {
    const { startedAtMs, trace } = parseKey(filter.after);
    conditions.push("(started_ms < ? OR (started_ms = ? AND traces.trace < ?))");
    values.push(startedAtMs, startedAtMs, trace);
  }
  const sql = `SELECT traces.*, writers.release FROM traces LEFT JOIN writers ON writers.id = traces.writer
    ${conditions.length === 0 ? "" : `WHERE ${conditions.join(" AND ")}`} ORDER BY started_ms DESC, traces.trace DESC LIMIT ?`;
  return (database.prepare(sql).all(...values, filter.limit) as readonly Row[]).map((row) => toTraceRow(row, names, texts));
}

export function oldestTraces(database: Database, names: Names, filter: TraceFilter): readonly TraceKey[] {
  const narrowed = conditionsOf(names, filter);
  if (narrowed === null) return [];
  const { conditions, values } = narrowed;
  if (filter.after !== undefined) {
    const { startedAtMs, trace } = parseKey(filter.after);
    conditions.push("(started_ms, traces.trace) > (?, ?)");
    values.push(startedAtMs, trace);
  }
  const sql = `SELECT traces.trace AS trace, started_ms, feature, writers.environment AS environment FROM traces LEFT JOIN writers ON writers.id = traces.writer
    ${conditions.length === 0 ? "" : `WHERE ${conditions.join(" AND ")}`} ORDER BY started_ms, traces.trace LIMIT ?`;
  return (database.prepare(sql).all(...values, filter.limit) as readonly (Pick<Row, "trace" | "started_ms" | "feature"> & { readonly environment: string | null })[]).map(({ trace, started_ms, feature, environment }) => {
    const traceId = Buffer.from(trace).toString("hex");
    return { key: `${started_ms}.${traceId}`, traceId, feature: names.ofNullable(feature), environment, startedAtMs: started_ms };
  });
}

function toTraceRow(row: Row, names: Names, texts: Texts): TraceRow {
  const traceId = Buffer.from(row.trace).toString("hex");
  return {
    key: `${row.started_ms}.${traceId}`,
    traceId,
    feature: names.ofNullable(row.feature),
    conversationId: names.ofNullable(row.conversation),
    startedAtMs: row.started_ms,
    model: names.ofNullable(row.model),
    provider: names.ofNullable(row.provider),
    promptVersion: names.ofNullable(row.prompt_version),
    release: row.release,
    generations: row.generations,
    state: names.of(row.state),
    inputTokens: row.input_tokens,
    outputTokens: row.output_tokens,
    totalMs: row.total_ms,
    timeToFirstChunkMs: row.first_chunk_ms,
    failedRules: row.failed === null ? [] : unpackIds(row.failed).map((id) => names.of(id)).sort(),
    action: names.ofNullable(row.action) as UserAction | null,
    answer: typeof row.answer === "number" ? texts.read(row.answer).slice(0, ANSWER_UNITS) : row.answer,
  };
}

function parseKey(key: string): { readonly startedAtMs: number; readonly trace: Buffer } {
  const match = /^(-?\d+)\.([0-9a-f]{32})$/.exec(key);
  if (match === null) throw new WhysaidError("USAGE", "the page key is none that `list` gave", { fix: "Give the `key` of the last row of the page before." });
  return { startedAtMs: Number(match[1]), trace: Buffer.from(match[2] as string, "hex") };
}
