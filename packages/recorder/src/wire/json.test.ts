import { describe, expect, test } from "vitest";
import { Json } from "./json.ts";

const body = '{ "a" : {"id": 9007199254740993, "b": [1.0, "\\u00e9", {"z":1, "a" : 2}]} , "a\\u0062": 1e3, "twice": 1, "twice": {"x": 2 } }';

describe("the exact text of a value", () => {
  const json = Json.parse(body) ?? Json.of(undefined);
  test("keeps digits, spelling, order and spaces", () => {
    expect(json.get("a").raw()).toBe('{"id": 9007199254740993, "b": [1.0, "\\u00e9", {"z":1, "a" : 2}]}');
    expect(json.get("a", "id").raw()).toBe("9007199254740993");
    expect(json.get("a", "b").at(0).raw()).toBe("1.0");
    expect(json.get("a", "b").at(2).raw()).toBe('{"z":1, "a" : 2}');
  });
  test("is found under an escaped key and, of two equal keys, the last", () => {
    expect(json.get("ab").raw()).toBe("1e3");
    expect(json.get("twice").raw()).toBe('{"x": 2 }');
  });
  test("of the whole is without the space around it", () => {
    expect(Json.parse(" \n[1 ] \n")?.raw()).toBe("[1 ]");
  });
  test("falls back on JSON.stringify when there is no text", () => {
    expect(Json.of({ a: [1, "x"] }).get("a").raw()).toBe('[1,"x"]');
  });
});

describe("wrong types", () => {
  const json = Json.of({ text: 5, list: { 0: "x" }, number: "12", word: "12a", huge: "123456789012345678" });
  test("give null, nothing or an absent value", () => {
    expect([json.str("text"), json.num("word"), json.num("huge"), json.get("list").items().length, json.get("text", "deeper").isAbsent]).toEqual([null, null, null, 0, true]);
  });
  test("but digits in a string count as a number", () => {
    expect(json.num("number")).toBe(12);
  });
  test("an array has no members and an object no elements", () => {
    expect([Json.of([1]).get("length").isAbsent, Json.of({ 0: 1 }).at(0).isAbsent]).toEqual([true, true]);
  });
});

test("inherited keys are absent and an own __proto__ is read", () => {
  const json = Json.parse('{"__proto__": {"x": 1}}') ?? Json.of(undefined);
  expect([json.get("toString").isAbsent, json.get("__proto__").raw()]).toEqual([true, '{"x": 1}']);
});

test("a value 100,000 deep has its exact text", () => {
  const deep = `${"[".repeat(100_000)}${"]".repeat(100_000)}`;
  expect(Json.parse(`{"deep":${deep},"after":1}`)?.get("deep").raw()).toBe(deep);
});

describe("a text that was cut", () => {
  const text = '{"a":[1,23,{"b":"h\\u00e9llo","t":true}],"n":12345}';
  test("is read at every length, and never says what the whole does not", () => {
    for (let length = 1; length < text.length; length += 1) {
      const json = Json.parseCut(text.slice(0, length));
      expect(json).not.toBeNull();
      expect("héllo".startsWith(json?.get("a").at(2).str("b") ?? "")).toBe(true);
      expect(json?.get("n").isAbsent).toBe(true);
      expect([undefined, 23]).toContain(json?.get("a").at(1).value);
    }
  });
  test("is told from one that is damaged", () => {
    expect(Json.parseCut('{"a":1,,"b":2}')).toBeNull();
    expect(Json.parseCut("<html>")).toBeNull();
  });
});
