/**
 * Makes a package's dist from nothing, then takes comments and white space out of its JavaScript: what is installed in somebody's production process is code. The names
 * that stand in stack traces stay. Docstrings stay in the .d.ts files. Run by `npm pack` and `npm publish` in a package's folder.
 *
 * `--bundle` also joins the modules behind the package's exports into few files, shortens the names inside functions, and leaves out the declarations no export
 * reaches: for Node, loading a module costs more than running it (docs/adr/0005-few-files.md). `--split` joins what is always loaded together, and leaves what a command
 * loads for itself in files of its own; `places.js` stays at the top, beside the joined files, for paths are relative to it.
 *
 * `--demo` puts the example app into dist/demo together with the client libraries it uses, so that `whysaid demo` needs nothing but this package.
 */
import { execFileSync } from "node:child_process";
import { readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { basename, dirname, join, normalize, relative, resolve } from "node:path";
import { build } from "esbuild";
import { minify } from "terser";
import { ensurePages } from "./pages.mjs";
import { root } from "./setup.mjs";
import { startedModules } from "./started-modules.mjs";

const filesOf = (ending) => readdirSync("dist", { recursive: true, encoding: "utf8" }).filter((name) => name.endsWith(ending)).map((name) => join("dist", name));
const exported = (condition) => Object.values(JSON.parse(readFileSync("package.json", "utf8")).exports).flatMap((paths) => (paths[condition] === undefined ? [] : [normalize(paths[condition])]));
const small = { outdir: "dist", outbase: "dist", minifyWhitespace: true, minifySyntax: true, format: "esm", target: "node20", logLevel: "error" };
const bundled = { ...small, bundle: true, splitting: true, packages: "external", platform: "node", chunkNames: "shared-[hash]", write: false, metafile: true };
const INSIDE_FUNCTIONS = { ecma: 2022, compress: false, mangle: { toplevel: false, keep_fnames: true, keep_classnames: true } };
/** The file that holds what the exports for Node export, under names of its own: `e3_createRecorder`. */
const JOINED = "recorder.js";
const WORKBENCH_EXPORTS = ["format", "redact", "journal", "wire"].map((name) => join("dist", name, "index.d.ts"));

if (basename(process.cwd()) === "workbench" && !ensurePages()) process.exit(1);
rmSync("dist", { recursive: true, force: true });
execFileSync(process.execPath, [join(root, "node_modules/typescript/bin/tsc"), "-b"], { stdio: "inherit" });
const modules = filesOf(".js");
if (process.argv.includes("--bundle")) {
  const written = await joinModules(exported("default"));
  for (const file of modules) rmSync(file);
  for (const [file, code] of written) writeFileSync(file, (await minify(code, INSIDE_FUNCTIONS)).code);
  keepReachedDeclarations(exported("types"));
} else if (process.argv.includes("--split")) await splitModules();
else await build({ ...small, entryPoints: modules, allowOverwrite: true });

if (process.argv.includes("--demo")) await bundleDemo(join(root, "examples/neonatal"));

/** What is imported, what the launcher in bin/ starts and what processes and threads are started from. */
async function splitModules() {
  const started = startedModules("src").map((path) => join("dist", `${path}.js`));
  const entryPoints = [...new Set([...exported("default"), join("dist", "cli", "start.js"), join("dist", "places.js"), ...started])];
  const { outputFiles } = await build({ ...bundled, entryPoints });
  for (const file of modules) rmSync(file);
  for (const { path, text } of outputFiles) writeFileSync(path, text);
}

async function bundleDemo(example) {
  const entryPoints = ["demo", "day", "provider", "open-tasks"].map((name) => join(example, "src", `${name}.ts`));
  const { metafile } = await build({ ...bundled, entryPoints, outdir: "dist/demo", outbase: join(example, "src"), packages: "bundle", external: ["@whysaid/recorder"], write: true, legalComments: "none" });
  const inside = new Set(Object.keys(metafile.inputs).flatMap((path) => /^(.*node_modules\/(?:@[^/]+\/)?[^/]+)\//.exec(path)?.[1] ?? []));
  const licences = [...inside].sort().map((folder) => {
    const { name, version, license, author } = JSON.parse(readFileSync(join(folder, "package.json"), "utf8"));
    const file = readdirSync(folder).find((entry) => /^licen[cs]e/i.test(entry));
    const text = file === undefined ? `Copyright ${author?.name ?? author ?? "its authors"}` : readFileSync(join(folder, file), "utf8").trim();
    return `${name} ${version} (${license})\n\n${text}\n`;
  });
  writeFileSync("dist/demo/LICENCES.txt", `The demo contains code of these packages.\n\n${licences.join(`\n${"-".repeat(80)}\n\n`)}`);
}

/** @returns path → code of every file the entries need */
async function joinModules(entries) {
  const alone = await Promise.all(entries.map((entry) => build({ ...bundled, splitting: false, entryPoints: [entry] })));
  const about = entries.map((entry, at) => {
    const [output] = Object.values(alone[at].metafile.outputs);
    return { entry, names: output.exports, forNode: output.imports.some(({ path }) => path.startsWith("node:")), acts: hasEffects(entry) };
  });
  // What is imported for what it does, and what also runs in browsers, is no part of the joined file; the rest is one.
  const joined = about.filter(({ forNode, acts }) => forNode && !acts);
  const apart = about.filter((one) => !joined.includes(one)).map(({ entry }) => entry);
  const joint = joined.map(({ entry, names }, at) => `export { ${names.map((name) => `${name} as e${at}_${name}`).join(", ")} } from "./${entry}";`).join("\n");
  const source = join("dist", "joined-source.js");
  writeFileSync(source, joint.replaceAll("./dist/", "./"));
  const { outputFiles } = await build({ ...bundled, entryPoints: [{ in: source, out: JOINED.replace(".js", "") }, ...apart.map((entry) => ({ in: entry, out: relative("dist", entry).replace(/\.js$/, "") }))] });
  rmSync(source);
  const written = new Map(outputFiles.map(({ path, text }) => [path, text]));
  for (const [at, { entry, names }] of joined.entries()) {
    const path = relative(dirname(entry), join("dist", JOINED));
    written.set(resolve(entry), `export{${names.map((name) => `e${at}_${name} as ${name}`).join(",")}}from"${path.startsWith(".") ? path : `./${path}`}";\n`);
  }
  return written;
}

/** As package.json says under `sideEffects`. */
function hasEffects(entry) {
  const { sideEffects = true } = JSON.parse(readFileSync("package.json", "utf8"));
  return Array.isArray(sideEffects) ? sideEffects.some((path) => normalize(path) === entry) : sideEffects;
}

/** Declarations that no export reaches go; docstrings stay in what the apps' exports name and what that names in turn, which is what an editor shows of them. */
function keepReachedDeclarations(entries) {
  const reached = declarationsFrom(entries, Infinity);
  const shown = declarationsFrom(entries.filter((entry) => !WORKBENCH_EXPORTS.includes(entry)), 2);
  for (const file of filesOf(".d.ts")) {
    if (!reached.has(file)) rmSync(file);
    else if (!shown.has(file)) writeFileSync(file, readFileSync(file, "utf8").replace(/^ *\/\*\*[^]*?\*\/\n/gm, ""));
  }
}

/** @returns these files, and those that are at most so many imports away */
function declarationsFrom(entries, steps) {
  const away = new Map(entries.map((file) => [file, 0]));
  // A map is walked in the order of its keys, those that are added on the way included: the nearest come first.
  for (const [file, distance] of away) {
    if (distance >= steps) continue;
    for (const [, path] of readFileSync(file, "utf8").matchAll(/(?:from |import\()"(\.[^"]+)\.[jt]s"/g)) {
      const imported = join(dirname(file), `${path}.d.ts`);
      if (!away.has(imported)) away.set(imported, distance + 1);
    }
  }
  return away;
}
