import { expect, test } from "vitest";
import { say } from "../testing/build.ts";
import { findingOf, topCause, trace } from "../testing/findings.ts";

test.each(["length", "max_tokens", "MAX_TOKENS", "model_context_window_exceeded"])("finish reason %s is a cut, and explains the failed parse", (finishReason) => {
  expect(topCause(trace({ messages: [say("user", "x")], completion: { text: '{"dose": 2', finishReason }, parsed: { outcome: "failed", error: { name: "SyntaxError", message: "Unexpected end" } } }))).toBe("output-truncated");
});
test("a stream that ended before its terminal event is a cut", () => {
  expect(topCause(trace({ messages: [say("user", "x")], state: "cut", completion: { text: "The weight is", finishReason: null } }))).toBe("output-truncated");
});
test("the next step raises the limit that was set", () => {
  const cut = trace({ messages: [say("user", "x")], parameters: { max_tokens: 100 }, completion: { text: "The weight is", finishReason: "length" } });
  expect(findingOf(cut, "output-truncated")?.next).toContain("max_tokens=400");
});
