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
