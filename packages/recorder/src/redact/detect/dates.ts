/**
 * Dates: numeric in any order, with month names (en, es, de, fr, pt, it, nl), compact where a label says so. A bare year stays readable, as
 * HIPAA's Safe Harbor allows, but in the `recall` level; so does a machine's time stamp (date, "T", time) that no label ties to a person.
 */
import { wordHash } from "./fold.ts";
import { isDigit, labelsBefore, matchAt, take, type Chunk, type Reading } from "./reading.ts";
import { months, role } from "./roles.ts";
import { gap, kind, shape } from "./scan.ts";
import { unitSet } from "./word-table.ts";

const time = String.raw`(?:(?:[T ]|, ?| at )\d{1,2}:\d\d(?::\d\d(?:[.,]\d{1,9})?)?(?: ?[ap]\.?m\b\.?)?(?: ?(?:Z\b|UTC|GMT|[+-]\d\d:?\d\d))?)?`;
const yearFirst = new RegExp(String.raw`(?:18|19|20)\d\d([-/.])(0?[1-9]|1[0-2])\1(0?[1-9]|[12]\d|3[01])(?!\d|[-/.]\d)${time}`, "iy");
const yearLast = new RegExp(String.raw`(\d{1,2}) ?([-/.]) ?(\d{1,2}) ?\2 ?((?:18|19|20)\d\d|\d\d)(?!\d|[-/]\d|\.\d)${time}`, "iy");
const yearMonth = /(?:19|20)\d\d-(?:0[1-9]|1[0-2])(?![-\d])/y;
const dayMonth = /(0?[1-9]|[12]\d|3[01])([/.])(0?[1-9]|[12]\d|3[01])(?![\d/%-]|\.\d|\s?(?:mg|kg|g|ml|cm|mm|in|of)\b)/y;
const monthYear = /(0?[1-9]|1[0-2])[/-](?:19|20)\d\d(?![\d/-])/y;
const compact = /(?:18|19|20)\d\d(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])(?:[0-2]\d[0-5]\d(?:[0-5]\d)?)?(?!\d)/y;
const compactDayFirst = /(?:0[1-9]|[12]\d|3[01])(?:0[1-9]|[12]\d|3[01])(?:18|19|20)\d\d(?!\d)/y;
const dot = 0x2e;
const dash = 0x2d;
const space = 0x20;
const isDateJoint = unitSet("-/.");
const joinsName = unitSet("-_.");
const ofAmount = unitSet("0123456789$€£");
const isStamp = /^\d{4}[-/.]\d\d[-/.]\d\dT\d\d:\d\d(?::|Z|[+-]\d)/;

