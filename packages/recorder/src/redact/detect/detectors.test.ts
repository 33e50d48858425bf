import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { createDetectors } from "./detectors.ts";
import { wordHash } from "./fold.ts";
import { installedNames } from "./installed-names.ts";
import { findsOf } from "./testing/finds.ts";
import { cityLevel, commonLevel, familyLevel, givenLevel } from "./words.ts";

const names = installedNames();
const detect = createDetectors({ level: "recall", ...(names === undefined ? {} : { names }) });

/** Pieces that rules begin at, so that random texts reach them. */
const piece = fc.oneof(
  fc.string({ maxLength: 12, unit: "grapheme" }),
  fc.constantFrom("Dr. ", "MRN: ", "12", "/", "-", "2020", "@", "://", " at ", "Anna", "Smith", ", ", "\n", '"', "\\u00e9", "ghp_", "token=", "+", "(", ")", "Calle ", "Hospital ", "|", "PID|", "April ", "𝒜", "\ud800", "\u200b", "-----BEGIN "),
);
const text = fc.array(piece, { maxLength: 60 }).map((pieces) => pieces.join(""));

describe("the detectors together", () => {
  test("finds are inside the text, sorted and apart, on any text", () => {
    fc.assert(
      fc.property(text, (one) => {
        let last = 0;
        for (const { start, end, score } of detect(one)) {
          expect(start).toBeGreaterThanOrEqual(last);
          expect(end).toBeGreaterThan(start);
          expect(end).toBeLessThanOrEqual(one.length);
          expect(score > 0 && score <= 1).toBe(true);
          last = end;
        }
      }),
      { numRuns: 400 },
    );
  });

  test("the same text gives the same finds after any other", () => {
    fc.assert(
      fc.property(text, text, (one, other) => {
        const before = detect(one);
        detect(other);
        expect(detect(one)).toEqual(before);
      }),
      { numRuns: 100 },
    );
  });

  test("only the wanted types are given", () => {
    expect(findsOf("EMAIL", "Anna Smith, anna@post.example", { types: ["EMAIL"] })).toEqual(["anna@post.example"]);
    expect(findsOf("PERSON", "Anna Smith, anna@post.example", { types: ["EMAIL"] })).toEqual([]);
  });

  test("what one rule covers is not uncovered by another", () => {
    const one = "Contact Anna Smith <anna.smith@post.example>, 12 Elm Street, Springfield, (424) 555-0108.";
    const spans = detect(one);
    for (const word of ["Anna", "Smith", "anna.smith@post.example", "12 Elm Street", "(424) 555-0108"]) {
      const at = one.indexOf(word);
      expect(spans.some((span) => span.start <= at && span.end >= at + word.length)).toBe(true);
    }
  });

  test("levels differ: recall takes more than precise", () => {
    const one = "Tamara just left. They visited in 2021.";
    const counts = (["recall", "balanced", "precise"] as const).map((level) => createDetectors({ level, ...(names === undefined ? {} : { names }) })(one).length);
    expect(counts[0]).toBeGreaterThanOrEqual(counts[1] ?? 0);
    expect(counts[1]).toBeGreaterThanOrEqual(counts[2] ?? 0);
  });
});

describe("texts of many windows", () => {
  const filler = "The infusion ran at the usual rate and the line was flushed. ".repeat(20);

  test("a name, a number and a key are found wherever they lie, cuts included", () => {
    const key = `-----BEGIN PRIVATE KEY-----\n${"Zq7Rm2Kd9Xw4Lp8Vt3Bn6Hs1Jc5Gf0Yk\n".repeat(40)}-----END PRIVATE KEY-----`;
    const parts = Array.from({ length: 400 }, (_, at) => `${filler.slice(0, 400 + at)}Seen by Dr. Clara Bennett, MRN 68-829-${100 + at}.\n${at % 20 === 0 ? key : ""}\n`);
    const long = parts.join("");
    expect(long.length).toBeGreaterThan(200_000);
    const found = createDetectors({ level: "balanced", ...(names === undefined ? {} : { names }) })(long).map((span) => long.slice(span.start, span.end));
    expect(found.filter((value) => value === "Dr. Clara Bennett").length).toBe(400);
    expect(found.filter((value) => value.startsWith("68-829-")).length).toBe(400);
    expect(found.filter((value) => value === key).length).toBe(20);
  });

  test("a table's header labels its rows in every window", () => {
    const rows = Array.from({ length: 6000 }, (_, at) => `H${100_000 + at},means,1968-10-16,3.2`);
    const text = `mrn,last,dob,weight\n${rows.join("\n")}`;
    const found = createDetectors({ level: "balanced" })(text).map((span) => text.slice(span.start, span.end));
    expect(found.filter((value) => value === "means").length).toBe(6000);
  });
});

describe("the word lists", () => {
  test("they are installed here and know names, towns and words apart", () => {
    const facts = (word: string): number => names?.lookup(wordHash(word)) ?? 0;
    expect([givenLevel(facts("María")), familyLevel(facts("GARCIA")), cityLevel(facts("San Francisco")), commonLevel(facts("because")), facts("zzyqxw")]).toEqual([3, 3, 3, 3, 0]);
  });

  test("spelling does not matter: diacritics, full width, zero-width characters", () => {
    expect(new Set(["Núñez", "nunez", "NU\u0301N\u0303EZ".normalize("NFC"), "Nu\u0301n\u0303ez", "Ｎｕｎｅｚ", "Nu\u200bnez"].map(wordHash)).size).toBe(1);
  });
});
