import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { isDeepStrictEqual } from "node:util";
import { expect, test } from "vitest";
import { recoverJson } from "./recover.ts";

test.each([
  ['```json\n{"a": 1}\n```', { a: 1 }],
  ['Here it is: {"a": 1}. Anything else?', { a: 1 }],
  ["{'a': True, 'b': None,}", { a: true, b: null }],
  ['{"a": 1, "b": [1, 2', { a: 1, b: [1, 2] }],
  ['{"n": 82_461_110, "t": TRUE}', { n: 82_461_110, t: true }],
  ['{"a": 1, "cut ke', { a: 1 }],
  ['{"a": 1, "cut": ', { a: 1 }],
  ['{"a": "two words \\u00', { a: "two words " }],
  ['{"doses": [1, 2}, "unit": "mg"}', { doses: [1, 2], unit: "mg" }],
  ['["unit": "mg", "dose": 2]', [{ unit: "mg", dose: 2 }]],
  ['{"note": "he said "no", then left", "ok": true}', { note: 'he said "no", then left', ok: true }],
  ['{"ratio": 1/3, "b": 2}', { ratio: "1/3", b: 2 }],
  ['{"ok": true, NOTE "b": 2}', { ok: true, b: 2 }],
  ['{""dose"": ""5 mg""}', { dose: "5 mg" }],
  ["{unit: mg, note: give slowly, over 30 min, times: [8, 20]}", { unit: "mg", note: "give slowly, over 30 min", times: [8, 20] }],
  ['{"dose:"5 mg"}', { dose: "5 mg" }],
  ['[{"a": 1}}, {"a": 2}]', [{ a: 1 }, { a: 2 }]],
])("%s is read as it was meant", (text, value) => {
  const recovery = recoverJson(text);
  expect(recovery.outcome === "none" ? undefined : recovery.value).toEqual(value);
});
test.each(['{"a":2}{}', '{"a":2}foo', "", "  "])("%s is refused", (text) => {
  expect(recoverJson(text).outcome).toBe("none");
});
test("valid JSON in a fence is strict and wrapped; broken JSON is repaired", () => {
  expect(recoverJson('```\n{"a": 1}\n```')).toMatchObject({ outcome: "strict", wrapped: true });
  expect(recoverJson('{"a": 1')).toMatchObject({ outcome: "repaired", cut: true });
});
// a value that never came is left out, where the library says null
test("the library's own cases of the malformed set are recovered, but for values that never came; its refusals are refused", () => {
  const path = join(process.env["WHYSAID_CORPUS"] ?? join(import.meta.dirname, "../../../../../shared/data"), "json/malformed_json.jsonl");
  const cases = existsSync(path)
    ? readFileSync(path, "utf8")
        .split("\n")
        .filter((line) => line !== "")
        .map((line) => JSON.parse(line) as { raw: string; origin: string; expected?: unknown })
        .filter((one) => one.origin === "jsonrepair" && !one.raw.endsWith(":"))
    : [];
  const asJson = (value: unknown): unknown => JSON.parse(JSON.stringify(value ?? null)) as unknown;
  const wrong = cases.filter((one) => {
    const recovery = recoverJson(one.raw);
    return "expected" in one ? recovery.outcome === "none" || !isDeepStrictEqual(asJson(recovery.value), asJson(one.expected)) : recovery.outcome !== "none";
  });
  console.info(`${cases.length} cases`);
  expect(wrong.map((one) => one.raw)).toEqual([]);
});
