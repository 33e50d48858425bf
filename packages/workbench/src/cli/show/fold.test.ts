import { expect, test } from "vitest";
import { Folding, shortPath } from "./fold.ts";

const long = Array.from({ length: 100 }, (_, index) => `line ${index} of a long text`).join("\n");
const limits = { chars: 200, lines: 5 };

test("a long text is cut at a line or a word, and what is left out is counted", () => {
  const { text, more } = new Folding(false, []).fold(long, "a", limits);
  expect(text.split("\n")).toHaveLength(5);
  expect(long.startsWith(text)).toBe(true);
  expect(more).toBeGreaterThan(0);
  const words = new Folding(false, []).fold("word ".repeat(200), "a", limits);
  expect(words.text.endsWith("word")).toBe(true);
  expect(words.text.length + words.more).toBeGreaterThanOrEqual(999);
});

test("a text that is hardly longer than its room is shown whole", () => expect(new Folding(false, []).fold("x".repeat(300), "a", limits).more).toBe(0));

test("a path unfolds itself and everything below it, however it is spelled", () => {
  const open = (unfold: string, path: string): boolean => new Folding(false, [unfold]).fold(long, path, limits).more === 0;
  expect(open("generations[0].input.messages[2]", "generations[0].input.messages[2]")).toBe(true);
  expect(open("generations[0].signals.input.value.messages[2]", "generations[0].input.messages[2]")).toBe(true);
  expect(open("generations[0]", "generations[0].input.messages[2]")).toBe(true);
  expect(open("generations[1]", "generations[10].input.messages[2]")).toBe(false);
  expect(new Folding(true, []).fold(long, "a", limits).more).toBe(0);
});

test("a place in show --json has a shorter name", () => {
  expect(shortPath("generations[0].signals.validation.value[1].value")).toBe("generations[0].validation[1].value");
  expect(shortPath("generations[0].signals.chunks.value[2].text")).toBe("generations[0].chunks[2].text");
});
