/**
 * What a store can be asked by `find`: in how many documents words stand, and which documents have most of their weight. Ranking for people, families of
 * near-identical answers and certainty are made in `find` from these; a store only narrows 200,000 answers down to a few hundred.
 *
 * Two places are searched. `answer`: one document a trace, what a person could see of it (`shown.ts`), by the words of `words.ts`. `input`: what went into
 * calls and what tools and retrieval gave, a document a text, by plain words.
 */
import type { TraceFilter } from "../store.ts";

export type SearchPlace = "answer" | "input";

/** As for `list`; paging is by weight, so there is no `after`. */
export type SearchFilter = Omit<TraceFilter, "after" | "limit">;

/** What a tokenizer would take apart or not take at all is in no index. */
export const askable = (place: SearchPlace, word: string): boolean => (place === "answer" ? /^[a-z0-9.\u0080-\uffff]+$/ : /^[\p{L}\p{N}]+$/u).test(word);

export interface WordCount {
  readonly word: string;
  /** Documents it stands in. */
  readonly count: number;
}
export interface WeightedWord {
  readonly word: string;
  readonly weight: number;
}
export interface CandidateQuery {
  readonly place: SearchPlace;
  readonly words: readonly WeightedWord[];
  readonly filter: SearchFilter;
  readonly limit: number;
  /** Documents of less weight are not read. */
  readonly atLeast?: number;
}
export interface Candidate {
  readonly traceId: string;
  readonly feature: string | null;
  readonly model: string | null;
  readonly startedAtMs: number;
  /** Sum of the weights of the query's words that stand in the document. */
  readonly weight: number;
  /** Redacted: for `answer` the visible text (`shownText`), for `input` the text as stored. */
  readonly document: string;
}
export interface TextSearch {
  /** Documents of a place, about. */
  documents(place: SearchPlace): Promise<number>;
  /** One count for each word, in their order; 0 for a word no document has. */
  counts(place: SearchPlace, words: readonly string[]): Promise<readonly number[]>;
  /** Words the store has that begin with `prefix` (`contains`: have it anywhere; gives up in time and returns what it has), in order, at most `limit`. For typos and parts of words. */
  wordsLike(place: SearchPlace, part: { readonly prefix: string } | { readonly contains: string }, limit: number): Promise<readonly string[]>;
  /** The documents with most weight, heaviest first, then newest. Words are taken as they are: fold them first. Filters are applied before the limit. */
  candidates(query: CandidateQuery): Promise<readonly Candidate[]>;
}
