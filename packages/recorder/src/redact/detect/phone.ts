/** Telephone numbers: international, North American, national formats by their grouping, anything number-like behind a label. */
import { isDigit, labelsBefore, matchAt, take, type Chunk, type Reading } from "./reading.ts";
import { role } from "./roles.ts";
import { unitSet } from "./word-table.ts";

const extension = String.raw`(?:\s?(?:x|ext\.?|extension|#|Durchwahl|-?int\.?)\s?\d{1,6})?`;
const international = new RegExp(String.raw`(?:\+\s?|00)[1-9]\d{0,3}(?:[\s.\-/]{0,2}\(?\d{1,5}\)?){2,6}(?!\d)${extension}`, "iy");
const american = new RegExp(String.raw`(?:\+?(?:1|001)[\s.-]?)?(?:\(\d{3}\)\s?-?|\d{3}([-.]))\d{3}[-.\s]\d{4}(?!\d|[-.]\d)${extension}`, "iy");
const americanSpaced = new RegExp(String.raw`[2-9]\d\d [2-9]\d\d[ -]\d{4}(?![\d.])${extension}`, "iy");
const trunk = /\(?0\d{1,5}\)?(?:[\s./-]{1,3}\d{2,8}){1,5}(?!\d)/y;
const trunkPairs = /0[1-9](?:[\s.-]\d\d){4}(?!\d)/y;
const southern = /\(?[1-9]\d\)?\s9?\d{4}[-\s]\d{4}(?!\d)/y;
const labelled = new RegExp(String.raw`\(?\+?\d{1,5}\)?(?:(?:[.\-/]|\s{1,2}|\s?-\s?)?\(?\d{1,8}\)?){1,6}(?!\d)${extension}`, "iy");

const iberian = /[6-9]\d\d \d\d \d\d \d\d(?!\d)/y;

/** "en el 612 345 098", "al 612 345 098" */
const reachedAt = /\b(?:en el|al|pelo|no|sous le|au)\s(?:n[ºo°]\.?\s)?$/i;

const isSeparator = unitSet(" \t\n\r\v\f\u00a0.-/()");
// Spaces of other kinds begin here
const wideSpaces = 0x1680;
/** Whether a separator and what can follow one stand at the end of the first digits. */
function goesOn(text: string, end: number): boolean {
  const joint = text.charCodeAt(end);
  if (!isSeparator(joint) && !(joint >= wideSpaces)) return false;
  const next = text.charCodeAt(end + 1);
  return isDigit(next) || isSeparator(next) || next >= wideSpaces;
}
const countDigits = (text: string): number => text.replace(/\D/g, "").length;
const withoutExtension = (text: string): string => text.replace(/\s?(?:x|ext|#)\D*\d*$/i, "");

/** Finds a number at `start` ("+" or "(" included); returns its end, or 0. `chunk` begins with its first digits. */
export function findPhone(reading: Reading, chunk: Chunk, start: number): number {
  const { text, scan, level } = reading;
  const firstEnd = scan.end[chunk.first] as number;
  // seven digits in one run, an opening sign, or more of it behind what joins groups
  if (start === chunk.start && firstEnd - start < 7 && !goesOn(text, firstEnd)) return 0;
  const before = text[start - 1] ?? "";
  if (/[\w$€£%@]/.test(before) || (before === "." && !/\p{L}/u.test(text[start - 2] ?? "")) || (before === "-" && /\w/.test(text[start - 2] ?? ""))) return 0;
  const opening = text[start];
  if (opening === "+" || text.startsWith("00", start)) {
    const match = matchAt(international, text, start);
    const digits = match === undefined ? 0 : countDigits(withoutExtension(match[0]));
    if (match !== undefined && digits >= 9 && digits <= 17 && (opening === "+" || !isCoded(reading, chunk))) return found(reading, start, match[0], "phone.international", opening === "+" || /[\s.-]/.test(match[0]) ? 0.95 : 0.6, opening === "+" || /\D/.test(match[0]) || isLabelled(reading, chunk, start));
  }
  const us = matchAt(american, text, start);
  if (us !== undefined) return found(reading, start, us[0], "phone.american", 0.9, true);
  const four = matchAt(iberian, text, start);
  if (four !== undefined) return found(reading, start, four[0], "phone.national", 0.8, true);
  const spaced = matchAt(americanSpaced, text, start);
  if (spaced !== undefined) return found(reading, start, spaced[0], "phone.american", 0.8, true);
  if (opening === "0" || (opening === "(" && text[start + 1] === "0")) {
    const pairs = matchAt(trunkPairs, text, start);
    if (pairs !== undefined) return found(reading, start, pairs[0], "phone.national", 0.85, true);
    const match = matchAt(trunk, text, start);
    const digits = match === undefined ? 0 : countDigits(match[0]);
    if (match !== undefined && digits >= 9 && digits <= 12 && (/[\s/]/.test(match[0]) || /^0\d{1,4}-\d{6,8}$/.test(match[0]))) return found(reading, start, match[0], "phone.national", 0.75, /^\(?0[1-9]/.test(match[0]) || isLabelled(reading, chunk, start));
  }
  const south = matchAt(southern, text, start);
  if (south !== undefined && (opening === "(" || isLabelled(reading, chunk, start))) return found(reading, start, south[0], "phone.national", 0.75, true);
  if (chunk.digits >= 2 && isLabelled(reading, chunk, start)) {
    const match = matchAt(labelled, text, start);
    const digits = match === undefined ? 0 : countDigits(withoutExtension(match[0]));
    if (match !== undefined && digits >= 7 && digits <= 15) return found(reading, start, match[0], "phone.labelled", 0.85, true);
    // "917277336 - 606409021": two of them
    if (digits > 15 && chunk.letters === 0 && chunk.digits >= 7 && chunk.digits <= 15) return found(reading, start, text.slice(start, chunk.end), "phone.labelled", 0.8, true);
  }
  if ((level === "recall" || reachedAt.test(text.slice(Math.max(0, start - 12), start))) && /^[679]\d\d(?:\s\d{3}){2}(?!\d)/.test(text.slice(start, start + 12))) return found(reading, start, text.slice(start, start + 11), "phone.national", 0.5, true);
  return 0;
}

const isCoded = (reading: Reading, chunk: Chunk): boolean => (labelsBefore(reading, chunk.first) & (role.codeLabel | role.phoneLabel)) === role.codeLabel;
const isLabelled = (reading: Reading, chunk: Chunk, start: number): boolean => (labelsBefore(reading, chunk.first) & role.phoneLabel) !== 0 || afterAnother(reading, start);

/** "Tlf. 917277336 / 606409021": the second of two. */
function afterAnother({ spans, text }: Reading, start: number): boolean {
  const last = spans.at(-1);
  return last !== undefined && last.type === "PHONE" && last.end <= start && start - last.end <= 8 && /^\s{0,2}(?:[/,;|-]|y|o|or|and|e|und|et)\s{0,2}$/.test(text.slice(last.end, start));
}

function found(reading: Reading, start: number, value: string, rule: string, score: number, certain: boolean): number {
  if (!certain) return 0;
  const digits = value.replace(/\D/g, "");
  if (/^(\d)\1+$/.test(digits)) return 0;
  const trimmed = value.trimEnd();
  take(reading, "PHONE", start, start + trimmed.length, rule, score);
  return start + trimmed.length;
}
