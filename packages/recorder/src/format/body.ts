/**
 * A request or response body as it lies in an entry: byte-exact after reveal, each long text redacted and stored once.
 *
 * A JSON body is cut into its literal pieces and the string values between them. Every piece is a *text* of the segment's text
 * table (`NewTexts`), so a conversation that grows by one message costs two new texts and a few integers. A streamed body has
 * its delta texts cut out: those are slices of an assembled text (a *channel*), so that redaction runs over "Ana García" even
 * where the wire carried "Ana Gar" and "cía".
 *
 * Capture writes bodies, `renderBody` reads them; docs/format.md works one through.
 */
import type { RedactedText } from "./redacted.ts";

/** A number in the text table of the segment the entry stands in. Every text an entry refers to is defined in the same segment, at or before it. */
export type TextRef = number;

/**
 * How a piece's text is written into the body.
 * - `verbatim`   as it is: JSON punctuation, short values, keys; anything that is not a JSON string.
 * - `json`       inside a JSON string, escaped as `JSON.stringify` does.
 * - `jsonAscii`  inside a JSON string, non-ASCII as lowercase `\uXXXX` too (Python's `json.dumps`).
 * - `number`     a JSON number that redaction replaced: shown as a JSON string, revealed as the bare number.
 */
export const pieceStyles = ["verbatim", "json", "jsonAscii", "number"] as const;
export type PieceStyle = (typeof pieceStyles)[number];

/**
 * Pieces in order, as integers, so that a body of 120 messages stays small:
 * - `n >= 0`: text `n >> 2`, written in style `pieceStyles[n & 3]`;
 * - `n < 0`:  a slice of channel `(-n - 1) >> 2`, in style `pieceStyles[(-n - 1) & 3]`; the next integer is its length in UTF-16
 *   units *of the original*, following on from the channel's previous slice.
 */
export type Pieces = readonly number[];

export type RecordedBody =
  | { readonly form: "none" }
  /** UTF-8 text, whole. `bytes` is the length on the wire (after content decoding). */
  | { readonly form: "text"; readonly bytes: number; readonly pieces: Pieces; readonly channels?: readonly TextRef[] }
  /** Not UTF-8 text and no decoder knows it: base64 of the bytes in one verbatim text; media is dropped to type, size and hash. */
  | { readonly form: "base64"; readonly bytes: number; readonly text: TextRef }
  /**
   * `application/vnd.amazon.eventstream`. Prelude, lengths and CRCs of its messages are functions of the rest and are rebuilt; bytes for which that is not so
   * (a message that was cut) are the `tail`, base64 like the form of that name.
   */
  | { readonly form: "eventstream"; readonly bytes: number; readonly messages: readonly EventMessage<TextRef, Pieces>[]; readonly channels?: readonly TextRef[]; readonly tail?: TextRef }
  /** The text was dropped because redaction failed or ran over its budget: length and reason stay. */
  | { readonly form: "dropped"; readonly bytes: number; readonly why: "redaction-failed" | "over-budget" | "too-large" | "policy" };

/**
 * One message: the base64 of its header block and its payload. A payload that carries an event in base64 (Bedrock's invoke) is what stands before it, the event's own
 * pieces, and what stands behind it.
 */
export type EventMessage<Headers, Body> = readonly [headers: Headers, payload: Body] | readonly [headers: Headers, before: Body, encoded: Body, after: Body];

/** Texts an entry introduces: `[number, text]`, numbers ascending and new in the segment. */
export type NewTexts = readonly (readonly [TextRef, RedactedText])[];

export type TextOf = (ref: TextRef) => string;

export const piece = (ref: TextRef, style: PieceStyle): number => ref * 4 + pieceStyles.indexOf(style);
export const cut = (channel: number, style: PieceStyle): number => -(channel * 4 + pieceStyles.indexOf(style)) - 1;

export function readPiece(code: number): { readonly kind: "text" | "channel"; readonly ref: number; readonly style: PieceStyle } {
  const bits = code >= 0 ? code : -code - 1;
  return { kind: code >= 0 ? "text" : "channel", ref: Math.floor(bits / 4), style: pieceStyles[bits % 4] as PieceStyle };
}

/** Escape for the inside of a JSON string, exactly as `JSON.stringify` (ECMA-262 §25.5.2.3 QuoteJSONString). */
export const escapeJson = (text: string): string => JSON.stringify(text).slice(1, -1);

/** `escapeJson`, then every unit outside ASCII as lowercase `\uXXXX`: what Python's `json.dumps(ensure_ascii=True)` writes. */
export const escapeJsonAscii = (text: string): string =>
  escapeJson(text).replace(/[\u007f-\uffff]/g, (unit) => (unit === "\u007f" ? unit : `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`));
