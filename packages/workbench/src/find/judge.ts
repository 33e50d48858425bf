/**
 * How sure a search is. One answer is a *match* only when the query decides for it: everything that could be another answer lacks something the query
 * has, and nothing the query says contradicts it. One misread digit must not silently pick another patient.
 */
import type { PlacedWord } from "../store/search/words.ts";
import type { Compared } from "./compare.ts";
import type { Query, QueryWord } from "./query.ts";
import type { Vocabulary } from "./vocabulary.ts";

export type Certainty = "match" | "one-of" | "weak" | "not-found";
export interface Judgement {
  readonly kind: Certainty;
  /** The best first; of `one-of` those the query does not tell apart, then what comes after them. */
  readonly ranked: readonly Compared[];
  /** How many the query does not tell apart, the best included; 1 for a match. */
  readonly of: number;
  /** There may be more: the search stopped looking. */
  readonly isOfAtLeast: boolean;
  /** In what they differ, a few of the values. Empty when they are equal or have nothing else in common. */
  readonly differingIn: readonly string[];
  /** What the query says and the best has otherwise: it is near, but not it. Redacted. */
  readonly contradicted: readonly string[];
}

/** Of the words between the first and the last that match, these must match on both sides. */
const DENSE = 0.7;
const SPARSE = 0.35;
/** So many words in a row are no chance, whatever stands around them. */
const ENOUGH_WORDS = 8;
/** Further behind than this it is no rival. */
const RIVAL = 0.6;
const MAX_RIVALS = 300;

/** @param counts  in how many documents a word stands, 0 for an unknown one */
export function judge(query: Query, vocabulary: Vocabulary, compared: readonly Compared[], counts: ReadonlyMap<string, number>): Judgement {
  const passing = compared.filter(({ words, alignment }) => query.phrases.every((phrase) => hasPhrase(words, phrase)) && alignment.pairs.length > 0);
  const [best] = passing;
  const none: Judgement = { kind: "not-found", ranked: [], of: 0, isOfAtLeast: false, differingIn: [], contradicted: [] };
  if (best === undefined) return none;
  const { pairs } = best.alignment;
  const first = pairs[0] as { query: number; document: number };
  const last = pairs.at(-1) as { query: number; document: number };
  const said = query.words.slice(first.query, last.query + 1).filter(({ isDoubtful }) => !isDoubtful).length;
  const within = [...best.filled.places].filter((place) => place > first.query && place < last.query && query.words[place]?.isDoubtful === false).length;
  const inQuery = (pairs.length + within) / Math.max(1, said);
  const inDocument = Math.min(1, (pairs.length + best.filled.documentWords) / (last.document - first.document + 1));
  const isWhole = pairs.length === query.words.length || (query.phrases.length > 0 && query.words.length <= 12);
  // What only looks alike is half a word's evidence.
  const matching = pairs.length + within / 2;
  const isEnough = isWhole || matching >= ENOUGH_WORDS || (pairs.length >= 4 && pairs.length >= 0.8 * best.words.length);
  const dense = Math.min(inQuery, inDocument);
  const isShortest = query.words.length <= 3;
  if (!isEnough && (dense < SPARSE || matching < Math.min(3, query.words.length)) && !isShortest) return none;
  const rivals = passing.slice(0, MAX_RIVALS).filter((one) => one !== best && one.score >= RIVAL * best.score && !decides(query, vocabulary, best, one));
  const contradicted = contradictionsOf(query, best, counts);
  const ranked = [best, ...rivals, ...passing.filter((one) => one !== best && !rivals.includes(one))];
  const of = rivals.length + 1;
  const shared = { ranked, of, isOfAtLeast: of >= MAX_RIVALS, differingIn: differences(best, rivals), contradicted };
  if (!isEnough || dense < DENSE) return { ...shared, kind: "weak" };
  if (rivals.length > 0) return { ...shared, kind: "one-of" };
  return { ...shared, kind: contradicted.length > 0 ? "weak" : "match" };
}

/** Something the query says that the one has and the other has not, and nothing the other way round. */
function decides(query: Query, vocabulary: Vocabulary, one: Compared, other: Compared): boolean {
  const has = decisive(query, vocabulary, one).filter((place) => !other.matched.has(place));
  return has.length > 0 && !decisive(query, vocabulary, other).some((place) => !one.matched.has(place));
}

