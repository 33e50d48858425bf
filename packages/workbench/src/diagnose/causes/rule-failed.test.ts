import { expect, test } from "vitest";
import { say } from "../testing/build.ts";
import { findingOf, topCause, trace } from "../testing/findings.ts";

test("the rule, the field and what was expected are in one sentence", () => {
  const failed = trace({ messages: [say("user", "x")], completion: "7 mg", validation: [{ outcome: "failed", rule: "dose_range", path: "mg", value: 7, expected: "≤ 5" }] });
  expect(findingOf(failed, "rule-failed")?.title).toBe("The rule dose_range failed on mg (7, expected ≤ 5)");
});
test("a failed parse ranks above the rule it failed", () => {
  const failed = trace({ messages: [say("user", "x")], completion: '{"mg": 4,}', parsed: { outcome: "failed", error: { name: "SyntaxError", message: "Expected JSON" } }, validation: [{ outcome: "failed", rule: "schema" }] });
  expect(topCause(failed)).toBe("invalid-json");
});
test("rules that passed are no finding", () => {
  expect(topCause(trace({ messages: [say("user", "x")], completion: "4 mg", validation: [{ outcome: "passed", rule: "dose_range" }] }))).toBeUndefined();
});
