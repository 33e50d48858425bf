import { expect, test } from "vitest";
import type { Generation, Message, Reconstruction } from "@whysaid/recorder/format";
import { restore } from "../../../web/src/api/restore.ts";
import { condense, textAt } from "./condense.ts";

const said = (role: string, text: string): Message => ({ role, parts: [{ type: "text", text }] });
const long = (name: string): string => `${name} `.repeat(40);
function generation(messages: readonly Message[], chunks: readonly string[], raw = "", text = "fine"): Generation {
  const missing = { state: "missing", why: "not-recorded" } as const;
  return {
    spanId: "a", parentSpanId: null, provider: null, protocol: "unknown", url: null, startedAtMs: 0, attempts: 1, attemptList: [], state: "complete", status: 200, error: null,
    signals: {
      input: { state: "captured", value: { system: null, messages, tools: [], parameters: {}, requestBody: raw } },
      chunks: { state: "captured", value: chunks.map((chunk, position) => ({ sourceId: `s${position}`, text: chunk, score: null, position, retrieval: null, reachedPrompt: null, metadata: null })) },
      model: missing, usage: missing, toolCalls: missing, latency: missing,
      completion: { state: "captured", value: { text, raw, finishReason: null, refusal: null, reasoning: null, alternatives: [] } },
      parsed: { state: "captured", value: { parser: null, outcome: "parsed", input: null, result: JSON.parse('{"__proto__":{"x":"§0"},"§":"§1"}'), error: null, durationMs: 0 } },
      validation: missing, action: missing,
    },
  };
}
const story = (generations: readonly Generation[]): Reconstruction => ({
  traceId: "t", feature: null, conversationId: null, user: null, subject: null, tags: {}, prompt: null, service: null, environment: null, release: null, startedAtMs: 0, durationMs: 0,
  outcome: "returned", error: null, complete: true, gaps: [], generations, steps: [], actions: [], findings: [], provenance: [],
});
const sent = (whole: Reconstruction) => restore(JSON.parse(JSON.stringify(condense(whole))));

test("a condensed story is restored equal, keys like __proto__ and texts like §1 included", () => {
  const talk = [said("user", long("question")), said("assistant", long("answer")), said("user", "§7")];
  const whole = story([generation(talk.slice(0, 1), [long("chunk")]), generation(talk, [long("chunk")]), generation([said("user", "other")], [])]);
  expect(sent(whole).story).toEqual(whole);
});

test("bodies off the wire and the end of long texts stay behind, with their pointer and length", () => {
  const whole = story([generation([], [], "{}".repeat(50), "x".repeat(100_000))]);
  const { story: page, cut } = sent(whole);
  expect(["input.value.requestBody", "completion.value.raw", "completion.value.text", "completion.value.reasoning"].map((at) => cut.lengthAt(`generations[0].signals.${at}`))).toEqual([100, 100, 100_000, undefined]);
  expect(textAt(whole, "generations[0].signals.completion.value.text")?.startsWith(textAt(page, "generations[0].signals.completion.value.text") ?? "-")).toBe(true);
});

test("a cut message is known as cut in every call that repeats it", () => {
  const first = [said("user", "one"), said("assistant", "two")];
  const cut = said("tool", "y".repeat(30_000));
  const { cut: texts } = sent(story([generation(first, []), generation([...first, cut], []), generation([said("user", "one"), cut], [])]));
  const lengths = (place: number): readonly unknown[] => [0, 1, 2].map((at) => texts.lengthAt(`generations[${place}].signals.input.value.messages[${at}].parts[0].text`));
  expect([lengths(0), lengths(1), lengths(2)]).toEqual([[undefined, undefined, undefined], [undefined, undefined, 30_000], [undefined, 30_000, undefined]]);
});

test("a cut chunk is known as cut in every call that repeats it", () => {
  const { cut } = sent(story([generation([], ["z".repeat(30_000)]), generation([], ["z".repeat(30_000)])]));
  expect([0, 1].map((place) => cut.lengthAt(`generations[${place}].signals.chunks.value[0].text`))).toEqual([30_000, 30_000]);
});

test("a conversation repeated by every call is sent once", () => {
  const talk = Array.from({ length: 200 }, (_one, index) => said("user", long(`message ${index}`)));
  const whole = story(talk.map((_one, index) => generation(talk.slice(0, index + 1), [])));
  const once = JSON.stringify(story([generation(talk, [])])).length;
  expect(JSON.stringify(condense(whole)).length).toBeLessThan(once * 2 + 200 * 1_000);
  expect(sent(whole).story).toEqual(whole);
});

test("a conversation whose beginning is forgotten is sent once all the same", () => {
  const talk = Array.from({ length: 400 }, (_one, index) => said("user", long(`message ${index}`)));
  const whole = story(talk.map((_one, index) => generation([said("system", long("rules")), ...talk.slice(Math.max(0, index - 40), index + 1)], [])));
  const once = JSON.stringify(story([generation(talk, [])])).length;
  expect(JSON.stringify(condense(whole)).length).toBeLessThan(once * 2 + 400 * 1_000);
  expect(sent(whole).story).toEqual(whole);
});

test("a pointer follows own properties only", () => {
  const whole = story([generation([said("user", "hello")], [])]);
  expect(textAt(whole, "generations[0].signals.input.value.messages[0].parts[0].text")).toBe("hello");
  expect(textAt(whole, "generations[0].constructor.name")).toBeUndefined();
  expect(textAt(whole, "generations[9].x")).toBeUndefined();
});
