/** Every error code of the recorder; the workbench adds its own in `workbench/src/errors.ts`. A test checks that docs/errors.md explains each. */
export const recorderErrorCodes = [
  "OPTIONS_INVALID",
  "JOURNAL_UNWRITABLE",
  "JOURNAL_FULL",
  "JOURNAL_CAPPED",
  "JOURNAL_NEWER_FORMAT",
  "JOURNAL_DAMAGED",
  "TEXT_LOST",
  "ENTRY_TOO_LARGE",
  "REDACTION_FAILED",
  "REDACTION_OVER_BUDGET",
  "KEY_UNREADABLE",
  "VAULT_UNWRITABLE",
  "VAULT_MISSING",
  "CAPTURE_FAILED",
  "UNRECORDED_PATH",
  "AFTER_CLOSE",
  "SHIPPING_FAILED",
] as const;
export type RecorderErrorCode = (typeof recorderErrorCodes)[number];

/** A code for machines, a sentence for people, a fix for the reader. Never holds recorded content: `cause` is kept but not enumerable or printed. */
export class WhysaidError<Code extends string = string> extends Error {
  readonly code: Code;
  readonly fix: string;
  constructor(code: Code, sentence: string, options: { readonly fix: string; readonly cause?: unknown }) {
    super(sentence);
    this.name = "WhysaidError";
    this.code = code;
    this.fix = options.fix;
    if (options.cause !== undefined) Object.defineProperty(this, "cause", { value: options.cause, enumerable: false });
  }
}
