import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { jsonOf } from "./json-of.ts";

describe("jsonOf", () => {
  test("says what JSON.stringify says for any JSON value, dates and URLs", () => {
    fc.assert(fc.property(fc.jsonValue(), (value) => {
      expect(jsonOf(value)).toBe(JSON.stringify(value));
    }));
    const rich = { at: new Date(0), url: new URL("https://a.example/x"), skip: undefined, list: [undefined, () => 1, Number.NaN] };
    expect(jsonOf(rich)).toBe(JSON.stringify(rich));
  });

  test("shows what JSON.stringify hides or refuses", () => {
    const circular: Record<string, unknown> = { a: 1 };
    circular.self = circular;
    expect(jsonOf(circular)).toBe('{"a":1,"self":"[circular]"}');
    expect(jsonOf({ big: 12345678901234567890n })).toBe('{"big":12345678901234567890}');
    expect(jsonOf(new Map([["k", new Set([1, 2])]]))).toBe('{"k":[1,2]}');
    expect(jsonOf(new Map([[1, 2]]))).toBe("[[1,2]]");
    expect(jsonOf(Object.assign(new TypeError("no"), { code: "E" }))).toBe('{"code":"E","name":"TypeError","message":"no"}');
    expect(jsonOf({ bytes: new Uint8Array([1, 2, 3]), floats: new Float32Array([0.5]) })).toBe('{"bytes":"AQID","floats":[0.5]}');
    const map = new Map<string, unknown>();
    map.set("self", [map]);
    expect(jsonOf(map)).toBe('{"self":["[circular]"]}');
    const twice = { x: 1 };
    expect(jsonOf([twice, twice])).toBe('[{"x":1},{"x":1}]');
  });

  test("has no form for undefined, functions and symbols", () => {
    expect([jsonOf(undefined), jsonOf(() => 1), jsonOf(Symbol("s"))]).toEqual([undefined, undefined, undefined]);
  });

  test("never throws: hostile getters, toJSON and proxies are marked", () => {
    const getter = Object.defineProperty({ ok: 1 }, "bad", { enumerable: true, get: () => { throw new Error("getter"); } });
    expect(jsonOf(getter)).toBe('{"ok":1,"bad":"[unreadable]"}');
    expect(jsonOf({ toJSON: () => { throw new Error("toJSON"); } })).toBe('"[unreadable]"');
    expect(jsonOf(new Proxy({}, { ownKeys: () => { throw new Error("trap"); } }))).toBe('"[unreadable]"');
  });

  test("a toJSON that never ends is ended", () => {
    const again = (): object => ({ toJSON: () => ({ next: again() }) });
    expect(jsonOf(again())).toContain("[unreadable]");
  });

  test("10,000 levels deep is written", () => {
    let deep: unknown = "x";
    for (let level = 0; level < 10_000; level += 1) deep = { a: [deep] };
    expect(jsonOf(deep)).toBe(`${'{"a":['.repeat(10_000)}"x"${"]}".repeat(10_000)}`);
  });
});
