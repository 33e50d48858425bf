/**
 * The documents of a pool, each laid beside the query. What weighs is what tells them apart: a word that all candidates have says nothing, the one number in
 * which two hundred siblings differ says everything.
 */
import type { Candidate, WeightedWord } from "../store/search/search.ts";
import { wordsIn, type PlacedWord } from "../store/search/words.ts";
import { align, type Alignment } from "./align.ts";
import { filledBetween, type Filled } from "./letters.ts";
import type { Query } from "./query.ts";
import type { Vocabulary } from "./vocabulary.ts";

export interface Compared {
  readonly candidate: Candidate;
  readonly words: readonly PlacedWord[];
  readonly alignment: Alignment;
  /** What is there between the matching words but for some letters. */
  readonly filled: Filled;
  readonly score: number;
  /** Places of the query's words that this document has where the query has them. */
  readonly matched: ReadonlySet<number>;
}

/** Work of one search, in compared word pairs: about 40 ms. */
const MAX_CELLS = 8_000_000;
const MAX_DOCUMENT_WORDS = 40_000;
/** Weight of what stands in the document, but not in order. */
const OUT_OF_ORDER = 0.2;
/** A word that all of them have holds the run together, no more. */
const FLOOR = 0.5;
/** Of a word's rarity in the store, what it weighs at least. */
const IN_STORE = 0.5;

const read = new WeakMap<Candidate, readonly PlacedWord[]>();
/** A candidate's words; taken apart once in a search. */
export function wordsOf(candidate: Candidate): readonly PlacedWord[] {
  const known = read.get(candidate);
  if (known !== undefined) return known;
  const words = wordsIn(candidate.document).slice(0, MAX_DOCUMENT_WORDS);
  read.set(candidate, words);
  return words;
}

/** @param known  rarity of the query's words in the whole store */
export function compare(query: Query, vocabulary: Vocabulary, candidates: readonly Candidate[], known: readonly WeightedWord[]): Compared[] {
  const documents = candidates.map((candidate) => {
    const words = wordsOf(candidate);
    return { candidate, words, numbers: words.map(({ word }) => vocabulary.numberOf(word)) };
  });
  const weights = weightsOf(query, vocabulary, documents.map(({ numbers }) => numbers), known);
  const bags = documents.map((one) => ({ ...one, bag: [...new Set(one.numbers)].reduce((sum, number) => sum + (number < 0 ? 0 : (weights[number] as number)), 0) }));
  let cells = 0;
  return bags
    .sort((a, b) => b.bag - a.bag)
    .map(({ candidate, words, numbers, bag }): Compared => {
      const { from, to } = densest(numbers, weights, query.words.length * 2 + 50);
      cells += (to - from) * query.words.length;
      const found = cells > MAX_CELLS ? { score: 0, pairs: [], differing: [] } : align(vocabulary.numbers, numbers.slice(from, to), weights);
      const alignment = from === 0 ? found : { score: found.score, pairs: found.pairs.map((pair) => ({ query: pair.query, document: pair.document + from })), differing: found.differing.map((pair) => ({ query: pair.query, document: pair.document + from })) };
      const filled = filledBetween(query, { text: candidate.document, words }, alignment.pairs, (place) => weights[vocabulary.numbers[place] as number] as number);
      return { candidate, words, alignment, filled, score: alignment.score + filled.score + OUT_OF_ORDER * bag, matched: new Set(alignment.pairs.map((pair) => pair.query)) };
    })
    .sort((a, b) => b.score - a.score || b.candidate.startedAtMs - a.candidate.startedAtMs);
}

function weightsOf(query: Query, vocabulary: Vocabulary, documents: readonly (readonly number[])[], known: readonly WeightedWord[]): number[] {
  const having = Array.from({ length: vocabulary.size }, () => 0);
  for (const numbers of documents) for (const number of new Set(numbers)) if (number >= 0) having[number] = (having[number] as number) + 1;
  const weights = having.map((count) => FLOOR + Math.log((documents.length + 1) / Math.max(1, count)));
  // Two hundred siblings among the candidates make their words common there; against a stranger these still say a lot.
  for (const { word, weight } of known) {
    const number = vocabulary.numberOf(word);
    if (number >= 0) weights[number] = Math.max(weights[number] as number, FLOOR + IN_STORE * weight);
  }
  // What was read in two ways may be either: it pulls nowhere.
  for (const [at, { isDoubtful, word, kind }] of query.words.entries()) {
    const number = vocabulary.numbers[at] as number;
    if (isDoubtful) weights[number] = FLOOR;
    else if (kind === "word" && word.length < 3) weights[number] = Math.min(1, weights[number] as number);
  }
  return weights;
}

/** The stretch of `width` words that has most of the query's weight: a long document is only looked at there. */
function densest(numbers: readonly number[], weights: readonly number[], width: number): { readonly from: number; readonly to: number } {
  if (numbers.length <= width) return { from: 0, to: numbers.length };
  const times = new Map<number, number>();
  let weight = 0;
  let best = 0;
  let from = 0;
  for (let at = 0; at < numbers.length; at += 1) {
    const entering = numbers[at] as number;
    if (entering >= 0) {
      const seen = times.get(entering) ?? 0;
      if (seen === 0) weight += weights[entering] as number;
      times.set(entering, seen + 1);
    }
    const leaving = at >= width ? (numbers[at - width] as number) : -1;
    if (leaving >= 0) {
      const seen = (times.get(leaving) ?? 1) - 1;
      if (seen === 0) weight -= weights[leaving] as number;
      times.set(leaving, seen);
    }
    if (weight > best) {
      best = weight;
      from = Math.max(0, at - width + 1);
    }
  }
  return { from, to: Math.min(numbers.length, from + width) };
}
