/** action.yml calls commands that are there, with options they have, and hands inputs over as environment: no input can become a shell command. */
import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { parseCommandLine } from "./arguments.ts";

const action = readFileSync(new URL("../../../../action.yml", import.meta.url), "utf8");
const runs = [...action.matchAll(/^ {6}run: (.*)$/gm)].map(([, line]) => line ?? "");

test("every step's command is understood", () => {
  expect(runs).toHaveLength(3);
  for (const line of runs) {
    const [npx, yes, name, ...argv] = [...line.matchAll(/"([^"]*)"|(\S+)/g)].map(([, quoted, bare]) => quoted ?? bare ?? "");
    expect([npx, yes, name]).toEqual(["npx", "--yes", "whysaid"]);
    expect(parseCommandLine(argv)).toMatchObject({ kind: "run" });
  }
});

test("no input stands in a command line itself; every variable of one is given and quoted", () => {
  expect(runs.filter((line) => line.includes("${{"))).toEqual([]);
  const steps = action.split(/^ {4}- name: /m).slice(1);
  for (const step of steps) {
    const used = [...step.matchAll(/"\$([A-Z_]+)"/g)].map(([, name]) => name ?? "").filter((name) => !name.startsWith("GITHUB_"));
    const given = [...(/env: \{(.*)\}/.exec(step)?.[1] ?? "").matchAll(/([A-Z_]+): /g)].map(([, name]) => name ?? "");
    expect(given.sort()).toEqual([...new Set(used)].sort());
    expect(/run: .*(?<!")\$[A-Z]/.test(step)).toBe(false);
  }
});

test("every input that is used is declared, and the other way round", () => {
  const used = new Set([...action.matchAll(/inputs\.([\w-]+)/g)].map(([, name]) => name));
  const declared = new Set([...action.slice(action.indexOf("inputs:"), action.indexOf("outputs:")).matchAll(/^ {2}([\w-]+):$/gm)].map(([, name]) => name));
  expect(declared).toEqual(used);
});
