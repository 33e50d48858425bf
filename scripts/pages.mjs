/** The web pages, built into the workbench package when they are missing or older than their sources. Plain JavaScript on Node 20. */
import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readdirSync, renameSync, rmSync, statSync } from "node:fs";
import { join } from "node:path";
import { root } from "./setup.mjs";

const web = join(root, "packages/web");
const out = join(root, "packages/workbench/dist-web");
const built = join(out, "index.html");
const lock = `${out}.building`;
const STALE_LOCK_MS = 180_000;

function newestMs(path) {
  if (!existsSync(path)) return 0;
  const { mtimeMs } = statSync(path);
  if (!statSync(path).isDirectory()) return mtimeMs;
  return Math.max(mtimeMs, ...readdirSync(path).map((name) => newestMs(join(path, name))));
}
const sources = () => Math.max(...["src", "public", "index.html", "vite.config.ts", "package.json"].map((name) => newestMs(join(web, name))), newestMs(join(root, "packages/recorder/src/format/pseudonym.ts")), newestMs(join(root, "packages/workbench/src/find/image")), newestMs(join(root, "packages/workbench/src/marks")));

const isCurrent = () => existsSync(built) && statSync(built).mtimeMs >= sources();

/** Two commands at once build once: the second waits for the first. */
function takeLock() {
  for (;;) {
    try {
      mkdirSync(lock);
      return;
    } catch (error) {
      if (error.code !== "EEXIST") throw error;
      const age = Date.now() - (statSync(lock, { throwIfNoEntry: false })?.mtimeMs ?? Date.now());
      if (age > STALE_LOCK_MS) rmSync(lock, { recursive: true, force: true });
      else Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 200);
    }
  }
}

/** @returns whether they stand now */
export function ensurePages() {
  if (isCurrent()) return true;
  takeLock();
  try {
    if (isCurrent()) return true;
    const started = Date.now();
    process.stderr.write("Building the web pages … ");
    const fresh = `${out}.new`;
    const run = spawnSync(process.execPath, [join(root, "node_modules/vite/bin/vite.js"), "build", "--logLevel", "error"], { cwd: web, stdio: ["ignore", "ignore", "inherit"], env: { ...process.env, NODE_ENV: "production", WHYSAID_WEB_OUT: fresh } });
    if (run.status === 0) {
      rmSync(out, { recursive: true, force: true });
      renameSync(fresh, out);
    }
    process.stderr.write(run.status === 0 ? `done (${((Date.now() - started) / 1000).toFixed(1)} s)\n` : "failed; `whysaid up` serves /api without them\n");
    return run.status === 0;
  } finally {
    rmSync(lock, { recursive: true, force: true });
  }
}

if (process.argv[1] === import.meta.filename) process.exit(ensurePages() ? 0 : 1);
