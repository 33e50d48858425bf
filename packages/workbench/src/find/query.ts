/**
 * What is searched for: a text (typed, pasted, or read from an image) → its words in order, redacted as recordings are. Nothing of it is kept.
 *
 * A name or an id that the redactor takes goes on as the pseudonym it would have in a recording; the store only ever sees that. Beside it the word as it
 * was given stays in memory, for comparing with candidates: the redactor may take in three words what it left alone in a whole answer.
 */
import { pseudonymsIn } from "@whysaid/recorder/format";
import { misspeltDates } from "./misspelt-dates.ts";
import { folded, plainText } from "../store/search/shown.ts";
import { wordsIn, type PlacedWord } from "../store/search/words.ts";

/** Redacts one text: the recordings' own redactor (`redaction/check.ts`). */
export type Redact = (text: string) => { readonly text: string; readonly spans: readonly { readonly start: number; readonly end: number }[] };

export interface QueryWord extends PlacedWord {
  /** Other words that mean the same: the parts of the pseudonym that stands for it. */
  readonly also: readonly string[];
  /** Words it may have been meant for: they rank, but decide nothing. */
  readonly guesses: readonly string[];
  /** The redactor took it: it is not to be shown. */
  readonly isTaken: boolean;
  /** Read from an image in two ways: says neither that something is there nor that it is not. */
  readonly isDoubtful: boolean;
}
export interface Query {
  /** As it may be printed and sent to a store. */
  readonly redacted: string;
  /** As it was given, without markdown; never leaves this search. */
  readonly text: string;
  /** In order, at most `MAX_QUERY_WORDS`. */
  readonly words: readonly QueryWord[];
  /** Each redacted word once: what a store is asked for. */
  readonly searched: readonly string[];
  /** Parts in quotation marks, folded: they must stand in a document as they are. */
  readonly phrases: readonly (readonly string[])[];
}
export interface QueryText {
  readonly text: string;
  /** Offsets of what was read in two ways. */
  readonly doubtful?: readonly { readonly start: number; readonly end: number }[];
  /** Read from an image: neither markdown nor JSON, quotation marks mean nothing. */
  readonly isRead?: boolean;
}

/** A longer query is as well known by its beginning. */
export const MAX_QUERY_WORDS = 400;
const MAX_QUERY_UNITS = 20_000;
/** Quotation marks in something this long are the answer's own. */
const MAX_PHRASED_UNITS = 300;

export function queryOf(given: QueryText, redact: Redact): Query {
  const cut = given.text.slice(0, MAX_QUERY_UNITS);
  // Bring no pseudonyms of its own: brackets in a query are those of a copied recording, and stay.
  const text = given.isRead === true ? cut : plainText(cut);
  const { text: redacted, spans } = redact(text);
  const standIns = [...pseudonymsIn(redacted)];
  const own = [...pseudonymsIn(text)];
  const isPaired = standIns.length === spans.length + own.length;
  const spanOf = (word: PlacedWord): number => spans.findIndex(({ start, end }) => word.start < end && word.end > start);
  const words: QueryWord[] = [];
  const inSpan = new Map<number, number>();
  const placed = wordsIn(text).slice(0, MAX_QUERY_WORDS);
  const guessed = misspeltDates(placed.map((word) => ({ ...word, isTaken: spanOf(word) >= 0 })), redact);
  for (const [place, word] of placed.entries()) {
    const span = spanOf(word);
    const nth = inSpan.get(span) ?? 0;
    inSpan.set(span, nth + 1);
    const parts = span >= 0 && isPaired && own.length === 0 ? (standIns[span]?.parts ?? []) : [];
    words.push({ ...word, also: nth < parts.length ? [parts[nth] as string] : [], guesses: guessed.get(place) ?? [], isTaken: span >= 0, isDoubtful: (given.doubtful ?? []).some(({ start, end }) => word.start < end && word.end > start) });
  }
  const doubtful = new Set(words.filter(({ isDoubtful }) => isDoubtful).map(({ word }) => word));
  const searched = new Set<string>();
  for (const { word, kind } of wordsIn(redacted)) {
    if (searched.size >= MAX_QUERY_WORDS) break;
    if ((kind === "word" && word.length < 2 && word <= "\x7f") || doubtful.has(word)) continue;
    searched.add(word);
  }
  for (const { guesses } of words) for (const guess of guesses) searched.add(guess);
  const phrases = given.isRead === true || cut.length > MAX_PHRASED_UNITS ? [] : [...folded(cut).matchAll(/"([^"\n]{2,200})"/g)].map((match) => [...wordsIn(redact(match[1] as string).text)].map(({ word }) => word)).filter((phrase) => phrase.length > 0);
  return { redacted, text, words, searched: [...searched], phrases };
}
