/**
 * How far a user's version is from what was said: characters inserted, deleted or replaced (Levenshtein, UTF-16 units).
 *
 * The equal beginning and end are free, so a small edit in a long text is cheap; what remains is compared up to 20,000 × 20,000
 * characters (about 30 ms). Beyond that nobody reads the number as characters any more, and it is null.
 */
import { distance } from "fastest-levenshtein";

const LONGEST = 20_000;

export function editDistance(before: string | null, after: string | null): number | null {
  if (before === null || after === null) return null;
  let start = 0;
  const shorter = Math.min(before.length, after.length);
  while (start < shorter && before.charCodeAt(start) === after.charCodeAt(start)) start += 1;
  let end = 0;
  while (end < shorter - start && before.charCodeAt(before.length - 1 - end) === after.charCodeAt(after.length - 1 - end)) end += 1;
  const from = before.slice(start, before.length - end);
  const to = after.slice(start, after.length - end);
  if (from === "" || to === "") return from.length + to.length;
  return from.length > LONGEST || to.length > LONGEST ? null : distance(from, to);
}
