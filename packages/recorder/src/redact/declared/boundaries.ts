/** Where words begin and end in the stream, and what stands between them: camel case, digits beside letters, scripts without spaces, dots that end a sentence and dots that do not. */
import { DIGIT, UPPER, gapBits, type Stream } from "./stream.ts";

/** What may stand between the parts of one name. */
export const SOFT: number = gapBits.space | gapBits.joint | gapBits.line | gapBits.dot;

/** Whether a word can begin at the unit. */
export function startsWord(stream: Stream, at: number): boolean {
  const { unit, gap, flags } = stream;
  if ((gap[at] as number) !== 0 || at === 0) return true;
  const here = flags[at] as number;
  const before = flags[at - 1] as number;
  if ((here & DIGIT) !== (before & DIGIT)) return true;
  if ((here & UPPER) !== 0 && ((before & UPPER) === 0 || lowerFollows(stream, at))) return true;
  return isUnspaced(unit[at] as number);
}

/** `HTTPServer`: the S starts a word. */
function lowerFollows(stream: Stream, at: number): boolean {
  const { gap, flags, length } = stream;
  return at + 1 < length && gap[at + 1] === 0 && ((flags[at + 1] as number) & (UPPER | DIGIT)) === 0;
}

/** Whether a word can end before the unit `end`. */
export function endsWord(stream: Stream, end: number): boolean {
  const { unit, gap, flags, length } = stream;
  if (end >= length || (gap[end] as number) !== 0) return true;
  const here = flags[end] as number;
  const last = flags[end - 1] as number;
  if ((here & DIGIT) !== (last & DIGIT)) return true;
  if ((here & UPPER) !== 0 && (last & UPPER) === 0) return true;
  return isUnspaced(unit[end] as number) || isUnspaced(unit[end - 1] as number);
}

export function isCapital(stream: Stream, at: number): boolean {
  return ((stream.flags[at] as number) & UPPER) !== 0;
}

/** A letter that stands by itself. */
export function isSingle(stream: Stream, at: number): boolean {
  return (stream.gap[at] as number) !== 0 && endsWord(stream, at + 1);
}

/** Whether what stands before the unit can stand inside a name. */
export function isSoftly(stream: Stream, at: number): boolean {
  return ((stream.gap[at] as number) & ~SOFT) === 0 && (stream.gap[at] as number) !== 0 && (stream.gapLength[at] as number) <= 8 && !endsSentence(stream, at);
}

/** A dot and a space before the unit; after an initial they end nothing. */
export function endsSentence(stream: Stream, at: number): boolean {
  const bits = stream.gap[at] as number;
  if ((bits & gapBits.dot) === 0 || (bits & (gapBits.space | gapBits.line)) === 0) return false;
  return !(at === 1 || ((stream.gap[at - 1] as number) !== 0 && ((stream.flags[at - 1] as number) & UPPER) !== 0));
}

/** The unit after the word that begins here; no word is longer than 40. */
export function wordEnd(stream: Stream, at: number): number {
  const { gap, length } = stream;
  let end = at + 1;
  while (end < length && gap[end] === 0 && end - at < 40) end += 1;
  return end;
}

/** Where the word before the unit begins. */
export function wordStart(stream: Stream, before: number): number {
  let at = before - 1;
  while (at > 0 && stream.gap[at] === 0 && before - at < 40) at -= 1;
  return at;
}

/** Folded letters of the units. */
export function wordText(stream: Stream, from: number, to: number): string {
  return String.fromCharCode(...stream.unit.subarray(from, to));
}

/** Scripts written without spaces: a word can start and end at any character. */
const isUnspaced = (unit: number): boolean => unit >= 0x0e00 && ((unit >= 0x2e80 && unit < 0xd800) || (unit >= 0x1100 && unit < 0x1200) || unit < 0x1000 || unit >= 0xf900);
