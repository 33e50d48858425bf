/** Does a rule hold over these counts? Pure. Fires only where chance is told apart, and stays until the cause is gone, so that a value at its threshold does not call twice. */
import { compare, figureOf, scatterWithin } from "../gate/drift.ts";
import { sumOf, type Counts, type DriftMeasure } from "../gate/measures.ts";
import type { Figure } from "../gate/rates.ts";
import type { OutcomeGroup } from "../store/outcomes.ts";
import type { AlertRule } from "./config.ts";

export interface Judgement {
  /** `unknown`: too little was seen; what was before holds on. */
  readonly state: "firing" | "quiet" | "unknown";
  readonly figure: Figure;
  /** What it is compared with; null for a threshold. */
  readonly before: Figure | null;
}
export interface Seen {
  /** Of the window, oldest first. */
  readonly window: readonly OutcomeGroup[];
  /** Of the time before it. */
  readonly baseline: readonly OutcomeGroup[];
}
/** What a rule that fires began from: judged against that until it is quiet, or a lasting rise would become its own normal. */
export interface Fired {
  readonly baseline: readonly (readonly [string, number])[];
}

/** A check runs every few minutes over nearly the same traces; this is the chance for one that does not depend on the others. */
const ALPHA = 0.001;
const ENDS_ALPHA = 0.05;

/** @param comparisons  how many rules and features this check looks at: they share the chance of a false alarm */
export function judge(rule: AlertRule, measure: DriftMeasure, { window, baseline }: Seen, fired: Fired | null, comparisons: number): Judgement {
  const now = sumOf(window);
  const figure = figureOf(measure, now);
  if (figure.of < rule.min) return { state: "unknown", figure, before: null };
  if (rule.above !== undefined) {
    const [low, middle] = figure.kind === "share" ? [figure.low, figure.rate] : [figure.low, figure.median];
    const isOver = fired === null ? (low ?? 0) > rule.above : (middle ?? 0) > rule.above;
    return { state: isOver ? "firing" : "quiet", figure, before: null };
  }
  const then: Counts = fired === null ? sumOf(baseline) : new Map(fired.baseline);
  const before = figureOf(measure, then);
  const compared = compare(measure, then, now, scatterWithin(measure, baseline, window));
  if (compared === null) return { state: "unknown", figure, before };
  const isHigher = middleOf(figure) > middleOf(before);
  const alpha = fired === null ? ALPHA / Math.max(1, comparisons) : ENDS_ALPHA;
  return { state: isHigher && compared.p <= alpha ? "firing" : "quiet", figure, before };
}

const middleOf = (figure: Figure): number => (figure.kind === "share" ? figure.rate : figure.median) ?? 0;
