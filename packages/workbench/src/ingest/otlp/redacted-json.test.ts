import { createRedactor } from "@whysaid/recorder/redact";
import { expect, test } from "vitest";
import { redactedJson } from "./redacted-json.ts";

const read: string[] = [];
const { root: scope } = createRedactor({ key: Buffer.alloc(32, 7), vault: "none", detectors: [(text) => (read.push(text), [])] });
const message = (text: string) => ({ role: "user", parts: [{ type: "text", text }] });
const first = message('Is "2.1 mg" right for the one at ana.whitlow@example.org?\nAnswer in one line.');
const second = message("And for the one of yesterday, whose weight was 3.2 kg?");

test("of a conversation that is sent again the redactor reads the new messages only", () => {
  redactedJson({ messages: [first] }, scope, "input");
  read.length = 0;
  redactedJson({ messages: [first, second] }, scope, "input");
  expect(read.filter((text) => text.length > 20)).toEqual([second.parts[0]?.text]);
});

test("what is taken is what is taken of the whole value", () => {
  const call = { type: "tool_call", id: "c1", name: "get_chart", arguments: { name: "Quillmont Zyphora", dob: "2026-01-04", mrn: "4418-220" } };
  const value = { system: "Write to ana.whitlow@example.org only.", messages: [first, { role: "assistant", parts: [call] }], parameters: { user: "ana.whitlow@example.org", temperature: 0.2 } };
  const json = redactedJson(value, scope, "input");
  expect(json).toBe(scope.json(value, { signal: "input" }));
  for (const raw of ["ana.whitlow", "Quillmont", "2026-01-04", "4418-220"]) expect(json).not.toContain(raw);
});
