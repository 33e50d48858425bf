import * as fc from "fast-check";
import { expect, test } from "vitest";
import { recalled } from "../format/index.ts";
import { SegmentTexts } from "./text-table.ts";

const table = (): SegmentTexts => {
  const texts = new SegmentTexts();
  texts.begin(false);
  return texts;
};

test("equal texts have one number, different texts different ones, however alike they look", () => {
  // Texts that differ in one unit only, short and long, so that samples and lengths collide.
  const alike = fc.tuple(fc.constantFrom(5, 40, 300, 20_000), fc.nat(4000), fc.constantFrom("x", "y", "é", "漢")).map(([length, at, unit]) => `${"a".repeat(at % length)}${unit}${"a".repeat(length - (at % length) - 1)}`);
  fc.assert(
    fc.property(fc.array(alike, { maxLength: 60 }), (list) => {
      const texts = table();
      const refs = new Map<string, number>();
      for (const text of list) {
        const ref = texts.ref(recalled(text));
        expect(refs.get(text) ?? ref).toBe(ref);
        refs.set(text, ref);
      }
      expect(new Set(refs.values()).size).toBe(refs.size);
      expect(texts.fresh.map(([ref, text]) => [text, ref])).toEqual([...refs]);
    }),
    { numRuns: 50 },
  );
});

test("a thousand texts of one template keep their numbers", () => {
  const texts = table();
  const list = Array.from({ length: 1000 }, (_, index) => recalled(`${"The patient is called ".repeat(1000)}${String(index).padStart(6, "0")}${" and weighs 2.1 kg".repeat(200)}`));
  const refs = list.map((text) => texts.ref(text));
  expect(new Set(refs).size).toBe(1000);
  expect(list.map((text) => texts.ref(recalled(`${text.slice(0, 9)}${text.slice(9)}`)))).toEqual(refs);
});

test("texts of an entry that was not written are new again, under new numbers", () => {
  const texts = table();
  texts.ref(recalled("kept"));
  texts.begin(false);
  const refs = ["lost", "lost, too", "x".repeat(20_000)].map((text) => texts.ref(recalled(text)));
  texts.rollback();
  texts.begin(false);
  const again = ["lost", "lost, too", "x".repeat(20_000)].map((text) => texts.ref(recalled(text)));
  expect(Math.min(...again)).toBeGreaterThan(Math.max(...refs));
  expect(texts.ref(recalled("kept"))).toBe(0);
  expect(texts.fresh.length).toBe(3);
});

test("an inner entry does not rely on texts its outer one has yet to write", () => {
  const texts = table();
  const outer = texts.ref(recalled("shared"));
  const state = texts.begin(true);
  const inner = texts.ref(recalled("shared"));
  expect(inner).not.toBe(outer);
  expect(texts.fresh).toEqual([[inner, "shared"]]);
  texts.resume(state);
  expect(texts.fresh).toEqual([[outer, "shared"]]);
  expect(texts.ref(recalled("shared"))).toBe(inner);
});
