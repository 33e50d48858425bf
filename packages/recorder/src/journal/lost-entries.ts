/** Entries that could not be written, counted until a gap entry can say so in the journal. */
import type { GapEntry, TraceId } from "../format/index.ts";

/** A gap entry names at most this many traces. */
const NAMED_TRACES = 1000;
/** Reasons rarely alternate; past this many runs the last one goes on under its reason. */
const MAX_RUNS = 16;

interface Run {
  readonly from: number;
  to: number;
  readonly why: GapEntry["why"];
  readonly traces: Set<TraceId>;
}

export class LostEntries {
  #runs: Run[] = [];

  get isEmpty(): boolean {
    return this.#runs.length === 0;
  }

  /** Numbers `from` to `to` will never come. Numbers come in order. */
  add(from: number, to: number, why: GapEntry["why"], traces: Iterable<TraceId>): void {
    let run = this.#runs.at(-1);
    if (run !== undefined && run.to + 1 === from && (run.why === why || this.#runs.length >= MAX_RUNS)) run.to = to;
    else this.#runs.push((run = { from, to, why, traces: new Set() }));
    for (const trace of traces) {
      if (run.traces.size === NAMED_TRACES) return;
      run.traces.add(trace);
    }
  }

  /** One gap entry per run of one reason. */
  gaps(atMs: number): readonly GapEntry[] {
    return this.#runs.map(({ from, to, why, traces }) => ({ kind: "gap", atMs, from, to, why, traces: [...traces] }));
  }

  /** Take over what `earlier` has; its numbers are all below the ones here. */
  prepend(earlier: LostEntries): void {
    this.#runs = [...earlier.#runs, ...this.#runs];
    earlier.clear();
  }
  /** Take over what `later` has; its numbers are all above the ones here. */
  absorb(later: LostEntries): void {
    for (const { from, to, why, traces } of later.#runs) this.add(from, to, why, traces);
    later.clear();
  }

  clear(): void {
    if (this.#runs.length > 0) this.#runs = [];
  }
}
