/**
 * What lies between the words that match, letter by letter: words run together ("thepremium"), torn apart or damaged beyond a letter or two, and numbers with a letter in them ("4o.6") are no
 * words the document has, yet they look like what it has in that place. Says which candidate comes first and how much of the passage is there; decides for none of them.
 */
import { distance } from "fastest-levenshtein";
import type { PlacedWord } from "../store/search/words.ts";
import type { Pair } from "./align.ts";

export interface Filled {
  /** Sum of the query words' weights in places that look alike, by how much they do. */
  readonly score: number;
  /** Places of the query's words that are there but for some letters. */
  readonly places: ReadonlySet<number>;
  /** Of the document's words between the first and the last that match. */
  readonly documentWords: number;
}
interface Side {
  readonly text: string;
  readonly words: readonly PlacedWord[];
}

/** Less alike is chance: half of the letters of two unrelated words can be lined up. */
const ALIKE = 0.6;
const CHANCE = 0.5;
/** What does not match at all over so many letters is another text, not a misspelt one. */
const MAX_LETTERS = 64;
/** Before the first and behind the last matching word there is no other end to hold on to. */
const OUTER_WORDS = 3;

/** @param weightAt  of the query's word in a place */
export function filledBetween(query: Side, document: Side, pairs: readonly Pair[], weightAt: (place: number) => number): Filled {
  const places = new Set<number>();
  let score = 0;
  let documentWords = 0;
  const add = (from: number, to: number, documentFrom: number, documentTo: number, outer: "start" | "end" | null): void => {
    if (from >= to || documentFrom >= documentTo) return;
    const said = lettersOf(query, from, to);
    const own = lettersOf(document, documentFrom, documentTo);
    if (said === "" || own === "" || said.length > MAX_LETTERS || (outer === null && own.length > MAX_LETTERS)) return;
    const facing = outer === "start" ? own.slice(-said.length) : outer === "end" ? own.slice(0, said.length) : own;
    const alike = 1 - distance(said, facing) / Math.max(said.length, facing.length);
    if (alike < ALIKE) return;
    for (let place = from; place < to; place += 1) {
      places.add(place);
      score += (weightAt(place) * (alike - CHANCE)) / (1 - CHANCE);
    }
    if (outer === null) documentWords += documentTo - documentFrom;
  };
  const [first, last] = [pairs[0], pairs.at(-1)];
  if (first === undefined || last === undefined) return { score, places, documentWords };
  for (let at = 1; at < pairs.length; at += 1) {
    const [before, behind] = [pairs[at - 1] as Pair, pairs[at] as Pair];
    add(before.query + 1, behind.query, before.document + 1, behind.document, null);
  }
  add(Math.max(0, first.query - OUTER_WORDS), first.query, Math.max(0, first.document - 2 * OUTER_WORDS), first.document, "start");
  add(last.query + 1, Math.min(query.words.length, last.query + 1 + OUTER_WORDS), last.document + 1, Math.min(document.words.length, last.document + 1 + 2 * OUTER_WORDS), "end");
  return { score, places, documentWords };
}

/** Pseudonyms have no letters of what they stand for. */
function lettersOf({ text, words }: Side, from: number, to: number): string {
  let letters = "";
  let end = -1;
  for (let at = from; at < to; at += 1) {
    const { kind, start, end: ends } = words[at] as PlacedWord;
    if (kind === "pseudonym" || start < end) continue;
    // Marks between two figures belong to them: 40.6, 17:10.
    if (end >= 0 && start - end === 1) letters += text.slice(end, start).trim();
    letters += text.slice(start, ends);
    end = ends;
  }
  return letters.toLowerCase();
}
