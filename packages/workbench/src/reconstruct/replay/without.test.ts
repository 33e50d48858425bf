/** Ablation of one thing and nothing else. */
import { expect, test } from "vitest";
import { without } from "./without.ts";

const sources = { chunks: [{ sourceId: "a#1", text: "Weight 2.1 kg." }, { sourceId: "b#2", text: "Weight 3.2 kg." }], tools: [{ callId: "c1", name: "labs" }] };
const asked = (content: string): { messages: { role: string; content: string }[] } => ({ messages: [{ role: "user", content }] });

test.each([
  ["[a#1] Weight 2.1 kg.\n\n[b#2] Weight 3.2 kg.", "[b#2] Weight 3.2 kg."],
  ['<doc id="a#1">\nWeight 2.1\nkg.\n</doc>\nWeight 3.2 kg.', "Weight 3.2 kg."],
  ["Source: a#1\nWeight 2.1 kg.\nEnd", "End"],
])("a chunk goes with the mark that names it: %j", (before, after) => {
  expect(without(asked(before), ["chunk:a#1"], sources)).toEqual({ body: asked(after), chunksGone: ["a#1"] });
});
test("a chunk that was rewritten is an error, not a silent nothing", () => {
  expect(() => without(asked("about 2 kilos"), ["chunk:a#1"], sources)).toThrow(/does not stand/);
});
test("a tool result is emptied by the tool's name, a message taken by its number", () => {
  const body = { messages: [{ role: "user", content: "x" }, { role: "tool", tool_call_id: "c1", content: "9" }] };
  expect(without(body, ["tool:labs", "message:0"], sources).body).toEqual({ messages: [{ role: "tool", tool_call_id: "c1", content: "" }] });
});
