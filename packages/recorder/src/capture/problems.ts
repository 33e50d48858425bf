/** Where the recorder's own troubles go: to the app's `onProblem`, once per kind, and into the journal. */
import { WhysaidError, type RecorderErrorCode, type TraceId } from "../format/index.ts";

export type OnProblem = (problem: WhysaidError<RecorderErrorCode>) => void;

export interface Problem {
  readonly code: RecorderErrorCode;
  /** Never holds recorded content. */
  readonly sentence: string;
  readonly fix: string;
  readonly cause?: unknown;
  readonly trace?: TraceId | undefined;
  /** Problems of one code are told apart by it, e.g. the host of an unrecorded path. */
  readonly subject?: string;
}

export class Problems {
  readonly #told = new Set<string>();
  readonly #onProblem: OnProblem;
  #record: ((problem: Problem) => void) | undefined;
  #recording = false;

  constructor(onProblem: OnProblem) {
    this.#onProblem = onProblem;
  }

  /** From here on problems go into the journal too. */
  recordWith(record: (problem: Problem) => void): void {
    this.#record = record;
  }

  report(problem: Problem): void {
    const key = problem.subject === undefined ? problem.code : `${problem.code} ${problem.subject}`;
    if (this.#told.has(key)) return;
    this.#told.add(key);
    try {
      const cause = problem.cause === undefined ? {} : { cause: problem.cause };
      this.#onProblem(new WhysaidError(problem.code, problem.sentence, { fix: problem.fix, ...cause }));
    } catch {
      // The app's callback threw; there is nobody left to tell.
    }
    // A problem of the journal met while recording a problem must not come back here.
    if (this.#recording) return;
    this.#recording = true;
    try {
      this.#record?.(problem);
    } finally {
      this.#recording = false;
    }
  }
}

/** The default `onProblem`: one line on stderr, as Node's own warnings. */
export const warn: OnProblem = (problem) => {
  globalThis.process.emitWarning(`${problem.message}. ${problem.fix}`, { type: "WhysaidProblem", code: problem.code });
};
