import { expect, test } from "vitest";
import { findingOf, toolTrace, topCause } from "../testing/findings.ts";

const call = { name: "get_weight", arguments: '{"mrn": "M-4411"}' };

test("an answer that goes on as if a failed tool had worked is the tool's error", () => {
  const failed = toolTrace({ ...call, result: '{"error": "upstream timed out"}' }, "Weight of M-4411?", "The weight is 2.137 kg.");
  expect(topCause(failed)).toBe("tool-error");
  expect(findingOf(failed, "tool-error")?.evidence[0]).toMatchObject({ at: "generations[0].signals.toolCalls.value[0].result", sourceId: "call_1" });
});
test("an apology after a failed tool is the tool's error", () => {
  expect(topCause(toolTrace({ ...call, result: null, error: "TimeoutError: aborted" }, "Weight of M-4411?", "Sorry, I could not look that up."))).toBe("tool-error");
});
test("a tool that says no, and is quoted, did its work", () => {
  expect(topCause(toolTrace({ name: "book", arguments: '{"flight": "HAT290"}', result: "Error: not enough seats on flight HAT290" }, "Book HAT290.", "There are not enough seats on flight HAT290."))).toBeUndefined();
});
test("an error field that is null is no error", () => {
  expect(topCause(toolTrace({ ...call, result: '{"error": null, "weight_kg": 2.137}' }, "Weight of M-4411?", "The weight is 2.137 kg."))).toBeUndefined();
});
test("an error in words inside an envelope that says all is well", () => {
  expect(topCause(toolTrace({ name: "translate", arguments: "{}", result: '{"ok": true, "data": {"text": "ERROR: quota exceeded for the project"}}' }, "Translate it.", "Here is the translation: The contract begins in spring."))).toBe("tool-error");
});
