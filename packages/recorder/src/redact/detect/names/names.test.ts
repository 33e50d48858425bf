import { describe, expect, test } from "vitest";
import { createDetectors } from "../detectors.ts";
import { findsOf } from "../testing/finds.ts";

const persons = (text: string, label?: string): string[] => findsOf("PERSON", text, label === undefined ? {} : { label });

describe("names", () => {
  test.each([
    ["a 34-year-old female like Anna S., previously treated", "Anna S."],
    ["diagnosed by Dr. Clara Bennett today", "Dr. Clara Bennett"],
    ["DR. MARÍA LÓPEZ signed", "DR. MARÍA LÓPEZ"],
    ["seen by dr lopez-roberts", "dr lopez-roberts"],
    ["J. Smith called", "J. Smith"],
    ["the chart of Smith, John shows", "Smith, John"],
    ["Mr. O'Brien agreed", "Mr. O'Brien"],
    ["Patient: Lovely van der Berg", "Lovely van der Berg"],
    ["Apellidos: Rivera Bueno.", "Rivera Bueno"],
    ["Médico:  Ignacio Navarro Cuéllar NºCol: 28 28 70973", "Ignacio Navarro Cuéllar"],
    ['{"last_name":"de la Cruz"}', "de la Cruz"],
    ['{"ordering":"Maria Sep\\u00falveda"}', "Maria Sep\\u00falveda"],
    ["my patient may kremer dob 1990", "may kremer"],
    ["Hi Romilda, I'm writing about", "Romilda"],
    ["Her maiden name is McCathie", "McCathie"],
    ["Will Harada was born", "Will Harada"],
    ["baby Young slept", "Young"],
    ["Frederick H. Collier was the first colonel", "Frederick H. Collier"],
    ["Follow up with Satsita Umkhayev", "Satsita Umkhayev"],
    ["can u check Elenas feed order", "Elenas"],
  ])("%s", (text, name) => {
    expect(persons(text)).toContain(name);
  });

  test("a name found for sure is taken wherever it is repeated", () => {
    expect(persons("George F. Hauser ran. Before that, Hauser had stopped.")).toEqual(["George F. Hauser", "Hauser"]);
  });

  test("who speaks in a dialogue is no name, what is said is no name either", () => {
    expect(persons("Doctor: Good morning. Patient: Yes, I feel fine. Doctor: Okay.")).toEqual([]);
  });

  test.each([
    "Parkinson's disease and Crohn's colitis: Child-Pugh score, Glasgow Coma Scale",
    "Alzheimer's disease and a Framingham Risk Score of 20%",
    "ACE inhibitors and Lisinopril in March",
    "North Carolina and South Africa",
    "The Mann-Whitney test, Kaplan-Meier curves, TNF-alpha",
    "Gentamicin was given. Ampicillin followed.",
    "DISCHARGE SUMMARY",
    "const user = new User(); Promise.resolve(Request)",
    "Supreme Court and European Union",
    "Please summarise the overnight events",
  ])("%s names nobody", (text) => {
    expect(persons(text)).toEqual([]);
  });

  test("the field's name says what a lone value is", () => {
    expect([persons("means", "last_name"), persons("de la Cruz", "patientName"), persons("get_weather", "name"), persons("Weather Agent", "model")]).toEqual([["means"], ["de la Cruz"], [], []]);
  });

  test("without word lists, titles and labels still speak", () => {
    const detect = createDetectors({ level: "balanced" });
    const text = "Dr. Yamazaki saw the child. Patient name: Emiliya Fernandes.";
    expect(detect(text).map((span) => text.slice(span.start, span.end))).toEqual(["Dr. Yamazaki", "Emiliya Fernandes"]);
  });
});
