/**
 * From a query to a few hundred documents worth comparing: the store's heaviest by the query's rarest words, and then the family of each of the best, answers that are
 * nearly the same and may differ in the one word that was misread.
 */
import type { Candidate, SearchFilter, SearchPlace, TextSearch } from "../store/search/search.ts";
import { distance } from "fastest-levenshtein";
import { wordsOf } from "./compare.ts";
import type { Query } from "./query.ts";
import { allowedDistance, type Vocabulary } from "./vocabulary.ts";

/** The rarest words decide; more of them only cost time. */
const MAX_WORDS = 24;
const FEWEST_WORDS = 3;
/** Documents looked at for all words together. */
const MAX_POSTINGS = 150_000;
const FIRST_CANDIDATES = 250;
/** A query this long has rare words enough, and each candidate costs more to lay beside it. */
const LONG_QUERY_WORDS = 80;
const LONG_QUERY_CANDIDATES = 100;
const FAMILY_CANDIDATES = 300;
const FAMILY_WORDS = 10;
const FAMILY_SHARE = 0.5;
/** Unknown words that are looked up in the store's vocabulary. */
const MAX_RESPELLED = 6;
const RESPELLINGS = 6;
const LONG = 5;
const VOCABULARY_ROWS = 600;
/** Unknown words that are taken apart. */
const MAX_TAKEN_APART = 12;
const MAX_TAKEN_APART_UNITS = 32;
/** What a guessed word weighs of one that was said. */
const GUESSED = 0.8;

export interface KnownWord {
  readonly word: string;
  readonly count: number;
  readonly weight: number;
}
export interface Pool {
  readonly documents: readonly Candidate[];
  /** Rarity of each searched word the place knows. */
  readonly known: readonly KnownWord[];
}

export const rarity = (documents: number, count: number): number => Math.log((documents + 1) / (count + 0.5));

export async function poolOf(search: TextSearch, place: SearchPlace, query: Query, vocabulary: Vocabulary, filter: SearchFilter): Promise<Pool> {
  const documents = await search.documents(place);
  if (documents === 0 || query.searched.length === 0) return { documents: [], known: [] };
  const counts = await search.counts(place, query.searched);
  const known = query.searched.flatMap((word, n): KnownWord[] => (counts[n] === 0 ? [] : [{ word, count: counts[n] as number, weight: rarity(documents, counts[n] as number) }]));
  const unknown = query.searched.filter((_, n) => counts[n] === 0);
  known.push(...(await knownParts(search, place, unknown, documents, new Set(query.searched))));
  // The longest say most; what was typed may be all typo, or a part of a word.
  const respellable = known.length < MAX_RESPELLED ? unknown : unknown.filter((word) => word.length >= LONG && !/^[0-9]/.test(word)).toSorted((a, b) => b.length - a.length);
  known.push(...(await respelled(search, place, respellable.slice(0, MAX_RESPELLED), documents, vocabulary, known.length === 0)));
  const chosen = chooseWords(known);
  const first = await search.candidates({ place, words: chosen, filter, limit: query.words.length > LONG_QUERY_WORDS ? LONG_QUERY_CANDIDATES : FIRST_CANDIDATES });
  return { documents: first, known };
}

/** What an unknown word may have been run together from: its figures and letters, or two words the store knows, with a letter between them at most. */
async function knownParts(search: TextSearch, place: SearchPlace, unknown: readonly string[], documents: number, given: ReadonlySet<string>): Promise<KnownWord[]> {
  const splits = unknown.slice(0, MAX_TAKEN_APART).flatMap((word): (readonly string[])[] => {
    if (word.length > MAX_TAKEN_APART_UNITS || word > "\x7f") return [];
    // A letter came between figures (5q37), took the place of their point (3236p36), or ran them together with words (4682lcycles).
    if (/\d/.test(word)) return [[...word.matchAll(/\d+(?:\.\d+)*|[a-z]{3,}/g)].map(([run]) => run), [word.replaceAll(/[a-z]/g, "")], [word.replaceAll(/(?<=\d)[a-z](?=\d)/g, ".")]].map((parts) => parts.filter((part) => part !== word && part !== ""));
    return Array.from({ length: Math.max(0, word.length - 5) }, (_, n) => n + 3).flatMap((at) => [[word.slice(0, at), word.slice(at)], [word.slice(0, at), word.slice(at + 1)]]).filter((parts) => parts.every((part) => part.length >= 3));
  });
  const parts = [...new Set(splits.flat())].filter((part) => !given.has(part));
  const counts = await search.counts(place, parts);
  const countOf = new Map(parts.map((part, n) => [part, counts[n] as number]));
  const isKnown = (part: string): boolean => given.has(part) || (countOf.get(part) ?? 0) > 0;
  const wanted = new Set(splits.flatMap((split) => (/\d/.test(split.join("")) || split.every(isKnown) ? split.filter((part) => (countOf.get(part) ?? 0) > 0) : [])));
  return [...wanted].map((word): KnownWord => ({ word, count: countOf.get(word) as number, weight: rarity(documents, countOf.get(word) as number) * GUESSED }));
}

