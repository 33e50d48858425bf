/** The modules other processes and threads are started from: `moduleAt` in the workbench's sources names them, and whoever joins those sources must leave each a file of its own. */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

/** @returns their paths from the top of `sources`, without the ending */
export function startedModules(sources) {
  const files = readdirSync(sources, { recursive: true, encoding: "utf8" }).filter((name) => name.endsWith(".ts"));
  return files.flatMap((name) => [...readFileSync(join(sources, name), "utf8").matchAll(/moduleAt\("\.\/([^"]+)\.ts"\)/g)].map(([, path]) => path));
}
