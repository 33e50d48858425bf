import { expect, test } from "vitest";
import { startMs } from "../testing/build.ts";
import { toolTrace, topCause } from "../testing/findings.ts";

const call = { name: "get_price", arguments: '{"sku": "A-1188"}' };
const daysAgo = (days: number): string => new Date(startMs - days * 86_400_000).toISOString();

test("a result taken weeks before the call is stale", () => {
  expect(topCause(toolTrace({ ...call, result: `{"as_of": "${daysAgo(30)}", "price": 19.99}` }, "Price of A-1188?", "It costs 19.99."))).toBe("tool-stale");
});
test("a result taken just now is not", () => {
  expect(topCause(toolTrace({ ...call, result: `{"as_of": "${daysAgo(0)}", "price": 19.99}` }, "Price of A-1188?", "It costs 19.99."))).toBeUndefined();
});
test("an earlier trace of the conversation that knew a later version proves it stale", () => {
  const then = toolTrace({ ...call, result: `{"updated_at": "${daysAgo(1)}", "price": 24.99}` }, "Price of A-1188?", "It costs 24.99.", { conversationId: "c" });
  const now = toolTrace({ ...call, result: `{"updated_at": "${daysAgo(9)}", "price": 19.99}` }, "Price of A-1188?", "It costs 19.99.", { conversationId: "c" });
  expect(topCause(now, { previous: [then] })).toBe("tool-stale");
});
test("when a record was created says nothing of its freshness", () => {
  expect(topCause(toolTrace({ ...call, result: `{"created_at": "${daysAgo(900)}", "price": 19.99}` }, "Price of A-1188?", "It costs 19.99."))).toBeUndefined();
});
test("a result of an earlier day than was asked for, and a notice in words, are stale", () => {
  const asked = { name: "read_level", arguments: '{"kind": "potassium", "date": "2025-06-03"}' };
  expect(topCause(toolTrace({ ...asked, result: '{"kind": "potassium", "date": "2025-05-12", "value": 4.71}' }, "Today's level?", "It is 4.71."))).toBe("tool-stale");
  expect(topCause(toolTrace({ ...call, result: `{"price": 19.99, "notice": "Replica is behind: data shown as of ${daysAgo(30).slice(0, 10)}."}` }, "Price of A-1188?", "It costs 19.99."))).toBe("tool-stale");
});