/** Finds a numeric date at the chunk's start; returns its end, or 0. */
export function findNumericDate(reading: Reading, chunk: Chunk): number {
  const { text, scan, level } = reading;
  const { start } = chunk;
  const before = text[start - 1] ?? "";
  const beforeUnit = text.charCodeAt(start - 1);
  const firstEnd = scan.end[chunk.first] as number;
  const size = firstEnd - start;
  const isJoined = isDateJoint(text.charCodeAt(firstEnd));
  // "gpt-4o-2024-08-06", "backup_2024-01-02": part of a name
  if (joinsName(beforeUnit) && /[\p{L}\d]/u.test(text[start - 2] ?? "") && (labelsBefore(reading, chunk.first) & role.dateLabel) === 0) return chunk.end;
  if (ofAmount(beforeUnit) || ((beforeUnit === dot || beforeUnit === dash) && isDigit(text.charCodeAt(start - 2)))) return 0;
  // four digits first, or one or two with a joint behind them (" - " counts): the long expressions are for what begins like a date
  const first = size === 4 && isJoined ? matchAt(yearFirst, text, start) : undefined;
  if (first !== undefined) {
    if (level !== "recall" && isVersion(reading, chunk.first, start, first[1] === ".") && (labelsBefore(reading, chunk.first) & role.dateLabel) === 0) return start + first[0].length;
    if (isStamp.test(first[0]) && level !== "recall" && (labelsBefore(reading, chunk.first) & role.dateLabel) === 0) return start + first[0].length;
    return found(reading, start, first[0], "date.iso", 0.95);
  }
  const last = size <= 2 && (isJoined || (text.charCodeAt(firstEnd) === space && isDateJoint(text.charCodeAt(firstEnd + 1)))) ? matchAt(yearLast, text, start) : undefined;
  if (last !== undefined) {
    const one = Number(last[1]);
    const two = Number(last[3]);
    const valid = one >= 1 && two >= 1 && one <= 31 && two <= 31 && (one <= 12 || two <= 12);
    const shortYear = last[4]?.length === 2;
    const dotted = last[2] === ".";
    // "1.2.10" is a version and "3-4-12" a score where nothing says otherwise
    const labelled = valid && shortYear && last[2] !== "/" ? (labelsBefore(reading, chunk.first) & role.dateLabel) !== 0 || (dotted ? /^\d\d\.\d\d\./.test(last[0]) : last[0].length >= 7) : true;
    if (valid && labelled) return found(reading, start, last[0], "date.numeric", 0.9);
  }
  if (chunk.digits < 2) return 0;
  const maybePartial = isJoined && (size <= 2 || size === 4);
  const isFour = size === 4 && chunk.end === firstEnd;
  if (chunk.digits < 8 && !maybePartial && !isFour) return 0;
  const labels = labelsBefore(reading, chunk.first);
  if (chunk.digits >= 8 && chunk.digits <= 14) {
    const eight = matchAt(compact, text, start) ?? matchAt(compactDayFirst, text, start);
    // "20250626T120000Z"
    if (eight !== undefined && text[start + eight[0].length] === "T" && level !== "recall") return chunk.end;
    if (eight !== undefined && ((labels & role.dateLabel) !== 0 || (before === "|" && text[start + eight[0].length] === "|" && eight[0].length === 8))) return found(reading, start, eight[0], "date.compact", 0.85);
  }
  if ((labels & role.dateLabel) !== 0 && (labels & (role.idLabel | role.codeLabel)) === 0) {
    const partial = maybePartial ? (matchAt(monthYear, text, start) ?? matchAt(yearMonth, text, start) ?? matchAt(dayMonth, text, start)) : undefined;
    if (partial !== undefined) return found(reading, start, partial[0], "date.partial", 0.7);
    const year = /^(?:18|19|20)\d\d$/.test(text.slice(start, chunk.end)) ? text.slice(start, chunk.end) : "";
    if (year !== "" && level === "recall") return found(reading, start, year, "date.year", 0.6);
  }
  const slash = maybePartial ? matchAt(dayMonth, text, start) : undefined;
  if (slash !== undefined && slash[2] === "/" && onDay.test(text.slice(Math.max(0, start - 12), start)) && (Number(slash[1]) > 12 || Number(slash[3]) > 12 || level === "recall") && (Number(slash[1]) <= 12 || Number(slash[3]) <= 12))
    return found(reading, start, slash[0], "date.partial", 0.6);
  // "started 03/02": a fraction, a ratio and a score have no leading zero
  if (slash !== undefined && slash[2] === "/" && level !== "precise" && padded.test(slash[0]) && byDay.test(text.slice(Math.max(0, start - 16), start)) && (Number(slash[1]) <= 12 || Number(slash[3]) <= 12)) return found(reading, start, slash[0], "date.partial", 0.55);
  const my = maybePartial ? matchAt(monthYear, text, start) : undefined;
  if (my !== undefined) return found(reading, start, my[0], "date.partial", 0.6);
  // Safe Harbor lets an English year stand; European guidelines count it as a date
  if (isFour && /^(?:19|20)\d\d$/.test(text.slice(start, chunk.end)) && level !== "precise" && europeanYear.test(text.slice(Math.max(0, start - 24), start))) {
    // "el año 2004": the noun goes with its number
    const noun = /(?:año|años|jahr|jahre|année|ano|anno)\s{1,2}$/i.exec(text.slice(Math.max(0, start - 10), start));
    take(reading, "DATE", start - (noun?.[0].length ?? 0), chunk.end, "date.year", 0.5);
    return chunk.end;
  }
  if (level === "recall" && /^(?:19|20)\d\d$/.test(text.slice(start, chunk.end)) && inYear.test(text.slice(Math.max(0, start - 12), start))) return found(reading, start, text.slice(start, chunk.end), "date.year", 0.5);
  return 0;
}

/**
 * "release: 2026.11.3", "prompt_version=2026-03-01", "app:2026.02.17": what an app or a model calls itself by. A measure's label ("Daily weight 2026-11-25:") says nothing about the date behind it.
 */
