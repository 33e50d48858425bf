/**
 * Which of the nine signals a feature fails to record, before it ships: counts, the first trace that lacks each, and what to change in the app.
 *
 * What a provider cannot give is no fault of the app's (no dated model, a stream without usage that nobody can ask for); what it gives only when asked is.
 */
import { signalNames, type Generation, type Reconstruction, type SignalName } from "@whysaid/recorder/format";
import { reconstruct } from "../reconstruct/reconstruct.ts";
import type { Store } from "../store/store.ts";
import { advice, excuse } from "./gate-advice.ts";

export interface GateOptions {
  readonly feature: string;
  readonly sinceMs?: number;
  readonly untilMs?: number;
  /** Share of its generations a signal must be captured in. */
  readonly min: number;
  /** The newest this many traces are looked at. */
  readonly limit: number;
}
export interface Missing {
  readonly traceId: string;
  /** Index in the trace. */
  readonly generation: number;
}
export interface SignalCoverage {
  readonly signal: SignalName;
  readonly captured: number;
  /** Not recorded, and it should have been. */
  readonly missing: number;
  /** Nothing of it by nature: a step on the way is not validated; nobody has acted yet. */
  readonly notApplicable: number;
  readonly pending: number;
  /** The provider has it not to give. */
  readonly excused: number;
  /** captured / (captured + missing); 1 where nothing was to be recorded. For actions, of all answers. */
  readonly coverage: number;
  readonly passes: boolean;
  readonly firstMissing: Missing | null;
  /** What to change, null when nothing is missing. */
  readonly fix: string | null;
}
export interface Weakness {
  readonly what: string;
  readonly count: number;
  readonly of: number;
  readonly first: Missing;
  readonly fix: string;
}
export interface GateReport {
  readonly feature: string;
  readonly traces: number;
  readonly generations: number;
  readonly min: number;
  readonly passes: boolean;
  readonly signals: readonly SignalCoverage[];
  /** Traces the recorder knows to be incomplete. */
  readonly incomplete: { readonly count: number; readonly first: string | null };
  /** Captured, but less than it could be: no dated model, no time to first chunk. Does not fail the gate. */
  readonly weaknesses: readonly Weakness[];
}

/** @returns null when the feature has no trace in that time */
export async function gate(store: Store, options: GateOptions): Promise<GateReport | null> {
  const tally = new Tally(options);
  const filter = { feature: options.feature, ...(options.sinceMs === undefined ? {} : { sinceMs: options.sinceMs }), ...(options.untilMs === undefined ? {} : { untilMs: options.untilMs }) };
  for (let after: string | undefined, left = options.limit; left > 0; ) {
    const rows = await store.list({ ...filter, limit: Math.min(500, left), ...(after === undefined ? {} : { after }) });
    for (const { traceId } of rows) {
      const trace = await store.trace(traceId);
      if (trace !== null) tally.add(reconstruct(trace));
    }
    after = rows.at(-1)?.key;
    left -= rows.length;
    if (after === undefined || rows.length === 0) break;
  }
  return tally.report();
}

interface Count {
  captured: number;
  missing: number;
  notApplicable: number;
  pending: number;
  excused: number;
  first: { readonly missing: Missing; readonly fix: string } | null;
}

/** Adds traces up, newest first. */
export class Tally {
  readonly #options: Pick<GateOptions, "feature" | "min">;
  readonly #counts = new Map<SignalName, Count>(signalNames.map((name) => [name, { captured: 0, missing: 0, notApplicable: 0, pending: 0, excused: 0, first: null }]));
  readonly #weak = new Map<string, { count: number; readonly first: Missing; readonly fix: string }>();
  #traces = 0;
  #generations = 0;
  #incomplete = 0;
  #firstIncomplete: string | null = null;

  constructor(options: Pick<GateOptions, "feature" | "min">) {
    this.#options = options;
  }

