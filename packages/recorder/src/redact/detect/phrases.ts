/** Names of several words in the lists: "San Francisco", "Santa Cruz de Tenerife", "O'Brien". */
import { charClass, foldTables, hashEnd, hashSeed, hashStep } from "./fold.ts";
import type { Reading } from "./reading.ts";
import { role } from "./roles.ts";
import { gap, kind, shape } from "./scan.ts";
import { unitSet } from "./word-table.ts";
import { cityLevel, givenLevel, wordFacts } from "./words.ts";

const hyphen = 0x2d;
const maxPlaceWords = 5;
const joinsWords = unitSet("-'’´.");

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

/** A town, region or country that begins at token `at`: its last token and facts; undefined where none does. The longest is taken. */
export function placeFrom(reading: Reading, at: number): { readonly last: number; readonly facts: number } | undefined {
  const { scan } = reading;
  // how far words reach that can belong to one name: capitals, and particles between them
  let words = 1;
  let last = at;
  for (let next = at + 1; next < scan.count && words < maxPlaceWords && scan.gap[next] !== gap.line; next++) {
    if (scan.kind[next] === kind.mark) {
      if (!joinsWords(scan.hash[next] as number)) break;
      continue;
    }
    if (scan.kind[next] !== kind.word || (scan.shape[next] === shape.lower && ((scan.roles[next] ?? 0) & (role.particle | role.placeCue)) === 0 && scan.gap[next] !== gap.none)) break;
    words += 1;
    last = next;
  }
  for (; last > at; last--) {
    if (scan.kind[last] !== kind.word) continue;
    const facts = reading.lookup(phraseHash(reading, at, last));
    if (cityLevel(facts) > 0 || (facts & wordFacts.region) !== 0) return { last, facts };
  }
  const facts = scan.facts[at] ?? 0;
  return cityLevel(facts) > 0 || (facts & wordFacts.region) !== 0 ? { last: at, facts } : undefined;
}

/** The end of a place that begins at token `at` where a place is expected, or 0: a given name that is also a hamlet is none. */
export function placeAt(reading: Reading, at: number): number {
  const place = placeFrom(reading, at);
  if (place === undefined) return 0;
  if (place.last === at && givenLevel(place.facts) >= 2 && cityLevel(place.facts) < 2 && (place.facts & wordFacts.region) === 0) return 0;
  return reading.scan.end[place.last] ?? 0;
}
