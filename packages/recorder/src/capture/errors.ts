/** What the app's code threw, as an entry keeps it. The error itself goes on to the app untouched. */
import type { RecordedError } from "../format/index.ts";
import type { TextTable } from "../journal/journal.ts";
import type { RedactedText } from "../format/redacted.ts";
import type { RedactionScope } from "../redact/redactor.ts";

/** Redacted, but not yet numbered in a segment's text table. */
export interface HeldError {
  readonly name: RedactedText;
  readonly message: RedactedText;
  readonly stack: RedactedText | undefined;
}

/** Anything can be thrown: a string, null, an object with hostile getters. */
export function holdError(thrown: unknown, scope: RedactionScope): HeldError {
  const where = { signal: "error" } as const;
  try {
    if (thrown instanceof Error) {
      const cause = thrown.cause instanceof Error ? ` (${thrown.cause.name}: ${thrown.cause.message})` : "";
      const stack = typeof thrown.stack === "string" ? scope.text(thrown.stack, where) : undefined;
      return { name: scope.text(thrown.name, where), message: scope.text(`${thrown.message}${cause}`, where), stack };
    }
    return { name: scope.text(thrown === null ? "null" : typeof thrown, where), message: typeof thrown === "string" ? scope.text(thrown, where) : (scope.json(thrown, where) ?? scope.text("", where)), stack: undefined };
  } catch {
    return { name: scope.text("unknown", where), message: scope.text("", where), stack: undefined };
  }
}

export const errorEntry = (held: HeldError, texts: TextTable): RecordedError => ({
  name: held.name,
  message: held.message,
  ...(held.stack === undefined ? {} : { stack: texts.ref(held.stack) }),
});
