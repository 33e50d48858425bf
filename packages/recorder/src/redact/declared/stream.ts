/**
 * A text as its folded letters and digits in a row, with what stood between them: the view declared values are searched in. One linear pass; offsets lead back
 * to the raw text. `&eacute;`, `%C3%A9`, `\u00e9` and `\\u00e9` fold to the letter they stand for.
 *
 * One stream is filled again for every window of every text: nothing is allocated per text.
 */
import { ESCAPE, NOTHING, SEPARATOR, WIDE, foldUnit, foldWide, isUpper } from "./fold.ts";

/** What stands before a letter or digit. */
export const gapBits = { space: 1, joint: 2, comma: 4, bracket: 8, line: 16, dot: 32, other: 64 } as const;
/** A letter that was a capital. */
export const UPPER = 1;
export const DIGIT = 2;
/** The letter before may belong to this word: `\n` in `CORP\natalie` is read as a line break, and perhaps it is none. */
export const AFTER_ESCAPE = 4;

export const WINDOW = 65_536;
/** No declared value is longer than this on the raw text, escapes included. */
export const OVERLAP = 2_048;
const CAPACITY = WINDOW + OVERLAP + 64;

export class Stream {
  /** Folded units in use. */
  length = 0;
  readonly unit: Uint16Array = new Uint16Array(CAPACITY);
  /** Raw offsets of what the unit stands for, `to` exclusive. */
  readonly from: Int32Array = new Int32Array(CAPACITY);
  readonly to: Int32Array = new Int32Array(CAPACITY);
  /** Bits of what stood before it (`gapBits`) and how many raw characters, at most 255. */
  readonly gap: Uint8Array = new Uint8Array(CAPACITY);
  readonly gapLength: Uint8Array = new Uint8Array(CAPACITY);
  readonly flags: Uint8Array = new Uint8Array(CAPACITY);
  /** Gap since the last unit, and where it began. */
  #gap = 0;
  #gapFrom = 0;
  #extra = 0;

  /**
   * Fill the stream from `raw[from]`, up to WINDOW + OVERLAP raw units.
   *
   * @returns the raw offset the reading stopped at
   */
  fill(raw: string, from: number): number {
    const { unit, from: starts, to: ends, gap, gapLength, flags } = this;
    const end = Math.min(raw.length, from + WINDOW + OVERLAP);
    let at = from;
    // Kept in locals for the plain characters most texts are made of; the rest goes through the fields.
    let count = 0;
    let bits: number = from === 0 ? gapBits.line : 0;
    let gapFrom = from;
    this.#extra = 0;
    while (at < end && count < CAPACITY - 16) {
      const code = raw.charCodeAt(at);
      const folded = foldUnit(code);
      if (folded > ESCAPE) {
        unit[count] = folded;
        starts[count] = at;
        flags[count] = (isUpper(code) ? UPPER : 0) | (folded < 0x3a && folded >= 0x30 ? DIGIT : 0);
        if (this.#extra !== 0) {
          flags[count] = (flags[count] as number) | this.#extra;
          this.#extra = 0;
        }
        gap[count] = bits;
        gapLength[count] = bits === 0 ? 0 : at - gapFrom > 255 ? 255 : at - gapFrom;
        at += 1;
        ends[count] = at;
        gapFrom = at;
        bits = 0;
        count += 1;
      } else if (folded === SEPARATOR) {
        bits |= code < 128 ? (asciiGaps[code] as number) : gapBitOf(code);
        at += 1;
      } else if (folded === NOTHING) at += 1;
      else {
        this.length = count;
        this.#gap = bits;
        this.#gapFrom = gapFrom;
        if (folded === WIDE) {
          const character = String.fromCodePoint(raw.codePointAt(at) as number);
          this.#putWide(character, at, at + character.length);
          at += character.length;
        } else at = this.#escape(raw, at);
        count = this.length;
        bits = this.#gap;
        gapFrom = this.#gapFrom;
      }
    }
    this.length = count;
    return at;
  }

  #put(folded: number, start: number, stop: number, upper: boolean): void {
    const index = this.length;
    this.unit[index] = folded;
    this.from[index] = start;
    this.to[index] = stop;
    this.gap[index] = this.#gap;
    const width = start - this.#gapFrom;
    this.gapLength[index] = this.#gap === 0 ? 0 : width > 255 ? 255 : width;
    this.flags[index] = (upper ? UPPER : 0) | (folded >= 0x30 && folded <= 0x39 ? DIGIT : 0) | this.#extra;
    this.length = index + 1;
    this.#gap = 0;
    this.#gapFrom = stop;
    this.#extra = 0;
  }

  /** `ß`, or one character outside the BMP: no more than four letters, for which CAPACITY leaves room. */
  #putWide(character: string, start: number, stop: number): void {
    const letters = foldWide(character).slice(0, 4);
    if (letters === "") this.#gap |= gapBits.other;
    const upper = character !== character.toLowerCase();
    for (let index = 0; index < letters.length; index += 1) this.#put(letters.charCodeAt(index), start, stop, upper && index === 0);
  }

  #escape(raw: string, at: number): number {
    const escape = readEscape(raw, at);
    if (escape === undefined) {
      this.#gap |= gapBits.other;
      let next = at + 1;
      // A run of backslashes that escapes nothing is passed over at once: looking at its end from each of them would cost its square.
      while (raw.charCodeAt(at) === 0x5c && raw.charCodeAt(next) === 0x5c) next += 1;
      return next;
    }
    const stop = at + escape.length;
    if (escape.ambiguous === true) this.#extra = AFTER_ESCAPE;
    for (const character of escape.text) {
      const code = character.codePointAt(0) as number;
      const folded = code > 0xffff ? WIDE : foldUnit(code);
      if (folded > ESCAPE) this.#put(folded, at, stop, isUpper(code));
      else if (folded === WIDE) this.#putWide(character, at, stop);
      else if (folded !== NOTHING) this.#gap |= gapBitOf(code);
    }
    return stop;
  }
}

