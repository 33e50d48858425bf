/**
 * What every part of capture writes through: the journal, the redaction scope, the clocks and the place where problems go. One per recorder.
 *
 * `safely` is the wall between us and the app: whatever goes wrong in our code ends there.
 */
import type { Entry, SpanId, TraceId } from "../format/index.ts";
import type { TextTable } from "../journal/journal.ts";
import type { RedactionScope } from "../redact/redactor.ts";
import type { Problem } from "./problems.ts";

/** Where in a trace something happens. */
export interface Ambient {
  readonly trace: TraceId;
  /** The span what happens now is a child of; undefined outside of any `trace()`. */
  readonly parent: SpanId | undefined;
  readonly scope: RedactionScope;
  /** Lives as long as the trace: retries find their earlier attempts in it. Absent outside of any `trace()`. */
  readonly owner: object | undefined;
}

export interface Core {
  /** Unix milliseconds, integer. */
  now(): number;
  /** Milliseconds on a clock that never jumps. */
  clock(): number;
  newTraceId(): TraceId;
  newSpanId(): SpanId;
  ambient(): Ambient;
  /** False when the entry is not in the journal; the problem has been reported. */
  append(build: (texts: TextTable) => Entry): boolean;
  /** Tell the app and the journal, once per kind. */
  problem(problem: Problem): void;
  /** Run capture code; an exception becomes the problem `CAPTURE_FAILED` and undefined. */
  safely<T>(what: string, run: () => T): T | undefined;
}
