/**
 * One linear pass over a text that names what stands in it: words, numbers with their units, days, codes (identifiers, mail addresses, URLs, phone
 * numbers), pseudonyms. Both sides of provenance go through it, the answer whose values are asked about and the input they may come from,
 * so that a value is read alike wherever it stands.
 */
import { isDay, monthNamed, readNumericDate, type Day } from "./dates.ts";
import { addToHash, foldUnit, hashWord, isDigit, isUpper, startHash } from "./fold.ts";
import { readNumber, spelledNumber, type NumberReading } from "./numbers.ts";
import { multiplierNamed, unitNamed, type Unit } from "./units.ts";

export type CodeType = "identifier" | "url" | "pseudonym" | "pseudonym-part";

export interface Visitor {
  word(hash: number, start: number, end: number, capital: boolean): void;
  /** `within` is true for a number that is part of a day or a code already named. */
  number(reading: NumberReading, unit: Unit | null, start: number, end: number, within: boolean): void;
  day(day: Day, start: number, end: number): void;
  /** `key` is folded so that spellings of one code are equal. */
  code(type: CodeType, key: string, start: number, end: number): void;
}

const isSpace = (unit: number): boolean => unit === 0x20 || (unit >= 0x09 && unit <= 0x0d) || unit === 0xa0 || unit === 0x202f || unit === 0x2009 || unit === 0x3000;
/** Ends a blob: blanks, quotes, brackets, separators of lists. */
const endsBlob = (unit: number): boolean => isSpace(unit) || '"<>(){}[]|;,`*=\\“”„«»⟦⟧、。，！？'.includes(String.fromCharCode(unit)) || (unit >= 0x2010 && unit <= 0x2015);
const asciiEnds = new Uint8Array(128);
for (let unit = 0; unit < 128; unit += 1) asciiEnds[unit] = endsBlob(unit) ? 1 : 0;

const pseudonymAt = /(?:⟦|\[\[)([A-Z][A-Z_0-9]*):([0-9a-z.]+)(?:~([0-9a-z]*))?(?:⟧|\]\])/y;
const dayMonth = /(?:st|nd|rd|th|\.|º|er)?\s+(?:de |of )?(\p{L}{3,10})\.?(?:,?\s+(?:de )?(\d{4}))?(?![\p{L}\d])/uy;
const monthDay = /\.?\s+(\d{1,2})(?:st|nd|rd|th)?(?![\d:.]*\d)(?:,?\s+(\d{4}))?(?!\d)/y;
const unitAfter = /[\s\u00a0\u202f-]{0,2}(%|°[CF]|[$€£¥₹]|[a-zA-Zµμ°äöüáéíóúñ]{1,12}(?:\/[a-zA-Zµμ]{1,4})?)(?![\p{L}\d])/uy;
const phoneAt = /(?:\+\d{1,3}[\s.-]?)?(?:\(\d{2,4}\)|\d{2,4})[\s.-]\d{3,4}[\s.-]\d{3,4}(?![\d-])/y;
const currency = "$€£¥₹";

const monthHashes = new Map<number, number>();
for (const name of ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "sept", "oct", "okt", "nov", "dec", "dez", "january", "february", "march", "april", "june", "july", "august", "september", "october", "november", "december"])
  monthHashes.set(hashWord(name), monthNamed(name) ?? 0);
const spelledHashes = new Set<number>();
for (let value = 1; value <= 20; value += 1) for (const word of englishOf(value)) spelledHashes.add(hashWord(word));
function englishOf(value: number): string[] {
  return ["one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve", "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen", "twenty"].slice(value - 1, value);
}

export function lex(text: string, visitor: Visitor, from = 0, to: number = text.length): void {
  let at = from;
  while (at < to) {
    const unit = text.charCodeAt(at);
    if (unit === 0x27e6 || (unit === 0x5b && text.charCodeAt(at + 1) === 0x5b)) {
      const end = pseudonym(text, at, visitor);
      if (end > at) {
        at = end;
        continue;
      }
    }
    if (unit === 0x2b || unit === 0x28) {
      // "+1 …" and "(555) …" are the phone numbers no digit begins
      const end = phone(text, at, visitor);
      if (end > at) {
        at = end;
        continue;
      }
    }
    if (unit < 128 ? asciiEnds[unit] === 1 || foldUnit(unit) === 0 : foldUnit(unit) === 0) {
      at += 1;
      continue;
    }
    at = blob(text, at, to, visitor);
  }
}

