/** Names of several words in the lists: "San Francisco", "Santa Cruz de Tenerife", "O'Brien". */
import { charClass, foldTables, hashEnd, hashSeed, hashStep } from "./fold.ts";
import type { Reading } from "./reading.ts";
import { gap, kind } from "./scan.ts";
import { cityLevel, givenLevel, wordFacts } from "./words.ts";

const hyphen = 0x2d;
const maxPlaceWords = 5;

/** The last token of the phrase of `size` words that begins at token `at`; −1 when the words there do not make one. */
export function phraseLast({ scan, text }: Reading, at: number, size: number): number {
  let words = 1;
  let last = at;
  while (words < size) {
    const next = last + 1;
    if (next >= scan.count || scan.gap[next] === gap.line) return -1;
    if (scan.kind[next] === kind.word) words += 1;
    else if (scan.kind[next] !== kind.mark || !/[-'’´.]/.test(text[scan.start[next] ?? 0] ?? "")) return -1;
    last = next;
  }
  return last;
}

/** `wordHash` of the text from token `from` to token `to`. */
export function phraseHash({ scan, text }: Reading, from: number, to: number): number {
  const { classes, folded } = foldTables();
  let hash = hashSeed;
  let space = false;
  for (let at = scan.start[from] ?? 0; at < (scan.end[to] ?? 0); at++) {
    const unit = text.charCodeAt(at);
    const unitClass = classes[unit] ?? 0;
    if (unitClass === charClass.lower || unitClass === charClass.upper || unitClass === charClass.digit) {
      if (space) hash = hashStep(hash, 0x20);
      space = false;
      hash = hashStep(hash, folded[unit] ?? unit);
    } else if (unitClass === charClass.space || unit === hyphen) space = true;
  }
  return hashEnd(hash);
}

/** Facts of the words from token `from` to token `to` taken together. */
export const phraseFacts = (reading: Reading, from: number, to: number): number => (from === to ? (reading.scan.facts[from] ?? 0) : reading.lookup(phraseHash(reading, from, to)));

/** A town, region or country that begins at token `at`: its last token and facts; undefined where none does. The longest is taken. */
export function placeFrom(reading: Reading, at: number): { readonly last: number; readonly facts: number } | undefined {
  for (let size = maxPlaceWords; size >= 1; size--) {
    const last = phraseLast(reading, at, size);
    if (last < 0) continue;
    const facts = phraseFacts(reading, at, last);
    if (cityLevel(facts) > 0 || (facts & wordFacts.region) !== 0) return { last, facts };
  }
  return undefined;
}

/** The end of a place that begins at token `at` where a place is expected, or 0: a given name that is also a hamlet is none. */
export function placeAt(reading: Reading, at: number): number {
  const place = placeFrom(reading, at);
  if (place === undefined) return 0;
  if (place.last === at && givenLevel(place.facts) >= 2 && cityLevel(place.facts) < 2 && (place.facts & wordFacts.region) === 0) return 0;
  return reading.scan.end[place.last] ?? 0;
}
