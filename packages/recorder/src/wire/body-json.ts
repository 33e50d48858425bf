/**
 * One JSON text, cut into its literal pieces and the texts between them. Long strings are texts of their own, so that a message that comes again in the
 * next body is stored once; short ones stay in the literals unless redaction takes them.
 */
import { escapeJson, escapeJsonAscii, type PieceStyle } from "../format/body.ts";
import { scanJson, unescapeJson, type JsonPlace, type JsonVisitor } from "../format/json-scan.ts";
import type { RedactionScope, Where } from "../redact/redactor.ts";
import { addText, noPieces, type HeldPieces } from "./body.ts";

/** From this length a string is a text of its own: below it, the reference and the two literals it parts cost more than they save. */
export const MIN_TEXT_UNITS = 32;

export type BodySignal = Extract<Where["signal"], "input" | "completion">;

/** Cut one JSON text; a text that is none is one verbatim piece. */
export function splitJson(text: string, scope: RedactionScope, signal: BodySignal): HeldPieces {
  const splitter = new JsonSplitter(text, scope, signal);
  if (scanJson(text, splitter.visitor) >= 0) return wholeText(text, scope, signal);
  return splitter.end(text.length);
}

export function wholeText(text: string, scope: RedactionScope, signal: BodySignal): HeldPieces {
  const pieces = noPieces();
  if (text !== "") addText(pieces, scope.text(text, { signal }), "verbatim");
  return pieces;
}

/** The visitor that does it. `last` is where the literal being passed over began. */
export class JsonSplitter {
  readonly visitor: JsonVisitor;
  readonly #text: string;
  readonly #scope: RedactionScope;
  readonly #signal: BodySignal;
  readonly #pieces: HeldPieces;
  #last: number;

  /** @param from  go on behind pieces that already cover the text up to this offset */
  constructor(text: string, scope: RedactionScope, signal: BodySignal, from: { readonly pieces: HeldPieces; readonly offset: number } = { pieces: noPieces(), offset: 0 }) {
    this.#text = text;
    this.#scope = scope;
    this.#signal = signal;
    this.#pieces = from.pieces;
    this.#last = from.offset;
    this.visitor = scope.off
      ? { string: (start, end, place) => void (end - start >= MIN_TEXT_UNITS && this.onLong(start, end, place)) }
      : { key: (start, end) => this.#askKey(start, end), string: (start, end, place) => this.#ask(start, end, place), number: (start, end, place) => this.#askNumber(start, end, place) };
  }

  /** The pieces of the text up to `end`. */
  end(end: number): HeldPieces {
    this.#literal(end);
    return this.#pieces;
  }

  protected onLong(start: number, end: number, _place: JsonPlace): void {
    const { style, text } = styleOf(this.#text.slice(start, end));
    this.#literal(start);
    addText(this.#pieces, this.#scope.text(text, { signal: this.#signal }), style);
    this.#last = end;
  }

  #askKey(start: number, end: number): void {
    if (!isPlainKey(this.#text.slice(start, end))) this.#ask(start, end, undefined);
  }

  #ask(start: number, end: number, place: JsonPlace | undefined): void {
    if (start === end) return;
    const { style, text } = styleOf(this.#text.slice(start, end));
    const redacted = this.#scope.text(text, place === undefined ? { signal: this.#signal } : { signal: this.#signal, path: place.path });
    if (redacted === text && (place === undefined || end - start < MIN_TEXT_UNITS)) return;
    this.#literal(start);
    addText(this.#pieces, redacted, style);
    this.#last = end;
  }

  #askNumber(start: number, end: number, place: JsonPlace): void {
    const where = { signal: this.#signal, path: place.path };
    const raw = this.#text.slice(start, end);
    if (!this.#scope.takesNumber(raw, where)) return;
    this.#literal(start);
    addText(this.#pieces, this.#scope.text(raw, where), "number");
    this.#last = end;
  }

  #literal(end: number): void {
    if (end > this.#last) addText(this.#pieces, this.#scope.literal(this.#text.slice(this.#last, end)), "verbatim");
    this.#last = end;
  }
}

/** A key that is a field's name holds nobody's name: only others (records keyed by id or person) are asked about. */
export const isPlainKey = (key: string): boolean => /^[A-Za-z_$][A-Za-z_$-]*$/.test(key);

/** The text a raw JSON string stands for and the style that writes it back exactly; raw itself where no style does. */
export function styleOf(raw: string): { readonly style: PieceStyle; readonly text: string } {
  // Without an escape the text is its own spelling. Raw control characters are no JSON and come back the same way.
  if (!raw.includes("\\")) return { style: "verbatim", text: raw };
  const text = unescapeJson(raw);
  if (text !== undefined) {
    if (escapeJson(text) === raw) return { style: "json", text };
    if (raw.includes("\\u") && escapeJsonAscii(text) === raw) return { style: "jsonAscii", text };
  }
  return { style: "verbatim", text: raw };
}


