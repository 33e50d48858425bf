import { array, assert, nat, property, tuple } from "fast-check";
import { expect, test } from "vitest";
import { Ranges } from "./ranges.ts";

test("ranges hold what was added, whatever the order, and name what is missing", () => {
  assert(
    property(array(tuple(nat(60), nat(5))), (spans) => {
      const ranges = Ranges.empty();
      const model = new Set<number>();
      for (const [from, length] of spans) {
        const fresh = Array.from({ length: length + 1 }, (_, index) => from + index).filter((value) => !model.has(value));
        expect(ranges.addRange(from, from + length)).toBe(fresh.length);
        for (const value of fresh) model.add(value);
      }
      const copy = Ranges.parse(ranges.toText());
      for (let value = 0; value < 70; value += 1) expect(copy.has(value)).toBe(model.has(value));
      const last = Math.max(-1, ...model);
      const missing = Array.from({ length: last + 1 }, (_, index) => index).filter((value) => !model.has(value));
      expect(copy.missing(0).flatMap(({ from, to }) => Array.from({ length: to - from + 1 }, (_, index) => from + index))).toEqual(missing);
    }),
  );
});
