/** ClickHouse for tests and benches: the server `WHYSAID_TEST_CLICKHOUSE_URL` names, or the engine behind `front.mjs`, installed here on first use. */
import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const here = dirname(fileURLToPath(import.meta.url));

/** @returns false when the package cannot be had: no network, or no build of it for this machine */
export function installEngine() {
  if (!existsSync(join(here, "node_modules", "chdb", "package.json"))) {
    console.log("Installing ClickHouse's engine for tests (chdb, 546 MB) …");
    // the lock file names builds for other platforms that a registry may lack: npm ci would refuse it, install passes over them
    const installed = spawnSync("npm", ["install", "--no-save", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"], { cwd: here, stdio: "inherit", shell: process.platform === "win32" });
    if (installed.status !== 0) return false;
  }
  return spawnSync(process.execPath, ["-e", "require('chdb').query('SELECT 1')"], { cwd: here, stdio: ["ignore", "ignore", "inherit"] }).status === 0;
}

/**
 * @param path  where the engine keeps its tables; a fresh directory, removed at the end, by default
 * @returns `{ url, stop, kill, path }`
 */
export async function startEngine(path) {
  const directory = path ?? mkdtempSync(join(tmpdir(), "whysaid-clickhouse-"));
  const child = spawn(process.execPath, [join(here, "front.mjs"), "--path", directory], { stdio: ["pipe", "pipe", "inherit"] });
  const remove = () => path === undefined && rmSync(directory, { recursive: true, force: true });
  const ended = once(child, "exit");
  const [line] = await Promise.race([
    once(child.stdout, "data"),
    ended.then(([code]) => {
      throw new Error(`the engine ended with ${code} before it listened`);
    }),
  ]);
  return {
    url: JSON.parse(line).url,
    path: directory,
    stop: async () => {
      child.stdin.end();
      await ended;
      remove();
    },
    kill: async () => {
      child.kill("SIGKILL");
      await ended;
      remove();
    },
  };
}
