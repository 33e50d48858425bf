/** Installs a folder that is no workspace (heavy packages that only some tests or benches need), when it has not been or its lock file is newer. Plain JavaScript on Node 20. */
import { spawnSync } from "node:child_process";
import { existsSync, statSync } from "node:fs";
import { join } from "node:path";

const npm = (folder, ...args) => spawnSync("npm", [...args, "--ignore-scripts", "--prefer-offline", "--no-audit", "--no-fund", "--loglevel=error"], { cwd: folder, stdio: ["ignore", "inherit", "pipe"], encoding: "utf8", shell: process.platform === "win32" });

/** @returns whether its packages are there; what npm says goes to the terminal */
export function installIn(folder) {
  const marker = join(folder, "node_modules", ".package-lock.json");
  if (existsSync(marker) && statSync(marker).mtimeMs >= statSync(join(folder, "package-lock.json")).mtimeMs) return true;
  console.log(`Installing the packages of ${folder} …`);
  const exact = npm(folder, "ci");
  if (exact.status === 0) return true;
  // A lock file names builds for other platforms that a registry may lack: npm ci refuses it, install passes over them.
  const refused = /EUSAGE/.test(exact.stderr);
  const installed = refused ? npm(folder, "install", "--no-save") : exact;
  if (installed.status !== 0) process.stderr.write(installed.stderr);
  return installed.status === 0;
}
