import { describe, expect, test } from "vitest";
import { parseCommandLine } from "./arguments.ts";

const refusal = (...argv: string[]): { readonly code: string; readonly said: string } => {
  try {
    parseCommandLine(argv);
  } catch (error) {
    return { code: (error as { code: string }).code, said: `${(error as Error).message}. ${(error as { fix: string }).fix}` };
  }
  throw new Error("was understood");
};

test("a command with its arguments and options is understood", () => {
  const invocation = parseCommandLine(["show", "0193a5f2c7d1", "--unfold", "generations[0]", "--unfold=actions[0]", "--full"]);
  if (invocation.kind !== "run") throw new Error(invocation.kind);
  expect([invocation.command.name, invocation.args, invocation.options.texts("unfold"), invocation.options.has("full")]).toEqual(["show", ["0193a5f2c7d1"], ["generations[0]", "actions[0]"], true]);
});

test("values stay text: a release is no number, a trace id of digits neither", () => {
  const invocation = parseCommandLine(["list", "--feature", "1.10", "--model=007"]);
  if (invocation.kind !== "run") throw new Error(invocation.kind);
  expect([invocation.options.text("feature"), invocation.options.text("model")]).toEqual(["1.10", "007"]);
});

test("words looked for need no quotes", () => {
  const invocation = parseCommandLine(["find", "sibling's", "weight", "2.1", "--limit", "3"]);
  if (invocation.kind !== "run") throw new Error(invocation.kind);
  expect([invocation.args, invocation.options.text("limit")]).toEqual([["sibling's weight 2.1"], "3"]);
});

test("help is found wherever it is asked for", () => {
  for (const argv of [[], ["--help"], ["-h"], ["help"]]) expect(parseCommandLine(argv)).toEqual({ kind: "help", command: null });
  for (const argv of [["show", "--help"], ["help", "show"], ["show", "-h"]]) expect(parseCommandLine(argv)).toMatchObject({ kind: "help", command: { name: "show" } });
});

describe("what is not understood names the nearest thing", () => {
  test("a command", () => expect(refusal("shwo").said).toContain("whysaid show"));
  test("an option", () => expect(refusal("list", "--featrue", "x").said).toContain("--feature"));
  test("a word of a closed set", () => expect(refusal("act", "0193a5f2c7d1", "acept").said).toContain("accept"));
  test("nothing near lists what there is", () => expect(refusal("zzzzzzzz").said).toContain("The commands are show, why, find, list"));
});

test.each([["show"], ["show", "a", "b"], ["list", "--limit"], ["list", "--json=yes"], ["act", "0193a5f2c7d1"], ["constructor"], ["list", "--__proto__", "x"]])("%s %s is a usage error", (...argv) => {
  expect(refusal(...argv).code).toBe("USAGE");
});
