/** Installs a folder that is no workspace (heavy packages that only some tests or benches need), when it has not been or its lock file is newer. Plain JavaScript on Node 20. */
import { spawnSync } from "node:child_process";
import { existsSync, statSync } from "node:fs";
import { join } from "node:path";

/** @returns whether its packages are there; what npm says goes to the terminal */
export function installIn(folder) {
  const marker = join(folder, "node_modules", ".package-lock.json");
  if (existsSync(marker) && statSync(marker).mtimeMs >= statSync(join(folder, "package-lock.json")).mtimeMs) return true;
  console.log(`Installing the packages of ${folder} (npm ci) …`);
  return spawnSync("npm", ["ci", "--ignore-scripts", "--prefer-offline", "--no-audit", "--no-fund", "--loglevel=error"], { cwd: folder, stdio: "inherit", shell: process.platform === "win32" }).status === 0;
}
