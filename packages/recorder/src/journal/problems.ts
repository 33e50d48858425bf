/** Tells the app of the journal's problems, each kind once. The app may do anything in its callback, append included, so it is called when the journal's state is whole. */
import { unreachable, type GapEntry } from "../format/entries.ts";
import { WhysaidError, type RecorderErrorCode } from "../format/errors.ts";

export type OnProblem = (problem: WhysaidError<RecorderErrorCode>) => void;

export class Problems {
  readonly #seen = new Set<RecorderErrorCode>();
  readonly #onProblem: OnProblem | undefined;

  constructor(onProblem: OnProblem | undefined) {
    this.#onProblem = onProblem;
  }

  report(code: RecorderErrorCode, sentence: string, fix: string, cause?: unknown): void {
    if (this.#seen.has(code)) return;
    this.#seen.add(code);
    try {
      this.#onProblem?.(new WhysaidError(code, sentence, { fix, cause }));
    } catch {
      // The app's callback failed; in somebody else's process we do not.
    }
  }

  unbuilt(cause: unknown): void {
    this.report("CAPTURE_FAILED", "an entry could not be built and is not recorded", "Report it with this error's cause: it is a defect of the recorder.", cause);
  }
  removed(where: string): void {
    this.report("JOURNAL_UNWRITABLE", `the segment being written in ${where} was removed; recording goes on in a new one`, "Remove segments with `whysaid`, which leaves the ones in use.");
  }

  /** Entries are being lost for this reason. */
  lost(why: GapEntry["why"], where: string, cause?: unknown): void {
    switch (why) {
      case "disk-full":
        return this.report("JOURNAL_FULL", `the disk of ${where} is full: entries are lost and counted until there is space`, "Free space; recording resumes by itself.", cause);
      case "unwritable":
        return this.report(
          "JOURNAL_UNWRITABLE",
          `cannot write in ${where} (${(cause as NodeJS.ErrnoException | undefined)?.code ?? "unknown error"}): entries are lost and counted until it can be written`,
          "Make the directory writable, or set WHYSAID_DIR to one that is; recording resumes by itself.",
          cause,
        );
      case "journal-cap":
        return this.report("JOURNAL_CAPPED", `the journal in ${where} has reached its cap: entries are lost and counted`, "Ingest the journal (any `whysaid` command does), or raise the cap.");
      case "memory-cap":
        return this.report("JOURNAL_CAPPED", "the journal in memory has reached its cap: its oldest entries are dropped and counted", "Call flush() more often, or raise the cap.");
      case "too-large":
        return this.report("ENTRY_TOO_LARGE", "an entry is larger than the journal takes: it is lost and counted", "Record less of it, or raise the cap if it is the journal's.");
      default:
        return unreachable(why);
    }
  }
}

/** @returns false, for `append` to return */
export function refuseAfterClose(problems: Problems): false {
  problems.report("AFTER_CLOSE", "an entry came after the recorder was closed and is not recorded", "Close the recorder last, after everything that records.");
  return false;
}
