/**
 * The text as tokens: the one pass that every rule of the detected layer works on.
 *
 * A token is a run of letters (with the combining marks and zero-width characters in it), a run of digits, or one other character;
 * spaces are no tokens. Per token: offsets, kind, letter case, the hash of the folded word, its roles (roles.ts) and facts (words.ts).
 */
import { charClass, foldTables, hashEnd, hashSeed, hashStep } from "./fold.ts";
import type { KnownWords } from "./known-words.ts";

export const kind = { word: 1, digits: 2, mark: 3 } as const;
/** Letter case of a word: `Title` has lower-case letters after a first capital; `initial` is one capital letter alone. */
export const shape = { lower: 0, title: 1, upper: 2, mixed: 3, initial: 4 } as const;

/** What stands before a token: nothing (it touches the one before), a space, a line break. */
export const gap = { none: 0, space: 1, line: 2 } as const;

export interface Scan {
  readonly text: string;
  /** Number of tokens. */
  readonly count: number;
  readonly start: Int32Array;
  readonly end: Int32Array;
  readonly kind: Uint8Array;
  readonly shape: Uint8Array;
  readonly gap: Uint8Array;
  /** `wordHash` of a word; the UTF-16 unit of a mark; 0 for digits. */
  readonly hash: Uint32Array;
  /** Roles of a word (roles.ts). */
  readonly roles: Int32Array;
  /** Facts of a word (words.ts). */
  readonly facts: Uint16Array;
}

/** Letters of a word that are hashed; what is longer is no word. */
const maxWordUnits = 48;

class Buffers {
  size = 0;
  start = new Int32Array(0);
  end = new Int32Array(0);
  kind = new Uint8Array(0);
  shape = new Uint8Array(0);
  gap = new Uint8Array(0);
  hash = new Uint32Array(0);
  roles = new Int32Array(0);
  facts = new Uint16Array(0);

  grow(size: number, used: number): void {
    const next = new Buffers();
    next.size = size;
    next.start = new Int32Array(size);
    next.end = new Int32Array(size);
    next.kind = new Uint8Array(size);
    next.shape = new Uint8Array(size);
    next.gap = new Uint8Array(size);
    next.hash = new Uint32Array(size);
    next.roles = new Int32Array(size);
    next.facts = new Uint16Array(size);
    if (used > 0) {
      next.start.set(this.start);
      next.end.set(this.end);
      next.kind.set(this.kind);
      next.shape.set(this.shape);
      next.gap.set(this.gap);
      next.hash.set(this.hash);
      next.roles.set(this.roles);
      next.facts.set(this.facts);
    }
    Object.assign(this, next);
  }
}

const backslash = 0x5c;
const maxBackslashes = 4;

/** The letter that `\\uXXXX` at `at` stands for, times 256, plus the length of the escape; 0 when no letter is written there. */
function escapedLetter(text: string, at: number): number {
  let slashes = 1;
  while (slashes < maxBackslashes && text.charCodeAt(at + slashes) === backslash) slashes += 1;
  if (text.charCodeAt(at + slashes) !== 0x75) return 0;
  const hex = text.slice(at + slashes + 1, at + slashes + 5);
  if (!/^[0-9a-f]{4}$/i.test(hex)) return 0;
  const unit = Number.parseInt(hex, 16);
  const { classes } = foldTables();
  return classes[unit] === charClass.lower || classes[unit] === charClass.upper ? unit * 256 + slashes + 5 : 0;
}

// One set of buffers is reused: detection is synchronous, and a scan is dead before the next begins.
const shared = new Buffers();
const keptTokens = 1 << 17;

/** Tokenize `text`. The result is valid until the next call. */
export function scan(text: string, words: KnownWords): Scan {
  const { classes, folded } = foldTables();
  const length = text.length;
  if (shared.size === 0 || shared.size > keptTokens) shared.grow(keptTokens >> 2, 0);
  let count = 0;
  let before: number = gap.line;
  let at = 0;
  while (at < length) {
    const unit = text.charCodeAt(at);
    const unitClass = classes[unit];
    if (unitClass === charClass.space || unitClass === charClass.skip) {
      if (unitClass === charClass.space && before === gap.none) before = gap.space;
      at += 1;
      continue;
    }
    if (unitClass === charClass.newline) {
      before = gap.line;
      at += 1;
      continue;
    }
    // no text has more tokens than characters
    if (count === shared.size) shared.grow(Math.min(shared.size * 4, length), count);
    shared.start[count] = at;
    shared.gap[count] = before;
    before = gap.none;
    if (unitClass === charClass.digit) {
      do at += 1;
      while (at < length && classes[text.charCodeAt(at)] === charClass.digit);
      shared.kind[count] = kind.digits;
      shared.shape[count] = 0;
      shared.hash[count] = 0;
      shared.roles[count] = 0;
      shared.facts[count] = 0;
    } else if (unitClass === charClass.other) {
      at += 1;
      shared.kind[count] = kind.mark;
      shared.shape[count] = 0;
      shared.hash[count] = unit;
      shared.roles[count] = 0;
      shared.facts[count] = 0;
    } else {
      let hash = hashSeed;
      let letters = 0;
      let uppers = 0;
      let letterEnd = at;
      const firstUpper = unitClass === charClass.upper;
      while (at < length) {
        const letter = text.charCodeAt(at);
        const letterClass = classes[letter] ?? 0;
        if (letterClass === charClass.upper || letterClass === charClass.lower) {
          if (letters < maxWordUnits) hash = hashStep(hash, folded[letter] ?? letter);
          letters += 1;
          if (letterClass === charClass.upper) uppers += 1;
          at += 1;
          letterEnd = at;
        } else if (letterClass === charClass.skip) at += 1;
        else if (letter === backslash) {
          // "Sep\u00falveda", as JSON writes it, is one word
          const escape = escapedLetter(text, at);
          if (escape === 0) break;
          if (letters < maxWordUnits) hash = hashStep(hash, folded[escape >>> 8] ?? 0);
          letters += 1;
          if (classes[escape >>> 8] === charClass.upper) uppers += 1;
          at += escape & 0xff;
          letterEnd = at;
        } else break;
      }
      at = letterEnd;
      const word = letters < maxWordUnits ? hashEnd(hash) : 0;
      shared.kind[count] = kind.word;
      shared.shape[count] = uppers === 0 ? shape.lower : uppers === letters ? (letters === 1 ? shape.initial : shape.upper) : firstUpper && uppers === 1 ? shape.title : shape.mixed;
      shared.hash[count] = word;
      const slot = words.slotOf(word);
      shared.roles[count] = words.roles[slot] as number;
      shared.facts[count] = letters < 2 ? 0 : (words.facts[slot] as number);
    }
    shared.end[count] = at;
    count += 1;
  }
  return { text, count, start: shared.start, end: shared.end, kind: shared.kind, shape: shared.shape, gap: shared.gap, hash: shared.hash, roles: shared.roles, facts: shared.facts };
}
