import { expect, test } from "vitest";
import { generation, reconstruction, say } from "../testing/build.ts";
import { topCause } from "../testing/findings.ts";

test("an error status without an answer is the provider's", () => {
  const failed = reconstruction({ generations: [{ ...generation({ messages: [say("user", "x")], status: 529 }), error: { name: "overloaded_error", message: "Overloaded" } }] });
  expect(topCause(failed)).toBe("provider-error");
});
test("an error in the middle of a stream explains the cut", () => {
  const failed = reconstruction({ generations: [{ ...generation({ messages: [say("user", "x")], state: "cut", completion: { text: "The", finishReason: null } }), error: { name: "overloaded_error", message: "Overloaded" } }] });
  expect(topCause(failed)).toBe("provider-error");
});
test("a call that was answered on its second attempt is none", () => {
  const retried = { ...generation({ messages: [say("user", "x")], completion: "y" }), attempts: 2, attemptList: [429, 200].map((status, index) => ({ attempt: index + 1, atMs: 0, state: "complete" as const, status, durationMs: 1, error: null })) };
  expect(topCause(reconstruction({ generations: [retried] }))).toBeUndefined();
});
