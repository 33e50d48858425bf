/**
 * Finds where values stand in JSON text that `JSON.parse` has accepted, without parsing it again. Iterative, so that depth costs
 * no stack; linear in what it passes over. Used by `json.ts` for exact argument strings.
 */

/** Start and end (exclusive) in UTF-16 units. */
export type Span = readonly [start: number, end: number];

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const COMMA = 0x2c;

export function skipSpace(text: string, at: number): number {
  let next = at;
  for (;;) {
    const unit = text.charCodeAt(next);
    if (unit !== 0x20 && unit !== 0x0a && unit !== 0x0d && unit !== 0x09 && unit !== 0xfeff) return next;
    next += 1;
  }
}

/** @param at  the opening quote @returns the place after the closing one */
function skipString(text: string, at: number): number {
  let quote = text.indexOf('"', at + 1);
  while (quote >= 0) {
    let slashes = 0;
    while (text.charCodeAt(quote - 1 - slashes) === BACKSLASH) slashes += 1;
    if (slashes % 2 === 0) return quote + 1;
    quote = text.indexOf('"', quote + 1);
  }
  return text.length;
}

/** @param at  a value's first unit @returns the place after its last */
export function skipValue(text: string, at: number): number {
  let depth = 0;
  let next = at;
  while (next < text.length) {
    const unit = text.charCodeAt(next);
    if (unit === QUOTE) {
      next = skipString(text, next);
    } else if (unit === 0x7b || unit === 0x5b) {
      depth += 1;
      next += 1;
      continue;
    } else if (unit === 0x7d || unit === 0x5d) {
      depth -= 1;
      next += 1;
    } else if (depth === 0) {
      while (next < text.length && !/[\s,\]}]/.test(text.charAt(next))) next += 1;
      return next;
    } else {
      next += 1;
      continue;
    }
    if (depth <= 0) return next;
  }
  return text.length;
}

/** Members of the object that opens at `at`; of two equal keys the last counts, as for `JSON.parse`. */
export function memberSpans(text: string, at: number): ReadonlyMap<string, Span> {
  const spans = new Map<string, Span>();
  let next = skipSpace(text, at + 1);
  while (text.charCodeAt(next) === QUOTE) {
    const keyEnd = skipString(text, next);
    const key = text.slice(next + 1, keyEnd - 1);
    const start = skipSpace(text, skipSpace(text, keyEnd) + 1);
    const end = skipValue(text, start);
    spans.set(key.includes("\\") ? (JSON.parse(`"${key}"`) as string) : key, [start, end]);
    next = skipSpace(text, end);
    if (text.charCodeAt(next) !== COMMA) break;
    next = skipSpace(text, next + 1);
  }
  return spans;
}

/** Elements of the array that opens at `at`. */
export function elementSpans(text: string, at: number): readonly Span[] {
  const spans: Span[] = [];
  let next = skipSpace(text, at + 1);
  while (next < text.length && text.charCodeAt(next) !== 0x5d) {
    const end = skipValue(text, next);
    spans.push([next, end]);
    next = skipSpace(text, end);
    if (text.charCodeAt(next) !== COMMA) break;
    next = skipSpace(text, next + 1);
  }
  return spans;
}