function pseudonym(text: string, at: number, visitor: Visitor): number {
  pseudonymAt.lastIndex = at;
  const found = pseudonymAt.exec(text);
  if (!found) return at;
  const parts = (found[2] ?? "").split(".");
  visitor.code("pseudonym", `${found[1]}:${found[2]}`, at, pseudonymAt.lastIndex);
  if (parts.length > 1) for (const part of parts) visitor.code("pseudonym-part", `${found[1]}:${part}`, at, pseudonymAt.lastIndex);
  return pseudonymAt.lastIndex;
}
function phone(text: string, at: number, visitor: Visitor): number {
  phoneAt.lastIndex = at;
  const found = phoneAt.exec(text);
  if (!found) return at;
  const digits = found[0].replace(/\D/g, "");
  if (digits.length < 9) return at;
  visitor.code("identifier", digits, at, phoneAt.lastIndex);
  return phoneAt.lastIndex;
}

// Runs of letters and digits in the blob at hand, reused from blob to blob.
const runHash: number[] = [];
const runStart: number[] = [];
const runEnd: number[] = [];
const runCapital: boolean[] = [];

/** A run without blanks: a word, words joined by marks, a number, a date, a code. */
function blob(text: string, start: number, to: number, visitor: Visitor): number {
  let at = start;
  let runs = 0;
  let hash = startHash;
  let open = -1;
  let hasDigit = false;
  let hasLetter = false;
  let hasMark = false;
  let special = 0;
  while (at < to) {
    const unit = text.charCodeAt(at);
    if (unit === 0x2c) {
      // a comma joins digits only
      if (!(isDigit(text.charCodeAt(at - 1)) && isDigit(text.charCodeAt(at + 1)))) break;
    } else if (unit < 128 ? asciiEnds[unit] === 1 : endsBlob(unit)) break;
    const folded = foldUnit(unit);
    if (folded !== 0) {
      if (open < 0) {
        open = at;
        hash = startHash;
        runCapital[runs] = isUpper(unit);
      }
      hash = addToHash(hash, folded);
      if (isDigit(unit)) hasDigit = true;
      else hasLetter = true;
    } else {
      if (open >= 0) {
        runHash[runs] = hash;
        runStart[runs] = open;
        runEnd[runs] = at;
        runs += 1;
        open = -1;
      }
      hasMark = true;
      if (unit === 0x40 || (unit === 0x3a && text.charCodeAt(at + 1) === 0x2f && text.charCodeAt(at + 2) === 0x2f)) special = unit;
    }
    at += 1;
  }
  const end = at;
  if (open >= 0) {
    runHash[runs] = hash;
    runStart[runs] = open;
    runEnd[runs] = at;
    runs += 1;
  }
  if (special !== 0 || (hasMark && text.startsWith("www.", start))) {
    const done = address(text, start, end, visitor);
    if (done > start) return done;
  }
  for (let run = 0; run < runs; run += 1) visitor.word(runHash[run] ?? 0, runStart[run] ?? 0, runEnd[run] ?? 0, runCapital[run] ?? false);
  if (hasDigit) return numeric(text, start, end, hasLetter, visitor);
  if (runs === 1) {
    const one = runHash[0] ?? 0;
    const month = monthHashes.get(one);
    if (month !== undefined) return monthFirst(text, month, start, end, visitor);
    if (spelledHashes.has(one)) spelledWithUnit(text, start, end, visitor);
  }
  return end;
}

