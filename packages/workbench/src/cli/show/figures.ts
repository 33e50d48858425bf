/** Figures of drift for people: a share with its interval, a median, and a line of blocks over time. */
import type { Figure } from "../../gate/rates.ts";

const blocks = "▁▂▃▄▅▆▇█";

export function figureWords(figure: Figure, unit: string): string {
  if (figure.kind === "share") return figure.rate === null ? "–" : `${(figure.rate * 100).toFixed(1)} % [${(figure.low * 100).toFixed(1)}, ${(figure.high * 100).toFixed(1)}]`;
  return figure.median === null ? "–" : `${Math.round(figure.median)} ${unit}, p95 ${Math.round(figure.p95 ?? 0)}`.replace(" ,", ",");
}

/** From 0 to the largest; a space where nothing was counted. */
export function sparkline(values: readonly (number | null)[]): string {
  const largest = Math.max(0, ...values.map((value) => value ?? 0));
  return values.map((value) => (value === null ? " " : largest === 0 ? blocks[0] : blocks[Math.min(blocks.length - 1, Math.floor((value / largest) * blocks.length))])).join("");
}
