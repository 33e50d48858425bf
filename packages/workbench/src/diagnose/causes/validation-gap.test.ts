import { expect, test } from "vitest";
import type { ActionSignal } from "@whysaid/recorder/format";
import { say } from "../testing/build.ts";
import { findingOf, topCause, trace } from "../testing/findings.ts";
import { changesOf } from "./validation-gap.ts";

const passed = [{ outcome: "passed" as const, rule: "schema" }, { outcome: "passed" as const, rule: "range" }];
const acted = (action: "edit" | "accept", before: string | null, after: string | null): ActionSignal => ({ action, atMs: 0, before, after, editDistance: null, note: null });

test("what an edit changed is said field by field", () => {
  const edited = trace({ messages: [say("user", "x")], completion: '{"dose": 4.2, "route": "iv"}', validation: passed }, { actions: [acted("edit", '{"dose": 4.2, "route": "iv"}', '{"dose": 2.4, "route": "iv"}')] });
  expect(findingOf(edited, "validation-gap")?.title).toBe("All 2 checks passed, and the user edited the answer: dose: 4.2 → 2.4");
});
test("an answer the user took is no gap", () => {
  expect(topCause(trace({ messages: [say("user", "x")], completion: "y", validation: passed }, { actions: [acted("accept", null, null)] }))).toBeUndefined();
});
test("a changed word in prose is shown with its place", () => {
  expect(changesOf("Give 5 mg twice a day.", "Give 4 mg twice a day.")).toEqual([{ words: "“5” → “4”", start: 5, length: 1 }]);
});
