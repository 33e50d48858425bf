/** What the word lists say of a word, where they are installed; a short list of our own otherwise. Asked about parts of declared names. */
import { isCommonWord } from "./declared/common-words.ts";
import type { MatchOptions } from "./declared/match.ts";
import { wordHash } from "./detect/fold.ts";
import type { NameLists } from "./detect/span.ts";
import { commonLevel, givenLevel, wordFacts } from "./detect/words.ts";

export function wordsOf(names: NameLists | undefined): MatchOptions {
  if (names === undefined) return { isCommon: isCommonWord, isGiven: () => false };
  const facts = (folded: string): number => names.lookup(wordHash(folded));
  return {
    isCommon: (folded) => {
      const known = facts(folded);
      return isCommonWord(folded) || commonLevel(known) >= 1 || (known & (wordFacts.foreign | wordFacts.dictionary)) !== 0;
    },
    isGiven: (folded, inSentence) => {
      const known = facts(folded);
      // A word in no list that has a capital inside a sentence is a name more often than not.
      if (inSentence) return givenLevel(known) >= 1 || (known === 0 && !isCommonWord(folded));
      return givenLevel(known) >= 2 || (givenLevel(known) === 1 && commonLevel(known) === 0 && (known & wordFacts.dictionary) === 0);
    },
  };
}
