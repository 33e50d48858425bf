import { expect, test } from "vitest";
import { say } from "../testing/build.ts";
import { topCause, trace } from "../testing/findings.ts";

test("a turn that ends without a word is named", () => {
  expect(topCause(trace({ messages: [say("user", "x")], completion: " \n" }))).toBe("empty-completion");
});
test("a turn that calls a tool is not empty", () => {
  expect(topCause(trace({ messages: [say("user", "x")], completion: { text: "", finishReason: "tool_calls" }, toolCalls: [{ name: "get", arguments: "{}" }] }))).toBeUndefined();
});
test("an image is an answer", () => {
  expect(topCause(trace({ messages: [say("user", "x")], completion: { text: "", raw: '{"candidates":[{"content":{"parts":[{"inlineData":{"mimeType":"image/png"}}]}}]}' } }))).toBeUndefined();
});
test.each(["\u200b", "```\n```", '""', "…"])("what nobody can read says nothing: %j", (text) => {
  expect(topCause(trace({ messages: [say("user", "x")], completion: text }))).toBe("empty-completion");
});
