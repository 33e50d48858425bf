/**
 * A body between the wire and its entry: already redacted, cut into texts, not yet numbered in a segment's text table. Capture splits
 * (`body-json.ts`, `body-stream.ts`), the journal's append numbers (`bodyEntry`), `format/body-render.ts` puts it together again.
 */
import { unreachable } from "../format/entries.ts";
import { cut, pieceStyles, type EventMessage, type PieceStyle, type RecordedBody } from "../format/body.ts";
import type { RedactedText } from "../format/redacted.ts";
import type { TextTable } from "../journal/journal.ts";

/** Pieces as lists of one length: a text with the index of its style, or no text and an integer that goes into the entry as it is. */
export interface HeldPieces {
  readonly texts: (RedactedText | undefined)[];
  readonly codes: number[];
  /** How the text stood in a JSON string of the body, where that is known and redaction left it alone: written to the journal as it is. */
  readonly json: (string | undefined)[];
}

export type HeldBody =
  | { readonly form: "none" }
  | { readonly form: "text"; readonly bytes: number; readonly pieces: HeldPieces; readonly channels: readonly RedactedText[] }
  | { readonly form: "base64"; readonly bytes: number; readonly text: RedactedText }
  | { readonly form: "eventstream"; readonly bytes: number; readonly messages: readonly EventMessage<RedactedText, HeldPieces>[]; readonly channels: readonly RedactedText[]; readonly tail?: RedactedText }
  | Extract<RecordedBody, { form: "dropped" }>;

export const noBody: HeldBody = { form: "none" };

const VERBATIM = pieceStyles.indexOf("verbatim");

export const noPieces = (): HeldPieces => ({ texts: [], codes: [], json: [] });
export function addText(pieces: HeldPieces, text: RedactedText, style: PieceStyle, json?: string): void {
  pieces.texts.push(text);
  pieces.json.push(json);
  pieces.codes.push(style === "verbatim" ? VERBATIM : pieceStyles.indexOf(style));
}
/** @param length  of the slice in UTF-16 units of the original */
export function addCut(pieces: HeldPieces, channel: number, style: PieceStyle, length: number): void {
  pieces.texts.push(undefined, undefined);
  pieces.json.push(undefined, undefined);
  pieces.codes.push(cut(channel, style), length);
}

export function bodyEntry(held: HeldBody, texts: TextTable): RecordedBody {
  switch (held.form) {
    case "none":
    case "dropped":
      return held;
    case "base64":
      return { form: "base64", bytes: held.bytes, text: texts.ref(held.text) };
    case "text":
      return { form: "text", bytes: held.bytes, pieces: piecesEntry(held.pieces, texts), ...channelsEntry(held.channels, texts) };
    case "eventstream":
      return {
        form: "eventstream",
        bytes: held.bytes,
        messages: held.messages.map(([headers, ...payload]) => [texts.ref(headers), ...payload.map((pieces) => piecesEntry(pieces, texts))] as unknown as EventMessage<number, number[]>),
        ...channelsEntry(held.channels, texts),
        ...(held.tail === undefined ? {} : { tail: texts.ref(held.tail) }),
      };
    default:
      return unreachable(held);
  }
}

export function piecesEntry({ texts: held, codes, json }: HeldPieces, texts: TextTable): number[] {
  const pieces: number[] = [];
  // Between the deltas of a stream stands the same literal again and again, the same object too.
  let last: RedactedText | undefined;
  let lastRef = 0;
  for (let at = 0; at < held.length; at += 1) {
    const text = held[at];
    const code = codes[at] as number;
    if (text === undefined) pieces.push(code);
    else {
      if (text !== last) {
        last = text;
        lastRef = texts.ref(text, json[at]);
      }
      pieces.push(lastRef * 4 + code);
    }
  }
  return pieces;
}
const channelsEntry = (channels: readonly RedactedText[], texts: TextTable): { channels?: number[] } => (channels.length === 0 ? {} : { channels: channels.map((text) => texts.ref(text)) });
