import { expect, test } from "vitest";
import { findingOf, toolTrace, topCause } from "../testing/findings.ts";

test.each(["[]", "", "null", '{"results": [], "total": 0}', "No results found."])("%s is nothing, and a value in the answer comes from nowhere", (result) => {
  expect(topCause(toolTrace({ name: "search_flights", arguments: '{"to": "LGA"}', result }, "Flights to LGA?", "HAT172 leaves at a price of $1021."))).toBe("tool-empty");
});
test("an empty result of a tool that acts means nothing", () => {
  expect(topCause(toolTrace({ name: "send_email", arguments: '{"to": "the ward"}', result: "" }, "Tell the ward.", "Done."))).toBeUndefined();
});
test("a result with something in it is not empty", () => {
  expect(findingOf(toolTrace({ name: "search_flights", arguments: "{}", result: '{"results": [{"flight": "HAT172"}], "next": null}' }, "Flights?", "HAT172."), "tool-empty")).toBeUndefined();
});
