/**
 * Text → the words a search knows it by. Used when answers are indexed, when they are compared with a query, and on the query itself, so that all three agree.
 *
 * A number is one word, with its decimals; a pseudonym is one word for each of its keyed parts; where a script writes no spaces, words are pairs of characters.
 */
import { pseudonymsIn } from "@whysaid/recorder/format";

export type WordKind = "word" | "number" | "pseudonym";
export interface PlacedWord {
  /** Folded: lower case, no accents, one way to write a number. */
  readonly word: string;
  readonly kind: WordKind;
  /** UTF-16 offsets into the text. */
  readonly start: number;
  readonly end: number;
}

/** Longer words are cut: they are no words. */
const MAX_WORD_UNITS = 64;

const ASCII_ONLY = /^[\0-\x7f]*$/;
// A pseudonym or another of the redactor's marks; else letters and digits, with the decimals of a number.
const ASCII_RUN = /\[\[[A-Z][A-Z0-9_]*:[^\]\n]{1,400}\]\]|[A-Za-z0-9]+(?:(?<=[0-9])[.,][0-9]+)*/g;
const RUN = /⟦[A-Z][^⟧\n]{1,400}⟧|\[\[[A-Z][A-Z0-9_]*:[^\]\n]{1,400}\]\]|[\p{L}\p{M}\p{N}]+(?:(?<=\p{N})[.,]\p{N}+)*/gu;
const NUMBER = /^[0-9]+(?:[.,][0-9]+)*$/;
const NUMBER_AND_UNIT = /^([0-9]+(?:[.,][0-9]+)*)(\p{L}{1,4})$/u;
const UNSPACED = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}\p{Script=Lao}\p{Script=Khmer}\p{Script=Myanmar}]/u;
const UNSPACED_RUN = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}\p{Script=Lao}\p{Script=Khmer}\p{Script=Myanmar}\p{M}ー]+|[^\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}\p{Script=Lao}\p{Script=Khmer}\p{Script=Myanmar}]+/gu;

/** The words of a text in order, each with its place. Linear in the text. */
export function wordsIn(text: string): PlacedWord[] {
  const words: PlacedWord[] = [];
  const isAscii = ASCII_ONLY.test(text);
  const hasUnspaced = !isAscii && UNSPACED.test(text);
  for (const match of text.matchAll(isAscii ? ASCII_RUN : RUN)) {
    const [run] = match;
    const start = match.index;
    const end = start + run.length;
    const first = run.charCodeAt(0);
    if (first === OPEN || first === ASCII_OPEN) {
      for (const { parts } of pseudonymsIn(run)) for (const part of parts) words.push({ word: part, kind: "pseudonym", start, end });
    } else if (!hasUnspaced || !UNSPACED.test(run)) addRun(words, run, start, end);
    else addUnspaced(words, run, start);
  }
  return words;
}
const OPEN = "⟦".charCodeAt(0);
const ASCII_OPEN = "[".charCodeAt(0);

function addRun(words: PlacedWord[], run: string, start: number, end: number): void {
  const first = run.charCodeAt(0);
  const mayBeNumber = first >= 48 && first <= 57;
  if (!mayBeNumber) words.push({ word: foldedWord(run), kind: "word", start, end });
  else if (NUMBER.test(run)) words.push({ word: canonicalNumber(run), kind: "number", start, end });
  else {
    const [, figure = "", unit = ""] = NUMBER_AND_UNIT.exec(run) ?? [];
    if (figure === "") words.push({ word: foldedWord(run), kind: "word", start, end });
    else words.push({ word: canonicalNumber(figure), kind: "number", start, end: start + figure.length }, { word: foldedWord(unit), kind: "word", start: start + figure.length, end });
  }
}

function addUnspaced(words: PlacedWord[], run: string, start: number): void {
  for (const piece of run.matchAll(UNSPACED_RUN)) {
    const from = start + piece.index;
    if (!UNSPACED.test(piece[0])) {
      addRun(words, piece[0], from, from + piece[0].length);
      continue;
    }
    const characters = Array.from(piece[0]);
    let at = from;
    for (const [n, character] of characters.entries()) {
      const next = characters[n + 1];
      if (next !== undefined) words.push({ word: (character + next).toLowerCase(), kind: "word", start: at, end: at + character.length + next.length });
      else if (characters.length === 1) words.push({ word: character, kind: "word", start: at, end: at + character.length });
      at += character.length;
    }
  }
}

/** One way to write a number: `1,234.5` and `1.234.567,8` lose their thousands, `2,1` is `2.1`. Digits stay as they are: 2.10 is not 2.1. */
export function canonicalNumber(figure: string): string {
  if (!/[.,]/.test(figure)) return figure.slice(0, MAX_WORD_UNITS);
  if (/^\d{1,3}(?:,\d{3})+(?:\.\d+)?$/.test(figure)) return figure.replaceAll(",", "").slice(0, MAX_WORD_UNITS);
  if (/^\d{1,3}(?:\.\d{3})+(?:,\d+|\.\d{3})$/.test(figure)) return figure.replaceAll(".", "").replace(",", ".").slice(0, MAX_WORD_UNITS);
  if (/^\d+,\d+$/.test(figure)) return figure.replace(",", ".").slice(0, MAX_WORD_UNITS);
  return figure.replaceAll(",", ".").slice(0, MAX_WORD_UNITS);
}

const MARKS = /[\u0300-\u036f]/g;
export function foldedWord(word: string): string {
  const lower = word.toLowerCase();
  return (ASCII_ONLY.test(lower) ? lower : lower.normalize("NFKD").replace(MARKS, "").normalize("NFC")).slice(0, MAX_WORD_UNITS);
}

/** Each word of a text once, in the order of their first places; at most `limit`. One letter alone says nothing and is left out. */
export function distinctWords(text: string, limit: number): Set<string> {
  const words = new Set<string>();
  for (const { word, kind } of wordsIn(text)) {
    if (kind === "word" && word.length < 2 && word <= "\x7f") continue;
    words.add(word);
    if (words.size >= limit) break;
  }
  return words;
}
