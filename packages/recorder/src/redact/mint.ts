/** The one place where text becomes `RedactedText`. Called by the redactor at the end of its work, and by nothing else (test/architecture.test.ts). */
import type { RedactedText } from "../format/redacted.ts";

export const mint = (text: string): RedactedText => text as RedactedText;
