/** Somebody's parser in a real child process. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { reparsed, type RunnerOptions } from "./runner.ts";

let folder = "";
const options = (): RunnerOptions => ({ module: join(folder, "parser.mjs"), timeoutMs: 2000, maxMemoryMb: 128, env: { PATH: process.env["PATH"] ?? "" } });
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "whysaid-reparse-"));
  writeFileSync(join(folder, "parser.mjs"), "export const parse = (raw) => { if (raw === 'hang') for (;;); if (raw === 'exit') process.exit(); return raw === 'env' ? Object.keys(process.env).filter((name) => /KEY|TOKEN|SECRET/.test(name)) : JSON.parse(raw); };\nexport const rules = { small: ({ mg }) => mg <= 5 };\n");
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

test("a hang is an outcome of its own, and what follows is parsed", async () => {
  expect((await reparsed(['{"mg":1}', "hang", "exit", "no", '{"mg":7}'], options())).map(({ outcome, failed }) => [outcome, ...failed])).toEqual([["parsed"], ["hung"], ["crashed"], ["failed"], ["parsed", "small"]]);
});
test("the module sees no secrets", async () => {
  expect((await reparsed(["env"], options()))[0]?.outcome).toBe("empty");
});
