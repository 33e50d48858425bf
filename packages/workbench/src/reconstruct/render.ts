/** A text body's pieces joined, each in its style; other forms and channels wait for the recorder's `renderBody`. */
import { escapeJson, escapeJsonAscii, readPiece, type RecordedBody, type TextOf } from "@whysaid/recorder/format";

export function renderBody(body: RecordedBody, textOf: TextOf): string | Uint8Array | null {
  if (body.form !== "text") return null;
  return body.pieces
    .map((code) => {
      const { ref, style } = readPiece(code);
      if (style === "json") return escapeJson(textOf(ref));
      return style === "jsonAscii" ? escapeJsonAscii(textOf(ref)) : textOf(ref);
    })
    .join("");
}
