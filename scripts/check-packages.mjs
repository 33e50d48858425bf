/**
 * What a newcomer gets: packs the packages, checks their manifests and sizes, installs them into an empty folder with install scripts blocked, plays the demo, then
 * runs the README's first example as it stands there (against the bundled loopback provider, through `OPENAI_BASE_URL`) and reads it back with `npx whysaid`.
 *
 * Run by `npm test` after the build. Plain JavaScript on Node 20.
 */
import { execFileSync, spawn } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { brotliCompressSync } from "node:zlib";
import { build } from "esbuild";
import { publint } from "publint";
import { root, sourceFlags } from "./setup.mjs";

/** What `npm install` downloads of the recorder, at most. */
const RECORDER_PACKED_BYTES = 200_000;
/** What a page loads of the browser helper, minified and compressed with brotli, at most. */
const BROWSER_BYTES = 3000;
const failures = [];
const expectThat = (holds, sentence) => {
  console.log(`${holds ? "✓" : "✗"} ${sentence}`);
  if (!holds) failures.push(sentence);
};
const npm = (args, cwd) => execFileSync("npm", [...args, "--no-audit", "--no-fund", "--loglevel=error"], { cwd, encoding: "utf8", stdio: ["ignore", "pipe", "inherit"] });

const folder = mkdtempSync(join(tmpdir(), "whysaid-newcomer-"));
let provider;
try {
  const packed = JSON.parse(npm(["pack", "--json", "--pack-destination", folder, "-w", "@whysaid/recorder", "-w", "@whysaid/names", "-w", "whysaid"], root));
  const packages = Array.isArray(packed) ? packed : Object.values(packed);
  const recorder = packages.find((one) => one.name === "@whysaid/recorder");
  expectThat(recorder.size < RECORDER_PACKED_BYTES, `the recorder packs to ${(recorder.size / 1000).toFixed(0)} kB (< ${RECORDER_PACKED_BYTES / 1000})`);
  for (const one of packages) {
    expectThat(!one.files.some((file) => /\.test\.|testing\/|\.tsbuildinfo|(?<!\.d)\.ts$/.test(file.path)), `${one.name} holds no tests, sources or build state (${one.files.length} files, ${(one.unpackedSize / 1024).toFixed(0)} KiB)`);
  }
  for (const name of ["recorder", "workbench"]) {
    const { messages } = await publint({ pkgDir: join(root, "packages", name), strict: true });
    expectThat(messages.length === 0, `publint finds nothing in packages/${name}${messages.map((message) => ` ${message.code}`).join("")}`);
  }

  writeFileSync(join(folder, "package.json"), JSON.stringify({ name: "newcomer", private: true, type: "module" }));
  npm(["install", "--ignore-scripts", ...packages.map((one) => `./${one.filename}`)], folder);
  const day = JSON.parse(execFileSync("npx", ["whysaid", "demo", "--json"], { cwd: folder, encoding: "utf8", stdio: ["ignore", "pipe", "inherit"] }));
  const cause = JSON.parse(execFileSync("npx", ["whysaid", "why", day.incident, "--dir", day.dir, "--json"], { cwd: folder, encoding: "utf8", stdio: ["ignore", "pipe", "inherit"] })).findings?.[0]?.cause;
  expectThat(cause === "wrong-entity", "`npx whysaid demo` plays the day with nothing but these packages, and `why` names the incident's cause");

  const openAiRange = JSON.parse(readFileSync(join(root, "package.json"), "utf8")).devDependencies.openai;
  npm(["install", "--ignore-scripts", `openai@${openAiRange}`], folder);
  const installed = JSON.parse(readFileSync(join(folder, "node_modules/@whysaid/recorder/package.json"), "utf8"));
  expectThat(Object.keys(installed.dependencies ?? {}).length === 0, "the installed recorder has no dependencies");
  const { outputFiles } = await build({ stdin: { contents: `export * from "@whysaid/recorder/browser"`, resolveDir: folder }, bundle: true, minify: true, format: "esm", write: false });
  const browserBytes = brotliCompressSync(outputFiles[0].contents).length;
  expectThat(browserBytes <= BROWSER_BYTES, `@whysaid/recorder/browser is ${browserBytes} bytes in a page, minified and compressed (≤ ${BROWSER_BYTES})`);

  provider = spawn(process.execPath, [...sourceFlags, join(root, "examples/neonatal/src/provider.ts")], { cwd: root, stdio: ["ignore", "pipe", "inherit"] });
  const port = await new Promise((resolve) => provider.stdout.on("data", (line) => resolve(/\d+/.exec(String(line))?.[0])));
  const example = /```js\n\/\/ answer\.mjs\n([\s\S]*?)```/.exec(readFileSync(join(root, "README.md"), "utf8"))?.[1] ?? "";
  writeFileSync(join(folder, "answer.mjs"), example);
  const run = (command, args) => execFileSync(command, args, { cwd: folder, encoding: "utf8", stdio: ["ignore", "pipe", "inherit"], env: { ...process.env, OPENAI_API_KEY: "sk-not-a-key", OPENAI_BASE_URL: `http://127.0.0.1:${port}/v1` } });
  const said = run(process.execPath, ["answer.mjs"]);
  const traceId = /[0-9a-f]{32}/.exec(said)?.[0] ?? "";
  expectThat(traceId !== "", "the README's example runs and prints a trace id");
  expectThat(run("npx", ["whysaid", "list"]).includes("greeting"), "`npx whysaid list` names its feature");
  const shown = JSON.parse(run("npx", ["whysaid", "show", traceId, "--json"]));
  const signals = shown.generations?.[0]?.signals ?? {};
  expectThat(shown.complete === true && shown.generations.length === 1, "`npx whysaid show` rebuilds it, complete");
  expectThat(signals.input?.state === "captured" && JSON.stringify(signals.input).includes("Say hello to the night shift."), "with the input as sent");
  expectThat(signals.completion?.state === "captured" && signals.action?.value?.action === "accept", "with the answer and the user's action");
} finally {
  provider?.kill("SIGTERM");
  rmSync(folder, { recursive: true, force: true });
}
console.log(failures.length === 0 ? "A newcomer gets what the README says." : `${failures.length} of these do not hold.`);
process.exit(failures.length === 0 ? 0 : 1);
