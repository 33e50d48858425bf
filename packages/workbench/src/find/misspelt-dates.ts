/**
 * A date is one pseudonym, and a letter wrong in its month leaves none: "17 Sjptember" is no date to the redactor. What looks like a month beside a day is therefore redacted once more as the
 * month it looks like. A guess: it says which answer comes first, never that one is the match.
 */
import { pseudonymsIn } from "@whysaid/recorder/format";
import { distance } from "fastest-levenshtein";
import type { PlacedWord } from "../store/search/words.ts";
import type { Redact } from "./query.ts";

const format = new Intl.DateTimeFormat("en", { month: "long", timeZone: "UTC" });
const MONTHS: readonly string[] = Array.from({ length: 12 }, (_, month) => format.format(Date.UTC(2000, month)));
const DAY = /^(?:0?[1-9]|[12]\d|3[01])$/;
const YEAR = /^(?:19|20)\d\d$/;
const MAX_GUESSES = 24;

/** @returns for the place of each word that may be a month (or a day and a month run together): parts of the pseudonyms its date would have */
export function misspeltDates(words: readonly (PlacedWord & { readonly isTaken?: boolean })[], redact: Redact): ReadonlyMap<number, readonly string[]> {
  const guesses = new Map<number, readonly string[]>();
  let made = 0;
  for (const [place, { word, kind, isTaken = false }] of words.entries()) {
    if (kind !== "word" || word.length < 3 || word.length > 14) continue;
    const [, joined = "", letters = word] = /^(\d{1,2})([a-z].*)$/.exec(word) ?? [];
    const months = monthsLike(letters);
    if (months.length === 0) continue;
    const [before, behind] = [daysLike(joined === "" ? tokenBefore(words, place) : joined), daysLike(words[place + 1]?.word)];
    // What the redactor took whole, it knows; of "g7 December" it takes the 7th.
    if (isTaken && (before.length > 0 ? before : behind).length <= 1 && !isRunTogether(words, place)) continue;
    const parts: string[] = [];
    for (const month of months) {
      const year = words[place + (before.length > 0 ? 1 : 2)]?.word ?? "";
      const isYear = YEAR.test(year);
      const dates = before.length > 0 ? before.map((day) => (isYear ? `${day} ${month} ${year}` : `${day} ${month}`)) : behind.map((day) => (isYear ? `${month} ${day}, ${year}` : `${month} ${day}`));
      for (const date of dates) {
        if (made >= MAX_GUESSES) return guesses;
        made += 1;
        const [only, ...others] = pseudonymsIn(redact(date).text);
        if (only !== undefined && others.length === 0) parts.push(...only.parts);
      }
    }
    if (parts.length > 0) guesses.set(place, parts);
  }
  return guesses;
}

/** The months a word is, or is nearest to. */
function monthsLike(letters: string): readonly string[] {
  const apart = MONTHS.map((month) => distance(month.toLowerCase(), letters));
  const nearest = Math.min(...apart);
  return nearest > (letters.length < 7 ? 1 : 2) ? [] : MONTHS.filter((_, n) => apart[n] === nearest);
}

const isRunTogether = (words: readonly PlacedWord[], place: number): boolean => !DAY.test(tokenBefore(words, place) ?? "1");

/** "4k" is a figure and its unit to a search. */
function tokenBefore(words: readonly PlacedWord[], place: number): string | undefined {
  const [figure, unit] = [words[place - 2], words[place - 1]];
  return figure !== undefined && unit?.word.length === 1 && figure.end === unit.start ? figure.word + unit.word : unit?.word;
}

/** The day a word is, or with a letter in it ("4k", "l3") the days it may have been: without that letter, or with a figure for it. */
function daysLike(word: string | undefined): readonly string[] {
  if (word === undefined || DAY.test(word)) return word === undefined ? [] : [word];
  if (!/^(?:\d[a-z]|[a-z]\d|\d\d[a-z]|\d[a-z]\d|[a-z]\d\d)$/.test(word)) return [];
  const figures = word.replace(/[a-z]/, "");
  return [figures, ...(word.length === 2 ? Array.from({ length: 10 }, (_, figure) => word.replace(/[a-z]/, String(figure))) : [])].filter((day) => DAY.test(day) && !day.startsWith("0"));
}
