/** Claims of a drift report in words: "dose_range fails: 1.2 % → 4.0 % [2.9, 5.4] since prompt v15". */
import type { OutcomeDimension } from "../store/outcomes.ts";
import type { DriftMeasure } from "./measures.ts";
import type { Figure } from "./rates.ts";

export interface Compared {
  /** Chance of such a difference where there is none, before other comparisons are counted. */
  readonly p: number;
  /** What the counts were divided by; 1 where they scatter as chance lets them. */
  readonly spread: number;
}
export interface Claim {
  readonly measure: DriftMeasure;
  readonly compared: Compared;
  readonly before: Figure;
  readonly after: Figure;
  /** null: a moment, and no roll-out. */
  readonly dimension: OutcomeDimension | null;
  readonly value: string | null;
  /** undefined where the value was there all along. */
  readonly previous: string | null | undefined;
  readonly atMs: number | null;
}
export interface DriftChange {
  readonly measure: string;
  readonly label: string;
  /** null when nothing that was recorded changed at that time. */
  readonly dimension: OutcomeDimension | null;
  readonly value: string | null;
  readonly previous: string | null;
  readonly atMs: number;
  readonly before: Figure;
  readonly after: Figure;
  readonly p: number;
  /** Rolled out at the same time, and as good an explanation. */
  readonly alongside: readonly { readonly dimension: OutcomeDimension; readonly value: string | null }[];
  readonly sentence: string;
}
export interface DriftDifference {
  readonly measure: string;
  readonly label: string;
  readonly dimension: OutcomeDimension;
  readonly value: string | null;
  readonly figure: Figure;
  readonly rest: Figure;
  readonly p: number;
  readonly sentence: string;
}

const names: Readonly<Record<string, string>> = { model: "model", promptVersion: "prompt", release: "release", feature: "feature" };
export const inWords = (dimension: OutcomeDimension, value: string | null): string =>
  dimension.startsWith("tag:") ? `${dimension.slice(4)}=${value ?? "(none)"}` : `${names[dimension] ?? dimension} ${value ?? "(none)"}`;

export function change(claim: Claim, atMs: number, alongside: readonly Claim[]): DriftChange {
  const { measure, before, after, dimension, value } = claim;
  const others = alongside.flatMap((other) => (other.dimension === null ? [] : [{ dimension: other.dimension, value: other.value }]));
  const since = dimension === null ? `since ${day(atMs)}, where no recorded version changed` : `since ${inWords(dimension, value)} (${day(atMs)})`;
  const also = others.length === 0 ? "" : `; ${others.map((other) => inWords(other.dimension, other.value)).join(", ")} came at the same time`;
  return {
    measure: measure.id, label: measure.label, dimension, value, previous: claim.previous ?? null, atMs, before, after, p: claim.compared.p, alongside: others,
    sentence: `${measure.label}: ${plain(before, measure)} → ${withInterval(after, measure)} ${since}${also}`,
  };
}
export function difference(claim: Claim): DriftDifference {
  const { measure, before, after, value } = claim;
  const dimension = claim.dimension ?? "model";
  return {
    measure: measure.id, label: measure.label, dimension, value, figure: after, rest: before, p: claim.compared.p,
    sentence: `${measure.label}: ${withInterval(after, measure)} with ${inWords(dimension, value)}, ${plain(before, measure)} without`,
  };
}

const day = (ms: number): string => new Date(ms).toISOString().slice(0, 16).replace("T", " ").replace(" 00:00", "");
export const percent = (rate: number): string => `${(rate * 100).toFixed(1)} %`;
const bare = (rate: number): string => (rate * 100).toFixed(1);
const amount = (value: number | null, measure: DriftMeasure): string => (value === null ? "–" : `${value < 10 ? value.toFixed(1) : Math.round(value).toLocaleString("en")} ${measure.kind === "size" ? measure.unit : ""}`.trim());

export function plain(figure: Figure, measure: DriftMeasure): string {
  if (figure.kind === "share") return figure.rate === null ? "–" : percent(figure.rate);
  return amount(figure.median, measure);
}
export function withInterval(figure: Figure, measure: DriftMeasure): string {
  if (figure.kind === "share") return figure.rate === null ? "–" : `${percent(figure.rate)} [${bare(figure.low)}, ${bare(figure.high)}]`;
  return figure.median === null ? "–" : `${amount(figure.median, measure)} [${Math.round(figure.low ?? 0).toLocaleString("en")}, ${Math.round(figure.high ?? 0).toLocaleString("en")}]`;
}
