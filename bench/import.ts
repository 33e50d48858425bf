/**
 * `npm run bench import`: what importing the packed recorder adds to the start of a process, beside the official client it stands next to and beside the same code as `tsc` leaves it.
 *
 * Packs the recorder, installs it into an empty folder, then starts `node` with an empty module and with one that imports, in turns. CPU is the child's own, user and system.
 */
import { execFileSync, spawnSync } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

const RUNS = Number(process.argv[2] ?? 25);
const TO_REACH_MS = 15;
const root = join(import.meta.dirname, "..");
const folder = mkdtempSync(join(tmpdir(), "whysaid-bench-import-"));

interface Start {
  readonly wallMs: number;
  readonly cpuMs: number;
}
interface Candidate {
  readonly title: string;
  readonly module: string;
  readonly starts: Start[];
}

try {
  const npm = (args: readonly string[], cwd: string): string => execFileSync("npm", [...args, "--no-audit", "--no-fund", "--loglevel=error"], { cwd, encoding: "utf8", stdio: ["ignore", "pipe", "inherit"] });
  // As tsc leaves it: the build of the sources, copied before packing makes dist anew.
  const built = join(folder, "unjoined");
  rmSync(join(root, "packages/recorder/dist"), { recursive: true, force: true });
  execFileSync(process.execPath, [join(root, "node_modules/typescript/bin/tsc"), "-b"], { cwd: join(root, "packages/recorder"), stdio: "inherit" });
  cpSync(join(root, "packages/recorder/dist"), join(built, "dist"), { recursive: true });
  writeFileSync(join(built, "package.json"), '{"type":"module"}');
  const [packed] = JSON.parse(npm(["pack", "--json", "--pack-destination", folder], join(root, "packages/recorder"))) as { readonly filename: string }[];
  writeFileSync(join(folder, "package.json"), '{"name":"importer","private":true,"type":"module"}');
  npm(["install", "--ignore-scripts", `./${packed?.filename ?? ""}`], folder);
  mkdirSync(join(folder, "node_modules"), { recursive: true });
  symlinkSync(join(root, "node_modules/openai"), join(folder, "node_modules/openai"));

  const candidates: readonly Candidate[] = [
    { title: "nothing", module: "", starts: [] },
    { title: "@whysaid/recorder", module: 'import "@whysaid/recorder";', starts: [] },
    { title: "the Node modules it imports alone", module: "async_hooks crypto fs module path perf_hooks stream".split(" ").map((name) => `import "node:${name}";`).join("\n"), starts: [] },
    { title: "its modules one by one", module: 'import "./unjoined/dist/index.js";', starts: [] },
    { title: "openai", module: 'import "openai";', starts: [] },
  ];
  for (let run = 0; run <= RUNS; run += 1) {
    for (const { module, starts } of candidates) {
      const start = started(module);
      if (run > 0) starts.push(start); // the first reads the files from disk
    }
  }
  const [bare] = candidates;
  if (bare === undefined) throw new Error("nothing was measured");
  const times = (one: Candidate, of: (start: Start) => number): readonly number[] => one.starts.map(of).toSorted((a, b) => a - b);
  const median = (one: Candidate, of: (start: Start) => number): number => times(one, of)[RUNS >> 1] as number;
  const least = (one: Candidate, of: (start: Start) => number): number => times(one, of)[0] as number;
  const wall = (start: Start): number => start.wallMs;
  const cpu = (start: Start): number => start.cpuMs;
  const figure = (value: number): string => value.toFixed(1).padStart(9);
  console.log(`\nWhat an import adds to the start of a process, ms over an empty module (${RUNS} starts each, in turns)\n`);
  console.log(`${"".padEnd(36)} ${"CPU".padStart(9)} ${"least".padStart(9)} ${"wall".padStart(9)} ${"least".padStart(9)}`);
  for (const one of candidates.slice(1)) {
    console.log(`${one.title.padEnd(36)} ${figure(median(one, cpu) - median(bare, cpu))} ${figure(least(one, cpu) - least(bare, cpu))} ${figure(median(one, wall) - median(bare, wall))} ${figure(least(one, wall) - least(bare, wall))}${one.title.startsWith("@") ? `   to reach: ${TO_REACH_MS}` : ""}`);
  }
  console.log(`${"(the empty module itself)".padEnd(36)} ${figure(median(bare, cpu))} ${figure(least(bare, cpu))} ${figure(median(bare, wall))} ${figure(least(bare, wall))}`);
} finally {
  rmSync(folder, { recursive: true, force: true });
}

function started(module: string): Start {
  const file = join(folder, "start.mjs");
  // A static import is evaluated before the line that reports, so that what is measured is all the process did.
  writeFileSync(file, `${module}\nimport process from "node:process";\nconst { user, system } = process.cpuUsage();\nprocess.stdout.write(String((user + system) / 1000));\n`);
  const begun = performance.now();
  const { status, stdout, stderr } = spawnSync(process.execPath, [file], { cwd: folder, encoding: "utf8" });
  if (status !== 0) throw new Error(stderr);
  return { wallMs: performance.now() - begun, cpuMs: Number(stdout) };
}
