/** The child and what it needs as plain JavaScript in a folder of its own: starts quickly, and no compiler's cache lies where the search looks. */
import { mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
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
        if (!name.endsWith(".ts") || name.endsWith(".test.ts")) continue;
        const to = join(this.#folder, from, name.replace(/\.ts$/, ".js"));
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
    const { NODE_OPTIONS: _, ...env } = process.env;
    return new Promise((resolve, reject) => {
      const child = spawn(program, args, { stdio: ["ignore", "pipe", "pipe", "pipe"], env: { ...env, TMPDIR: temporary } });
      const [out, err]: [Buffer[], Buffer[]] = [[], []];
      child.stdout?.on("data", (bytes: Buffer) => out.push(bytes));
      child.stderr?.on("data", (bytes: Buffer) => err.push(bytes));
      // Nobody waits for it here; a person who runs the child by hand sees it.
      (child.stdio[3] as Readable | null)?.resume();
      const killing = killAfterMs === undefined ? undefined : setTimeout(() => child.kill("SIGKILL"), killAfterMs);
      child.on("error", reject);
      child.on("close", (code, signal) => {
        clearTimeout(killing);
        resolve({ stdout: Buffer.concat(out), stderr: Buffer.concat(err), code, signal });
      });
    });
  }

  remove(): void {
    rmSync(this.#folder, { recursive: true, force: true });
  }
}
