/**
 * HL7 v2 messages (pipes and hats): fields that name people, contact details and identifiers, by segment and position (HL7 2.5.1 chapters 3, 4 and 6).
 */

/** What a field holds: whole, or component by component (1-based; several types for several components). */
type Field = string | Readonly<Record<number, string>>;

const NAME: Field = { 1: "PERSON", 2: "PERSON", 3: "PERSON" };
/** Extended composite name with its id number first (doctors, clerks). */
const PROVIDER: Field = { 1: "ID", 2: "PERSON", 3: "PERSON", 4: "PERSON" };
const ADDRESS: Field = { 1: "LOCATION", 2: "LOCATION", 3: "LOCATION", 5: "LOCATION", 8: "LOCATION" };
const PHONE: Field = { 1: "PHONE", 4: "EMAIL", 6: "PHONE", 7: "PHONE", 12: "PHONE" };
const FIRST_ID: Field = { 1: "ID" };

const SEGMENTS: Readonly<Record<string, Readonly<Record<number, Field>>>> = {
  PID: { 2: FIRST_ID, 3: FIRST_ID, 4: FIRST_ID, 5: NAME, 6: NAME, 7: "DATE", 9: NAME, 11: ADDRESS, 12: "LOCATION", 13: PHONE, 14: PHONE, 18: FIRST_ID, 19: "SSN", 20: FIRST_ID, 21: FIRST_ID, 23: "LOCATION", 29: "DATE" },
  NK1: { 2: NAME, 4: ADDRESS, 5: PHONE, 6: PHONE, 12: FIRST_ID, 16: "DATE", 26: NAME, 30: NAME, 31: PHONE, 32: ADDRESS, 33: FIRST_ID, 37: "SSN" },
  PD1: { 4: PROVIDER },
  PV1: { 5: FIRST_ID, 7: PROVIDER, 8: PROVIDER, 9: PROVIDER, 17: PROVIDER, 19: FIRST_ID, 50: FIRST_ID, 52: PROVIDER },
  PV2: { 13: PROVIDER },
  GT1: { 2: FIRST_ID, 3: NAME, 4: NAME, 5: ADDRESS, 6: PHONE, 7: PHONE, 8: "DATE", 12: "SSN", 16: NAME, 17: ADDRESS, 18: PHONE, 19: FIRST_ID },
  IN1: { 16: NAME, 18: "DATE", 19: ADDRESS, 36: "ID", 49: FIRST_ID, 52: "LOCATION" },
  IN2: { 1: FIRST_ID, 2: "SSN", 6: "ID", 8: "ID", 61: FIRST_ID, 63: PHONE },
  MRG: { 1: FIRST_ID, 2: FIRST_ID, 3: FIRST_ID, 4: FIRST_ID, 5: FIRST_ID, 7: NAME },
  OBR: { 10: PROVIDER, 16: PROVIDER, 17: PHONE, 28: PROVIDER, 32: PROVIDER, 33: PROVIDER, 34: PROVIDER, 35: PROVIDER },
  OBX: { 16: PROVIDER },
  ORC: { 10: PROVIDER, 11: PROVIDER, 12: PROVIDER, 14: PHONE, 19: PROVIDER, 24: ADDRESS },
  ROL: { 4: PROVIDER, 11: ADDRESS, 12: PHONE },
  EVN: { 5: PROVIDER },
  TXA: { 5: PROVIDER, 9: PROVIDER, 10: PROVIDER, 11: PROVIDER },
  SCH: { 12: PROVIDER, 13: PHONE, 16: PROVIDER, 20: PROVIDER },
  AIP: { 3: PROVIDER },
  ACC: { 7: PROVIDER },
  FT1: { 20: PROVIDER, 21: PROVIDER },
  DG1: { 16: PROVIDER },
  AL1: {},
  STF: { 2: FIRST_ID, 3: NAME, 6: "DATE", 10: PHONE, 11: ADDRESS, 15: "EMAIL" },
  PRT: { 5: PROVIDER, 14: ADDRESS, 15: PHONE },
};

export const looksLikeHl7 = (text: string): boolean => (text.startsWith("MSH") || /(?:^|[\r\n])(?:MSH|PID)\|/.test(text)) && /(?:^|[\r\n])PID|NK1|^MSH/.test(text);

export interface Hl7Visitor {
  take(start: number, end: number, type: string): void;
  keep(start: number, end: number): void;
}

/** Visit the fields of every segment. Offsets are those of the text. */
export function readHl7(text: string, visitor: Hl7Visitor): void {
  const separators = /^MSH(.)(.)(.)/m.exec(text);
  const field = separators?.[1] ?? "|";
  const component = separators?.[2] ?? "^";
  const repetition = separators?.[3] ?? "~";
  // Each is looked for from where it was found last: a text with only one kind of line end is not read to its end for every line.
  let feed = -1;
  let carriage = -1;
  for (let at = 0; at < text.length; ) {
    if (feed < at) feed = indexOrEnd(text, "\n", at);
    if (carriage < at) carriage = indexOrEnd(text, "\r", at);
    const end = Math.min(feed, carriage);
    const segment = text.charAt(at + 3) === field ? text.slice(at, at + 3) : "";
    if (/^[A-Z][A-Z0-9]{2}$/.test(segment)) readSegment(text, at, end, segment, { field, component, repetition }, visitor);
    at = end + 1;
  }
}

function indexOrEnd(text: string, mark: string, from: number): number {
  const at = text.indexOf(mark, from);
  return at < 0 ? text.length : at;
}

function readSegment(text: string, at: number, end: number, segment: string, by: { field: string; component: string; repetition: string }, visitor: Hl7Visitor): void {
  const fields = SEGMENTS[segment];
  // MSH-1 is the separator itself: its fields count one more.
  let number = segment === "MSH" ? 1 : 0;
  for (let start = at; start <= end; number += 1) {
    const stop = until(text, by.field, start, end);
    const value = text.slice(start, stop);
    const holds = fields?.[number];
    if (number > 0 && holds !== undefined) {
      for (let from = start; from <= stop; ) {
        const to = until(text, by.repetition, from, stop);
        if (typeof holds === "string") taken(text, from, to, holds, by.component, visitor);
        else components(text, from, to, holds, by.component, visitor);
        from = to + 1;
      }
    } else if (/^\d{8,14}(?:\.\d+)?(?:[+-]\d{4})?$/.test(value) && isTime(value)) visitor.keep(start, stop);
    start = stop + 1;
  }
}

function components(text: string, start: number, end: number, holds: Readonly<Record<number, string>>, separator: string, visitor: Hl7Visitor): void {
  let number = 1;
  for (let from = start; from <= end; number += 1) {
    const to = until(text, separator, from, end);
    const type = holds[number];
    if (type !== undefined && to > from) visitor.take(from, to, type);
    from = to + 1;
  }
}

function taken(text: string, start: number, end: number, type: string, separator: string, visitor: Hl7Visitor): void {
  const to = until(text, separator, start, end);
  if (to > start) visitor.take(start, to, type);
}

/** Looks no further than `end`: a search through the rest of the text for each field would cost its square. */
function until(text: string, separator: string, from: number, end: number): number {
  const unit = separator.charCodeAt(0);
  let at = from;
  while (at < end && text.charCodeAt(at) !== unit) at += 1;
  return at;
}

/** `20260104102231`: when a message, order or result was made. */
const isTime = (digits: string): boolean => /^(?:19|20)\d{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])/.test(digits);
