import { expect, test } from "vitest";
import { say } from "../testing/build.ts";
import { findingOf, topCause, trace } from "../testing/findings.ts";
import { gapsBetween } from "./parser-bug.ts";

const record = { patient: "A", doseMg: 4.2, route: "iv" };

test("valid JSON in a fence the parser stumbled over is its fault", () => {
  const fenced = trace({ messages: [say("user", "x")], completion: `\`\`\`json\n${JSON.stringify(record)}\n\`\`\``, parsed: { outcome: "failed", error: { name: "SyntaxError", message: "Unexpected token '`'" } } });
  expect(topCause(fenced)).toBe("parser-bug");
});
test("a field the parser lost is shown raw beside parsed", () => {
  const lost = trace({ messages: [say("user", JSON.stringify(record))], completion: JSON.stringify(record), parsed: { result: { patient: "A", doseMg: null, route: "iv" } } });
  const finding = findingOf(lost, "parser-bug");
  expect(finding?.title).toContain("doseMg");
  expect(finding?.evidence.some((evidence) => evidence.excerpt === "raw 4.2 · parsed null")).toBe(true);
});
test("a decimal comma read as a separator is another number", () => {
  expect(topCause(trace({ messages: [say("user", "2,1")], completion: '{"weight": "2,1", "unit": "kg"}', parsed: { result: { weight: 21, unit: "kg" } } }))).toBe("parser-bug");
});
test("renamed, rounded and converted fields are no bug", () => {
  const gaps = gapsBetween({ dose_mg: 4.2, share: 0.4, note: "x" }, { doseMg: 4.2, share: 40, note: "x" });
  expect(gaps).toEqual([]);
});
test("a field under another name is not lost", () => {
  expect(gapsBetween({ patient_name: "Ana", weight_kg: "2.1" }, { name: "Ana", weightKg: 2.1 })).toEqual([]);
});
test("a day that became the day before, a flag turned round, a thousand lost with its k are changes", () => {
  const gaps = gapsBetween({ due: "2024-05-18", open: false, total: "1.5k", balance: "(250)" }, { due: "2024-05-17T22:00:00.000Z", open: true, total: 1.5, balance: 250 });
  expect(gaps.map(({ path }) => path).sort((a, b) => (a < b ? -1 : 1))).toEqual([".balance", ".due", ".open", ".total"]);
  expect(gapsBetween({ due: "2024-05-18", open: "yes", total: "1.5k", balance: "(250)" }, { due: "2024-05-18T00:00:00Z", open: true, total: 1500, balance: -250 })).toEqual([]);
});
test("a whole part of a broken record does not make the record whole", () => {
  const broken = '{\n  // from the document\n  "patient": {"name": "A"},\n  "doseMg": 4.2\n}';
  expect(topCause(trace({ messages: [say("user", "x")], completion: broken, parsed: { outcome: "failed", error: { name: "SyntaxError", message: "Expected double-quoted property name in JSON" } } }))).toBe("invalid-json");
});
test("a list whose bullets the parser did not know came out empty", () => {
  const handover = trace({ messages: [say("user", "x")], completion: "Quiet shift. Open tasks:\n* Level before the third dose\n* Culture at 48 h\n", parsed: { parser: "open-tasks", result: [] } });
  expect(findingOf(handover, "parser-bug")?.title).toBe("open-tasks brought out no item of a list: the answer has 2, first Level before the third dose");
  expect(topCause(trace({ messages: [say("user", "x")], completion: "Nothing is open.", parsed: { parser: "open-tasks", result: [] } }))).toBeUndefined();
});
test("two fields that came out with each other's value, and a draft taken for the answer that corrects it", () => {
  const swapped = trace({ messages: [say("user", "x")], completion: '{"given": "Noor", "family": "Almasi"}', parsed: { result: { given: "Almasi", family: "Noor" } } });
  expect(topCause(swapped)).toBe("parser-bug");
  const drafts = '```json\n{"dose": 12}\n```\nNo, it must be 21.\n```json\n{"dose": 21}\n```';
  expect(topCause(trace({ messages: [say("user", "x 12 21")], completion: drafts, parsed: { result: { dose: 12 } } }))).toBe("parser-bug");
  expect(topCause(trace({ messages: [say("user", "x 12 21")], completion: drafts, parsed: { result: { dose: 21 } } }))).toBeUndefined();
});
test("a record followed by words is valid JSON; an item the parser dropped stands in the answer's list", () => {
  const chatty = trace({ messages: [say("user", "total?")], completion: '{"total": 41.5}\n\nLet me know if you need more!', parsed: { outcome: "failed", error: { name: "SyntaxError", message: "Unexpected non-whitespace character after JSON" } } });
  expect(topCause(chatty)).toBe("parser-bug");
  const dropped = trace({ messages: [say("user", "medication?")], completion: "- metformin 500 mg\n- ramipril 5 mg\n- atorvastatin 20 mg", parsed: { result: ["metformin 500 mg", "ramipril 5 mg"] } });
  expect(findingOf(dropped, "parser-bug")?.title).toMatch(/dropped 1 of 3 items of a list, first atorvastatin 20 mg/);
});
