/** A trace's row in ClickHouse, as `summary.ts` folds it. */
import { ANSWER_UNITS, REFUSED, TRUNCATED } from "../sqlite/trace-rows.ts";
import type { TraceSummary } from "../summary.ts";
import { shownText, shownWords } from "../search/shown.ts";
import type { RowBinary } from "./row-binary.ts";

export const traceColumns = [
  "trace", "version", "started_ms", "writer", "feature", "conversation", "provider", "model", "prompt_version", "state", "generations", "actions",
  "input_tokens", "output_tokens", "total_ms", "first_chunk_ms", "failed", "passed", "flags", "action", "answer", "tags", "subjects", "words", "shown",
] as const;

/**
 * @param version  of rows of one trace the highest counts
 * @param actions  entries of actions the trace has
 */
export function writeTraceRow(rows: RowBinary, trace: Uint8Array, version: number, summary: TraceSummary, actions: number): void {
  const text = (value: string | null): void => rows.nullable(value, (one) => rows.string(one));
  const integer = (value: number | null): void => rows.nullable(value, (one) => rows.uint64(Math.max(0, Math.trunc(one))));
  const float = (value: number | null): void => rows.nullable(value, (one) => rows.float64(one));
  rows.fixed(trace);
  rows.uint64(version);
  rows.int64(summary.startedAtMs);
  rows.string(summary.writer);
  text(summary.feature);
  text(summary.conversation);
  text(summary.provider);
  text(summary.model);
  text(summary.promptVersion);
  rows.string(summary.state);
  rows.uint32(summary.generations.length);
  rows.uint32(actions);
  integer(summary.inputTokens);
  integer(summary.outputTokens);
  float(summary.totalMs);
  float(summary.firstChunkMs);
  rows.array(summary.failedRules, (rule) => rows.string(rule));
  rows.array(summary.passedRules, (rule) => rows.string(rule));
  rows.uint8((summary.truncated ? TRUNCATED : 0) | (summary.refused ? REFUSED : 0));
  text(summary.action);
  text(summary.answer?.slice(0, ANSWER_UNITS) ?? null);
  rows.array([...summary.tags], ([key, value]) => {
    rows.string(key);
    rows.string(value);
  });
  rows.array(summary.subjects, (subject) => rows.string(subject));
  rows.array([...shownWords(summary.shown)], (word) => rows.string(word));
  rows.string(shownText(summary.shown));
  rows.endRow();
}
