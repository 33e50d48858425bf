/** A declared day where a date can start in the stream: `1983-02-06`, `2/6/83`, `06.02.1983`, `6 Feb 1983`, `February 6th, 1983`, `19830206`, `6 de febrero de 1983`. */
import { dayKey, isDay, monthOf, yearsOf, type Day } from "./dates.ts";
import { letters3 } from "./knowledge.ts";
import { DIGIT, gapBits, type Stream } from "./stream.ts";

export interface DateHit {
  /** Unit after the date. */
  readonly end: number;
  readonly iso: string;
  readonly persons: readonly number[];
}
type Days = ReadonlyMap<number, { readonly day: Day; readonly persons: readonly number[] }>;

export function dateAt(stream: Stream, at: number, days: Days, starts: ReadonlySet<number>): DateHit | undefined {
  if (!canStart(stream, at, starts)) return undefined;
  const first = wordAt(stream, at);
  if (first.isDigits) {
    if (at > 0 && stream.gap[at] === 0 && ((stream.flags[at - 1] as number) & DIGIT) !== 0) return undefined;
    if (first.text.length === 8 || first.text.length === 12 || first.text.length === 14) return compact(first, days);
    if (first.text.length > 4 || first.text.length === 3) return undefined;
  } else if (monthOf(first.text) === undefined) return undefined;

  const second = nextWord(stream, first, !first.isDigits);
  if (second === undefined) return undefined;
  const third = nextWord(stream, second, !second.isDigits || !first.isDigits);
  if (third === undefined) return undefined;
  const [a, b, c] = [first, second, third];
  if (a.isDigits && a.text.length === 4) {
    const month = b.isDigits ? (b.text.length <= 2 ? Number(b.text) : 0) : (monthOf(b.text) ?? 0);
    if (!c.isDigits) return undefined;
    // `1983-02-06T00:00:00Z` and `1983-02-0600` alike end with the day.
    return c.text.length <= 2 ? known(days, Number(a.text), [[month, Number(c.text)]], c.end) : undefined;
  }
  if (!c.isDigits || (c.text.length !== 4 && c.text.length !== 2)) return undefined;
  let orders: (readonly [number, number])[];
  if (a.isDigits && b.isDigits) orders = b.text.length <= 2 ? [[Number(a.text), Number(b.text)], [Number(b.text), Number(a.text)]] : [];
  else if (a.isDigits) orders = [[monthOf(b.text) ?? 0, Number(a.text)]];
  else orders = b.isDigits && b.text.length <= 2 ? [[monthOf(a.text) ?? 0, Number(b.text)]] : [];
  for (const year of yearsOf(c.text)) {
    const hit = known(days, year, orders, c.end);
    if (hit !== undefined) return hit;
  }
  return undefined;
}

/** Whether the number or word here begins like one of the days; long numbers may be compact dates. */
function canStart({ unit, gap, flags, length }: Stream, at: number, starts: ReadonlySet<number>): boolean {
  if (((flags[at] as number) & DIGIT) === 0) return at + 2 < length && starts.has(letters3(unit[at] as number, unit[at + 1] as number, unit[at + 2] as number));
  let number = 0;
  let end = at;
  while (end < length && (end === at || gap[end] === 0) && ((flags[end] as number) & DIGIT) !== 0) {
    if (end - at === 14) return false;
    number = number * 10 + (unit[end] as number) - 0x30;
    end += 1;
  }
  return end - at >= 8 || (end - at <= 4 && starts.has(number));
}

interface Word {
  readonly text: string;
  readonly isDigits: boolean;
  readonly end: number;
}

/** The digits or letters from here. */
function wordAt(stream: Stream, at: number): Word {
  const { unit, gap, flags, length } = stream;
  const kind = (flags[at] as number) & DIGIT;
  let end = at + 1;
  while (end < length && gap[end] === 0 && ((flags[end] as number) & DIGIT) === kind && end - at < 16) end += 1;
  return { text: String.fromCharCode(...unit.subarray(at, end)), isDigits: kind !== 0, end };
}

/** The next part of the date: ordinal endings and "of" are passed over. */
function nextWord(stream: Stream, last: Word, mayComma: boolean): Word | undefined {
  let at = last.end;
  for (let skipped = 0; skipped < 3; skipped += 1) {
    if (at >= stream.length) return undefined;
    const bits = stream.gap[at] as number;
    if ((bits & ~(gapBits.space | gapBits.joint | gapBits.dot | gapBits.line | (mayComma || skipped > 0 ? gapBits.comma : 0))) !== 0 || (stream.gapLength[at] as number) > 3) return undefined;
    const word = wordAt(stream, at);
    const isOrdinal = bits === 0 && /^(?:st|nd|rd|th|er|o|a)$/.test(word.text);
    if (word.isDigits || (!isOrdinal && !/^(?:of|de|del|do|den|the)$/.test(word.text))) return word.isDigits || monthOf(word.text) !== undefined ? word : undefined;
    at = word.end;
  }
  return undefined;
}

function compact(word: Word, days: Days): DateHit | undefined {
  const digits = word.text;
  const end = word.end;
  return (
    known(days, Number(digits.slice(0, 4)), [[Number(digits.slice(4, 6)), Number(digits.slice(6, 8))]], end) ??
    (digits.length === 8 ? known(days, Number(digits.slice(4, 8)), [[Number(digits.slice(2, 4)), Number(digits.slice(0, 2))], [Number(digits.slice(0, 2)), Number(digits.slice(2, 4))]], end) : undefined)
  );
}

function known(days: Days, year: number, orders: readonly (readonly [number, number])[], end: number): DateHit | undefined {
  for (const [month, day] of orders) {
    if (!isDay(year, month, day)) continue;
    const hit = days.get(dayKey({ year, month, day }));
    if (hit !== undefined) return { end, iso: `${String(year).padStart(4, "0")}-${String(month).padStart(2, "0")}-${String(day).padStart(2, "0")}`, persons: hit.persons };
  }
  return undefined;
}
