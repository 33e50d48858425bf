/**
 * One JSON text, cut into its literal pieces and the texts between them. Long strings are texts of their own, so that a message that comes again in the
 * next body is stored once; short ones stay in the literals unless redaction takes them.
 */
import { escapeJson, escapeJsonAscii, type PieceStyle } from "../format/body.ts";
import { scanJson, type JsonPlace, type JsonScanState, type JsonVisitor } from "../format/json-scan.ts";
import type { RedactionScope, Where } from "../redact/redactor.ts";
import { addText, noPieces, type HeldPieces } from "./body.ts";

/** From this length a string is a text of its own: below it, the reference and the two literals it parts cost more than they save. */
export const MIN_TEXT_UNITS = 32;

/** What a splitter asks of redaction. */
export type Asked = Pick<RedactionScope, "text" | "literal" | "takesNumber" | "off">;

export type BodySignal = Extract<Where["signal"], "input" | "completion">;

/** A place where a piece ended: from here the scan can go on in another body that is the same so far. */
export interface Boundary {
  /** Pieces up to here. */
  readonly pieces: number;
  readonly state: JsonScanState;
}

/** Cut one JSON text; a text that is none is one verbatim piece. */
export function splitJson(text: string, scope: Asked, signal: BodySignal): HeldPieces {
  const splitter = new JsonSplitter(text, scope, signal);
  if (scanJson(text, splitter.visitor) >= 0) return wholeText(text, scope, signal);
  return splitter.end(text.length);
}

export function wholeText(text: string, scope: Asked, signal: BodySignal): HeldPieces {
  const pieces = noPieces();
  if (text !== "") addText(pieces, scope.text(text, { signal }), "verbatim");
  return pieces;
}

/** The visitor that does it. `last` is where the literal being passed over began. */
export class JsonSplitter {
  readonly visitor: JsonVisitor;
  readonly #text: string;
  readonly #scope: Asked;
  readonly #signal: BodySignal;
  readonly #pieces: HeldPieces;
  readonly #boundaries: Boundary[] | undefined;
  #last: number;

  /**
   * @param from        go on behind pieces that already cover the text up to this offset
   * @param boundaries  where to note the places the scan can be taken up again at
   */
  constructor(text: string, scope: Asked, signal: BodySignal, from: { readonly pieces: HeldPieces; readonly offset: number } = { pieces: noPieces(), offset: 0 }, boundaries?: Boundary[]) {
    this.#text = text;
    this.#scope = scope;
    this.#signal = signal;
    this.#pieces = from.pieces;
    this.#boundaries = boundaries;
    this.#last = from.offset;
    this.visitor = scope.off
      ? { string: (start, end, place) => void (end - start >= MIN_TEXT_UNITS && this.#long(start, end, place)) }
      : { key: (start, end) => this.#askKey(start, end), string: (start, end, place) => this.#ask(start, end, place), number: (start, end, place) => this.#askNumber(start, end, place) };
  }

  /** The pieces of the text up to `end`. */
  end(end: number): HeldPieces {
    this.#literal(end);
    return this.#pieces;
  }

  /** With redaction off nobody has to be asked about short strings, nor told of paths. */
  #long(start: number, end: number, place: JsonPlace): void {
    const { style, text, json } = styleOf(this.#text, start, end);
    this.#literal(start);
    addText(this.#pieces, this.#scope.text(text, { signal: this.#signal }), style, json);
    this.#ended(end, place);
  }

  #askKey(start: number, end: number): void {
    if (!isPlainKey(this.#text.slice(start, end))) this.#ask(start, end, undefined);
  }

  #ask(start: number, end: number, place: JsonPlace | undefined): void {
    if (start === end) return;
    const { style, text, json } = styleOf(this.#text, start, end);
    const redacted = this.#scope.text(text, place === undefined ? { signal: this.#signal } : { signal: this.#signal, path: place.path });
    if (redacted === text && (place === undefined || end - start < MIN_TEXT_UNITS)) return;
    this.#literal(start);
    addText(this.#pieces, redacted, style, redacted === text ? json : undefined);
    this.#ended(end, place);
  }

  #askNumber(start: number, end: number, place: JsonPlace): void {
    const where = { signal: this.#signal, path: place.path };
    const raw = this.#text.slice(start, end);
    if (!this.#scope.takesNumber(raw, where)) return;
    this.#literal(start);
    addText(this.#pieces, this.#scope.text(raw, where), "number");
    this.#last = end;
  }

  /** A piece ended here. After a value the scan can be taken up again: the literal that follows begins with the closing quote. */
  #ended(end: number, place: JsonPlace | undefined): void {
    this.#last = end;
    if (place !== undefined) this.#boundaries?.push({ pieces: this.#pieces.texts.length, state: place.save() });
  }

  #literal(end: number): void {
    if (end > this.#last) addText(this.#pieces, this.#scope.literal(this.#text.slice(this.#last, end)), "verbatim");
    this.#last = end;
  }
}

/** A key that is a field's name holds nobody's name: only others (records keyed by id or person) are asked about. */
export const isPlainKey = (key: string): boolean => /^[A-Za-z_$][A-Za-z_$-]*$/.test(key);

export interface Spelled {
  readonly style: PieceStyle;
  readonly text: string;
  /** The raw inside, when it is one JSON spelling of `text`. */
  readonly json: string | undefined;
}
/** A raw one inside a string is no JSON, though some servers send it. */
// oxlint-disable-next-line no-control-regex -- they are what is looked for
const CONTROL = /[\u0000-\u001f]/;

/**
 * The text that the JSON string with its inside at `[start, end)` stands for, and the style that writes it back exactly; the raw inside itself where no style does.
 */
export function styleOf(body: string, start: number, end: number): Spelled {
  const raw = body.slice(start, end);
  // Without an escape the text is its own spelling.
  if (!raw.includes("\\")) return { style: "verbatim", text: raw, json: CONTROL.test(raw) ? undefined : raw };
  let text: string;
  try {
    text = JSON.parse(body.slice(start - 1, end + 1)) as string;
  } catch {
    return { style: "verbatim", text: raw, json: undefined };
  }
  // The short escapes are spelled one way only; what can be spelled in two is compared.
  if (!(raw.includes("\\u") || raw.includes("\\/")) || escapeJson(text) === raw) return { style: "json", text, json: raw };
  return escapeJsonAscii(text) === raw ? { style: "jsonAscii", text, json: raw } : { style: "verbatim", text: raw, json: undefined };
}
