import * as fc from "fast-check";
import { expect, test } from "vitest";
import { editDistance } from "./edit-distance.ts";

/** Textbook Levenshtein, a row at a time. */
function plainDistance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let i = 1; i <= a.length; i += 1) {
    const next = [i];
    for (let j = 1; j <= b.length; j += 1) next.push(Math.min((row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1, (row[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1)));
    row = next;
  }
  return row.at(-1) ?? 0;
}

test("it counts characters inserted, deleted or replaced", () => {
  fc.assert(
    fc.property(fc.string({ maxLength: 40 }), fc.string({ maxLength: 40 }), fc.string({ maxLength: 20 }), (a, b, shared) => {
      expect(editDistance(shared + a + shared, shared + b + shared)).toBe(plainDistance(shared + a + shared, shared + b + shared));
    }),
    { numRuns: 300 },
  );
});

test("without both texts there is no distance", () => expect([editDistance(null, "a"), editDistance("a", null)]).toEqual([null, null]));

test("a small edit in a huge text is counted, a huge rewrite is not", () => {
  const huge = "a long text. ".repeat(100_000);
  expect(editDistance(huge, `${huge.slice(0, 700_000)}!${huge.slice(700_000)}`)).toBe(1);
  expect(editDistance(huge, huge.toUpperCase())).toBeNull();
});
