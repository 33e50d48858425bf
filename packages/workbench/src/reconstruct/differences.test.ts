import { expect, test } from "vitest";
import { differences } from "./differences.ts";
import { reconstruct } from "./reconstruct.ts";
import { TraceBuilder } from "./testing/trace-builder.ts";

const story = (change: { readonly question?: string; readonly answer?: string; readonly chunks?: readonly string[]; readonly history?: readonly unknown[]; readonly mg?: number } = {}) =>
  reconstruct(
    new TraceBuilder()
      .start("dose-summary", { ward: "nicu" })
      .retrieval((change.chunks ?? ["chart/1", "chart/2"]).map((sourceId) => ({ sourceId, text: `note of ${sourceId}` })))
      .chat([...(change.history ?? []), { role: "user", content: change.question ?? "weight?" }], change.answer ?? "3.2 kg")
      .parse("x", JSON.stringify({ mg: change.mg ?? 4 }))
      .validation("dose", [{ rule: "range", outcome: (change.mg ?? 4) > 5 ? "failed" : "passed", value: change.mg ?? 4 }])
      .end()
      .build(),
  );

test("a trace does not differ from the same things done again", () => expect(differences(story(), story())).toEqual([]));

test("changed texts and numbers are named by their place", () => {
  expect(differences(story(), story({ answer: "2.1 kg", mg: 7 }))).toEqual([
    { at: "generations[0].completion.text", kind: "changed", a: "3.2 kg", b: "2.1 kg" },
    { at: "generations[0].parsed.result.mg", kind: "changed", a: 4, b: 7 },
    { at: "generations[0].validation.dose · range.outcome", kind: "changed", a: "passed", b: "failed" },
    { at: "generations[0].validation.dose · range.value", kind: "changed", a: 4, b: 7 },
  ]);
});

test("a message that came in between shifts nothing else", () => {
  const added = { role: "user", content: "hello" };
  expect(differences(story(), story({ history: [added] }))).toMatchObject([{ at: "generations[0].input.messages[0]", kind: "added", b: { role: "user" } }]);
});

test("chunks are told as added, removed and moved by their source id", () => {
  const found = differences(story({ chunks: ["chart/1", "chart/2"] }), story({ chunks: ["chart/2", "chart/3"] }));
  expect(found.map(({ at, kind }) => `${kind} ${at}`)).toEqual(["removed generations[0].chunks[0]", "moved generations[0].chunks[0]", "added generations[0].chunks[1]"]);
});

test("a generation more is one difference", () => {
  const once = new TraceBuilder().start().chat([], "a").end().build();
  const twice = new TraceBuilder().start().chat([], "a").chat([], "b").end().build();
  expect(differences(reconstruct(once), reconstruct(twice))).toMatchObject([{ at: "generations[1]", kind: "added", b: { completion: { text: "b" } } }]);
});
