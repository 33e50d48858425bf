import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { wordHash } from "../../recorder/src/redact/detect/fold.ts";
import { familyLevel, givenLevel } from "../../recorder/src/redact/detect/words.ts";
import { loadNames } from "../index.js";

const file = readFileSync(new URL("../names.bin", import.meta.url));
const sources = JSON.parse(readFileSync(new URL("../scripts/sources.json", import.meta.url), "utf8")) as { packages: Record<string, string>; sha256: string };

test("names.bin is the file that sources.json records", () => {
  expect(createHash("sha256").update(file).digest("hex")).toBe(sources.sha256);
});

test("every package it was made from stands in SOURCES.md with its version", () => {
  const page = readFileSync(new URL("../SOURCES.md", import.meta.url), "utf8");
  expect(Object.entries(sources.packages).filter(([name, version]) => !page.includes(name) || !page.includes(version))).toEqual([]);
});

test("it is small: under 2 MB on disk, and no word can be read from it", () => {
  expect(file.length).toBeLessThan(2_000_000);
  expect(file.includes("smith") || file.includes("Smith")).toBe(false);
});

test("a frequent name is known, a made-up word is not", () => {
  const names = loadNames();
  expect([givenLevel(names.lookup(wordHash("John"))), familyLevel(names.lookup(wordHash("Smith"))), names.lookup(wordHash("qxzzvk"))]).toEqual([3, 3, 0]);
});

test("the lists are read once", () => {
  expect(loadNames()).toBe(loadNames());
});
