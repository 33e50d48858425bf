/** `npm run demo`: installs when needed, then runs `whysaid demo` from the sources. */
import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { ensurePages } from "./pages.mjs";
import { ensureInstalled, root } from "./setup.mjs";

ensureInstalled();
ensurePages();
const run = spawnSync(process.execPath, [join(root, "packages/workbench/bin/whysaid.js"), "demo", ...process.argv.slice(2)], { stdio: "inherit" });
process.exit(run.status ?? 1);
