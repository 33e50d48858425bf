/** docs/errors.md explains every error code the packages can give, and no other. */
import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { recorderErrorCodes } from "../packages/recorder/src/format/errors.ts";
import { workbenchErrorCodes } from "../packages/workbench/src/errors.ts";
import { sourceFiles } from "./source-files.ts";

const root = join(dirname(fileURLToPath(import.meta.url)), "..");
const documented = [...readFileSync(join(root, "docs/errors.md"), "utf8").matchAll(/^\| `([A-Z_]+)` \|([^|]+)\|([^|]+)\|$/gm)].map(([, code, meaning, fix]) => ({ code: code ?? "", meaning: meaning?.trim() ?? "", fix: fix?.trim() ?? "" }));
const codes: readonly string[] = [...new Set<string>([...recorderErrorCodes, ...workbenchErrorCodes])];

test("every code is explained once, with what it means and what to do", () => {
  expect(documented.map(({ code }) => code).filter((code) => code !== "UNEXPECTED").sort()).toEqual([...codes].sort());
  expect(documented.filter(({ meaning, fix }) => meaning.length < 20 || fix.length < 10)).toEqual([]);
});

test("every code the sources give is in one of the two lists", () => {
  const given = sourceFiles(root).flatMap((file) => (/\.test\.ts$|\/testing\//.test(file) ? [] : [...readFileSync(join(root, file), "utf8").matchAll(/new WhysaidError(?:<[^>]*>)?\(\s*"([A-Z_]+)"/g)].map(([, code]) => ({ file, code: code ?? "" }))));
  expect(given.length).toBeGreaterThan(10);
  expect(given.filter(({ code }) => !codes.includes(code))).toEqual([]);
});
