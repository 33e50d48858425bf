import type { Reconstruction, SpanId } from "@whysaid/recorder/format";
import stringWidth from "fast-string-width";
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { reconstruct } from "../../reconstruct/reconstruct.ts";
import { TraceBuilder } from "../../reconstruct/testing/trace-builder.ts";
import { capturedOutput } from "../testing/captured-output.ts";
import { Folding } from "./fold.ts";
import { Page } from "./page.ts";
import { showTrace } from "./show-trace.ts";

function shown(story: Reconstruction, { columns = 100, isFull = false, unfold = [] as readonly string[] } = {}): string {
  const output = capturedOutput(columns);
  showTrace(new Page(output, new Folding(isFull, unfold)), story);
  return output.text();
}
const asked = [{ role: "user", content: "weight?" }];
const span = "1111111111111111" as SpanId;

test("attempts are told one by one, with what each met", () => {
  const text = shown(
    reconstruct(
      new TraceBuilder()
        .start()
        .request({ model: "m", messages: asked }, { span })
        .response({ error: { message: "slow down", type: "rate_limit" } }, { span, status: 429 })
        .request({ model: "m", messages: asked }, { span, attempt: 2 })
        .response({ model: "m-1", choices: [{ message: { content: "3.2 kg" }, finish_reason: "stop" }] }, { span, attempt: 2 })
        .end()
        .build(),
    ),
  );
  expect(text).toMatch(/2 attempts/);
  expect(text).toMatch(/attempt 1 .*HTTP 429/);
  expect(text).toMatch(/attempt 2 .*HTTP 200/);
});

test("an error stands where the answer would", () => {
  const text = shown(reconstruct(new TraceBuilder().start().request({ model: "m", messages: asked }).response({ error: { message: "no such model", type: "invalid_request_error" } }, { status: 404 }).end().build()));
  expect(text).toContain("HTTP 404 invalid_request_error: no such model");
  expect(text).not.toContain("(empty)");
});

test("what is missing is named with its reason, what does not apply is not", () => {
  const text = shown(reconstruct(new TraceBuilder().start().chat(asked, "3.2 kg").end().build()));
  expect(text).toContain("⑦ parsed not recorded · ⑧ validation not recorded · ⑨ action pending");
  expect(text).not.toContain("④ tool calls");
  expect(text).toContain("①input✓  ②model✓  ③usage✓  ④tools–  ⑤latency✓  ⑥raw✓  ⑦parsed✗  ⑧valid✗  ⑨action…");
});

test("messages an earlier generation showed are not repeated, unless they are asked for", () => {
  const story = reconstruct(new TraceBuilder().start().chat(asked, "first").chat([...asked, { role: "assistant", content: "first" }, { role: "user", content: "and now?" }], "second").end().build());
  expect(shown(story)).toContain("… 1 message as in the generation before");
  expect(shown(story).match(/weight\?/g)).toHaveLength(1);
  expect(shown(story, { unfold: ["generations[1].input.messages"] }).match(/weight\?/g)).toHaveLength(2);
});

test("a retrieval that found nothing and a tool nobody answered are not passed over", () => {
  const call = { tool_calls: [{ id: "c", type: "function", function: { name: "get_weight", arguments: "{}" } }] };
  const text = shown(reconstruct(new TraceBuilder().start().retrieval([]).chat(asked, call).end().build()));
  expect(text).toMatch(/found +nothing/);
  expect(text).toContain("← no result recorded");
});

test("a long agent's timeline is cut, and unfolds", () => {
  const builder = new TraceBuilder().start();
  for (let index = 0; index < 30; index += 1) builder.chat(asked, `answer ${index}`);
  const story = reconstruct(builder.end().build());
  expect(shown(story)).toContain("… 6 more steps");
  expect(shown(story, { unfold: ["steps"] })).not.toContain("more steps");
});

test("a trace of which only an action is known says so", () => {
  expect(shown(reconstruct(new TraceBuilder().action("abandon").build()))).toContain("● user: abandon");
});

describe("in any width", () => {
  const words = fc.string({ unit: "grapheme", maxLength: 400 });
  test("no line is wider than the terminal, whatever was recorded", () => {
    fc.assert(
      fc.property(words, words, words, fc.constantFrom(40, 72, 100, 160), fc.boolean(), (question, answer, note, columns, isFull) => {
        const story = reconstruct(
          new TraceBuilder()
            .start(question.slice(0, 60), { [note.slice(0, 10)]: answer.slice(0, 30) })
            .retrieval([{ sourceId: note, text: answer, score: 0.5 }], { query: question })
            .chat([{ role: "system", content: note }, { role: "user", content: question }], answer)
            .parse(answer, JSON.stringify({ note }))
            .validation("v", [{ rule: note.slice(0, 30), outcome: "failed", path: "a.b", value: answer, expected: question }])
            .end()
            .action("edit", { before: answer, after: note })
            .build(),
        );
        const wide = shown(story, { columns, isFull }).split("\n").filter((line) => stringWidth(line) > columns);
        expect(wide).toEqual([]);
      }),
      { numRuns: 150 },
    );
  });
});
