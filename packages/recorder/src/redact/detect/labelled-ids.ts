/** Identifiers that only their label gives away: record, account, policy, licence, device numbers, in any shape that holds digits. */
import { labelsBefore, take, type Chunk, type Reading } from "./reading.ts";
import { role } from "./roles.ts";
import { gap, kind, shape } from "./scan.ts";

/** Digit groups that a space may separate within one labelled number, "26 37482910 04". */
const maxGroups = 7;

/** The end of a labelled identifier that begins with the chunk, or 0. */
export function findLabelledId(reading: Reading, chunk: Chunk): number {
  const { text, scan, level } = reading;
  const value = text.slice(chunk.start, chunk.end);
  const alnum = chunk.digits + chunk.letters;
  if (chunk.digits < 1 || alnum > 64 || (alnum < 2 && !touchesGroup(reading, chunk))) return 0;
  if (isQuantity(reading, chunk)) return 0;
  const front = prefixBefore(reading, chunk);
  const labels = labelsBefore(reading, front);
  const strong = (labels & (role.idLabel | role.ssnLabel)) !== 0;
  const weak = (labels & role.idNoun) !== 0 && front === chunk.first;
  if (!strong && !weak) return unlabelled(reading, chunk, value);
  if (!strong && (labels & role.codeLabel) !== 0) return 0;
  if (!strong && level !== "recall" && isTechnical(value, labels)) return 0;
  // "Record #: 77 41 20 998": the label says a number follows, and that may be grouped
  const numbered = strong || /(?:#|n[ºo°r]\.?|number|numero|número|nummer)\s?:?\s?$/i.test(text.slice(Math.max(0, chunk.start - 10), chunk.start));
  const grouped = numbered && chunk.letters === 0 && groupedDigits(reading, chunk) >= 6;
  if (grouped) {
    // its first group may be short
  } else if (strong ? chunk.digits < 2 || (alnum < 3 && chunk.letters > 0) : !weakShape(chunk, value, level)) return 0;
  let end = chunk.end;
  if (chunk.letters === 0) {
    // groups of digits that belong to one number
    let next = chunk.after;
    let digits = chunk.digits;
    for (let group = 1; group < (numbered ? maxGroups : 1) && next < scan.count; group++) {
      if (scan.gap[next] !== gap.space || scan.kind[next] !== kind.digits || (scan.start[next] ?? 0) - end !== 1) break;
      const size = (scan.end[next] ?? 0) - (scan.start[next] ?? 0);
      const touches = next + 1 < scan.count && scan.gap[next + 1] === gap.none && scan.kind[next + 1] === kind.word;
      if (digits + size > 20 || touches) break;
      digits += size;
      end = scan.end[next] ?? end;
      next += 1;
    }
    if (digits < (strong ? 3 : 5)) return 0;
  }
  // "LK71 XYB": a plate's letters behind its number
  const plate = strong && /^[A-Z]{2}\d{2}$/.test(value) ? /^ [A-Z]{3}(?![A-Za-z])/.exec(text.slice(end, end + 5)) : null;
  if (plate !== null) end += plate[0].length;
  take(reading, (labels & role.ssnLabel) !== 0 && chunk.letters === 0 ? "SSN" : "ID", scan.start[front] ?? chunk.start, end, strong ? "id.labelled" : "id.noun", strong ? 0.9 : 0.75);
  return end;
}

/** The token of the capitals that a number carries before a space, "POL 7719 2204 11"; the number's own first token where there are none. */
function prefixBefore({ scan, text }: Reading, chunk: Chunk): number {
  const before = chunk.first - 1;
  if (before < 1 || chunk.letters > 0 || chunk.digits < 3 || scan.kind[before] !== kind.word || scan.shape[before] !== shape.upper || scan.gap[chunk.first] !== gap.space || (scan.start[chunk.first] ?? 0) - (scan.end[before] ?? 0) !== 1) return chunk.first;
  const size = (scan.end[before] ?? 0) - (scan.start[before] ?? 0);
  const isWord = ((scan.roles[before] ?? 0) & (role.idLabel | role.idNoun | role.codeLabel | role.unit | role.ssnLabel)) !== 0;
  return size >= 2 && size <= 4 && !isWord && /[\s:#]/.test(text[(scan.start[before] ?? 0) - 1] ?? "") ? before : chunk.first;
}

/** "2 74 06 35 238 044 17": one digit, and more behind a single space. */
function touchesGroup({ scan }: Reading, chunk: Chunk): boolean {
  const next = chunk.after;
  return chunk.letters === 0 && next < scan.count && scan.kind[next] === kind.digits && (scan.start[next] ?? 0) - chunk.end === 1;
}

/** Digits of the chunk and of the groups that follow it after single spaces. */
function groupedDigits({ scan }: Reading, chunk: Chunk): number {
  let digits = chunk.digits;
  let end = chunk.end;
  for (let next = chunk.after; next < scan.count && next < chunk.after + maxGroups; next++) {
    if (scan.kind[next] !== kind.digits || scan.gap[next] !== gap.space || (scan.start[next] ?? 0) - end !== 1) break;
    digits += (scan.end[next] ?? 0) - (scan.start[next] ?? 0);
    end = scan.end[next] ?? end;
  }
  return digits;
}

/** Identifiers that machines give to requests, messages and the like: `"id": "call_Qm51…"`, `x-request-id: b184e635-…`. */
function isTechnical(value: string, labels: number): boolean {
  if ((labels & role.personField) !== 0) return false;
  if ((labels & role.techLabel) !== 0) return true;
  if (/^(?:user|usr|patient|pat|pt|customer|cus|cust|member|mem|account|acct|client|person|employee|emp|subject|case|enc|visit)[_-]/i.test(value)) return false;
  return /^[a-z]{2,12}_\w{3,}/.test(value) || /^[\da-f]{8}-[\da-f]{4}-/i.test(value) || (/^[\da-f]{16,}$/i.test(value) && /[a-f]/i.test(value)) || value.length > 24;
}

/** "case 2-year-old", "group 12-18", "record 2023": a weak label needs a value that looks like an identifier. */
function weakShape(chunk: Chunk, value: string, level: string): boolean {
  if (/^(?:19|20)\d\d$/.test(value)) return false;
  if (/^\d+(?:[.:]\d+)+$/.test(value) || value.endsWith("%")) return false;
  if (chunk.letters === 0) return chunk.digits >= (level === "precise" ? 6 : 5);
  // letters of running text ("2-year-old", "45-minute") are lower case and long
  if (/^\d{1,3}(?:-\d{1,2}\/\d)?-?[a-z]+(?:-[a-z]+)*$/.test(value)) return false;
  return chunk.digits >= (/[A-Z]/.test(value) ? 3 : 4);
}

/** Identifiers without a label: capitals and many digits, or groups of digits joined by dashes that are no date, range or number. */
function unlabelled(reading: Reading, chunk: Chunk, value: string): number {
  const { level } = reading;
  const dashed = /^\d{2,6}(?:-\d{2,6}){2,4}$/.test(value) && chunk.digits >= 8 && chunk.digits <= 13 && !/^97[89]-/.test(value) && !/^\d{4}-\d{2}-\d{2}$/.test(value) && !/^\d{5}-\d{3,4}-\d{2}$/.test(value) && !/^\d{4,5}-\d{4}-\d{2}$/.test(value);
  const lettered = level === "recall" && /^[A-Z]{1,5}[-#]?\d{5,12}$/.test(value);
  if ((!dashed && !lettered) || level === "precise" || (labelsBefore(reading, chunk.first) & role.codeLabel) !== 0) return 0;
  take(reading, "ID", chunk.start, chunk.end, "id.shape", 0.55);
  return chunk.end;
}

/** True for a number with its unit ("72 kg", "7.5mg", "94%"): it carries meaning and is kept. */
export function isQuantity(reading: Reading, chunk: Chunk): boolean {
  const { scan, text } = reading;
  if (chunk.letters > 0) {
    const second = chunk.first + 1;
    if (scan.kind[chunk.first] !== kind.digits) return false;
    // "7.5mg", "12h": digits, then nothing but a unit
    const lastToken = chunk.after - 1;
    return second < chunk.after && scan.kind[lastToken] === kind.word && ((scan.roles[lastToken] ?? 0) & role.unit) !== 0 && scan.shape[lastToken] !== shape.upper && chunk.letters === (scan.end[lastToken] ?? 0) - (scan.start[lastToken] ?? 0);
  }
  const next = chunk.after;
  if (next >= scan.count) return false;
  if (scan.kind[next] === kind.mark) return text[chunk.end] === "%" || text[chunk.end] === "°" || text.startsWith(" %", chunk.end);
  return scan.kind[next] === kind.word && scan.gap[next] !== gap.line && ((scan.roles[next] ?? 0) & role.unit) !== 0 && scan.shape[next] !== shape.upper && chunk.digits <= 6;
}
