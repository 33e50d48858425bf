import fc from "fast-check";
import { expect, test } from "vitest";
import { heaviestOf } from "./heaviest.ts";

test("the heaviest are those that adding everything up and sorting gives, however the numbers lie", () => {
  const list = fc.record({ weight: fc.integer({ min: 1, max: 9 }), ids: fc.uniqueArray(fc.oneof(fc.integer({ min: 1, max: 60 }), fc.integer({ min: 1, max: 2 ** 40 })), { maxLength: 60 }).map((ids) => ids.sort((a, b) => a - b)) });
  fc.assert(
    fc.property(fc.array(list, { maxLength: 8 }), fc.integer({ min: 1, max: 9 }), fc.integer({ min: 0, max: 20 }), (lists, limit, atLeast) => {
      const sums = new Map<number, number>();
      for (const { weight, ids } of lists) for (const id of ids) sums.set(id, (sums.get(id) ?? 0) + weight);
      const all = [...sums].filter(([, weight]) => weight >= atLeast).sort(([a, x], [b, y]) => y - x || b - a);
      expect([...heaviestOf(lists, limit, atLeast)]).toEqual(all.slice(0, limit));
    }),
    { seed: 3 },
  );
});