function gapBitOf(code: number): number {
  // Full-width punctuation is its ASCII original.
  if (code >= 0xff01 && code <= 0xff5e) return gapBitOf(code - 0xfee0);
  switch (code) {
    case 0x20: case 0xa0: case 0x09: case 0x202f: case 0x2009: case 0x3000:
      return gapBits.space;
    case 0x0a: case 0x0d:
      return gapBits.line;
    case 0x2e:
      return gapBits.dot;
    case 0x2d: case 0x5f: case 0x27: case 0x2b: case 0x2f: case 0x60: case 0xb4: case 0xb7: case 0x2019: case 0x2018: case 0x2010: case 0x2011: case 0x2012: case 0x2013: case 0x2212: case 0x2bc:
      return gapBits.joint;
    case 0x2c: case 0x5e:
      return gapBits.comma;
    case 0x28: case 0x29:
      return gapBits.bracket;
    default:
      return code > 0xff && /\s/.test(String.fromCharCode(code)) ? gapBits.space : gapBits.other;
  }
}

const asciiGaps = Uint8Array.from({ length: 128 }, (_, code) => gapBitOf(code));

interface Escape {
  readonly text: string;
  readonly length: number;
  readonly ambiguous?: boolean;
}

const ENTITY = /&(?:#x([0-9a-f]{1,6})|#(\d{1,7})|([a-z]{2,8}));/iy;
const PERCENT = /(?:%[0-9a-f]{2}){1,4}/iy;

/** The text an escape at this offset stands for, or undefined when it is none. Any number of backslashes before it: JSON inside JSON doubles them. */
function readEscape(raw: string, at: number): Escape | undefined {
  const code = raw.charCodeAt(at);
  if (code === 0x5c) {
    let letter = at + 1;
    while (raw.charCodeAt(letter) === 0x5c) letter += 1;
    const kind = raw.charCodeAt(letter);
    if (kind === 0x75 /* u */) {
      const unit = hex4(raw, letter + 1);
      if (unit >= 0) {
        // A pair of escapes may be one character outside the BMP.
        if (unit >= 0xd800 && unit < 0xdc00 && raw.startsWith(raw.slice(at, letter + 1), letter + 5)) {
          const low = hex4(raw, letter + 5 + (letter + 1 - at));
          if (low >= 0xdc00 && low <= 0xdfff) return { text: String.fromCharCode(unit, low), length: (letter + 5 - at) * 2 };
        }
        return { text: String.fromCharCode(unit), length: letter + 5 - at };
      }
    }
    if (kind === 0x78 /* x */ && /^[0-9a-fA-F]{2}$/.test(raw.slice(letter + 1, letter + 3))) return { text: String.fromCharCode(parseInt(raw.slice(letter + 1, letter + 3), 16)), length: letter + 3 - at };
    if (kind === 0x6e || kind === 0x72 || kind === 0x74 || kind === 0x62 || kind === 0x66) return { text: "\n", length: letter + 1 - at, ambiguous: true };
    return undefined;
  }
  if (code === 0x25) {
    PERCENT.lastIndex = at;
    const match = PERCENT.exec(raw);
    if (match === null) return undefined;
    // As many bytes as the first one says (UTF-8), or one byte of Latin-1.
    const first = parseInt(match[0].slice(1, 3), 16);
    const bytes = first < 0x80 ? 1 : first >= 0xf0 ? 4 : first >= 0xe0 ? 3 : first >= 0xc0 ? 2 : 1;
    const escaped = match[0].slice(0, bytes * 3);
    try {
      return { text: decodeURIComponent(escaped), length: escaped.length };
    } catch {
      return { text: String.fromCharCode(first), length: 3 };
    }
  }
  ENTITY.lastIndex = at;
  const match = ENTITY.exec(raw);
  if (match === null) return undefined;
  const number = match[1] === undefined ? (match[2] === undefined ? undefined : Number(match[2])) : parseInt(match[1], 16);
  if (number !== undefined) return number > 0x10ffff ? undefined : { text: String.fromCodePoint(number), length: match[0].length };
  const named = namedEntity(match[3] as string);
  return named === undefined ? undefined : { text: named, length: match[0].length };
}

function hex4(raw: string, at: number): number {
  const digits = raw.slice(at, at + 4);
  return /^[0-9a-fA-F]{4}$/.test(digits) ? parseInt(digits, 16) : -1;
}

/** `&eacute;` is e + acute: the accent does not matter here, the base letter does. */
function namedEntity(name: string): string | undefined {
  const accented = /^([a-z])(?:acute|grave|circ|tilde|uml|ring|cedil|caron|slash|macr|breve|ogon|dot)$/i.exec(name);
  if (accented !== null) return accented[1];
  const lower = name.toLowerCase();
  if (lower === "szlig") return "ß";
  if (lower === "aelig") return "æ";
  if (lower === "oelig") return "œ";
  if (lower === "eth") return "ð";
  if (lower === "thorn") return "þ";
  if (lower === "nbsp" || lower === "ensp" || lower === "emsp" || lower === "thinsp") return " ";
  if (lower === "amp" || lower === "lt" || lower === "gt" || lower === "quot") return "|";
  if (lower === "apos" || lower === "rsquo" || lower === "lsquo") return "'";
  if (lower === "shy" || lower === "zwnj" || lower === "zwj") return "\u00ad";
  return undefined;
}
