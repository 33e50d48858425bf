import * as fc from "fast-check";
import { expect, test } from "vitest";
import { Sequences } from "./sequences.ts";

test("a number is new once, and what is missing is what was not added", () => {
  fc.assert(
    fc.property(fc.array(fc.nat(60), { minLength: 1 }), (numbers) => {
      const sequences = new Sequences();
      const seen = new Set<number>();
      for (const number of numbers) {
        expect(sequences.add(number)).toBe(!seen.has(number));
        seen.add(number);
      }
      const lowest = Math.min(...seen);
      const missing = sequences.missing().flatMap(({ from, to }) => Array.from({ length: to - from + 1 }, (_, index) => from + index));
      const expected = Array.from({ length: Math.max(...seen) - lowest }, (_, index) => lowest + index).filter((number) => !seen.has(number));
      expect(missing).toEqual(expected);
    }),
  );
});
