import { mkdtempSync, readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { pseudonymsIn } from "../format/pseudonym.ts";
import { createRedactor, type RedactorOptions } from "./index.ts";

const KEY = Buffer.alloc(32, 7);
const redactor = (options: RedactorOptions = {}): ReturnType<typeof createRedactor> => createRedactor({ key: KEY, vault: "none", ...options });
const folder = mkdtempSync(join(tmpdir(), "whysaid-redact-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const partsOf = (text: string, type = "PERSON"): string[][] => [...pseudonymsIn(text)].filter((one) => one.type === type).map((one) => [...one.parts]);
const input = { signal: "input" } as const;

describe("pseudonyms", () => {
  test("a declared person has one pseudonym however the name is written, with another suffix for each spelling", () => {
    const scope = redactor().root.with({ subject: { given: "John", family: "Smith" } });
    const found = [...pseudonymsIn(scope.text("John Smith. Smith, J. called; JOHN SMITH's wife asked for John.", input))];
    expect(new Set(found.map((one) => one.parts.join("."))).size).toBe(1);
    expect(found).toHaveLength(4);
    expect(new Set(found.map((one) => one.surface)).size).toBe(4);
  });

  test("siblings share the family part and differ in the given part", () => {
    const scope = redactor().root.with({ persons: [{ name: "Ane Young" }, { name: "Sofía Young" }] });
    const [ane, sofia] = partsOf(scope.text("Ane Young and Sofía Young", input));
    expect(ane?.[1]).toBe(sofia?.[1]);
    expect(ane?.[0]).not.toBe(sofia?.[0]);
  });

  test("a bare surname of two declared people is no one's: the family part alone", () => {
    const scope = redactor().root.with({ persons: [{ name: "Ane Young" }, { name: "Sofía Young" }] });
    const [whole, bare] = partsOf(scope.text("Ane Young. Then Young was weighed", input));
    expect(bare).toEqual([whole?.[1]]);
  });

  test("a number and its spellings join: leading zeros and separators do not matter", () => {
    const scope = redactor().root.with({ subject: { name: "Ane Young", mrn: "01791786" } });
    const found = partsOf(scope.text("MRN01791786, 017-917-86 and 1791786", input), "ID");
    expect(found).toHaveLength(3);
    expect(new Set(found.flat()).size).toBe(1);
  });

  test("parts depend on the key, the tenant and the type", () => {
    const text = (options: RedactorOptions): string => createRedactor({ vault: "none", ...options }).root.with({ strings: [{ value: "Z-Ward", type: "ID" }] }).text("Z-Ward", input);
    expect(new Set([text({ key: KEY }), text({ key: Buffer.alloc(32, 8) }), text({ key: KEY, tenant: "b" })]).size).toBe(3);
  });

  test("a text cannot bring its own pseudonyms along", () => {
    const raw = "⟦PERSON:g7k3q9x2m4vt.f0c8h5n1p6rz~3ac⟧ said ⟦";
    expect([...pseudonymsIn(redactor().root.text(raw, input))]).toEqual([]);
  });

  test("the ASCII form has no character outside ASCII", () => {
    const scope = redactor({ form: "ascii" }).root.with({ subject: { name: "Ana García" } });
    expect(scope.text("Ana García", input)).toMatch(/^\[\[PERSON:[0-9a-z]{12}\.[0-9a-z]{12}~[0-9a-z]{3}\]\]$/);
  });
});

describe("JSON texts", () => {
  test("keep their formatting; only values change", () => {
    const scope = redactor().root.with({ subject: { name: "Ana García", mrn: "1791786" } });
    const redacted = scope.text('{ "patient":  "Ana Garc\\u00eda",\n "weightKg": 3.20, "mrn": 1791786 }', input);
    expect(redacted).toMatch(/^\{ "patient": {2}"⟦PERSON:[^⟧]+⟧",\n "weightKg": 3.20, "mrn": "⟦ID:[^⟧]+#⟧" \}$/);
  });

  test("are walked inside JSON strings, numbers quoted as deep as they stand", () => {
    const scope = redactor().root.with({ subject: { name: "Ana García", mrn: "1791786" } });
    const redacted = scope.text(JSON.stringify({ args: JSON.stringify({ mrn: 1791786, note: "Ana García" }) }), input);
    const inner = JSON.parse((JSON.parse(redacted) as { args: string }).args) as { mrn: string; note: string };
    expect(inner.mrn).toMatch(/^⟦ID:/);
    expect(inner.note).toMatch(/^⟦PERSON:/);
  });
});

describe("failing closed", () => {
  test("a detector that throws costs the text, and the problem says nothing of it", () => {
    const problems: Error[] = [];
    const scope = redactor({
      detectors: [
        (text) => {
          throw new Error(`failed on ${text}`);
        },
      ],
      onProblem: (problem) => problems.push(problem),
    }).root;
    expect(scope.text("secret of Ana", input)).toBe("⟦DROPPED:redaction-failed:13⟧");
    scope.text("another", input);
    expect(problems.map((problem) => [problem.message.includes("Ana"), "code" in problem && problem.code])).toEqual([[false, "REDACTION_FAILED"]]);
  });

  test("a slow detector costs its text and those that come while it is paused", () => {
    const slow = (): [] => {
      const until = performance.now() + 20;
      while (performance.now() < until);
      return [];
    };
    const scope = redactor({ detectors: [slow], detectorBudgetMs: 5 }).root;
    expect(scope.text("first", input)).toBe("⟦DROPPED:over-budget:5⟧");
    expect(scope.text("second", input)).toBe("⟦DROPPED:over-budget:6⟧");
  });
});

describe("keys", () => {
  test("a key file is made on first use, readable by its owner only, and read ever after", () => {
    const dir = join(folder, "a");
    const [first, second] = [createRedactor({ dir }), createRedactor({ dir })];
    expect(first.keyId).toBe(second.keyId);
    expect(statSync(join(dir, "keys", "pseudonyms.key")).mode & 0o777).toBe(0o600);
    expect(readFileSync(join(dir, "keys", "pseudonyms.key"), "utf8")).toMatch(/^[0-9a-f]{64}\n$/);
  });

  test("without a readable key recording goes on and says so", () => {
    const codes: string[] = [];
    const scope = createRedactor({ key: { env: "WHYSAID_NO_SUCH_KEY" }, vault: "none", onProblem: (problem) => codes.push(problem.code) }).root.with({ subject: { name: "Ana García" } });
    expect(scope.text("Ana García", input)).toMatch(/^⟦PERSON:/);
    expect(codes).toEqual(["KEY_UNREADABLE"]);
  });
});

describe("a protocol's own words", () => {
  const ROLE = "jane.doe@example.org, card 4111 1111 1111 1111";
  const call = (word: string, id: string): string => JSON.stringify({ messages: [{ role: word, content: "hello" }, { role: "assistant", tool_calls: [{ id, type: "function", function: { name: word, arguments: "{}" } }] }], finish_reason: word });

  test("stay readable", () => {
    for (const word of ["assistant", "tool_calls", "get_labs", "claude-3-5-sonnet@20240620", "anthropic/claude-haiku-4-5"]) {
      const said = call(word, "call_8f3K2mQ91xZ0aa");
      expect(redactor().root.text(said, input)).toBe(said);
    }
  });

  test("are looked into where no such word stands in their place", () => {
    expect(redactor().root.text(call(ROLE, ROLE), input)).not.toMatch(/jane\.doe|4111/);
  });
});
