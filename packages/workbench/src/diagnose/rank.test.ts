import { expect, test } from "vitest";
import type { Candidate } from "./finding.ts";
import { rank } from "./rank.ts";

const found = (cause: Candidate["cause"], confidence: number): Candidate => ({ cause, confidence, title: cause, evidence: [], next: "" });

test("what explains another stands above it and lowers it", () => {
  expect(rank([found("invalid-json", 0.95), found("refusal", 0.75)]).map((one) => [one.cause, one.confidence])).toEqual([["refusal", 0.75], ["invalid-json", 0.52]]);
});
test("a weak finding explains nothing", () => {
  expect(rank([found("rule-failed", 0.92), found("retrieval-weak", 0.55)])[0]?.cause).toBe("rule-failed");
});
test("of two that could explain each other the surer one does", () => {
  expect(rank([found("tool-arguments-invented", 0.91), found("wrong-entity", 0.97)])[0]?.cause).toBe("wrong-entity");
});
test("a cause is listed once, at its strongest", () => {
  expect(rank([found("slow-tool", 0.85), found("slow-tool", 0.92)]).map((one) => one.confidence)).toEqual([0.92]);
});
