/**
 * The face of `whysaid/cases`: cases for any test runner, and as functions for programs.
 *
 * ```js
 * import { test } from "node:test";
 * import { openCases } from "whysaid/cases";
 * const dose = await openCases({ feature: "dose-summary", run: ({ queries }) => doseSummary(queries[0]) });
 * for (const one of dose.cases) test(one.title, () => one.check());
 * ```
 */
import { casesPlace, type PlaceOptions } from "./cases-place.ts";
import { loadCases, storeRun } from "./cases/run/load-cases.ts";
import { runCase, titleOf, type CaseResult } from "./cases/run/run-case.ts";
import type { CaseRun } from "./cases/run/runs.ts";
import type { CaseSuite } from "./cases/run/suite.ts";

export * from "./cases/run/scorers.ts";
export { defineCases, type CaseInput, type CaseSuite, type Sample, type Score, type Scorer, type Serve } from "./cases/run/suite.ts";
export type { CaseResult } from "./cases/run/run-case.ts";

export interface RunnableCase {
  readonly id: string;
  /** For the test's name. */
  readonly title: string;
  run(): Promise<CaseResult>;
  /** Runs it. @throws Error that explains, when it did not pass */
  check(): Promise<void>;
}
export interface OpenedCases {
  readonly cases: readonly RunnableCase[];
  /** What was run so far, kept in the store as one run; to be called when all are done. */
  keep(runner?: string): Promise<CaseRun>;
}

export async function openCases(suite: CaseSuite, options: PlaceOptions = {}): Promise<OpenedCases> {
  const place = await casesPlace(options);
  const { open, dataset } = await loadCases(suite, place);
  const results: CaseResult[] = [];
  const cases = open.map((one): RunnableCase => {
    const run = async (): Promise<CaseResult> => {
      const result = await runCase(one, suite);
      results.push(result);
      return result;
    };
    const check = async (): Promise<void> => {
      const result = await run();
      if (!result.passed) throw new Error(`${result.title}\n${result.explanation}`);
    };
    return { id: one.served.id, title: one.redacted(titleOf(one.served)), run, check };
  });
  return { cases, keep: (runner = "whysaid/cases") => storeRun(place, { suite, dataset, runner, results }) };
}
