/** docs/cli.md, the commands' declarations and what the parser understands say the same. */
import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { parseCommandLine } from "./arguments.ts";
import { commands, commonOptions } from "./commands.ts";
import { exitCodes } from "./exit-codes.ts";

const page = readFileSync(new URL("../../../../docs/cli.md", import.meta.url), "utf8");
const sections = new Map(page.split(/^## /m).slice(1).map((text) => [text.slice(0, text.indexOf("\n")).trim(), text]));
const everywhere = sections.get("Everywhere") ?? "";

/** Shell words, quotes honoured. */
const words = (line: string): string[] => [...line.matchAll(/"([^"]*)"|'([^']*)'|(\S+)/g)].map(([, double, single, bare]) => double ?? single ?? bare ?? "");
/** Every `whysaid …` of a line, pipes and redirections apart. */
const calls = (text: string): string[][] => text.split("\n").flatMap((line) => line.split("|").map((part) => words(part.replace(/>.*$/, "").trim()))).filter(([name]) => name === "whysaid").map(([, ...argv]) => argv);

test("the page has a section for every command and for no other", () => expect(new Set(sections.keys())).toEqual(new Set(["Everywhere", ...commands.map(({ name }) => name)])));

describe.each(commands.map((command) => [command.name, command] as const))("%s", (name, command) => {
  const section = sections.get(name) ?? "";
  test("documents every option, and no option it does not have", () => {
    const documented = [...section.matchAll(/--([a-z][\w-]*)/g)].map(([, option]) => option ?? "");
    expect(Object.keys(command.options).filter((option) => !documented.includes(option))).toEqual([]);
    expect(documented.filter((option) => !(option in command.options) && !(option in commonOptions))).toEqual([]);
  });
  test("has examples, on the page and in its help, that are understood", () => {
    const shown = [...section.matchAll(/```sh\n([\s\S]*?)```/g)].flatMap(([, block]) => calls(block ?? ""));
    expect(shown.length).toBeGreaterThan(0);
    expect(command.examples.length).toBeGreaterThan(0);
    for (const argv of [...shown, ...command.examples.flatMap(calls)]) expect(parseCommandLine(argv)).toMatchObject({ kind: "run" });
  });
});

test("the options every command takes and the exit codes are on the page", () => {
  for (const option of Object.keys(commonOptions)) expect(everywhere).toContain(`--${option}`);
  for (const code of Object.values(exitCodes)) expect(everywhere).toMatch(new RegExp(`^\\| ${code} \\|`, "m"));
});
