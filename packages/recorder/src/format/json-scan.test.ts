import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { scanJson, unescapeJson, type JsonScanState, type JsonVisitor } from "./json-scan.ts";

interface Seen {
  readonly kind: string;
  readonly raw: string;
  readonly path: readonly (string | number)[];
}
function seenIn(text: string, from?: JsonScanState): { seen: Seen[]; fault: number } {
  const seen: Seen[] = [];
  const note =
    (kind: string): NonNullable<JsonVisitor["string"]> =>
    (start, end, place) =>
      seen.push({ kind, raw: text.slice(start, end), path: [...place.path] });
  const fault = scanJson(text, { key: note("key"), string: note("string"), number: note("number"), literal: note("literal") }, from);
  return { seen, fault };
}
/** What a walk over the parsed value sees. */
function scalarsOf(value: unknown, path: (string | number)[] = []): [string, string][] {
  if (Array.isArray(value)) return value.flatMap((one, index) => scalarsOf(one, [...path, index]));
  if (value !== null && typeof value === "object") return Object.entries(value).flatMap(([key, one]) => scalarsOf(one, [...path, key]));
  return [[JSON.stringify(path), JSON.stringify(value)]];
}

describe("scanJson", () => {
  test("visits keys and scalars in order with their paths", () => {
    const { seen, fault } = seenIn('{"a":[1,"x",{"b\\n":null}], "c" : {"d":-1.5e3,"d":true}}');
    expect(fault).toBe(-1);
    expect(seen).toEqual([
      { kind: "key", raw: "a", path: ["a"] },
      { kind: "number", raw: "1", path: ["a", 0] },
      { kind: "string", raw: "x", path: ["a", 1] },
      { kind: "key", raw: "b\\n", path: ["a", 2, "b\n"] },
      { kind: "literal", raw: "null", path: ["a", 2, "b\n"] },
      { kind: "key", raw: "c", path: ["c"] },
      { kind: "key", raw: "d", path: ["c", "d"] },
      { kind: "number", raw: "-1.5e3", path: ["c", "d"] },
      { kind: "key", raw: "d", path: ["c", "d"] },
      { kind: "literal", raw: "true", path: ["c", "d"] },
    ]);
  });

  test("sees what a walk over the parsed value sees, for any JSON value and indentation", () => {
    fc.assert(
      fc.property(fc.jsonValue({ noUnicodeString: false }), fc.constantFrom(undefined, 1, "\t"), (value, indent) => {
        const text = JSON.stringify(value, null, indent);
        const { seen, fault } = seenIn(text);
        expect(fault).toBe(-1);
        const scalars = seen.filter((one) => one.kind !== "key").map((one) => [JSON.stringify(one.path), one.kind === "string" ? `"${one.raw}"` : one.raw]);
        expect(scalars).toEqual(scalarsOf(JSON.parse(text)));
      }),
      { numRuns: 300 },
    );
  });

  test("agrees with JSON.parse on what is JSON, strings' insides aside", () => {
    fc.assert(
      fc.property(fc.json(), fc.nat(), fc.constantFrom("", "{", "}", "[", "]", ",", ":", "1", "-", ".", "e", " ", "x", "nul"), (json, at, change) => {
        const where = at % (json.length + 1);
        const text = json.slice(0, where) + change + json.slice(where + 1);
        let valid = true;
        try {
          JSON.parse(text);
        } catch (error) {
          valid = false;
          if (/control character|escape/i.test(String(error))) return;
        }
        const fault = scanJson(text, {});
        expect(fault === -1).toBe(valid);
        expect(valid || fault >= 0).toBe(true);
      }),
      { numRuns: 2000 },
    );
  });

  test("names the offset of the fault", () => {
    expect(["", " ", "{", '{"a"}', "[1,]", "[1 2]", "nul", "01", "1.", '"open', '"open\\"', "{}x", "[1}", "\ufeff{}"].map((text) => scanJson(text, {}))).toEqual([0, 1, 1, 4, 3, 3, 0, 1, 0, 5, 7, 2, 2, 0]);
  });

  test("an even run of backslashes before a quote ends the string, an odd one does not", () => {
    expect(seenIn('["\\\\","\\\\\\"x"]').seen.map((one) => one.raw)).toEqual(["\\\\", '\\\\\\"x']);
  });

  test("10,000 levels deep is read", () => {
    const text = `${'{"a":['.repeat(10_000)}"x"${"]}".repeat(10_000)}`;
    let depth = 0;
    expect(scanJson(text, { string: (_start, _end, place) => (depth = place.path.length) })).toBe(-1);
    expect(depth).toBe(20_000);
  });

  test("a 64 MB string is one visit", () => {
    const text = JSON.stringify({ content: "x".repeat(64 * 1024 * 1024) });
    let units = 0;
    expect(scanJson(text, { string: (start, end) => (units = end - start) })).toBe(-1);
    expect(units).toBe(64 * 1024 * 1024);
  });

  test("goes on from a saved state in a longer text that starts alike", () => {
    const first = '{"messages":[{"content":"one"},{"content":"two"}],"n":1}';
    const second = '{"messages":[{"content":"one"},{"content":"two"},{"content":"three"}],"n":1}';
    let state: JsonScanState | undefined;
    scanJson(first, { string: (_start, _end, place) => (state = place.save()) });
    const { seen, fault } = seenIn(second, state);
    expect(fault).toBe(-1);
    expect(seen).toEqual(seenIn(second).seen.slice(5));
  });
});

test("unescapeJson gives the text, or nothing for what is no JSON string", () => {
  expect([unescapeJson("plain"), unescapeJson('a\\u00e9\\n\\"'), unescapeJson("\\x"), unescapeJson("\\ud800")]).toEqual(["plain", 'aé\n"', undefined, "\ud800"]);
});
