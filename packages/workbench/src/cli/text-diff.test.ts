import { expect, test } from "vitest";
import type { Output } from "./output.ts";
import { textDiff } from "./text-diff.ts";

const plain = { paint: (text: string) => text } as Output;

test("numbers change whole", () => expect(textDiff('{"mg": 8.4, "kg": "2.1"}', '{"mg": 12.8, "kg": "3.2"}', plain, false)).toBe('{"mg": [-8.4-]{+12.8+}, "kg": "[-2.1-]{+3.2+}"}'));

test("long equal stretches are cut short unless all is asked for", () => {
  const middle = "the same words again ".repeat(50);
  const [short, full] = [false, true].map((isFull) => textDiff(`a ${middle} b`, `c ${middle} d`, plain, isFull) ?? "");
  expect(short?.length).toBeLessThan(250);
  expect(short).toContain(" … ");
  expect(full).toContain(middle);
});

test("stored text cannot reach the terminal through a diff", () => expect(textDiff("a", "a\u001b[2J", plain, false)).not.toContain("\u001b"));

test("texts that have nothing in common are not compared word by word", () => {
  const one = Array.from({ length: 4000 }, (_, index) => `a${index}`).join(" ");
  expect(textDiff(one, one.replaceAll("a", "b"), plain, false)).toBeNull();
});
