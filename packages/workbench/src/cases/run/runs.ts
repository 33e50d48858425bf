/** Runs of a dataset, kept in the store and compared between releases: what a change fixed, what it broke. */
import { newTraceId, WhysaidError } from "@whysaid/recorder/format";
import type { Store } from "../../store/store.ts";
import type { CaseResult } from "./run-case.ts";

export interface CaseRun {
  /** `run_` and 32 hex digits, in the order of time. */
  readonly id: string;
  readonly atMs: number;
  readonly feature: string;
  readonly dataset: number;
  readonly release: string | null;
  /** `vitest`, `whysaid cases run`, … */
  readonly runner: string;
  readonly passed: number;
  readonly failed: number;
  readonly results: readonly CaseResult[];
}
export type NewRun = Omit<CaseRun, "id" | "passed" | "failed">;
const KIND = "case-run";

export async function keepRun(store: Store, run: NewRun): Promise<CaseRun> {
  const passed = run.results.filter((one) => one.passed).length;
  const kept: CaseRun = { ...run, id: `run_${newTraceId(run.atMs)}`, passed, failed: run.results.length - passed };
  await store.documents.put({ kind: KIND, id: kept.id, body: kept });
  return kept;
}

/** Newest first. */
export async function listRuns(store: Store, filter: { readonly feature?: string; readonly limit: number }): Promise<readonly CaseRun[]> {
  const found: CaseRun[] = [];
  for (let after: string | undefined; ; ) {
    const page = await store.documents.list(KIND, { limit: 100, ...(after === undefined ? {} : { after }) });
    found.push(...page.map(({ body }) => body as CaseRun).filter(({ feature }) => filter.feature === undefined || feature === filter.feature));
    after = page.at(-1)?.id;
    if (page.length < 100 || after === undefined) return found.toReversed().slice(0, filter.limit);
  }
}

/** @throws WhysaidError `RUN_NOT_FOUND` */
export async function runNamed(store: Store, typed: string): Promise<CaseRun> {
  const [found, other] = await store.documents.list(KIND, { prefix: `run_${typed.trim().toLowerCase().replace(/^run_/, "")}`, limit: 2 });
  if (found === undefined || other !== undefined) throw new WhysaidError("RUN_NOT_FOUND", `${found === undefined ? "no run" : "more than one run"} begins with ${typed}`, { fix: "`whysaid cases runs` lists them." });
  return found.body as CaseRun;
}

export interface RunComparison {
  readonly fixed: readonly string[];
  readonly broken: readonly string[];
  readonly stillFailing: readonly string[];
  readonly stillPassing: readonly string[];
  /** In one of the two only. */
  readonly added: readonly string[];
  readonly gone: readonly string[];
}

export function compareRuns(before: Pick<CaseRun, "results">, after: Pick<CaseRun, "results">): RunComparison {
  const then = new Map(before.results.map(({ caseId, passed }) => [caseId, passed]));
  const now = new Map(after.results.map(({ caseId, passed }) => [caseId, passed]));
  const both = [...now].filter(([id]) => then.has(id));
  const ids = (was: boolean, is: boolean): readonly string[] => both.filter(([id, passed]) => then.get(id) === was && passed === is).map(([id]) => id);
  return { fixed: ids(false, true), broken: ids(true, false), stillFailing: ids(false, false), stillPassing: ids(true, true), added: [...now.keys()].filter((id) => !then.has(id)), gone: [...then.keys()].filter((id) => !now.has(id)) };
}
