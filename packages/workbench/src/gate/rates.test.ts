import { expect, test } from "vitest";
import { fisher, holm, middleCut, scatter, shareOf, sizeOf } from "./rates.ts";

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
test("a step between two series is no scatter, clusters are; of too few neighbours it is not known", () => {
  const steps = Array.from({ length: 20 }, (_, at) => ({ count: at < 10 ? 10 : 90, of: 100 }));
  expect(scatter([steps])).toBeGreaterThan(8);
  expect(scatter([steps.slice(0, 10), steps.slice(10)])).toBeLessThan(2);
  // The fewer neighbours, the less is known of it.
  expect(scatter([steps.slice(0, 3), steps.slice(18)])).toBeGreaterThan(10);
  expect(scatter([steps.slice(0, 1), steps.slice(19)])).toBeNull();
  expect(scatter([Array.from({ length: 20 }, (_, at) => ({ count: at % 2 === 0 ? 5 : 45, of: 100 }))])).toBeGreaterThan(10);
  const none = Array.from({ length: 20 }, () => ({ count: 0, of: 100 }));
  expect([scatter([none]), scatter([none], true)]).toEqual([null, expect.closeTo(1.5, 0)]);
});
test("the median of bucketed sizes lies in its bucket, its interval around it", () => {
  const size = sizeOf(new Map([[30, 50], [34, 100], [40, 50]]));
  expect(size.median).toBeGreaterThanOrEqual(2 ** (34 / 4));
  expect(size.median).toBeLessThanOrEqual(2 ** (35 / 4));
  expect(size.low).toBeLessThan(size.median ?? 0);
  expect(size.high).toBeGreaterThan(size.median ?? 0);
  expect(sizeOf(new Map())).toMatchObject({ median: null, of: 0 });
});
test("a histogram is parted as evenly as its buckets let it be", () => {
  expect(middleCut(new Map([[32, 48], [36, 78]]))).toBe(36);
  expect(middleCut(new Map([[32, 78], [36, 48]]))).toBe(33);
  expect(middleCut(new Map([[30, 10], [31, 10], [32, 10], [33, 11]]))).toBe(32);
});
