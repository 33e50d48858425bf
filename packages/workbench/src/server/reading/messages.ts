/** What the main thread asks a reading thread, and what comes back: JSON as text, which costs one copy where an object would cost a walk on either side. */
import type { SentProblem } from "../intake/problem.ts";

export type Question =
  /** The story condensed for the page. */
  | { readonly kind: "page"; readonly traceId: string }
  /** Causes and provenance. */
  | { readonly kind: "why"; readonly traceId: string }
  /** Story, causes and provenance: `show --json`. */
  | { readonly kind: "whole"; readonly traceId: string }
  /** One text in whole, by its pointer. */
  | { readonly kind: "text"; readonly traceId: string; readonly at: string }
  /** Failures that recur among the newest traces. */
  | { readonly kind: "issues"; readonly feature?: string; readonly sinceMs?: number };

export type ToReading = { readonly id: number; readonly project: string; readonly question: Question } | "close";
/** `json` is null when the store has no such trace or text. */
export type FromReading = { readonly id: number; readonly json: string | null } | { readonly id: number; readonly problem: SentProblem & { readonly fix?: string } };

export interface ReadingStart {
  readonly directory: string;
  readonly store: string | null;
}
