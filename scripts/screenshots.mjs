/** `npm run screenshots`: builds the pages when they are stale, then photographs every one of them. */
import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { ensureInstalled, root, sourceFlags } from "./setup.mjs";
import { ensurePages } from "./pages.mjs";

ensureInstalled();
ensurePages();
process.exit(spawnSync(process.execPath, [...sourceFlags, join(root, "packages/web/test/screenshots.ts"), ...process.argv.slice(2)], { cwd: root, stdio: "inherit" }).status ?? 1);
