import fc from "fast-check";
import { expect, test } from "vitest";
import { plainText, shownText, shownWords } from "./shown.ts";

test("markdown is gone as on a screen", () => {
  expect(plainText("# Dose\n\n> **12.5 mg** _once_ daily, see [the chart](https://x.test/a_b)\n- `caffeine` citrate\n| a | b |\n|---|:-:|\n| 1 | 2 |\n```json\nx\n```\n<b>now</b>")).toBe(
    "Dose\n12.5 mg once daily, see the chart\ncaffeine citrate\na b\n1 2\nx\nnow",
  );
});
test("what only looks like markdown stays", () => {
  expect(plainText("2 * 3 * 4, snake_case_name, a < b, 5 > 4, C# and -5 degrees")).toBe("2 * 3 * 4, snake_case_name, a < b, 5 > 4, C# and -5 degrees");
});
test("of JSON the values are seen", () => {
  expect(plainText('{"drug":"caffeine","mg":12.5,"notes":["once **daily**",null,true]}')).toBe("caffeine\n12.5\nonce daily\ntrue");
  expect(plainText('```json\n{"mg": 3}\n```')).toBe("3");
  expect(plainText("{not json}")).toBe("{not json}");
});
test("quotes, dashes, spaces and compatibility forms have one spelling", () => expect(plainText("“a” ‘b’ — ﬁve\u00a0mg\u200b ｘ")).toBe('"a" \'b\' - five mg x'));
test("a parsed result that repeats the answer is not shown twice", () => {
  expect(shownText(["Give 3 mg of caffeine.", '{"mg":3,"drug":"Caffeine"}', '{"route":"oral"}'])).toBe("Give 3 mg of caffeine.\noral");
});
test("any text is taken, and what is shown of it has no word that it is not found by", () => {
  const marked = /[[\]{"`*_#>|<&\\~+-]/;
  const texts = fc.array(fc.oneof(fc.string({ unit: "grapheme" }), fc.string({ unit: "binary" }), fc.json()), { maxLength: 3 });
  const missing = (given: readonly string[]): string[] => {
    const shown = shownText(given);
    const words = shownWords(given);
    // Markdown that is left after markdown was taken away may read otherwise the second time.
    return marked.test(shown) ? [] : [...shownWords([shown])].filter((word) => !words.has(word));
  };
  expect(fc.sample(texts, { numRuns: 500, seed: 7 }).flatMap(missing)).toEqual([]);
});
test("a hundred thousand marks cost no square", () => {
  for (const mark of ["*", "_", "[", "`", "<b ", "[[A:", "**a", "|", "[x](", "~~~", "- - ", "&amp;", "⟦A"]) expect(plainText(mark.repeat(100_000)).length).toBeLessThan(700_000);
});
