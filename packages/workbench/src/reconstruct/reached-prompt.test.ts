import type { InputSnapshot } from "@whysaid/recorder/format";
import { expect, test } from "vitest";
import { reachedPrompt } from "./reached-prompt.ts";

const passage = "Daily weight on the 24th of November was 3.2 kg, gaining as expected; next level before the third dose.";
const input = (text: string): InputSnapshot => ({ system: null, messages: [{ role: "user", parts: [{ type: "text", text }] }], tools: [], parameters: {}, requestBody: null });
const reached = (prompt: string, ...passages: string[]): readonly boolean[] => reachedPrompt(input(prompt), passages);

test("a passage that stands in the prompt as it is reached it", () => expect(reached(`Notes:\n${passage}\nAnswer.`, passage)).toEqual([true]));

test("other white space, capitals and JSON escapes make no difference", () => {
  expect(reached(`"notes":"${passage.replaceAll(" ", "\\n ").toUpperCase()}"`.replaceAll("\\N", "\\n"), passage)).toEqual([true]);
});

test("a passage cut at its end still reached it, half of one did not", () => {
  expect(reached(passage.slice(0, Math.floor(passage.length * 0.9)), passage)).toEqual([true]);
  expect(reached(passage.slice(0, Math.floor(passage.length * 0.5)), passage)).toEqual([false]);
});

test("the same words in another order are another text", () => expect(reached(passage.split(" ").toReversed().join(" "), passage)).toEqual([false]));

test("a short passage must be there whole", () => {
  expect(reached("the dose is 3 mg now", "3  mg")).toEqual([true]);
  expect(reached("the dose is 3 g now", "3 mg")).toEqual([false]);
  expect(reached("anything", "", "  \n")).toEqual([false, false]);
});

test("text without blanks is compared sign by sign", () => {
  const chinese = "新生儿今日体重三点二公斤，情况稳定，继续观察，明日复查。";
  expect(reached(`病历：${chinese.replaceAll("，", "， ")}`, chinese)).toEqual([true]);
  expect(reached("病历：今日无特殊情况。", chinese)).toEqual([false]);
});

test("several passages are told apart", () => expect(reached(`a ${passage} b`, "nothing of this stands there at all", passage, passage.toLowerCase())).toEqual([false, true, true]));

test("what tools returned is part of the prompt", () => {
  const tool: InputSnapshot = { ...input(""), messages: [{ role: "tool", parts: [{ type: "tool-result", callId: null, name: null, result: passage, isError: false }] }] };
  expect(reachedPrompt(tool, [passage])).toEqual([true]);
});
