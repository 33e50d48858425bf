/** Results of cases as checks of a report. */
import type { CaseResult } from "../run/run-case.ts";
import type { CheckedGroup } from "./reports.ts";

export function checksOf(feature: string, results: readonly CaseResult[], file?: string): CheckedGroup {
  return {
    name: `cases ${feature}`,
    checks: results.map((one) => ({
      name: one.title,
      outcome: one.passed ? "passed" : one.samples.every(({ error }) => error !== null) ? "error" : "failed",
      message: one.passed ? null : whyOf(one),
      detail: one.explanation === "" ? null : one.explanation,
      durationMs: one.samples.reduce((sum, { durationMs }) => sum + durationMs, 0),
      ...(file === undefined ? {} : { file }),
    })),
  };
}

/** One line: the first sample that failed says it. */
export function whyOf({ samples, passRate, wantedRate }: CaseResult): string {
  const failed = samples.find(({ passed }) => !passed);
  const why = failed === undefined ? "" : failed.error !== null ? `${failed.error.name}: ${failed.error.message}` : failed.scores.filter(({ passed }) => !passed).map(({ name, reason }) => (reason === null ? name : `${name}: ${reason}`)).join("; ");
  return samples.length === 1 ? why : `${Math.round(passRate * 100)} % of ${samples.length} samples passed, ${Math.round(wantedRate * 100)} % wanted; ${why}`;
}
