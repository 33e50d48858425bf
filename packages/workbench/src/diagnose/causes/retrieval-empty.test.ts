import { expect, test } from "vitest";
import { findingOf, retrievalTrace, toolTrace, topCause } from "../testing/findings.ts";

test("a search that found nothing is named", () => {
  const found = { ...retrievalTrace([], "What is the maximum dose of gentamicin?", "It is 5 mg per kg."), steps: [{ kind: "retrieval" as const, spanId: "a", parentSpanId: null, atMs: 0, durationMs: 1, name: "notes", error: null, query: "dose", chunks: [] }] };
  expect(topCause(found)).toBe("retrieval-empty");
});
test("chunks without text are nothing", () => {
  expect(topCause(retrievalTrace([{ sourceId: "a", text: " " }], "What is the maximum dose?", "It is 5 mg."))).toBe("retrieval-empty");
});
test("a trace without any retrieval has none that is empty", () => {
  expect(findingOf(toolTrace({ name: "get", arguments: "{}", result: "5 mg" }, "Dose?", "5 mg"), "retrieval-empty")).toBeUndefined();
});
test("a passage that says there is none is none", () => {
  expect(topCause(retrievalTrace([{ sourceId: "s", text: "No documents matched your query." }], "What is the dose?", "The dose is 4 mg."))).toBe("retrieval-empty");
});
