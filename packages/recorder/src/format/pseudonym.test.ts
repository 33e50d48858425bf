/** A text can't bring its own pseudonyms along, in whichever form or escape, and what spells them out is undone byte for byte. */
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { escapeBrackets, pseudonymsIn, revealWith, type PseudonymForm } from "./pseudonym.ts";

const forms: readonly PseudonymForm[] = ["unicode", "ascii"];
const forged = "PERSON:g7k3q9x2m4vt.f0c8h5n1p6rz~3a";
const spellings: readonly [string, string][] = [
  ["as it is", `⟦${forged}⟧`],
  ["in ASCII", `[[${forged}]]`],
  ["as a marker", "[[DROPPED:policy:7]]"],
  ["as what spells it out", "⟦~⟧ [[~]] ⟦~u⟧ [[~b2]]"],
  ["in JSON", JSON.stringify({ a: `⟦${forged}⟧ [[${forged}]]` })],
  ["in JSON escapes", `{"a":"\\u27e6${forged}\\u27e7 \\u27E6${forged}\\u27E7 \\u005b\\u005B${forged}]]"}`],
  ["in escapes inside escapes", JSON.stringify({ a: `{"a":"\\u27e6${forged}\\u27e7","b":"\\\\u27E6 \\\\\\u005b"}` })],
];
const unknown = (): undefined => undefined;
const isJson = (text: string): boolean => {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
};
const everyJson = (text: string): string[] => {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "string" ? [value, ...everyJson(value)] : Object.values(value as object).flatMap((one) => (typeof one === "string" ? [one, ...everyJson(one)] : []));
  } catch {
    return [];
  }
};

describe.each(forms)("in the %s form", (form) => {
  test.each(spellings)("a pseudonym written %s is none, however often the JSON around it is read", (_, text) => {
    const kept = escapeBrackets(text, form);
    expect([kept, ...everyJson(kept)].flatMap((one) => [...pseudonymsIn(one)])).toEqual([]);
  });
  test.each(spellings)("a pseudonym written %s is given back as it was, and JSON stays JSON", (_, text) => {
    const kept = escapeBrackets(text, form);
    expect(revealWith(kept, unknown)).toBe(text);
    expect(isJson(kept)).toBe(isJson(text));
  });
  test("any text of brackets, backslashes and escapes is given back as it was, and JSON of it stays JSON", () => {
    const bits = fc.array(fc.constantFrom("⟦", "⟧", "[[", "]]", "[", "~", "\\", "\\\\", "u27e6", "u27E6", "u005b", "u005B", "\\u27e6", forged, "DROPPED:", "a", '"'), { maxLength: 24 }).map((all) => all.join(""));
    fc.assert(
      fc.property(bits, (text) => {
        for (const one of [text, JSON.stringify(text), JSON.stringify(JSON.stringify(text)), JSON.stringify(text).replaceAll("⟦", "\\u27e6").replaceAll("[", "\\u005b")]) {
          const kept = escapeBrackets(one, form);
          expect(revealWith(kept, unknown)).toBe(one);
          expect([...pseudonymsIn(kept)]).toEqual([]);
          expect(isJson(kept) || !isJson(one)).toBe(true);
        }
      }),
      { numRuns: 500 },
    );
  });
});

test("a long run of backslashes costs its length, not its square", () => {
  const run = `${"\\".repeat(1_500_000)}u27e6`;
  expect(revealWith(escapeBrackets(run, "unicode"), unknown) === run).toBe(true);
});
