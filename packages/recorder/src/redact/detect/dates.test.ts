import { describe, expect, test } from "vitest";
import { finds, findsOf } from "./testing/finds.ts";

describe("dates", () => {
  test.each([
    "2016-02-12",
    "1993-01-04 14:56:41",
    "08/21/2000",
    "06.03.1981",
    "2/2/88",
    "10-04-2023",
    "April 12, 2023",
    "May 30th, 2022",
    "12th April 2022",
    "20 Sep 2023",
    "Nov 11th '23",
    "Jan 5th",
    "July 2021",
    "12 de marzo de 2020",
    "3. März 2021",
    "14 juillet 2019",
    "7 de setembro de 2022",
    "2 giugno 1946",
  ])("%s", (date) => {
    expect(findsOf("DATE", `Seen: ${date}.`)).toEqual([date]);
  });

  test("a label makes eight digits a date of birth", () => {
    expect(findsOf("DATE", "DOB 19460803")).toEqual(["19460803"]);
  });

  test("last Friday tells a day, on Mondays does not", () => {
    expect([findsOf("DATE", "admitted last Friday"), findsOf("DATE", "clinic on Mondays")]).toEqual([["last Friday"], []]);
  });

  test("a year stays in English and goes in the languages whose guidelines count it", () => {
    expect([findsOf("DATE", "diagnosed in 2021"), findsOf("DATE", "diagnosticada en 2012"), findsOf("DATE", "en el año 2004")]).toEqual([[], ["2012"], ["año 2004"]]);
  });

  test("recall takes the year in English too", () => {
    expect(findsOf("DATE", "diagnosed in 2021", { level: "recall" })).toEqual(["2021"]);
  });

  test.each([
    "version 1.2.10",
    "140/90",
    "1/2 tablet",
    "you may take 2",
    "score 3-4-12",
    "2026-01-04T10:22:31Z",
    "Tue, 22 Jul 2025 20:54:50 GMT",
    "backup_2024-01-02.tar",
    "openai-version: '2020-10-01'",
    "45/13/2020",
  ])("%s is no person's date", (text) => {
    expect(findsOf("DATE", text)).toEqual([]);
  });
});

describe("ages", () => {
  test("only ages of 90 and more are taken", () => {
    expect(["a 92-year-old woman", "mujer de 91 años de edad", "age 95", "a 45-year-old man", "90 mg", "95% of patients"].map((text) => findsOf("AGE", text))).toEqual([["92"], ["91"], ["95"], [], [], []]);
  });

  test("a survival of many years is no age", () => {
    expect(finds("a 95 years survival")).toEqual([]);
  });
});