const trailing = /[.,:;!?'’)\]]+$/;
function address(text: string, start: number, end: number, visitor: Visitor): number {
  let stop = end;
  // a URL may hold what ends other blobs: = , ; ( )
  while (stop < text.length && "=,;()[]*".includes(text.charAt(stop)) && /[\w/%.~?&#=:@+-]/.test(text.charAt(stop + 1))) {
    stop += 1;
    while (stop < text.length && !endsBlob(text.charCodeAt(stop))) stop += 1;
  }
  const url = /^[a-z][a-z\d+.-]*:\/\/[^\s]+|^www\.[^\s]+\.[^\s]+/i.exec(text.slice(start, stop));
  if (url) {
    const written = url[0].replace(trailing, "");
    visitor.code("url", urlKey(written), start, start + written.length);
    return start + written.length;
  }
  const written = text.slice(start, end).replace(trailing, "");
  if (/^[\w.+%-]+@[\p{L}\d-]+(?:\.[\p{L}\d-]+)+$/u.test(written)) {
    visitor.code("identifier", written.toLowerCase(), start, start + written.length);
    const local = written.slice(0, written.indexOf("@"));
    if (/\d/.test(local)) visitor.code("identifier", codeKey(local), start, start + local.length);
    return start + written.length;
  }
  return start;
}
export const urlKey = (written: string): string => written.replace(/^[a-z][a-z\d+.-]*:\/\//i, "").replace(/^www\./i, "").replace(/\/+$/, "").toLowerCase();
/** `UM3-OG5`, `um3og5` and `UM3 OG5` are one code. */
export const codeKey = (written: string): string => written.replace(/[-_./:#\s]/g, "").toLowerCase();

function numeric(text: string, start: number, end: number, hasLetter: boolean, visitor: Visitor): number {
  let written = text.slice(start, end).replace(/[.,:;!?'’-]+$/, "");
  let from = start;
  // "$25", "#881", "~3": the digits are what counts
  const sign = /^[^\p{L}\d]+/u.exec(written)?.[0].length ?? 0;
  from += sign;
  written = written.slice(sign);
  const stop = from + written.length;
  if (!hasLetter) {
    phoneAt.lastIndex = from;
    if (/^[(\d]/.test(written) && phoneAt.test(text)) {
      const done = phone(text, from, visitor);
      if (done > from) return done;
    }
    const days = readNumericDate(written);
    if (days.length > 0) {
      for (const day of days) visitor.day(day, from, stop);
      const year = days[0]?.year;
      if (year != null) visitor.number({ value: year, other: null, decimals: 0, significant: 4 }, null, from, stop, true);
      return end;
    }
    if (/^\d+(?:[.,'’]\d+)*$/.test(written)) return plain(text, written, from, stop, end, visitor);
    if (/^\d{1,2}:\d{2}(?::\d{2})?$/.test(written)) {
      visitor.code("identifier", clockKey(written), from, stop);
      return end;
    }
    return pieces(text, written, from, end, visitor);
  }
  const stamp = /^(\d{4}-\d{2}-\d{2})[Tt_](\d{2}:\d{2})/.exec(written);
  if (stamp) {
    for (const day of readNumericDate(stamp[1] ?? "")) visitor.day(day, from, from + 10);
    visitor.code("identifier", clockKey(stamp[2] ?? ""), from + 11, from + 16);
    return end;
  }
  const glued = /^(\d+(?:[.,]\d+)*)([a-zA-Zµμ%°]+(?:\/[a-zA-Zµμ]+)?)$/.exec(written);
  if (glued) {
    const number = readNumber(glued[1] ?? "");
    const word = glued[2] ?? "";
    if (/^(?:st|nd|rd|th)$/i.test(word) && number && number.value >= 1 && number.value <= 31) {
      const done = dayFirst(text, number.value, from, from + (glued[1] ?? "").length, visitor);
      if (done > from) return done;
    }
    const known = unitNamed(word);
    const times = multiplierNamed(word);
    if (number && (known || times !== null || /^(?:st|nd|rd|th)$/i.test(word))) {
      visitor.number(times === null ? number : scaled(number, times), known ?? currencyBefore(text, from), from, stop, false);
      return end;
    }
  }
  const clock = /^(\d{1,2}(?::\d{2})?)(am|pm)$/i.exec(written);
  if (clock) {
    visitor.code("identifier", clockKey(clock[1] ?? "", clock[2]), from, stop);
    return end;
  }
  const joined = /^(\d+(?:[.,]\d+)*)-(\p{L}+(?:-\p{L}+)*)$/u.exec(written);
  if (joined) {
    const number = readNumber(joined[1] ?? "");
    if (number) visitor.number(number, unitNamed((joined[2] ?? "").split("-")[0] ?? ""), from, from + (joined[1] ?? "").length, false);
    return end;
  }
  const key = codeKey(written);
  if (key.length >= 3) visitor.code("identifier", key, from, stop);
  // "826831Sacramento": blanks are lost where pages are scraped
  for (const run of written.matchAll(/\d{4,}/g)) if (run[0].length < written.length && !/[-_./:#]/.test(written)) withinNumber(run[0], from + run.index, visitor);
  if (/[-_./:#]/.test(written)) {
    for (const piece of written.matchAll(/[\p{L}\d]*\d[\p{L}\d]*/gu)) {
      const pieceStart = from + piece.index;
      if (piece[0].length === written.length) continue;
      if (/^\d+$/.test(piece[0])) withinNumber(piece[0], pieceStart, visitor);
      if (piece[0].length >= 3 && codeKey(piece[0]) !== key) visitor.code("identifier", codeKey(piece[0]), pieceStart, pieceStart + piece[0].length);
    }
  }
  return end;
}

function plain(text: string, written: string, from: number, stop: number, end: number, visitor: Visitor): number {
  const number = readNumber(written);
  if (number === null) return pieces(text, written, from, end, visitor);
  // A number may group its digits with blanks: 1 234 567
  if (stop === end && /^\d{1,3}$/.test(written)) {
    const wide = /^[\u00a0\u202f\u2009 ]\d{3}(?:[\u00a0\u202f\u2009 ]\d{3})*(?![\d.,])/.exec(text.slice(stop, stop + 24));
    if (wide && (wide[0].length > 4 || wide[0].charCodeAt(0) !== 0x20)) {
      const whole = readNumber(written + wide[0].replace(/\s/g, " "));
      if (whole) {
        visitor.number(whole, unitThen(text, stop + wide[0].length).unit ?? currencyBefore(text, from), from, stop + wide[0].length, false);
        return stop + wide[0].length;
      }
    }
  }
  if (number.decimals === 0 && number.value >= 1 && number.value <= 31 && /^\d{1,2}$/.test(written)) {
    const done = dayFirst(text, number.value, from, stop, visitor);
    if (done > from) return done;
  }
  const clock = /^ ?([ap])\.?m\b/i.exec(text.slice(stop, stop + 5));
  if (clock && number.value <= 12) {
    visitor.code("identifier", clockKey(written, `${clock[1]}m`), from, stop + clock[0].length);
    return Math.max(end, stop + clock[0].length);
  }
  const after = unitThen(text, stop);
  visitor.number(after.times === 1 ? number : scaled(number, after.times), after.unit ?? currencyBefore(text, from), from, after.end, false);
  if (written.length >= 5 && /^\d+$/.test(written)) visitor.code("identifier", written, from, stop);
  return end;
}

/** `23 May 2024`, `23rd of May`, `23. Mai`: from the day's digits on. Returns where it ends, or `from`. */
function dayFirst(text: string, dayOfMonth: number, from: number, stop: number, visitor: Visitor): number {
  // "2. Mars rover" is a line of a list
  if (text.charAt(stop) === "." && /(?:^|\n)[\s*#>-]*$/.test(text.slice(Math.max(0, from - 8), from))) return from;
  dayMonth.lastIndex = stop;
  const found = dayMonth.exec(text);
  const month = found ? monthNamed(found[1] ?? "") : null;
  if (!found || month === null) return from;
  const day = { year: found[2] === undefined ? null : Number(found[2]), month, day: dayOfMonth };
  if (!isDay(day)) return from;
  visitor.day(day, from, dayMonth.lastIndex);
  if (day.year !== null) visitor.number({ value: day.year, other: null, decimals: 0, significant: 4 }, null, from, dayMonth.lastIndex, true);
  return dayMonth.lastIndex;
}

/** `5-10`, `3/4`, `10.1.2`: each run of digits on its own, and the whole as a code when it is long. */
function pieces(text: string, written: string, from: number, end: number, visitor: Visitor): number {
  const runs = [...written.matchAll(/\d+(?:[.,]\d+)?/g)];
  const stop = from + written.length;
  const unit = runs.length === 2 ? unitThen(text, stop).unit : null;
  for (const run of runs) {
    const number = readNumber(run[0]);
    if (number) visitor.number(number, unit ?? currencyBefore(text, from + run.index), from + run.index, from + run.index + run[0].length, runs.length > 2);
  }
  if (runs.length > 2 || (runs.length === 2 && written.length >= 8 && !/[%.]/.test(written))) visitor.code("identifier", codeKey(written), from, stop);
  return end;
}
function withinNumber(written: string, start: number, visitor: Visitor): void {
  const number = readNumber(written);
  if (number) visitor.number(number, null, start, start + written.length, true);
}

function monthFirst(text: string, month: number, start: number, end: number, visitor: Visitor): number {
  monthDay.lastIndex = end;
  const found = monthDay.exec(text);
  if (found) {
    const day = { year: found[2] === undefined ? null : Number(found[2]), month, day: Number(found[1]) };
    if (isDay(day)) {
      visitor.day(day, start, monthDay.lastIndex);
      if (day.year !== null) visitor.number({ value: day.year, other: null, decimals: 0, significant: 4 }, null, start, monthDay.lastIndex, true);
      return monthDay.lastIndex;
    }
  }
  return end;
}
function spelledWithUnit(text: string, start: number, end: number, visitor: Visitor): void {
  const value = spelledNumber(text.slice(start, end));
  const after = unitThen(text, end);
  if (value !== null && after.unit !== null && !currency.includes(after.unit.name)) visitor.number({ value: value * after.times, other: null, decimals: 0, significant: 1 }, after.unit, start, after.end, false);
}

const scaled = (number: NumberReading, times: number): NumberReading => ({ ...number, value: number.value * times, other: null, decimals: 0 });
function unitThen(text: string, at: number): { readonly unit: Unit | null; readonly times: number; readonly end: number } {
  unitAfter.lastIndex = at;
  const found = unitAfter.exec(text);
  if (!found) return { unit: null, times: 1, end: at };
  const word = found[1] ?? "";
  const times = word === "m" ? null : multiplierNamed(word);
  if (times !== null) {
    const end = unitAfter.lastIndex;
    const next = unitThen(text, end);
    return next.unit ? { unit: next.unit, times, end: next.end } : { unit: null, times, end };
  }
  const unit = unitNamed(word);
  // "10 an", "5 m" in running text: short words that are units only right after the number
  const apart = found[0].length > word.length;
  if (unit === null || (apart && ["an", "ie", "d", "s", "w", "mes"].includes(word.toLowerCase()))) return { unit: null, times: 1, end: at };
  return { unit, times: 1, end: unitAfter.lastIndex };
}
function currencyBefore(text: string, at: number): Unit | null {
  const before = text.charAt(at - 1);
  if (currency.includes(before) && before !== "") return unitNamed(before);
  if (before === " " || before === "\u00a0") {
    const word = /(USD|EUR|GBP|JPY|INR|[$€£¥₹])$/.exec(text.slice(Math.max(0, at - 4), at - 1))?.[1];
    return word === undefined ? null : unitNamed(word);
  }
  return null;
}
/** A time of day as minutes, so that `3pm`, `15:00` and `15:00:00` meet. */
function clockKey(written: string, half?: string): string {
  const [hours = 0, minutes = 0] = written.split(":").map(Number);
  const hour = half === undefined ? hours : (hours % 12) + (half.toLowerCase().startsWith("p") ? 12 : 0);
  return `clock:${hour * 60 + minutes}`;
}
