/** A declared day where a date can start in the stream: `1983-02-06`, `2/6/83`, `06.02.1983`, `6 Feb 1983`, `February 6th, 1983`, `19830206`, `6 de febrero de 1983`. */
import { dayKey, isDay, monthOf, yearsOf, type Day } from "./dates.ts";
import type { DayStarts } from "./day-starts.ts";
import { DIGIT, gapBits, type Stream } from "./stream.ts";

export interface DateHit {
  /** Unit after the date. */
  readonly end: number;
  readonly iso: string;
  readonly persons: readonly number[];
}
type Days = ReadonlyMap<number, { readonly day: Day; readonly persons: readonly number[] }>;

export function dateAt(stream: Stream, at: number, days: Days, starts: DayStarts): DateHit | undefined {
  if (!canStart(stream, at, starts)) return undefined;
  const first = wordAt(stream, at);
  if (first.isDigits) {
    if (at > 0 && stream.gap[at] === 0 && ((stream.flags[at - 1] as number) & DIGIT) !== 0) return undefined;
    if (first.length === 8 || first.length === 12 || first.length === 14) return compact(first, days);
    if (first.length > 4 || first.length === 3) return undefined;
  } else if (monthOf(first.text) === undefined) return undefined;

  const second = nextWord(stream, first, !first.isDigits);
  if (second === undefined) return undefined;
  const third = nextWord(stream, second, !second.isDigits || !first.isDigits);
  if (third === undefined) return undefined;
  const [a, b, c] = [first, second, third];
  if (a.isDigits && a.length === 4) {
    const month = b.isDigits ? (b.length <= 2 ? b.number : 0) : (monthOf(b.text) ?? 0);
    if (!c.isDigits) return undefined;
    // `1983-02-06T00:00:00Z` and `1983-02-0600` alike end with the day.
    return c.length <= 2 ? known(days, a.number, [[month, c.number]], c.end) : undefined;
  }
  if (!c.isDigits || (c.length !== 4 && c.length !== 2)) return undefined;
  let orders: (readonly [number, number])[];
  if (a.isDigits && b.isDigits) orders = b.length <= 2 ? [[a.number, b.number], [b.number, a.number]] : [];
  else if (a.isDigits) orders = [[monthOf(b.text) ?? 0, a.number]];
  else orders = b.isDigits && b.length <= 2 ? [[monthOf(a.text) ?? 0, b.number]] : [];
  for (const year of yearsOf(String(c.number).padStart(c.length, "0"))) {
    const hit = known(days, year, orders, c.end);
    if (hit !== undefined) return hit;
  }
  return undefined;
}

/** Whether the number or word here begins like one of the days; long numbers may be compact dates. */
function canStart({ unit, gap, flags, length }: Stream, at: number, starts: DayStarts): boolean {
  if (((flags[at] as number) & DIGIT) === 0) return at + 2 < length && starts.isMonth(unit[at] as number, unit[at + 1] as number, unit[at + 2] as number);
  let number = 0;
  let end = at;
  while (end < length && (end === at || gap[end] === 0) && ((flags[end] as number) & DIGIT) !== 0) {
    if (end - at === 14) return false;
    number = number * 10 + (unit[end] as number) - 0x30;
    end += 1;
  }
  return end - at >= 8 || (end - at <= 4 && starts.isNumber(number));
}

interface Word {
  /** Of letters; empty for digits. */
  readonly text: string;
  /** Of digits. */
  readonly number: number;
  readonly isDigits: boolean;
  readonly length: number;
  readonly end: number;
}

/** The digits or letters from here. */
function wordAt(stream: Stream, at: number): Word {
  const { unit, gap, flags, length } = stream;
  const kind = (flags[at] as number) & DIGIT;
  let end = at + 1;
  while (end < length && gap[end] === 0 && ((flags[end] as number) & DIGIT) === kind && end - at < 16) end += 1;
  let text = "";
  let number = 0;
  if (kind === 0) for (let letter = at; letter < end; letter += 1) text += String.fromCharCode(unit[letter] as number);
  else for (let digit = at; digit < end; digit += 1) number = number * 10 + (unit[digit] as number) - 0x30;
  return { text, number, isDigits: kind !== 0, length: end - at, end };
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
  const { end, length } = word;
  const date = Math.floor(word.number / 10 ** (length - 8));
  const front = Math.floor(date / 1_000_000);
  const second = Math.floor(date / 10_000) % 100;
  return (
    known(days, Math.floor(date / 10_000), [[Math.floor(date / 100) % 100, date % 100]], end) ??
    (length === 8 ? known(days, date % 10_000, [[second, front], [front, second]], end) : undefined)
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
