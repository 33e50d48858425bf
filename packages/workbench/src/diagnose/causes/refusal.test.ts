import { expect, test } from "vitest";
import { say } from "../testing/build.ts";
import { findingOf, topCause, trace } from "../testing/findings.ts";

test("a refusal in the protocol's own field is named, and explains the empty parse", () => {
  const refused = trace({ messages: [say("user", "dose?")], completion: { text: "", refusal: "I can't help with that." }, parsed: { outcome: "failed", error: { name: "SyntaxError", message: "Unexpected end of JSON input" } } });
  expect(topCause(refused)).toBe("refusal");
});
test.each(["content_filter", "SAFETY", "guardrail_intervened", "refusal"])("finish reason %s is a refusal", (finishReason) => {
  expect(topCause(trace({ messages: [say("user", "x")], completion: { text: "", finishReason } }))).toBe("refusal");
});
test.each(["I'm sorry, but I can't assist with that.", "Es tut mir leid, aber dabei kann ich nicht helfen.", "Lo siento, no puedo ayudarte con eso."])("words of refusal are read: %s", (text) => {
  expect(topCause(trace({ messages: [say("user", "x")], completion: text }))).toBe("refusal");
});
test("an answer that says what its documents lack is no refusal", () => {
  expect(findingOf(trace({ messages: [say("user", "x")], completion: "I cannot answer this question because the documents do not mention it." }), "refusal")).toBeUndefined();
});
test.each(["I must respectfully decline to go into that.", "That's not something I'm able to talk about. Is there anything else on your mind?", "I'd rather not answer that one."])("declining politely is declining: %s", (text) => {
  expect(topCause(trace({ messages: [say("user", "x")], completion: text }))).toBe("refusal");
});
