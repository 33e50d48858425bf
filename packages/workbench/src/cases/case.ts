/**
 * A case: one answer that somebody did not take as it was (or that a person picked by hand), with everything it was made from, so that it can be run
 * again when the trace itself is long gone. Made by `derive.ts`, kept by `case-store.ts`, reviewed, exported and run.
 *
 * All texts are redacted: they come from the store.
 */
import type { Reconstruction, UserAction } from "@whysaid/recorder/format";

export const CASE_FORMAT = 1;

/** `new` waits for review; `confirmed` is in its feature's dataset; `rejected` stays, so that it is not proposed again. */
export type CaseStatus = "new" | "confirmed" | "rejected";
/** What a label rests on: what the user did, a rule or the diagnosis of the trace, or a person who looked at it. */
export type LabelSource = "action" | "rule" | "diagnosis" | "reviewer";

export interface Label {
  /** `action:edit`, `rule:dose_range`, `cause:wrong-entity`, `source:chart/872#3` (whence the answer's wrong values came), or a reviewer's own word. */
  readonly name: string;
  readonly source: LabelSource;
  /** The trace it was read from; null for a reviewer's. */
  readonly traceId: string | null;
  readonly atMs: number;
  /** 0 to 1 of a diagnosis; else null. */
  readonly confidence: number | null;
  /** The user's or reviewer's words; redacted. */
  readonly note: string | null;
}
export interface Expected {
  readonly text: string;
  /** `edit`: what the user made of the answer; `reviewer`: what somebody wrote in review; `accept`: the answer as it was. */
  readonly source: "edit" | "reviewer" | "accept";
}
export interface Revision {
  readonly revision: number;
  readonly atMs: number;
  /** Account that reviewed; null for what was derived. */
  readonly actor: string | null;
  readonly status: CaseStatus;
  readonly expected: Expected | null;
  readonly note: string | null;
}

/** What is listed of a case; its story is kept apart, for that may be large. */
export interface CaseHead {
  /** `case_` and 20 hex digits, made from what the case says: equal cases of two stores have one id. */
  readonly id: string;
  readonly format: typeof CASE_FORMAT;
  readonly feature: string;
  readonly status: CaseStatus;
  /** What made it a case: the user's final action, or `hand`. */
  readonly origin: UserAction | "hand";
  /** Traces that say the same, oldest first. */
  readonly traceIds: readonly string[];
  /** When it was made a case. */
  readonly atMs: number;
  /** The answer the user saw. */
  readonly said: string;
  readonly expected: Expected | null;
  readonly labels: readonly Label[];
  /** 1, one more at each review. */
  readonly revision: number;
  /** Newest last; the last one is what the head says. */
  readonly history: readonly Revision[];
}
export interface Case extends CaseHead {
  /** The trace rebuilt when the case was made, without findings and provenance: input snapshots, chunks, tool results, wire bodies, checks. */
  readonly story: Reconstruction;
}

export const headOf = ({ story: _story, ...head }: Case): CaseHead => head;
