/**
 * `npm test`: installs when needed, then runs the independent checks two at a time (this is sized for 2 cores) and prints each
 * one's output when it ends. Exit code 0 only when all passed.
 */
import { spawn } from "node:child_process";
import { ensurePages } from "./pages.mjs";
import { ensureInstalled, root } from "./setup.mjs";

ensureInstalled();
ensurePages();
const bin = (name, ...args) => ({ command: process.execPath, args: [`${root}/node_modules/${name}`, ...args] });
const checks = [
  { name: "vitest", steps: [bin("vitest/vitest.mjs", "run")] },
  { name: "types and packages", steps: [bin("typescript/bin/tsc", "-b"), bin("typescript/bin/tsc", "-p", "tsconfig.test.json"), bin("typescript/bin/tsc", "-p", "packages/web/tsconfig.json"), { command: process.execPath, args: [`${root}/scripts/check-packages.mjs`] }] },
  { name: "lint", steps: [bin("oxlint/bin/oxlint", "--type-aware")] },
];

const run = ({ command, args }) =>
  new Promise((resolve) => {
    const child = spawn(command, args, { cwd: root, stdio: ["ignore", "pipe", "pipe"], env: { ...process.env, FORCE_COLOR: "0", NO_COLOR: "1" } });
    let output = "";
    child.stdout.on("data", (chunk) => (output += chunk));
    child.stderr.on("data", (chunk) => (output += chunk));
    child.on("close", (code) => resolve({ code: code ?? 1, output }));
  });

const queue = [...checks];
let failed = 0;
async function lane() {
  for (let check = queue.shift(); check !== undefined; check = queue.shift()) {
    const started = Date.now();
    console.log(`▶ ${check.name}`);
    const result = { code: 0, output: "" };
    for (const step of check.steps) {
      if (result.code !== 0) break;
      const done = await run(step);
      result.code = done.code;
      result.output += done.output;
    }
    if (result.code !== 0) failed += 1;
    console.log(`${result.output.trimEnd()}\n${result.code === 0 ? "✔" : "✘"} ${check.name} (${((Date.now() - started) / 1000).toFixed(1)} s)\n`);
  }
}
await Promise.all([lane(), lane()]);
console.log(failed === 0 ? "All checks passed." : `${failed} of ${checks.length} checks failed.`);
process.exit(failed === 0 ? 0 : 1);
