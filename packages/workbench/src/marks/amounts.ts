/** Numbers, times and reasons as people read them. */
import type { MissingReason } from "@whysaid/recorder/format";

/** `toLocaleString` would load the language tables first: 16 ms of a command that takes 150. */
export const count = (value: number): string => String(value).replace(/\B(?=(?:\d{3})+(?!\d))/g, ",");

export function duration(ms: number | null): string {
  if (ms === null) return "?";
  if (ms < 10_000) return `${count(Math.round(ms))} ms`;
  if (ms < 120_000) return `${(ms / 1000).toFixed(1)} s`;
  return ago(ms);
}

/** A long time in its largest unit that fits twice. */
export function ago(ms: number): string {
  const units: readonly (readonly [number, string])[] = [
    [86_400_000, "d"],
    [3_600_000, "h"],
    [60_000, "min"],
    [1000, "s"],
  ];
  for (const [unitMs, name] of units) if (ms >= 2 * unitMs) return `${count(Math.round(ms / unitMs))} ${name}`;
  return `${count(Math.round(ms))} ms`;
}

/** UTC, to the millisecond: what logs beside it will say. */
export const time = (atMs: number): string => (isDate(atMs) ? new Date(atMs).toISOString().replace("T", " ") : "at an unknown time");
const isDate = (atMs: number): boolean => Number.isFinite(atMs) && Math.abs(atMs) <= 8.64e15;

export const whyMissing: Readonly<Record<MissingReason, string>> = { "not-recorded": "not recorded", "not-applicable": "not applicable", pending: "pending", sampled: "not kept: the trace was thinned" };
