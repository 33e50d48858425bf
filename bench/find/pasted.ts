/**
 * Fifteen words of an answer, pasted with five of a hundred letters wrong, and where a search that does not end at that answer loses it: the index did not bring it (*pool*), another was
 * put before it (*rank*), or it was as good as the first and called otherwise than that (*judge*).
 */
import type { Found } from "../../packages/workbench/src/find/find.ts";
import type { Store } from "../../packages/workbench/src/store/store.ts";
import type { Random } from "../workload.ts";
import type { Answer } from "./corpus.ts";

const WORDS = 15;
const WRONG = 0.05;
const letters = "abcdefghijklmnopqrstuvwxyz";

export interface Pasted {
  readonly text: string;
  /** The passage as the answer has it, a word each; `null` where a typo fell. */
  readonly legible: readonly (string | null)[];
  readonly passage: readonly string[];
}

/** A letter in twenty is another one, is missing, or has one too many behind it; spaces and digits as well. */
export function pastedFrom({ text }: Answer, random: Random): Pasted {
  const words = text.split(/\s+/);
  const from = random.below(Math.max(1, words.length - WORDS));
  const passage = words.slice(from, from + WORDS);
  const hit = new Set<number>();
  let at = 0;
  const typed = Array.from(passage.join(" "), (one) => {
    const isSpace = one === " ";
    const word = at;
    if (isSpace) at += 1;
    if (random.next() >= WRONG) return one;
    hit.add(word);
    if (isSpace) hit.add(at);
    const letter = (): string => letters.charAt(random.below(26));
    if (random.next() < 0.5) return letter();
    return random.next() < 0.5 ? "" : one + letter();
  }).join("");
  // What has neither letter nor figure (a list's dash) is no word, and is not seen once an app has rendered it.
  const seen = passage.map((word, n) => ({ word: bare(word), isHit: hit.has(n) })).filter(({ word }) => word !== "");
  return { text: typed, passage: seen.map(({ word }) => word), legible: seen.map(({ word, isHit }) => (isHit ? null : word)) };
}

const bare = (word: string): string => word.replace(/^[^\p{L}\p{N}]+|[^\p{L}\p{N}]+$/gu, "").toLowerCase();

/** Whether an answer has these words one after the other, whatever stands for `null`. */
function has(answer: Answer, words: readonly (string | null)[]): boolean {
  const own = answer.text.split(/\s+/).map(bare).filter((word) => word !== "");
  for (let at = 0; at + words.length <= own.length; at += 1) if (words.every((word, n) => word === null || own[at + n] === word)) return true;
  return false;
}

export const VERDICTS = ["first", "tied, the passage is the same", "tied, what is legible of it is the same", "lost: pool", "lost: rank", "lost: judge"] as const;
export type Verdict = (typeof VERDICTS)[number];

/** @param before  answers ranked before the right one that the search calls as good; they are told apart by nothing the query still says, or it is no honest tie */
export function verdictOf(found: Found, traceId: string, isInPool: boolean, pasted: Pasted, answerOf: (traceId: string) => Answer): Verdict {
  const rank = found.matches.findIndex((match) => match.traceId === traceId);
  if (rank === 0) return "first";
  if (!isInPool) return "lost: pool";
  if (found.answer.kind === "not-found") return "lost: judge";
  if (rank < 0 || rank >= found.answer.of) return "lost: rank";
  const before = found.matches.slice(0, rank).map((match) => answerOf(match.traceId));
  const isSame = before.every((answer) => has(answer, pasted.passage));
  if (!isSame && !before.every((answer) => has(answer, pasted.legible))) return "lost: rank";
  if (found.answer.kind !== "one-of") return "lost: judge";
  return isSame ? "tied, the passage is the same" : "tied, what is legible of it is the same";
}

/** The store, and what its index brought since `clear`. */
export function watched(store: Store): { readonly store: Store; readonly brought: Set<string> } {
  const brought = new Set<string>();
  const search: Store["search"] = {
    documents: (place) => store.search.documents(place),
    counts: (place, words) => store.search.counts(place, words),
    wordsLike: (place, part, limit) => store.search.wordsLike(place, part, limit),
    candidates: async (query) => {
      const candidates = await store.search.candidates(query);
      if (query.place === "answer") for (const { traceId } of candidates) brought.add(traceId);
      return candidates;
    },
  };
  return { store: new Proxy(store, { get: (target, key) => (key === "search" ? search : (target[key as keyof Store] as unknown)) }), brought };
}