function isVersion(reading: Reading, at: number, start: number, dotted: boolean): boolean {
  const { scan, text } = reading;
  if (reading.isVersionField && at === 0) return true;
  if (dotted && /[\p{L}\d]['"]?[:@=/]$/u.test(text.slice(Math.max(0, start - 3), start))) return true;
  for (let before = at - 1; before >= 0 && at - before <= 5; before--) {
    if (scan.gap[before + 1] === gap.line) return false;
    if (scan.kind[before] === kind.word) {
      if (versionWords.has(scan.hash[before] ?? 0)) return true;
      if (((scan.roles[before] ?? 0) & role.connector) === 0) return false;
    } else if (scan.kind[before] === kind.digits || !/[:="'`_#@./-]/.test(text[scan.start[before] ?? 0] ?? "")) return false;
  }
  return false;
}
const versionWords: ReadonlySet<number> = new Set("version versions ver v release releases build builds model models tag revision rev api sdk image gpt claude llama gemini mistral policy schema migration snapshot".split(" ").map(wordHash));

/** Whether a field's name says that its value is a version: "release", "prompt_version", "modelId". */
export const isVersionField = (field: string): boolean => field.length <= 48 && field.replace(/([a-z\d])([A-Z])/g, "$1 $2").split(/[^\p{L}]+/u).some((word) => word !== "" && versionWords.has(wordHash(word)));

const onDay = /\b(?:on|since|from|until|dated?|el(?: día)?|am|le|dia|del?|seen)[\s:]+$/i;
const padded = /^(?:0\d\/\d\d|\d\d\/0\d)$/;
const byDay = /(?:^|[\s(])(?:on|since|from|until|till|by|dated?|started|stopped|began|begun|seen|admitted|discharged|due|last|next|before|after|visit|el|am|le|dia|del?|seit|ab|depuis)[\s:]{1,2}$/i;
const europeanYear = /(?:^|[\s(,.;])(?:en|desde|hasta|año|años|el año|del año|entre|durante|seit|jahr|jahre|depuis|année|dal|nel|em|ano|anno)\s{1,2}(?:(?:19|20)\d\d(?:\s?[,-]\s?|\s(?:y|e|a|et|und|bis|hasta)\s))?$/i;
const inYear = /\b(?:in|since|from|until|en|desde|año|im|seit|jahr|depuis|nel|dal|em|of|de|del|circa|by)\s+$/i;

function found(reading: Reading, start: number, value: string, rule: string, score: number): number {
  const trimmed = value.trimEnd();
  take(reading, "DATE", start, start + trimmed.length, rule, score);
  return start + trimmed.length;
}

const afterMonth = /\.?,?\s{0,2}(?:the\s)?([0-3]?\d)(?:st|nd|rd|th|º)?(?![\d:/%]|\.\d|\s?(?:mg|kg|ml|mcg|cm|mm|am|pm|years?|days?|weeks?|months?|hours?|patients?|percent)\b)(?:\s?,?\s{1,2}(?:of\s|de\s|del\s)?((?:18|19|20)\d\d|['’]\d\d)(?!\d)|,((?:19|20)\d\d)(?!\d))?/iy;
const yearAfterMonth = /\.?,?\s{0,2}(?:de\s|del\s|of\s|do\s|-|\/)?\s?((?:18|19|20)\d\d|['’]\d\d)(?![\d/-])/iy;
const dayBeforeMonth = /(?:^|[^\d./,:-])((?:0?[1-9]|[12]\d|3[01])(?:st|nd|rd|th|º|ª|er|\.)?(?:\s?(?:-|–|to|and|through|until|till|y|al?|au|bis|e|et|und|&|\/)\s?(?:[12]\d|3[01]|0?[1-9])(?:st|nd|rd|th|\.)?)?[\s-]{1,2}(?:day\s)?(?:of\s|de\s|d[aeo]\s|del\s|del mes de\s)?)$/i;
const timeAfter = /(?:,? (?:at )?\d{1,2}:\d\d(?::\d\d)?(?: ?[ap]\.?m\b)?)/iy;

/** `at` is a token that names a month. Takes the day and year beside it; a month alone is no date. */
export function findMonthDate(reading: Reading, at: number): void {
  const { text, scan, level } = reading;
  const wordStart = scan.start[at] ?? 0;
  const wordEnd = scan.end[at] ?? 0;
  const word = scan.shape[at] ?? 0;
  const long = wordEnd - wordStart > 3;
  const month = months().get(scan.hash[at] ?? 0) ?? 0;
  if (month === 0) return;
  const windowStart = Math.max(0, wordStart - 24);
  const dayMatch = dayBeforeMonth.exec(text.slice(windowStart, wordStart));
  let start = wordStart;
  let end = wordEnd;
  let day = false;
  if (dayMatch !== null) {
    start = wordStart - (dayMatch[1]?.length ?? 0);
    day = true;
  }
  let year = false;
  const after = matchAt(afterMonth, text, wordEnd);
  if (!day && after !== undefined && Number(after[1]) >= 1 && Number(after[1]) <= 31) {
    day = true;
    year = after[2] !== undefined || after[3] !== undefined;
    end = wordEnd + after[0].length;
  } else {
    const only = matchAt(yearAfterMonth, text, wordEnd);
    if (only !== undefined) {
      year = true;
      end = wordEnd + only[0].length;
    }
  }
  if (!day && !year) {
    // "2023 Mar 5" has the year before the month
    if (level === "precise") return;
    // "last July" tells the month of one year
    const relative = /\b(?:last|next|this|past|pasado|letzten|nächsten)\s$/i.exec(text.slice(windowStart, wordStart));
    if (relative !== null && word !== shape.lower) return take(reading, "DATE", wordStart - relative[0].length, wordEnd, "date.relative", 0.6);
    if (!/(?:19|20)\d\d[\s-]$/.test(text.slice(windowStart, wordStart))) return;
    return take(reading, "DATE", wordStart - 5, end, "date.month", 0.7);
  }
  if (day && !year && /(?:19|20)\d\d[\s-]$/.test(text.slice(windowStart, start))) start -= 5;
  // "FEV1", "MAR3": a number that touches a short word belongs to it
  if (!long && !dayMatch && text.charCodeAt(wordEnd) >= 0x30 && text.charCodeAt(wordEnd) <= 0x39) return;
  // "may 5", "mar 2", "set 3": a short or ambiguous word needs its capital, a year or an ordinal
  const ambiguous = !long || word === shape.lower;
  if (ambiguous && word === shape.lower && !(day && year)) {
    const isEnglishMay = text.slice(wordStart, wordEnd) === "may" || text.slice(wordStart, wordEnd) === "march";
    if ((isEnglishMay && !/(?:st|nd|rd|th)\b/i.test(text.slice(start, end))) || (!long && !year)) return;
  }
  if (!long && word !== shape.lower && !day && !/['’\d]$/.test(text.slice(start, end))) return;
  const clock = year ? matchAt(timeAfter, text, end) : undefined;
  if (clock !== undefined) end += clock[0].length;
  // "Tue, 22 Jul 2025 20:54:50 GMT", "04/Mar/2020:19:15:17 +0000": a machine's stamp, as with "T" above
  if (level !== "recall" && zone.test(text.slice(end, end + 24))) return;
  take(reading, "DATE", weekdayBefore(reading, at, start), end, "date.month", year ? 0.95 : 0.8);
}

/** Where the weekday begins that stands before a date ("Monday, March 2nd", "Thursday 5 March"), or the date's own start. */
function weekdayBefore({ scan, text }: Reading, at: number, start: number): number {
  for (let before = at - 1; before >= 0 && at - before <= 5; before--) {
    if (scan.kind[before] !== kind.word || (scan.end[before] ?? 0) > start) continue;
    const between = text.slice(scan.end[before], start);
    return ((scan.roles[before] ?? 0) & role.weekday) !== 0 && /^[,.]?\s(?:the\s|den\s|le\s|el\s)?$/.test(between) ? (scan.start[before] ?? start) : start;
  }
  return start;
}

const zone = /^(?:[:\s]{0,12}\d\d:\d\d:\d\d)?\s?(?:\d{4}\s)?(?:GMT|UTC|[+-]0\d{3}\b)/;

/** `at` is a weekday: "last Friday" and "Friday the 3rd" tell a day, "on Mondays" does not. Only in `recall` and `balanced`. */
export function findWeekday(reading: Reading, at: number): void {
  const { scan, text, level } = reading;
  if (level === "precise" || at === 0 || scan.gap[at] !== gap.space || scan.kind[at - 1] !== kind.word) return;
  const before = text.slice(scan.start[at - 1], scan.end[at - 1]).toLowerCase();
  if (/^(?:last|next|this|past|pasado|letzten|nächsten)$/.test(before)) take(reading, "DATE", scan.start[at - 1] ?? 0, scan.end[at] ?? 0, "date.weekday", 0.6);
}
