/** A parser and its rules, as they are now, over every stored completion of a feature: the completions from the store, the matrix of before and after, kept to be looked at later. */
import { WhysaidError, newTraceId } from "@whysaid/recorder/format";
import { completionOf, matrixOf, type Cell, type Completion, type Matrix } from "../reconstruct/reparse/matrix.ts";
import { reparsed, type RunnerOptions } from "../reconstruct/reparse/runner.ts";
import { reconstruct } from "../reconstruct/reconstruct.ts";
import type { Store, TraceFilter } from "../store/store.ts";

const PAGE = 500;
const KIND = "reparse";
/** Traces kept of each cell; its count is of all. */
const KEPT_TRACES = 200;

export interface ReparseOrder {
  readonly feature: string;
  readonly filter: Omit<TraceFilter, "limit" | "after" | "feature">;
  readonly runner: RunnerOptions;
}

/** @throws WhysaidError `TRACE_NOT_FOUND` when the feature has no completion, `REPARSE_MODULE_UNUSABLE` */
export async function reparseFeature(store: Store, { feature, filter, runner }: ReparseOrder): Promise<Matrix & { readonly perSecond: number }> {
  const completions: Completion[] = [];
  for await (const one of completionsOf(store, { ...filter, feature })) completions.push(one);
  if (completions.length === 0) throw new WhysaidError("TRACE_NOT_FOUND", `no completion of ${feature} is stored`, { fix: "`whysaid list` shows the features; --since may be too late." });
  const started = performance.now();
  const results = await reparsed(completions.map(({ raw }) => raw), runner);
  const seconds = (performance.now() - started) / 1000;
  return { ...matrixOf(completions, results), perSecond: Math.round(completions.length / seconds) };
}

async function* completionsOf(store: Store, filter: Omit<TraceFilter, "limit" | "after">): AsyncIterable<Completion> {
  for (let after: string | undefined; ; ) {
    const rows = await store.list({ ...filter, limit: PAGE, ...(after === undefined ? {} : { after }) });
    for (const { traceId } of rows) {
      const trace = await store.trace(traceId);
      if (trace === null) continue;
      const all = reconstruct(trace).generations;
      // What the trace's parser read; where none ran, every answer that has text.
      const read = all.filter(({ signals }) => signals.parsed.state === "captured");
      for (const generation of read.length > 0 ? read : all) {
        const completion = completionOf(traceId, generation);
        if (completion !== null) yield completion;
      }
    }
    after = rows.at(-1)?.key;
    if (after === undefined || rows.length < PAGE) return;
  }
}

export interface KeptCell extends Cell {
  /** Of all traces; `traces` are the newest of them. */
  readonly count: number;
}
export interface KeptReparse {
  /** `reparse_` and 32 hex digits, in the order of time. */
  readonly id: string;
  readonly atMs: number;
  readonly feature: string;
  /** The module's file name. */
  readonly module: string;
  readonly completions: number;
  readonly fixed: number;
  readonly broken: number;
  readonly unchanged: number;
  readonly parsed: readonly KeptCell[];
  readonly rules: readonly { readonly rule: string; readonly cells: readonly KeptCell[] }[];
}

export async function keepReparse(store: Store, made: { readonly feature: string; readonly module: string; readonly atMs: number; readonly matrix: Matrix }): Promise<KeptReparse> {
  const { feature, module, atMs, matrix } = made;
  const { completions, fixed, broken, unchanged } = matrix;
  const kept: KeptReparse = { id: `reparse_${newTraceId(atMs)}`, atMs, feature, module, completions, fixed, broken, unchanged, parsed: matrix.parsed.map(keptCell), rules: matrix.rules.map(({ rule, cells }) => ({ rule, cells: cells.map(keptCell) })) };
  await store.documents.put({ kind: KIND, id: kept.id, body: kept });
  return kept;
}
const keptCell = (cell: Cell): KeptCell => ({ ...cell, count: cell.traces.length, traces: cell.traces.slice(0, KEPT_TRACES) });

/** Newest first. */
export async function listReparses(store: Store, filter: { readonly feature?: string; readonly limit: number }): Promise<readonly KeptReparse[]> {
  const found: KeptReparse[] = [];
  for (let after: string | undefined; ; ) {
    const page = await store.documents.list(KIND, { limit: 100, ...(after === undefined ? {} : { after }) });
    found.push(...page.map(({ body }) => body as KeptReparse).filter(({ feature }) => filter.feature === undefined || feature === filter.feature));
    after = page.at(-1)?.id;
    if (page.length < 100 || after === undefined) return found.toReversed().slice(0, filter.limit);
  }
}
