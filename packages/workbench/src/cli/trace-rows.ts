/** `list`'s lines: one trace a line, in columns that fit the terminal, the answer last with what room is left. */
import type { TraceRow } from "../store/store.ts";
import type { Output, Style } from "./output.ts";
import { count } from "./show/amounts.ts";
import { padded, truncated } from "./show/page.ts";
import { safeLine } from "./terminal-safe.ts";

interface Column {
  readonly title: string;
  readonly most: number;
  readonly isRight?: boolean;
  readonly text: (row: TraceRow) => string;
  readonly style?: (row: TraceRow) => Style | null;
}
/** A UUIDv7's first 12 digits are its millisecond: fewer would not tell neighbours apart. */
const SHORTEST_ID = 13;
const ANSWER_COLUMNS = 24;

export function traceLines(rows: readonly TraceRow[], output: Output, nowMs: number): readonly string[] {
  const idDigits = distinctDigits(rows.map((row) => row.traceId));
  const columns: readonly Column[] = [
    { title: "trace", most: 32, text: (row) => row.traceId.slice(0, idDigits), style: () => "cyan" },
    { title: "time (UTC)", most: 19, text: (row) => shortTime(row.startedAtMs, nowMs) },
    { title: "feature", most: 18, text: (row) => safeLine(row.feature ?? "–") },
    { title: "model", most: 28, text: (row) => safeLine(row.model ?? row.provider ?? "–") },
    { title: "in/out", most: 12, isRight: true, text: (row) => `${tokens(row.inputTokens)}/${tokens(row.outputTokens)}` },
    { title: "ms 1st/all", most: 13, isRight: true, text: (row) => `${ms(row.timeToFirstChunkMs)}/${ms(row.totalMs)}` },
    { title: "checks", most: 24, text: checks, style: (row) => (row.failedRules.length > 0 || row.state !== "complete" ? "red" : null) },
    { title: "action", most: 8, text: (row) => row.action ?? "", style: (row) => (row.action === null || row.action === "accept" ? null : "magenta") },
  ];
  const widths = columns.map(({ title, most, text }) => Math.min(most, Math.max(title.length, ...rows.map((row) => text(row).length))));
  const used = widths.reduce((sum, width) => sum + width + 2, 0);
  const answerColumns = Math.max(ANSWER_COLUMNS, output.columns - used);
  const cells = (textOf: (column: Column) => string, styleOf: (column: Column) => Style | null): string =>
    columns
      .map((column, index) => {
        const width = widths[index] ?? 0;
        const text = truncated(textOf(column), width);
        const cell = column.isRight === true ? " ".repeat(Math.max(0, width - text.length)) + text : padded(text, width);
        const style = styleOf(column);
        return style === null ? cell : output.paint(cell, style);
      })
      .join("  ");
  return [
    output.paint(`${cells(({ title }) => title, () => null)}  answer`, "dim"),
    ...rows.map((row) => `${cells(({ text }) => text(row), ({ style }) => style?.(row) ?? null)}  ${truncated(safeLine(row.answer ?? ""), answerColumns)}`.trimEnd()),
  ];
}

/** The least number of digits that tells these ids apart. */
function distinctDigits(ids: readonly string[]): number {
  for (let digits = SHORTEST_ID; digits < 32; digits += 1) if (new Set(ids.map((id) => id.slice(0, digits))).size === ids.length) return digits;
  return 32;
}

/** Today's traces by their time alone. */
function shortTime(atMs: number, nowMs: number): string {
  if (!Number.isFinite(atMs) || Math.abs(atMs) > 8.64e15) return "?";
  const [day, clock] = new Date(atMs).toISOString().slice(0, 19).split("T");
  return day === new Date(nowMs).toISOString().slice(0, 10) ? (clock ?? "") : `${day} ${clock}`;
}

const ms = (value: number | null): string => (value === null ? "–" : String(Math.round(value)));
function tokens(value: number | null): string {
  if (value === null) return "–";
  return value < 10_000 ? String(value) : `${(value / 1000).toFixed(value < 100_000 ? 1 : 0)}k`;
}
function checks(row: TraceRow): string {
  const failed = row.failedRules.length === 0 ? "" : `✗ ${safeLine(row.failedRules.join(", "))}`;
  return [row.state === "complete" ? "" : row.state, failed, row.generations > 1 && failed === "" && row.state === "complete" ? `${count(row.generations)} calls` : ""].filter((text) => text !== "").join(" ");
}