  add(trace: Reconstruction): void {
    this.#traces += 1;
    if (!trace.complete) {
      this.#incomplete += 1;
      this.#firstIncomplete ??= trace.traceId;
    }
    trace.generations.forEach((generation, index) => {
      this.#generations += 1;
      for (const name of signalNames) this.#count(trace, generation, index, name);
      for (const { what, fix } of weaknessesOf(generation)) {
        const known = this.#weak.get(what);
        if (known === undefined) this.#weak.set(what, { count: 1, first: { traceId: trace.traceId, generation: index }, fix });
        else known.count += 1;
      }
    });
  }

  #count(trace: Reconstruction, generation: Generation, index: number, name: SignalName): void {
    const count = this.#counts.get(name) as Count;
    const signal = generation.signals[name];
    if (signal.state === "captured") count.captured += 1;
    // It was recorded, and is no longer kept: neither here nor there.
    else if (signal.why === "not-applicable" || signal.why === "sampled") count.notApplicable += 1;
    else if (signal.why === "pending") count.pending += 1;
    else if (excuse(name, generation) !== null) count.excused += 1;
    else {
      count.missing += 1;
      count.first ??= { missing: { traceId: trace.traceId, generation: index }, fix: advice(name, generation) };
    }
    // An action is about one answer: that nobody has acted on any is told once, with the newest.
    if (name === "action" && signal.state === "missing" && signal.why === "pending") count.first ??= { missing: { traceId: trace.traceId, generation: index }, fix: advice(name, generation) };
  }

  report(): GateReport | null {
    if (this.#traces === 0) return null;
    const signals = [...this.#counts].map(([signal, { captured, missing, notApplicable, pending, excused, first }]): SignalCoverage => {
      const isAction = signal === "action";
      const of = captured + missing + (isAction ? pending : 0);
      const coverage = of === 0 ? 1 : captured / of;
      // Actions come later and never all: that one came shows that the way for them is there.
      const passes = isAction ? captured > 0 || of === 0 : coverage >= this.#options.min;
      const isWhole = passes && (isAction || missing === 0);
      return { signal, captured, missing, notApplicable, pending, excused, coverage, passes, firstMissing: isWhole ? null : (first?.missing ?? null), fix: isWhole ? null : (first?.fix ?? null) };
    });
    return {
      feature: this.#options.feature,
      traces: this.#traces,
      generations: this.#generations,
      min: this.#options.min,
      // Traces without any call have recorded nothing of what a gate is for.
      passes: this.#generations > 0 && signals.every(({ passes }) => passes) && this.#incomplete <= this.#traces * (1 - this.#options.min),
      signals,
      incomplete: { count: this.#incomplete, first: this.#firstIncomplete },
      weaknesses: [...this.#weak].map(([what, { count, first, fix }]) => ({ what, count, of: this.#generations, first, fix })).sort((a, b) => b.count - a.count),
    };
  }
}

/** A date or a numbered version in a model's name: `gpt-4o-2024-08-06`, `claude-3-5-sonnet-20241022`, `gemini-1.5-pro-002`. */
const isDated = (model: string): boolean => /(?:\d{4}-?\d{2}-?\d{2}|-\d{3,4}(?:$|[:@-])|-\d{2}-\d{2}$|-v\d+(?::\d+)?$|:\d+)/.test(model);

function weaknessesOf(generation: Generation): readonly { readonly what: string; readonly fix: string }[] {
  const { model, latency, input } = generation.signals;
  const found: { what: string; fix: string }[] = [];
  if (model.state === "captured" && model.value.answered === null && generation.status === 200)
    found.push({ what: "the provider does not say which model answered", fix: "Nothing to change in the app: this protocol's answers name no model. A change of the model behind the name shows only in the answers." });
  else if (model.state === "captured" && model.value.answered !== null && !isDated(model.value.answered))
    found.push({ what: "the answering model has no date", fix: `Ask for a dated version where ${generation.provider ?? "the provider"} has one, so that a change of model can be told from a change of prompt.` });
  const isStream = input.state === "captured" && input.value.parameters["stream"] === true;
  if (isStream && latency.state === "captured" && latency.value.timeToFirstChunkMs === null) found.push({ what: "a stream without the time of its first chunk", fix: "Read the stream through recorder.fetch, or give `timeToFirstChunkMs` where you record by hand." });
  return found;
}
