import { expect, test } from "vitest";
import type { Provenance } from "@whysaid/recorder/format";
import { diagnose } from "../diagnose.ts";
import { retrievalTrace, toolTrace, trace } from "../testing/findings.ts";
import { say } from "../testing/build.ts";

const about = (provenance: readonly Provenance[], value: string): Provenance | undefined => provenance.find((one) => one.value === value);
const chunk = (text: string, answer: string): readonly Provenance[] => diagnose(retrievalTrace([{ sourceId: "doc#1", text }], "What does it say?", answer)).provenance;

test.each([
  ["5 mg", "Give 5mg at noon."],
  ["5 mg", "Give 5,0 mg at noon."],
  ["2100 g", "Weight 2.1 kg."],
  ["1,234.50", "In all 1234.50 were paid."],
  ["90 min", "It takes 1.5 h."],
  ["3.2 million", "Population 3,214,000 in 2020."],
  ["May 23, 2024", "Departure 2024-05-23T10:00:00Z."],
  ["23.05.2024", "Departure on 23rd May 2024."],
  ["3 days", "Take it for three days."],
  ["UM3-OG5", "Reference UM3OG5 was issued."],
])("%s has its origin in “%s”", (value, text) => {
  const found = about(chunk(text, `It says ${value} .`), value);
  expect(found?.origins[0]).toMatchObject({ kind: "chunk", sourceId: "doc#1" });
});
test("another unit is another value", () => {
  expect(about(chunk("Give 5 ml at noon.", "It says 5 mg ."), "5 mg")?.origins).toEqual([]);
});
test("a sum of two inputs is derived, with both named", () => {
  const found = about(chunk("The first flight costs 105 dollars, the second 102 dollars.", "Together 207 dollars."), "207 dollars");
  expect(found?.origins.map((origin) => origin.kind)).toEqual(["derived", "derived"]);
  expect(found?.origins[0]?.note).toBe("sum");
});
test("a value the user said is restated, not evidence", () => {
  const found = about(diagnose(retrievalTrace([{ sourceId: "doc#1", text: "Weights are listed in the chart of the ward." }], "Is 3.456 kg right?", "You said 3.456 kg .")).provenance, "3.456 kg");
  expect(found?.origins.map((origin) => origin.kind)).toEqual(["question"]);
});
test("a tool result's origin has its JSON path", () => {
  const found = about(diagnose(toolTrace({ name: "search", arguments: "{}", result: '{"flights": [{"price": 99}, {"price": 1021}]}' }, "Prices?", "The second is $1021.")).provenance, "1021");
  expect(found?.origins[0]).toMatchObject({ kind: "tool-result", path: "$.flights[1].price", sourceId: "call_1" });
});
test("parsed fields and arguments are traced too", () => {
  const both = trace({ messages: [say("user", "Weight is 2.137 kg for M-4411.")], completion: '{"weight": 2.137}', parsed: { result: { weight: 2.137 } }, toolCalls: [{ name: "store", arguments: '{"mrn": "M-4411"}' }] });
  const places = diagnose(both).provenance.map((one) => `${one.in} ${one.value} ${one.origins.length > 0}`);
  expect(places).toContain("parsed 2.137 true");
  expect(places).toContain("tool-arguments M-4411 true");
});
test("a person named by one name is known by the part", () => {
  const full = "⟦PERSON:g7k3q9x2m4vt.f0c8h5n1p6rz~3a⟧";
  const found = chunk("⟦PERSON:g7k3q9x2m4vt~1a⟧ was admitted. The family ⟦PERSON:f0c8h5n1p6rz~2b⟧ was told.", `It is about ${full} .`);
  expect(about(found, full)?.origins[0]?.note).toBe("a part of the name");
});
test("offsets point at the value in its text", () => {
  const text = "Weight on arrival was 2.1 kg in all.";
  const origin = about(chunk(text, "It was 2.1 kg ."), "2.1 kg")?.origins[0];
  expect(text.slice(origin?.start, origin?.end)).toBe("2.1 kg");
});
