import { expect, test } from "vitest";
import { say } from "../testing/build.ts";
import { findingOf, topCause, trace } from "../testing/findings.ts";

test("a trailing comma is the model's fault, and what was meant is said", () => {
  const broken = trace({ messages: [say("user", "x")], completion: '{"dose": 4.2, "route": "iv",}', parsed: { outcome: "failed", error: { name: "SyntaxError", message: "Expected double-quoted property name" } } });
  expect(findingOf(broken, "invalid-json")?.title).toContain('{"dose":4.2,"route":"iv"}');
  expect(topCause(broken)).toBe("invalid-json");
});
test("arguments of a tool call that do not parse are named", () => {
  expect(topCause(trace({ messages: [say("user", "x")], completion: { text: "", finishReason: "tool_calls" }, toolCalls: [{ callId: "c", name: "get", arguments: '{"id": "x"', result: "Error: bad arguments" }] }))).toBe("invalid-json");
});
test("valid JSON is none", () => {
  expect(topCause(trace({ messages: [say("user", "x")], parameters: { response_format: { type: "json_object" } }, completion: '{"a": 1}' }))).toBeUndefined();
});
