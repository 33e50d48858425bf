/** `npm run bench [name …]` runs bench/<name>.ts, `npm run faults` and `npm run examples` those of their folders; without names, all of them one after the other. Each prints its own table. */
import { spawnSync } from "node:child_process";
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { ensureInstalled, root, sourceFlags } from "./setup.mjs";

ensureInstalled();
const folder = ["faults", "examples"].find((one) => process.env.npm_lifecycle_event?.startsWith(one)) ?? "bench";
const all = readdirSync(join(root, folder)).filter((name) => name.endsWith(".ts")).map((name) => name.slice(0, -3)).sort();
const given = process.argv.slice(2);
const names = given.filter((word) => all.includes(word));
const rest = given.filter((word) => !names.includes(word));
if (given.length > 0 && names.length === 0) {
  console.error(`no such ${folder}: ${given.join(" ")}. There are: ${all.join(", ")}.`);
  process.exit(2);
}
let failed = 0;
for (const name of names.length > 0 ? names : all) {
  console.log(`\n── ${folder}/${name} ${"─".repeat(Math.max(0, 60 - name.length))}`);
  const run = spawnSync(process.execPath, ["--expose-gc", ...sourceFlags, join(root, folder, `${name}.ts`), ...rest], { cwd: root, stdio: "inherit" });
  if (run.status !== 0) failed += 1;
}
process.exit(failed > 0 ? 1 : 0);
