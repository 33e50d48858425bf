// The tests are made here and live in the user's files: rules about how tests are written are for those.
// oxlint-disable vitest/no-conditional-tests, vitest/no-disabled-tests, vitest/expect-expect, vitest/valid-title
/**
 * The face of `whysaid/vitest`: each case of a feature is a vitest test that runs your own feature function.
 *
 * ```ts
 * import { cases, notFrom, rules } from "whysaid/vitest";
 * cases({ feature: "dose-summary", run: ({ subject, queries }) => doseSummary(subject.mrn, queries[0]), scorers: [rules(), notFrom()] });
 * ```
 */
import { afterAll, describe, test } from "vitest";
import { casesPlace, type PlaceOptions } from "./cases-place.ts";
import { loadCases, storeRun } from "./cases/run/load-cases.ts";
import { runCase, titleOf, type CaseResult } from "./cases/run/run-case.ts";
import type { CaseSuite } from "./cases/run/suite.ts";

export * from "./cases/run/scorers.ts";
export { defineCases, type CaseInput, type CaseSuite, type Sample, type Score, type Scorer, type Serve } from "./cases/run/suite.ts";

export interface VitestOptions extends PlaceOptions {
  /** Whether the run is kept in the store, to be compared with later ones. Default true. */
  readonly keep?: boolean;
}

const SLACK_MS = 5000;

/** A case that failed: its message is the explanation, its stack is nobody's code. */
export class CaseFailed extends Error {
  override readonly name = "CaseFailed";
  constructor(result: CaseResult) {
    super(`${result.title}\n${result.explanation}`);
    this.stack = `${this.name}: ${this.message}`;
  }
}

export function cases(suite: CaseSuite, options: VitestOptions = {}): void {
  describe(`cases ${suite.feature}`, async () => {
    const place = await casesPlace(options);
    const { open, dataset, notRevealed } = await loadCases(suite, place);
    const results: CaseResult[] = [];
    if (open.length === 0) test.skip(`no confirmed case of ${suite.feature} in ${place.directory}: whysaid cases review`, () => undefined);
    // eslint-disable-next-line no-console
    if (notRevealed !== null) console.warn(`cases ${suite.feature}: pseudonyms are served, ${notRevealed}`);
    for (const one of open) {
      test(one.redacted(titleOf(one.served)), { timeout: (suite.timeoutMs ?? 30_000) * (suite.samples ?? 1) + SLACK_MS }, async () => {
        const result = await runCase(one, suite);
        results.push(result);
        if (!result.passed) throw new CaseFailed(result);
      });
    }
    afterAll(async () => {
      if (options.keep !== false && results.length > 0) await storeRun(place, { suite, dataset, runner: "vitest", results });
    });
  });
}
