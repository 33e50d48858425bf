/**
 * A signal told by hand or by a span, on its way from redaction into its entry: JSON cut as a body is (`body-json.ts`), so that a conversation told again with every
 * call of it is stored once. Read back by `format/body-render.ts` (`renderGiven`).
 */
import type { GivenJson } from "../format/entries.ts";
import { recalled, type RedactedText } from "../format/redacted.ts";
import type { TextTable } from "../journal/journal.ts";
import { piecesEntry, type HeldPieces } from "./body.ts";
import { splitJson, type Asked } from "./body-json.ts";

/** Every piece of a redacted text is one. */
const isRedacted: Asked = { text: recalled, literal: recalled, takesNumber: () => false, off: true };

export const holdGiven = (json: RedactedText): HeldPieces => splitJson(json, isRedacted, "input");

/** What is not cut at all is named as one text, which takes less room. */
export function givenEntry(held: HeldPieces, texts: TextTable): GivenJson {
  const [whole] = held.texts;
  return held.texts.length === 1 && whole !== undefined ? texts.ref(whole) : piecesEntry(held, texts);
}