const known = new WeakMap<Compared, readonly number[]>();
/** Places of the query that count as evidence: read one way, exactly the document's word, with a neighbour that matches too. */
function decisive(query: Query, vocabulary: Vocabulary, one: Compared): readonly number[] {
  const before = known.get(one);
  if (before !== undefined) return before;
  const { pairs } = one.alignment;
  const places = pairs.flatMap((pair, n) => {
    const word = query.words[pair.query] as QueryWord;
    const documentWord = one.words[pair.document] as PlacedWord;
    if (word.isDoubtful || !vocabulary.isExact(documentWord.word)) return [];
    if (word.kind === "word" && word.word.length < 4 && query.words.length > 3) return [];
    const next = pairs[n + 1];
    const previous = pairs[n - 1];
    const isBeside = (neighbour: { query: number; document: number } | undefined): boolean => neighbour !== undefined && Math.abs(neighbour.query - pair.query) <= 2 && Math.abs(neighbour.document - pair.document) <= 2;
    return query.words.length === 1 || isBeside(next) || isBeside(previous) ? [pair.query] : [];
  });
  known.set(one, places);
  return places;
}

/** Numbers, and words other answers have, that face another one in the document; numbers that stand between two words which follow each other in the document. */
function contradictionsOf(query: Query, best: Compared, counts: ReadonlyMap<string, number>): readonly string[] {
  const { pairs, differing } = best.alignment;
  const documentOf = new Map(pairs.map((pair) => [pair.query, pair.document]));
  const found = new Set<string>();
  const isBesideMatch = (place: number): boolean => documentOf.has(place - 1) || documentOf.has(place + 1);
  for (const pair of differing) {
    const word = query.words[pair.query] as QueryWord;
    const facing = best.words[pair.document] as PlacedWord;
    if (word.isDoubtful || word.isTaken || !isBesideMatch(pair.query)) continue;
    const isNumber = word.kind === "number" && facing.kind === "number";
    const isOtherWord = word.kind === "word" && facing.kind === "word" && word.word.length >= 4 && facing.word.length >= 4 && (counts.get(word.word) ?? 0) > 0;
    if (isNumber || isOtherWord) found.add(word.word);
  }
  for (const [place, word] of query.words.entries()) {
    if (word.kind !== "number" || word.isDoubtful || word.isTaken || documentOf.has(place) || isDayOfGuess(query, documentOf, place)) continue;
    const before = documentOf.get(place - 1);
    const after = documentOf.get(place + 1);
    if (before !== undefined && after === before + 1) found.add(word.word);
  }
  return [...found].slice(0, 5);
}

/** The day, or year, of a date whose month was misspelt: one word with it in the document. */
const isDayOfGuess = (query: Query, documentOf: ReadonlyMap<number, number>, place: number): boolean => [place - 2, place - 1, place + 1].some((near) => documentOf.has(near) && (query.words[near]?.guesses.length ?? 0) > 0);

function hasPhrase(words: readonly PlacedWord[], phrase: readonly string[]): boolean {
  for (let at = 0; at + phrase.length <= words.length; at += 1) if (phrase.every((word, n) => words[at + n]?.word === word)) return true;
  return false;
}

const MAX_DIFFERENCES = 6;
/** Values that stand in one of them and not in all, numbers with the word behind them. */
function differences(best: Compared, rivals: readonly Compared[]): readonly string[] {
  if (rivals.length === 0) return [];
  const all = [best, ...rivals].map(({ words }) => new Set(words.map(({ word }) => word)));
  const inAll = new Set([...(all[0] as Set<string>)].filter((word) => all.every((set) => set.has(word))));
  const values: string[] = [];
  for (const one of [best, ...rivals]) {
    const own = one.words.filter(({ word }) => !inAll.has(word));
    // Two texts that only share a passage differ in everything: that is no value.
    if (own.length > Math.max(6, one.words.length * 0.25)) return [];
    for (const value of own) {
      const at = one.words.indexOf(value);
      const unit = value.kind === "number" ? one.words[at + 1] : undefined;
      const isUnit = unit !== undefined && unit.start - value.end <= 1 && unit.kind === "word" && unit.end - unit.start <= 8;
      const shown = one.candidate.document.slice(value.start, isUnit ? unit.end : value.end);
      if (!values.includes(shown)) values.push(shown);
      if (values.length >= MAX_DIFFERENCES) return values;
    }
  }
  return values;
}