/** Words of the store that an unknown word may be: spelled otherwise, or longer. */
async function respelled(search: TextSearch, place: SearchPlace, unknown: readonly string[], documents: number, vocabulary: Vocabulary, isAll: boolean): Promise<KnownWord[]> {
  const found = new Map<string, string>();
  for (const word of unknown) {
    if (word.length < 3) continue;
    const longer = await search.wordsLike(place, { prefix: word }, RESPELLINGS);
    for (const one of longer) found.set(one, word);
    if (longer.length > 0 || /^[0-9]/.test(word)) continue;
    const most = allowedDistance(word.length);
    let similar = (await search.wordsLike(place, { prefix: word.slice(0, word.length < 5 ? 1 : 2) }, VOCABULARY_ROWS)).filter((one) => most > 0 && distance(one, word) <= most);
    if (similar.length === 0 && word.length >= LONG) similar = await knownAmong(search, place, otherBeginnings(word));
    for (const one of similar.sort((a, b) => distance(a, word) - distance(b, word)).slice(0, RESPELLINGS)) found.set(one, word);
  }
  // The last resort reads the whole vocabulary, so it is for one word alone.
  const [only] = unknown;
  if (isAll && found.size === 0 && only !== undefined && only.length >= 3) for (const one of await search.wordsLike(place, { contains: only }, RESPELLINGS)) found.set(one, only);
  const words = [...found.keys()];
  const counts = await search.counts(place, words);
  for (const [one, word] of found) vocabulary.accept(one, word);
  return words.flatMap((word, n): KnownWord[] => (counts[n] === 0 ? [] : [{ word, count: counts[n] as number, weight: rarity(documents, counts[n] as number) * GUESSED }]));
}

async function knownAmong(search: TextSearch, place: SearchPlace, words: readonly string[]): Promise<string[]> {
  const counts = await search.counts(place, words);
  return words.filter((_, n) => (counts[n] ?? 0) > 0);
}
const LETTERS = "abcdefghijklmnopqrstuvwxyz";
/** With one letter of the first two changed, missing or too many: a vocabulary read by its beginnings has none of these. */
const otherBeginnings = (word: string): readonly string[] => [...new Set([0, 1].flatMap((at) => [word.slice(0, at) + word.slice(at + 1), ...Array.from(LETTERS, (one) => [word.slice(0, at) + one + word.slice(at + 1), word.slice(0, at) + one + word.slice(at)]).flat()]))];

/** The rarest, until they stand in too many documents to look at. */
function chooseWords(known: readonly KnownWord[]): KnownWord[] {
  const chosen: KnownWord[] = [];
  let postings = 0;
  for (const one of known.toSorted((a, b) => a.count - b.count)) {
    if (chosen.length >= MAX_WORDS || (chosen.length >= FEWEST_WORDS && postings + one.count > MAX_POSTINGS)) break;
    chosen.push(one);
    postings += one.count;
  }
  return chosen;
}

/** Documents that have nearly the words of this one; it is one of them. */
export async function familyOf(search: TextSearch, place: SearchPlace, document: Candidate, filter: SearchFilter): Promise<readonly Candidate[]> {
  const words = [...wordSet(document)];
  const [counts, documents] = [await search.counts(place, words), await search.documents(place)];
  // Its own number stands in no other document; what it shares with its family stands in two or more.
  const shared = words.flatMap((word, n) => ((counts[n] ?? 0) < 2 ? [] : [{ word, count: counts[n] as number, weight: rarity(documents, counts[n] as number) }])).sort((a, b) => a.count - b.count);
  if (shared.length === 0) return [document];
  const chosen: KnownWord[] = [];
  let postings = 0;
  // Rare words that a few others have by chance say little: half are the rarest, half stand a little higher.
  for (const one of [...shared.slice(0, FAMILY_WORDS), ...shared.slice(FAMILY_WORDS).filter((_, n) => n % 3 === 0).slice(0, FAMILY_WORDS)]) {
    if (chosen.length >= FEWEST_WORDS && postings + one.count > MAX_POSTINGS) break;
    chosen.push(one);
    postings += one.count;
  }
  // It has all of these words itself; what has not half their weight is no near-duplicate, and need not be read.
  const own = chosen.reduce((sum, { weight }) => sum + weight, 0);
  const near = await search.candidates({ place, words: chosen, filter, limit: FAMILY_CANDIDATES, atLeast: FAMILY_SHARE * own });
  const ownWords = new Set(words);
  const family = near.filter((one) => one.traceId === document.traceId || similarity(ownWords, wordSet(one)) >= 0.75);
  return family.some(({ traceId }) => traceId === document.traceId) ? family : [document, ...family];
}

const MAX_FAMILY_WORDS = 2000;
const wordSet = (candidate: Candidate): ReadonlySet<string> => new Set(wordsOf(candidate).slice(0, MAX_FAMILY_WORDS).map(({ word }) => word));

function similarity(a: ReadonlySet<string>, b: ReadonlySet<string>): number {
  let common = 0;
  for (const word of a) if (b.has(word)) common += 1;
  return (2 * common) / (a.size + b.size);
}
