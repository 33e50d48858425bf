/**
 * The type that guards the journal's door.
 *
 * `RedactedText` is a string that has been through the redactor. Two places make one: `redact/mint.ts`, which every text of the
 * app goes through, and `recalled`, for what is read back from a journal or store where it lay redacted already.
 * `test/architecture.test.ts` fails when a third appears.
 */
export type RedactedText = string & { readonly __brand: "RedactedText" };

/** Take text read from our own journal or store for what it is. Never call it with text from an app. */
export const recalled = (stored: string): RedactedText => stored as RedactedText;
