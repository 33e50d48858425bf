/** The values of one text somebody may ask about: numbers with units, days, codes, pseudonyms, quoted spans, URLs, proper names. */
import type { Provenance } from "@whysaid/recorder/format";
import type { Day } from "./dates.ts";
import { wordsOf } from "./fold.ts";
import { lex, type CodeType } from "./lexer.ts";
import type { NumberReading } from "./numbers.ts";
import type { Unit } from "./units.ts";

interface Placed {
  readonly text: string;
  readonly start: number;
  readonly end: number;
}
export type Value = Placed &
  (
    | { readonly type: "number"; readonly number: NumberReading; readonly unit: Unit | null }
    | { readonly type: "date"; readonly days: readonly Day[] }
    | { readonly type: "identifier" | "url" | "pseudonym"; readonly key: string }
    | { readonly type: "quote" | "name"; readonly words: readonly number[] }
  );
export type ValueType = Provenance["type"];

/** What a text is, which decides how much of it counts as a value: a field's `5` is one, a five in prose needs a unit. */
export type Manner = "prose" | "field";

const MAX_VALUES = 400;
const MAX_NAME_WORDS = 9;

/** Values in the order they stand. @param manner `prose` passes over list numbers, citation marks and bare single digits */
export function valuesOf(text: string, manner: Manner): Value[] {
  const values: Value[] = [];
  const capitals: { start: number; end: number; hash: number }[] = [];
  const taken: [number, number][] = [];
  lex(text, {
    word(hash, start, end, capital) {
      if (capital) capitals.push({ start, end, hash });
    },
    number(number, unit, start, end, within) {
      if (within) return;
      if (manner === "prose" && unit === null && (isMark(text, start, end) || (number.decimals === 0 && number.value < 10))) return;
      values.push({ type: "number", number, unit, text: text.slice(start, end).trim(), start, end });
      taken.push([start, end]);
    },
    day(day, start, end) {
      const last = values.at(-1);
      if (last?.type === "date" && last.start === start) values[values.length - 1] = { ...last, days: [...last.days, day] };
      else values.push({ type: "date", days: [day], text: text.slice(start, end), start, end });
      taken.push([start, end]);
    },
    code(type: CodeType, key, start, end) {
      if (type === "pseudonym-part") return;
      const last = values.at(-1);
      // a run of digits is a number first; the code of it is kept only where no number was read, and only the outermost of nested codes
      if (last && start < last.end && (last.type !== "number" || last.start === start)) return;
      if (type === "identifier" && !key.startsWith("clock:") && key.length < 4) return;
      values.push({ type, key, text: text.slice(start, end), start, end });
      taken.push([start, end]);
    },
  });
  for (const quote of quotesOf(text)) values.push(quote);
  for (const name of namesOf(text, capitals, taken, manner)) values.push(name);
  values.sort((a, b) => a.start - b.start || b.end - a.end);
  return values.slice(0, MAX_VALUES);
}

/** `3.` or `3)` before a line's text, `[3]`, `(3)`, `Step 3`: marks, not facts. */
function isMark(text: string, start: number, end: number): boolean {
  const lineStart = text.lastIndexOf("\n", start - 1) + 1;
  const before = text.slice(lineStart, start);
  const after = text.slice(end, end + 2);
  if (/^[\s#>*-]*$/.test(before) && /^[.):]/.test(after) && !/^\.\d/.test(after)) return true;
  if (/[[(^]$/.test(before) && /^[\])]/.test(after)) return true;
  return /\[[\d\s,-]*$/.test(before) && /^[\s,\d-]*\]/.test(text.slice(end, end + 12));
}

const quotePair = /"([^"\n]{3,400})"|“([^”\n]{3,400})”|«([^»\n]{3,400})»|„([^“”\n]{3,400})[“”]/g;
function* quotesOf(text: string): Iterable<Value> {
  // JSON is all quotes; its values are asked about as fields
  if (/^\s*[[{]/.test(text)) return;
  for (const match of text.matchAll(quotePair)) {
    const inner = match[1] ?? match[2] ?? match[3] ?? match[4] ?? "";
    const words = wordsOf(inner).hashes;
    if (words.length < 2 || words.length > 60) continue;
    const start = match.index + match[0].indexOf(inner);
    yield { type: "quote", words, text: inner, start, end: start + inner.length };
  }
}

const sentenceStart = /(?:^|[.!?:;•\n>*#|"“(-]\s*|\d[.)]\s+)$/u;
const joiners = /^(?:[ \u00a0]|'s |’s |-|&| & | of | the | of the | de | del | de la | di | da | von | van | van der | der | la | le | du | and )$/;
/** Runs of capitalised words that do not merely begin a sentence. */
function* namesOf(text: string, capitals: readonly { start: number; end: number; hash: number }[], taken: readonly [number, number][], manner: Manner): Iterable<Value> {
  let index = 0;
  while (index < capitals.length) {
    const first = capitals[index];
    if (!first) break;
    let last = first;
    const words = [first.hash];
    while (index + 1 < capitals.length && words.length < MAX_NAME_WORDS) {
      const next = capitals[index + 1];
      if (!next || next.start - last.end > 8) break;
      const between = text.slice(last.end, next.start);
      // "Dr. Osterlund", "J. Smith", but not "… the Nile. The …"
      const title = between === ". " && last.end - last.start <= 3 && (words.length === 1 || last.end - last.start === 1);
      if (!title && (!joiners.test(between) || between === " and ")) break;
      words.push(...wordsOf(text.slice(last.end, next.start)).hashes, next.hash);
      last = next;
      index += 1;
    }
    index += 1;
    const start = first.start;
    const single = last === first;
    const begins = sentenceStart.test(text.slice(Math.max(0, start - 6), start));
    const length = last.end - start;
    // a field that is one capitalised word is a name for all that can be told
    if (single && ((begins && !(manner === "field" && length === text.length)) || length < 3)) continue;
    if (taken.some(([from, to]) => start < to && last.end > from)) continue;
    yield { type: "name", words, text: text.slice(start, last.end), start, end: last.end };
  }
}
