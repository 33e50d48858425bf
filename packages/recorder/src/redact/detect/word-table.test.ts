import { expect, test } from "vitest";
import { wordHash } from "./fold.ts";
import { WordTable, unitSet, wordSet } from "./word-table.ts";

test("a table gives each of its words its value and every other word none", () => {
  const words = Array.from({ length: 2_000 }, (_, index) => `word${index}`);
  const table = new WordTable(words.map((word, index): [number, number] => [wordHash(word), index + 1]));
  expect(words.map((word) => table.get(wordHash(word)))).toEqual(words.map((_, index) => index + 1));
  expect(Array.from({ length: 2_000 }, (_, index) => table.get(wordHash(`other${index}`))).filter((value) => value !== 0)).toEqual([]);
});

test("a word that is told twice has the bits of both, and the hash of no word has none", () => {
  const table = new WordTable([[wordHash("last"), 1], [wordHash("LAST"), 4]]);
  expect([table.get(wordHash("last")), table.get(0)]).toEqual([5, 0]);
});

test("sets of words fold case and accents, and sets of characters hold nothing beside the text", () => {
  const set = wordSet("seña box");
  expect([set.has(wordHash("SENA")), set.has(wordHash("boxes")), set.has(0)]).toEqual([true, false, false]);
  const isJoint = unitSet("-–/");
  expect(["-", "–", "/", ".", "\uffff"].map((one) => isJoint(one.charCodeAt(0)))).toEqual([true, true, true, false, false]);
  expect(isJoint("".charCodeAt(0))).toBe(false);
});
