/**
 * Makes a package's dist from nothing, then takes comments and white space out of its JavaScript (names stay, so stack traces read well): what is installed in
 * somebody's production process is code. Run by `npm pack` and `npm publish` in a package's folder. Docstrings stay in the .d.ts files.
 */
import { execFileSync } from "node:child_process";
import { readdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { build } from "esbuild";
import { root } from "./setup.mjs";

rmSync("dist", { recursive: true, force: true });
execFileSync(process.execPath, [join(root, "node_modules/typescript/bin/tsc"), "-b"], { stdio: "inherit" });
const files = readdirSync("dist", { recursive: true, encoding: "utf8" }).filter((name) => name.endsWith(".js")).map((name) => join("dist", name));
await build({ entryPoints: files, outdir: "dist", outbase: "dist", allowOverwrite: true, minifyWhitespace: true, minifySyntax: true, format: "esm", target: "node20", logLevel: "error" });
