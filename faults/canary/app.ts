/** The child and what it needs as plain JavaScript in a folder of its own: starts quickly, and no compiler's cache lies where the search looks. */
import { copyFileSync, existsSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { spawn } from "node:child_process";
import { tmpdir } from "node:os";
import type { Readable } from "node:stream";
import { dirname, join } from "node:path";
import ts from "typescript";
import { straceArguments } from "./syscalls.ts";

const root = dirname(dirname(import.meta.dirname));
const SOURCES = ["packages/recorder/src", "faults/canary"];

export interface Run {
  readonly stdout: Buffer;
  readonly stderr: Buffer;
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}
/** A process that is not the app of `child.ts`. */
export interface OtherRun {
  readonly args: readonly string[];
  readonly temporary: string;
  readonly env?: Readonly<Record<string, string>>;
}
export interface RunOptions {
  readonly dir: string;
  /** The child's TMPDIR. */
  readonly temporary: string;
  readonly mode: string;
  readonly leak?: string;
  /** Kill it so long after its start. */
  readonly killAfterMs?: number;
  /** Trace its system calls into this file. */
  readonly trace?: string;
}

export class CanaryApp {
  readonly #folder = mkdtempSync(join(tmpdir(), "whysaid-canary-app-"));

  constructor() {
    writeFileSync(join(this.#folder, "package.json"), '{"type":"module"}');
    symlinkSync(join(root, "node_modules"), join(this.#folder, "node_modules"));
    for (const from of SOURCES) {
      for (const name of readdirSync(join(root, from), { recursive: true, encoding: "utf8" })) {
        const to = join(this.#folder, from, name.replace(/\.ts$/, ".js"));
        if (name.endsWith(".mjs")) {
          mkdirSync(dirname(to), { recursive: true });
          copyFileSync(join(root, from, name), to);
        }
        if (!name.endsWith(".ts") || name.endsWith(".test.ts")) continue;
        mkdirSync(dirname(to), { recursive: true });
        const { outputText } = ts.transpileModule(readFileSync(join(root, from, name), "utf8"), {
          compilerOptions: { module: ts.ModuleKind.ESNext, target: ts.ScriptTarget.ES2023, verbatimModuleSyntax: true, rewriteRelativeImportExtensions: true },
        });
        writeFileSync(to, outputText);
      }
    }
  }

  run({ dir, temporary, mode, leak = "", killAfterMs, trace }: RunOptions): Promise<Run> {
    const script = [join(this.#folder, "faults/canary/child.js"), dir, mode, leak];
    const [program, args] = trace === undefined ? [process.execPath, script] : ["strace", [...straceArguments(trace), process.execPath, ...script]];
    return ended(program, args, { temporary, ...(killAfterMs === undefined ? {} : { killAfterMs }) });
  }

  /** The app that goes through the adapters; the packages it uses must be installed. */
  adapters({ args, temporary, env = {} }: OtherRun): Promise<Run> {
    const modules = join(this.#folder, "faults/canary/adapters/node_modules");
    if (!existsSync(modules)) symlinkSync(join(root, "examples/adapters/node_modules"), modules);
    return ended(process.execPath, [join(this.#folder, "faults/canary/adapters/child.mjs"), ...args], { temporary, env });
  }

  /** The app that is recorded by `--import register` alone. */
  registered({ args, temporary, env = {} }: OtherRun): Promise<Run> {
    const register = join(this.#folder, "packages/recorder/src/register.js");
    return ended(process.execPath, ["--import", register, join(this.#folder, "faults/canary/adapters/registered.mjs"), ...args], { temporary, env });
  }

  remove(): void {
    rmSync(this.#folder, { recursive: true, force: true });
  }
}

function ended(program: string, args: readonly string[], options: { readonly temporary: string; readonly killAfterMs?: number; readonly env?: Readonly<Record<string, string>> }): Promise<Run> {
  const { NODE_OPTIONS: _, ...env } = process.env;
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, { stdio: ["ignore", "pipe", "pipe", "pipe"], env: { ...env, TMPDIR: options.temporary, ...options.env } });
    const [out, err]: [Buffer[], Buffer[]] = [[], []];
    child.stdout?.on("data", (bytes: Buffer) => out.push(bytes));
    child.stderr?.on("data", (bytes: Buffer) => err.push(bytes));
    // Nobody waits for it here; a person who runs the child by hand sees it.
    (child.stdio[3] as Readable | null)?.resume();
    const killing = options.killAfterMs === undefined ? undefined : setTimeout(() => child.kill("SIGKILL"), options.killAfterMs);
    child.on("error", reject);
    child.on("close", (code, signal) => {
      clearTimeout(killing);
      resolve({ stdout: Buffer.concat(out), stderr: Buffer.concat(err), code, signal });
    });
  });
}
