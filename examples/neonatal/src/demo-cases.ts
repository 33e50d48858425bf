/** The demo's last part: the wrong answer becomes a case, the case fails on the retrieval filter as it is, and passes on the fixed one. Three commands. */
import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import type { DemoOptions } from "./demo.ts";

const config = fileURLToPath(new URL("../vitest.config.ts", import.meta.url));

/** null where the demo runs from the package: it brings no test runner. */
function vitestHere(): string | null {
  if (!existsSync(config)) return null;
  try {
    return join(dirname(createRequire(import.meta.url).resolve("vitest/package.json")), "vitest.mjs");
  } catch {
    return null;
  }
}

/** @returns whether the case failed before the fix and passed after it; true where no test runner is installed, which is said */
export async function tellCases(incident: string, folder: string, { whysaid, say }: Pick<DemoOptions, "whysaid" | "say">): Promise<boolean> {
  const vitest = vitestHere();
  if (vitest === null) {
    say(`\nTo keep the answer as a regression test: whysaid cases add ${incident}; in the repository \`npm run demo\` runs it under vitest before and after the fix.`);
    return true;
  }
  say(`\nThe answer becomes a case, so that it never comes back:\n   whysaid cases add ${incident}\n`);
  await whysaid(["cases", "add", incident, "--dir", folder]);
  say("\nThe ward's own dose summary, run with that case, retrieval as it is:\n   RETRIEVAL_FILTER=surname npx vitest run\n");
  const before = runTests(vitest, folder, "surname");
  say(before.told);
  say("The same test, the filter fixed (by record number, not by surname):\n   RETRIEVAL_FILTER=mrn npx vitest run\n");
  const after = runTests(vitest, folder, "mrn");
  say(after.told);
  return !before.passed && after.passed;
}

function runTests(vitest: string, folder: string, filter: "surname" | "mrn"): { readonly passed: boolean; readonly told: string } {
  const { NODE_OPTIONS: _options, VITEST: _vitest, ...inherited } = process.env;
  const env = { ...inherited, WHYSAID_DIR: folder, RETRIEVAL_FILTER: filter, NO_COLOR: "1", FORCE_COLOR: "0" };
  const { status, stdout, stderr } = spawnSync(process.execPath, [vitest, "run", "--config", relative(process.cwd(), config)], { env, encoding: "utf8" });
  return { passed: status === 0, told: summary(`${stdout}\n${stderr}`) };
}

/** The scores, what was expected and said, and the count: a page of differences is for who fixes it. */
function summary(output: string): string {
  const wanted = /^\s*(?:[✓×✗] |expected |said then |says now |Tests )/;
  const seen = new Set<string>();
  const lines = output.split("\n").filter((line) => wanted.test(line) && !seen.has(line) && seen.add(line));
  return lines.map((line) => `   ${line.trim()}\n`).join("");
}
