import { expect, test } from "vitest";
import { generation, reconstruction, say } from "../testing/build.ts";
import { topCause } from "../testing/findings.ts";

const looped = (times: number, result: (round: number) => string): ReturnType<typeof reconstruction> =>
  reconstruction({
    generations: [
      ...Array.from({ length: times }, (_, round) => generation({ messages: [say("user", "Status?"), ...Array.from({ length: round }, () => say("assistant", ""))], toolCalls: [{ callId: `c${round}`, name: "get_status", arguments: '{"job": "nightly"}', result: result(round) }], completion: { text: "", finishReason: "tool_calls" } })),
      generation({ messages: [say("user", "Status?"), say("assistant", "…")], completion: "Still running." }),
    ],
  });
test("the same call with the same result again and again is a loop", () => {
  expect(topCause(looped(5, () => '{"status": "running"}'))).toBe("retry-loop");
});
test("polling that brings something new is none", () => {
  expect(topCause(looped(5, (round) => `{"status": "running", "done": "step ${round}"}`))).toBeUndefined();
});
test("calls side by side in one turn are no loop", () => {
  const call = { name: "roll", arguments: "{}", result: "4" };
  expect(topCause(reconstruction({ generations: [generation({ messages: [say("user", "Roll thrice.")], toolCalls: [call, call, call, call], completion: { text: "", finishReason: "tool_calls" } })] }))).toBeUndefined();
});
