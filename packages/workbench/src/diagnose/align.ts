/** How well the words around a value in the answer fit the words around a number somewhere else. Read by `unsupported-value` and `wrong-chunk`. */
import { contentWords, shareOf } from "./words.ts";

export interface Stretch {
  readonly start: number;
  readonly end: number;
}

/** The sentence, line or list item a place stands in. */
export function sentenceAt(text: string, start: number, end: number): Stretch {
  const ends = /[.!?](?=\s)|\n|[;]|\|/g;
  let from = 0;
  const before = text.slice(Math.max(0, start - 400), start);
  const offset = Math.max(0, start - 400);
  for (const match of before.matchAll(ends)) {
    // "Dr. ", "1. ", "$2.1": not the end of a sentence
    if (match[0] === "." && /(?:^|\s)(?:\w{1,2}|Mr|Mrs|St|No|approx|vs|e\.g|i\.e)$/.test(before.slice(0, match.index))) continue;
    from = offset + match.index + match[0].length;
  }
  if (from === 0) from = offset;
  const rest = text.slice(end, end + 400);
  ends.lastIndex = 0;
  const stop = ends.exec(rest);
  return { start: from, end: stop ? end + stop.index + 1 : Math.min(text.length, end + rest.length) };
}

/** Content words of the stretch around a place, the value itself left out. */
export const wordsAround = (text: string, start: number, end: number, around?: number): Set<string> => {
  if (around !== undefined) return contentWords(`${text.slice(Math.max(0, start - around), start)} ${text.slice(end, end + around)}`);
  const sentence = sentenceAt(text, start, end);
  return contentWords(`${text.slice(sentence.start, start)} ${text.slice(end, sentence.end)}`);
};
export const fit = (sentence: ReadonlySet<string>, text: string, start: number, end: number): number => shareOf(sentence, wordsAround(text, start, end, 260));
