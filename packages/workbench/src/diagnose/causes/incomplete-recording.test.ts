import { expect, test } from "vitest";
import { say } from "../testing/build.ts";
import { findingOf, topCause, trace } from "../testing/findings.ts";

test("a gap the recorder counted is said as it counted it", () => {
  const lost = trace({ messages: [say("user", "x")], completion: "y" }, { complete: false, gaps: [{ why: "disk-full", detail: "4 entries were not written, the disk was full", count: 4 }] });
  expect(findingOf(lost, "incomplete-recording")?.title).toContain("4 entries were not written");
});
test("a call without a response is open", () => {
  expect(topCause(trace({ messages: [say("user", "x")], state: "open", status: null }, { complete: false, outcome: "open" }))).toBe("incomplete-recording");
});
test("signals nobody recorded are no gap", () => {
  expect(topCause(trace({ messages: [say("user", "x")], completion: "y" }))).toBeUndefined();
});
