/** What the redactor takes, and leaves, of texts that nobody declared anything for. */
import { expect, test } from "vitest";
import { createRedactor } from "./redact.ts";
import { annotatedTexts } from "./testing/annotated-texts.ts";

const redactor = createRedactor({ key: Buffer.alloc(32, 7), vault: "none" });
const letter = /[\p{L}\p{N}]/u;
const read = annotatedTexts().map((one) => {
  const taken = redactor.root.with({}).explain(one.text, { signal: "input" }).spans;
  const isTaken = (at: number): boolean => taken.some(({ start, end }) => start <= at && at < end);
  const isCovered = (s: number, e: number): boolean => Array.from({ length: e - s }, (_, offset) => s + offset).every((at) => !letter.test(one.text.charAt(at)) || isTaken(at));
  return {
    spans: one.spans.map((gold) => ({ ...gold, id: one.id, found: isCovered(gold.s, gold.e) })),
    hit: one.keep.filter(({ s, e }) => taken.some(({ start, end }) => start < e && end > s)).map(({ v }) => `${one.id}: ${v}`),
  };
});
const spans = read.flatMap((one) => one.spans);
const missed = (types: readonly string[]): string[] => spans.filter(({ t, found }) => types.includes(t) && !found).map(({ id, v }) => `${id}: ${v}`);

test("doses, labs, versions, codes, model names and machine stamps stay readable", () => {
  expect(read.flatMap(({ hit }) => hit)).toEqual([]);
});

test("identifiers, dates and contact details are taken whole", () => {
  expect(missed(["ID", "SSN", "DATE", "PHONE", "EMAIL", "CARD", "IBAN", "IP", "LOCATION"])).toEqual([]);
});

test("of undeclared names at least nineteen in twenty are taken whole", () => {
  const names = spans.filter(({ t }) => t === "PERSON").length;
  expect(names).toBeGreaterThan(150);
  expect(missed(["PERSON"]).length / names).toBeLessThanOrEqual(0.05);
});
