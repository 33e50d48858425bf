import { expect, test } from "vitest";
import { say } from "../testing/build.ts";
import { findingOf, topCause, trace } from "../testing/findings.ts";

const withSystem = (system: string, version: string | null = null): ReturnType<typeof trace> => trace({ system, messages: [say("user", "x")], completion: "y" }, { feature: "f", prompt: version === null ? null : { id: "p", version, variables: null } });

test("a rule that fell out of the system text is said", () => {
  const previous = [withSystem("Be brief. Never guess a dose."), withSystem("Be brief. Never guess a dose.")];
  expect(findingOf(withSystem("Be brief."), "prompt-changed", { previous })?.title).toContain("removed “Never guess a dose”");
});
test("another version is named", () => {
  expect(topCause(withSystem("Be brief.", "v15"), { previous: [withSystem("Be brief.", "v14")] })).toBe("prompt-changed");
});
test("a date filled in is no change", () => {
  expect(topCause(withSystem("Be brief. Today is 2025-06-04."), { previous: [withSystem("Be brief. Today is 2025-06-03."), withSystem("Be brief. Today is 2025-06-02.")] })).toBeUndefined();
});
