/** Ages of 90 and more, which Safe Harbor counts as identifying; younger ages stay readable. */
import { labelsBefore, take, type Chunk, type Reading } from "./reading.ts";
import { role } from "./roles.ts";

const unitAfter = /^(?:\s?-?\s?(?:years?|yrs?|y\/?o|yo)\b(?:[\s-](?:old|of age))?|\s?(?:años|anos|jahre|jährige[rn]?|ans|anni|jaar)\b(?:\s(?:de edad|alt|oud|de idade))?)/i;
const ageBefore = /\b(?:age[d]?|turn(?:ed|s|ing))\s(?:just\s)?$/i;

const zero = 0x30;
const one = 0x31;
const nine = 0x39;

/** `chunk` begins with a number from 90 to 129? Then it may be an age. */
export function findAge(reading: Reading, chunk: Chunk): void {
  const { text, scan } = reading;
  const end = scan.end[chunk.first] ?? 0;
  // 90 … 125, told by its digits before it is read
  const size = end - chunk.start;
  const lead = text.charCodeAt(chunk.start);
  if (size === 2 ? lead !== nine : size !== 3 || (lead !== one && lead !== zero)) return;
  const value = Number(text.slice(chunk.start, end));
  if (value < 90 || value > 125) return;
  const after = unitAfter.exec(text.slice(end, end + 24));
  if (after !== null && !/^[\s-]*(?:ago|later|survival|of (?!age)|follow)/i.test(text.slice(end + after[0].length, end + after[0].length + 12))) return take(reading, "AGE", chunk.start, end, "age", 0.8);
  const labelled = (labelsBefore(reading, chunk.first) & role.ageLabel) !== 0;
  if (labelled || ageBefore.test(text.slice(Math.max(0, chunk.start - 14), chunk.start))) take(reading, "AGE", chunk.start, end, "age", 0.8);
}
