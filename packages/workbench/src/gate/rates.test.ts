import { expect, test } from "vitest";
import { fisher, holm, scatter, shareOf, sizeOf } from "./rates.ts";

test("a share has the Wilson interval", () => {
  expect(shareOf(4, 100)).toMatchObject({ rate: 0.04, low: expect.closeTo(0.01566, 4) as number, high: expect.closeTo(0.09837, 4) as number });
  expect(shareOf(0, 50)).toMatchObject({ rate: 0, low: 0, high: expect.closeTo(0.07135, 4) as number });
  expect(shareOf(0, 0)).toMatchObject({ rate: null, low: 0, high: 1 });
});
test("two shares are compared exactly", () => {
  expect(fisher(1, 10, 8, 10)).toBeCloseTo(0.005_477, 5);
  expect(fisher(3, 4, 1, 4)).toBeCloseTo(0.485_714, 5);
  expect(fisher(5, 100, 5, 100)).toBeCloseTo(1, 6);
  expect(fisher(0, 30, 0, 40)).toBe(1);
  expect(fisher(12_000, 100_000, 12_900, 100_000)).toBeLessThan(1e-8);
  expect(fisher(12_000, 100_000, 12_050, 100_000)).toBeGreaterThan(0.5);
});
test("of many tests only those hold that survive their number", () => {
  expect(holm([0.01, 0.04, 0.03, 0.005], 0.05)).toEqual([true, false, false, true]);
  expect(holm([], 0.05)).toEqual([]);
});
test("a step in the middle is no scatter, clusters are", () => {
  // one pair of nineteen holds the step; the estimate is put higher for being made from few
  expect(scatter(Array.from({ length: 20 }, (_, at) => ({ count: at < 10 ? 10 : 40, of: 100 })))).toBeLessThan(2);
  expect(scatter(Array.from({ length: 20 }, (_, at) => ({ count: at % 2 === 0 ? 5 : 45, of: 100 })))).toBeGreaterThan(10);
});
test("the median of bucketed sizes lies in its bucket, its interval around it", () => {
  const size = sizeOf(new Map([[30, 50], [34, 100], [40, 50]]));
  expect(size.median).toBeGreaterThanOrEqual(2 ** (34 / 4));
  expect(size.median).toBeLessThanOrEqual(2 ** (35 / 4));
  expect(size.low).toBeLessThan(size.median ?? 0);
  expect(size.high).toBeGreaterThan(size.median ?? 0);
  expect(sizeOf(new Map())).toMatchObject({ median: null, of: 0 });
});
