/**
 * For all test files, once: the command line of these sources, joined as the package joins it (scripts/prepack.mjs), in a folder beside them. A process that loads the
 * TypeScript sources one by one takes two seconds, and the tests start some hundred and fifty. The launcher that does so has tests of its own.
 */
import { rmSync } from "node:fs";
import { join } from "node:path";
import { build, type Plugin } from "esbuild";
import { startedModules } from "../../../../../scripts/started-modules.mjs";

const workbench = join(import.meta.dirname, "../../..");
export const builtFolder: string = join(workbench, "dist-tested");
export const builtStart: string = join(builtFolder, "cli/start.js");

export async function buildCommandLine(): Promise<void> {
  const sources = join(workbench, "src");
  rmSync(builtFolder, { recursive: true, force: true });
  const entryPoints = [...new Set(["cli/start", "places", ...startedModules(sources)])].map((path) => join(sources, `${path}.ts`));
  const ours: Plugin = { name: "ours", setup: ({ onResolve }) => onResolve({ filter: /^[^./]/ }, ({ path }) => (path.startsWith("@whysaid/recorder") ? undefined : { external: true })) };
  await build({ entryPoints, outdir: builtFolder, outbase: sources, bundle: true, splitting: true, format: "esm", platform: "node", target: "node20", conditions: ["whysaid-source"], plugins: [ours], chunkNames: "shared-[hash]", logLevel: "error" });
}

/** What Vitest calls before the first test. */
export { buildCommandLine as setup };
