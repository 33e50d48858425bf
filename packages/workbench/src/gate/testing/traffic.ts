/** Made-up traffic of one feature as a store would count it, with a seed: for drift's tests and its figures in `bench/drift.ts`. */
import { measuresOf, OutcomeCounts, type CountedTrace, type OutcomeDimension } from "../../store/outcomes.ts";
import type { DriftCounts } from "../drift.ts";

export const DAY_MS = 86_400_000;

export interface Visit {
  readonly day: number;
  readonly model: string;
  readonly promptVersion: string;
  readonly release: string;
  readonly tags: Readonly<Record<string, string>>;
  readonly trace: CountedTrace;
}
export interface Traffic {
  readonly days: number;
  readonly perDay: number;
  readonly seed: number;
  /** Traces of one conversation, which fail together. */
  readonly conversation?: number;
  readonly visit?: (day: number, random: () => number) => Partial<Omit<Visit, "day" | "trace">>;
  /** Chance that the rule `dose_range` fails. */
  readonly failing?: (visit: Omit<Visit, "trace">) => number;
  /** Chance that an answer that was acted on was edited. */
  readonly edited?: (visit: Omit<Visit, "trace">) => number;
  /** Milliseconds, about. */
  readonly totalMs?: (visit: Omit<Visit, "trace">) => number;
  /** About. */
  readonly inputTokens?: (visit: Omit<Visit, "trace">) => number;
}

/** mulberry32 */
export function randomOf(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

export function countsOf({ days, perDay, seed, conversation = 1, visit = () => ({}), failing = () => 0.02, edited = () => 0.1, totalMs = () => 1500, inputTokens = () => 800 }: Traffic): DriftCounts {
  const random = randomOf(seed);
  const dimensions: readonly OutcomeDimension[] = ["model", "promptVersion", "release", "tag:ward"];
  const all = new OutcomeCounts();
  const by = dimensions.map((dimension) => ({ dimension, counts: new OutcomeCounts() }));
  for (let day = 0; day < days; day += 1) {
    for (let n = 0; n < perDay; n += conversation) {
      const about = { day, model: "gpt-4o-2024-08-06", promptVersion: "v1", release: "r1", tags: { ward: random() < 0.3 ? "nicu" : "general" }, ...visit(day, random) };
      // What befalls a conversation befalls all of it.
      const [luck, taste, slowness] = [random(), random(), random()];
      for (let turn = 0; turn < conversation; turn += 1) {
        const isFailed = luck < failing(about);
        const isActed = random() < 0.4;
        const trace: CountedTrace = {
          state: random() < 0.003 ? "failed" : "complete",
          generations: 1,
          inputTokens: Math.round(inputTokens(about) * (0.7 + 0.6 * random())),
          outputTokens: Math.round(60 * (0.5 + random())),
          totalMs: totalMs(about) * Math.exp(0.5 * (slowness + random() - 1)),
          firstChunkMs: 300 * Math.exp(random() - 0.5),
          failedRules: isFailed ? ["dose_range"] : [],
          passedRules: isFailed ? ["unit"] : ["dose_range", "unit"],
          truncated: random() < 0.01,
          refused: random() < 0.005,
          action: isActed ? (taste < edited(about) ? "edit" : "accept") : null,
        };
        const measures = measuresOf(trace);
        all.add(day * DAY_MS, [], measures);
        for (const { dimension, counts } of by) counts.add(day * DAY_MS, [dimension.startsWith("tag:") ? (about.tags[dimension.slice(4)] ?? null) : about[dimension as "model"]], measures);
      }
    }
  }
  return { feature: "dose-summary", bucketMs: DAY_MS, all: all.groups(), by: by.map(({ dimension, counts }) => ({ dimension, groups: counts.groups() })) };
}
