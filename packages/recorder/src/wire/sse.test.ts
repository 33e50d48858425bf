import { expect, test } from "vitest";
import { looksLikeSse, parseSse } from "./sse.ts";

test("events carry their name, payload and the places they stand at", () => {
  const text = 'event: a\ndata: {"x":1}\n\n: comment\ndata:two\ndata: lines\n\n';
  const events = parseSse(text);
  expect(events.map(({ name, payload, ended }) => [name, payload, ended])).toEqual([
    ["a", '{"x":1}', true],
    [null, "two\nlines", true],
  ]);
  expect(events.flatMap(({ data }) => data.map(({ start, end }) => text.slice(start, end)))).toEqual(['{"x":1}', "two", "lines"]);
  expect(events.map(({ start, end }) => text.slice(start, end)).join("")).toBe(text);
});

test.each([["\n"], ["\r\n"], ["\r"]])("lines may end in %j", (end) => {
  expect(parseSse(["data: 1", "", "data: 2", "", ""].join(end)).map(({ payload }) => payload)).toEqual(["1", "2"]);
});

test("a byte order mark and a field without a colon are passed over", () => {
  expect(parseSse("\ufeffdata: 1\nretry\n\n")).toMatchObject([{ payload: "1" }]);
});

test("a last event without its blank line is given as not ended", () => {
  expect(parseSse('data: 1\n\ndata: {"cut')).toMatchObject([{ payload: "1", ended: true }, { payload: '{"cut', ended: false }]);
});

test("an event stream is told by its first line", () => {
  expect([looksLikeSse("data: x"), looksLikeSse(": ping"), looksLikeSse('{"data": 1}'), looksLikeSse("database: x")]).toEqual([true, true, false, false]);
});
