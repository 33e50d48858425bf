/**
 * For all test files, once: the command line of these sources, joined as the package joins it (scripts/prepack.mjs), in a folder beside them. A process that loads the
 * TypeScript sources one by one takes two seconds, and the tests start some hundred and fifty. The launcher that does so has tests of its own.
 */
import { readdirSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { build } from "esbuild";

const workbench = join(import.meta.dirname, "../../..");
export const builtFolder: string = join(workbench, "dist-tested");
export const builtStart: string = join(builtFolder, "cli/start.js");

/** What other processes and threads are started from, as `moduleAt` names it. */
const started = (sources: string): readonly string[] =>
  readdirSync(sources, { recursive: true, encoding: "utf8" })
    .filter((name) => name.endsWith(".ts"))
    .flatMap((name) => [...readFileSync(join(sources, name), "utf8").matchAll(/moduleAt\("\.\/([^"]+\.ts)"\)/g)].map(([, path]) => join(sources, path as string)));

export async function buildCommandLine(): Promise<void> {
  const sources = join(workbench, "src");
  rmSync(builtFolder, { recursive: true, force: true });
  const entryPoints = [...new Set([join(sources, "cli/start.ts"), join(sources, "places.ts"), ...started(sources)])];
  const ours = { name: "ours", setup: ({ onResolve }: { readonly onResolve: (options: { readonly filter: RegExp }, found: (given: { readonly path: string }) => { readonly external: true } | undefined) => void }) => onResolve({ filter: /^[^./]/ }, ({ path }) => (path.startsWith("@whysaid/recorder") ? undefined : { external: true })) };
  await build({ entryPoints, outdir: builtFolder, outbase: sources, bundle: true, splitting: true, format: "esm", platform: "node", target: "node20", conditions: ["whysaid-source"], plugins: [ours], chunkNames: "shared-[hash]", logLevel: "error" });
}

/** What Vitest calls before the first test. */
export { buildCommandLine as setup };
