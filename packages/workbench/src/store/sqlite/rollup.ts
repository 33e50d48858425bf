/**
 * Counts by the hour, feature, model and prompt version: what dashboards, drift and gates read without scanning traces. A trace counts under the hour it
 * began in; when entries come late, what it counted before is taken back and what it counts now is added, in the same transaction.
 */
import { measuresOf } from "../outcomes.ts";
import type { TraceSummary } from "../summary.ts";
import type { Database, Statement } from "./driver.ts";
import type { Names } from "./names.ts";

export const HOUR_MS = 3_600_000;

export class Rollup {
  readonly #names: Names;
  readonly #add: Statement;
  readonly #pending = new Map<string, { readonly key: readonly number[]; n: number }>();

  constructor(database: Database, names: Names) {
    this.#names = names;
    this.#add = database.prepare("INSERT INTO rollup(hour, feature, model, prompt_version, measure, n) VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT DO UPDATE SET n = n + excluded.n");
  }

  /** @param sign  -1 takes back what the trace counted before */
  count(summary: TraceSummary, sign: 1 | -1): void {
    const name = (word: string | null): number => (word === null ? 0 : this.#names.put(word));
    const group = [Math.floor(summary.startedAtMs / HOUR_MS), name(summary.feature), name(summary.model), name(summary.promptVersion)];
    for (const [measure, n] of measuresOf({ ...summary, generations: summary.generations.length })) {
      const key = [...group, this.#names.put(measure)];
      const text = key.join();
      const pending = this.#pending.get(text);
      if (pending === undefined) this.#pending.set(text, { key, n: n * sign });
      else pending.n += n * sign;
    }
  }

  /** Write what has been counted since the last time. */
  flush(): void {
    for (const { key, n } of this.#pending.values()) if (n !== 0) this.#add.run(...key, n);
    this.#pending.clear();
  }
  forget(): void {
    this.#pending.clear();
  }
}
