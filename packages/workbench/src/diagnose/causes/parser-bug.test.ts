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
