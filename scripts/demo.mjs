/** `npm run demo`: installs when needed, then runs `whysaid demo` from the sources. */
import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { ensureInstalled, root } from "./setup.mjs";

ensureInstalled();
const run = spawnSync(process.execPath, [join(root, "packages/workbench/bin/whysaid.js"), "demo", ...process.argv.slice(2)], { stdio: "inherit" });
process.exit(run.status ?? 1);
