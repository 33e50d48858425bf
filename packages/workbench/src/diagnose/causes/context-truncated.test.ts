import { expect, test } from "vitest";
import { say } from "../testing/build.ts";
import { findingOf, toolTrace, topCause, trace } from "../testing/findings.ts";

const passage =
  "The standard dose is 5 mg per kilogram of body weight. It is given over thirty minutes, and its level is drawn before the next one. Children under two " +
  "receive half of that unless the kidneys work well; the ward's pharmacist checks the figure with the lab. In the elderly the interval is stretched to a day and a half. The maximum is 240 mg a day.";

test("a chunk whose end did not reach the prompt is named with how much of it did", () => {
  const cut = trace({ messages: [say("user", `${passage.slice(0, 150)}\n\nWhat is the maximum?`)], chunks: [{ sourceId: "doc#1", text: passage }], completion: "It is 240 mg a day." });
  const finding = findingOf(cut, "context-truncated");
  expect(finding?.evidence[0]?.sourceId).toBe("doc#1");
  expect(finding?.title).toContain(`150 of ${passage.length}`);
});
test("a result cut in the middle of its JSON explains a value from nowhere", () => {
  const cut = toolTrace({ name: "list_flights", arguments: "{}", result: `[{"flight": "HAT110", "price": 105, "from": "ATL", "to": "LGA", "seats": 9, "gate": "B12"}, {"flight": "HA` }, "Which flights?", "HAT110 at $105 and HAT172 at $1021.");
  expect(topCause(cut)).toBe("context-truncated");
});
test("a chunk that is whole in the prompt is not cut", () => {
  expect(topCause(trace({ messages: [say("user", `${passage}\n\nWhat is the maximum dose a day?`)], chunks: [{ sourceId: "doc#1", text: passage }], completion: "The maximum is 240 mg a day." }))).toBeUndefined();
});
test("turns of the conversation that fell out of the window are named", () => {
  const long = ["My name is on the file.", "I weigh 80 kg.", "What dose?"].map((text) => say("user", text));
  const before = trace({ messages: long, completion: "400 mg." }, { conversationId: "c" });
  const after = trace({ messages: [...long.slice(2), say("assistant", "400 mg."), say("user", "And twice a day?")].filter((message) => message.role === "user"), completion: "Yes." }, { conversationId: "c" });
  expect(topCause(after, { previous: [before] })).toBe("context-truncated");
});
