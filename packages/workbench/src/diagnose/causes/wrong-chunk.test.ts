import { expect, test } from "vitest";
import { findingOf, retrievalTrace, topCause } from "../testing/findings.ts";

const current = "The franchise fee for a limited company in the state is 800 dollars per year, due in April.";

test("a value of an outdated copy is named beside the current one", () => {
  const old = retrievalTrace([{ sourceId: "v2", text: current }, { sourceId: "v1", text: `Superseded. ${current.replace("800", "650")}` }], "What is the franchise fee per year?", "The franchise fee is 650 dollars per year.");
  const finding = findingOf(old, "wrong-chunk");
  expect(finding?.evidence[0]?.sourceId).toBe("v1");
  expect(finding?.title).toContain("800");
});
test("chunks that agree are no conflict", () => {
  expect(topCause(retrievalTrace([{ sourceId: "v2", text: current }, { sourceId: "v1", text: current }], "What is the franchise fee per year?", "The franchise fee is 800 dollars per year."))).toBeUndefined();
});
test("two short lines that differ in a figure say the same with different values", () => {
  const days = [{ sourceId: "obs/1", text: "Observation 2026-11-06: weight 2.9 kg, temperature 36.8." }, { sourceId: "obs/2", text: "Observation 2026-11-12: weight 3.2 kg, temperature 36.9." }];
  expect(findingOf(retrievalTrace(days, "Current weight?", "The current weight is 2.9 kg."), "wrong-chunk")?.title).toMatch(/obs\/1 and obs\/2 say the same with different values/);
});
test("a figure from a line that does not speak of what was asked, where another line does", () => {
  const events = [{ sourceId: "ev1", text: "Rust workshop: Tuesday 14:00, room 3.117." }, { sourceId: "ev2", text: "Python workshop: Wednesday 10:00, room 2.054." }];
  expect(findingOf(retrievalTrace(events, "Which room is the Python workshop in?", "The Python workshop is in room 3.117."), "wrong-chunk")?.title).toMatch(/ev1, which does not speak of python; ev2 does, and says 2\.054/i);
  expect(topCause(retrievalTrace(events, "Which room is the Python workshop in?", "The Python workshop is in room 2.054."))).toBeUndefined();
});
test("a weight that a dose was worked out with comes from no wrong passage", () => {
  const sources = [{ sourceId: "chart", text: "Weight today 3.2 kg." }, { sourceId: "formulary", text: "Gentamicin 5 mg/kg every 36 hours." }];
  expect(topCause(retrievalTrace(sources, "Gentamicin dose for this baby?", "Give gentamicin 16 mg every 36 hours (5 mg/kg at 3.2 kg)."))).toBeUndefined();
  expect(topCause(retrievalTrace(sources, "Gentamicin dose for this baby?", "Give gentamicin 19 mg every 36 hours (5 mg/kg at 3.2 kg)."))).toBe("unsupported-value");
});
test("of two entries of a series the newer is no wrong one, nor is the one in force beside an archived one", () => {
  const days = [{ sourceId: "obs/1", text: "Observation 2026-11-06: weight 2.9 kg, temperature 36.8." }, { sourceId: "obs/2", text: "Observation 2026-11-12: weight 3.2 kg, temperature 36.9." }];
  expect(topCause(retrievalTrace(days, "Current weight?", "The current weight is 3.2 kg."))).toBeUndefined();
  const prices = [{ sourceId: "old", text: "Prices 2024 (archived). Basic plan: 9 EUR per month." }, { sourceId: "new", text: "Prices 2026. Basic plan: 12 EUR per month." }];
  expect(topCause(retrievalTrace(prices, "What does the Basic plan cost per month?", "The Basic plan costs 12 EUR per month."))).toBeUndefined();
  expect(topCause(retrievalTrace(prices, "What does the Basic plan cost per month?", "The Basic plan costs 9 EUR per month."))).toBe("wrong-chunk");
});
test("an answer that sums up a series takes nothing from the wrong entry of it", () => {
  const day = [{ sourceId: "v1", text: "08:00 HR 142, SpO2 95 %, temp 36.9." }, { sourceId: "v2", text: "14:00 HR 151, SpO2 93 %, temp 37.2." }, { sourceId: "v3", text: "20:00 HR 139, SpO2 96 %, temp 36.8." }];
  expect(topCause(retrievalTrace(day, "Summarize today's vitals.", "Heart rate 139 to 151, SpO2 93 to 96 %, temperature 36.8 to 37.2."))).toBeUndefined();
});
