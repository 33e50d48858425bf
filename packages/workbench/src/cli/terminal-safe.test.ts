import * as fc from "fast-check";
import { expect, test } from "vitest";
import { safe, safeJson, safeLine } from "./terminal-safe.ts";

test("control bytes, ANSI sequences and C1 controls are shown as escapes", () => {
  expect(safe("\u001b[31mred\u001b[0m \u0007 \u009b2J \u0000 \u007f")).toBe("\\e[31mred\\e[0m \\u0007 \\u009b2J \\0 \\u007f");
  expect(safe("line one\r\nline two\rover")).toBe("line one\nline two\\rover");
});

test("text can neither be reordered nor hidden", () => {
  expect(safe("a\u202eb\u2066c\u200fd\u200be\ufefff\u00adg")).toBe("a\\u202eb\\u2066c\\u200fd\\u200be\\ufefff\\u00adg");
  expect(safe("\u{e0041}\u{e007f}")).toBe("\\u{e0041}\\u{e007f}");
  expect(safe("\ud800 and \udc00")).toBe("\\ud800 and \\udc00");
});

test("what people write stays as it is", () => {
  const written = "Ä ß 日本語 עברית العربية 👩‍⚕️ می‌خواهم ½ µg ≤ 5\nnext line";
  expect(safe(written)).toBe(written);
});

test("a line is one line", () => expect(safeLine("  a\n\n b\tc\u0085d ")).toBe("a b c\\u0085d"));

test("no text leaves a byte that a terminal would act on", () => {
  fc.assert(
    fc.property(fc.string({ unit: "binary", maxLength: 200 }), (text) => {
      // eslint-disable-next-line no-control-regex
      expect(safe(text)).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/u);
    }),
    { numRuns: 500 },
  );
});

test("JSON stays the same JSON", () => {
  fc.assert(
    fc.property(fc.jsonValue(), (value) => {
      expect(JSON.parse(safeJson(value))).toEqual(JSON.parse(JSON.stringify(value)));
    }),
  );
  expect(safeJson({ a: "\u009b\u202e\u{e0041}" })).toBe('{"a":"\\u009b\\u202e\\udb40\\udc41"}');
});
