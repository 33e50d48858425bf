/**
 * Drives `child.ts`: feeds completions in batches, and when no answer comes within the time of one completion, kills it, counts that completion as a hang (or a
 * crash) and goes on with the next in a new process.
 */
import { spawn, type ChildProcess } from "node:child_process";
import { createInterface, type Interface } from "node:readline";
import { fileURLToPath } from "node:url";
import { WhysaidError } from "@whysaid/recorder/format";
import { fromSource, moduleAt } from "../../places.ts";

export interface Reparsed {
  readonly outcome: "parsed" | "failed" | "empty" | "hung" | "crashed";
  readonly failed: readonly string[];
  readonly passed: readonly string[];
}
export interface RunnerOptions {
  /** Absolute path of the module. */
  readonly module: string;
  /** For one completion. */
  readonly timeoutMs: number;
  readonly maxMemoryMb: number;
  /** What the child may know of the environment (nothing secret). */
  readonly env: Readonly<Record<string, string>>;
}

const START_MS = 20_000;
/** In the air at once: enough to keep the child busy, few enough to be repeated after a kill. */
const BATCH = 256;

interface Child {
  readonly process: ChildProcess;
  readonly lines: AsyncIterator<string>;
  readonly reader: Interface;
}

/** @throws WhysaidError `REPARSE_MODULE_UNUSABLE` */
export async function reparsed(raws: readonly string[], options: RunnerOptions): Promise<readonly Reparsed[]> {
  const results: Reparsed[] = [];
  let child = await started(options);
  try {
    while (results.length < raws.length) {
      const from = results.length;
      const batch = raws.slice(from, from + BATCH);
      child.process.stdin?.write(batch.map((raw, index) => `${JSON.stringify({ id: from + index, raw })}\n`).join(""));
      const end = from + batch.length;
      while (results.length < end) {
        // A whole buffer of answers comes at once, so the time of a batch's first answer is bounded by those before it in the buffer too.
        const line = await within(child.lines.next(), options.timeoutMs);
        if (line !== "late" && line.done !== true) {
          results.push(JSON.parse(line.value) as Reparsed);
          continue;
        }
        stop(child);
        child = await started(options);
        if (batch.length > 1) results.push(...(await oneByOne(raws.slice(results.length, end), options, child, (next) => (child = next))));
        else results.push(gone(line));
      }
    }
    return results;
  } finally {
    stop(child);
  }
}

/** The rest of a batch in which something hung: one at a time, so that the one is known. */
async function oneByOne(raws: readonly string[], options: RunnerOptions, first: Child, replaced: (child: Child) => void): Promise<readonly Reparsed[]> {
  const results: Reparsed[] = [];
  let child = first;
  for (const raw of raws) {
    child.process.stdin?.write(`${JSON.stringify({ id: 0, raw })}\n`);
    const line = await within(child.lines.next(), options.timeoutMs);
    if (line !== "late" && line.done !== true) {
      results.push(JSON.parse(line.value) as Reparsed);
      continue;
    }
    results.push(gone(line));
    stop(child);
    child = await started(options);
    replaced(child);
  }
  return results;
}

const gone = (line: "late" | IteratorResult<string>): Reparsed => ({ outcome: line === "late" ? "hung" : "crashed", failed: [], passed: [] });

async function started({ module, maxMemoryMb, env }: RunnerOptions): Promise<Child> {
  const script = fileURLToPath(moduleAt("./reconstruct/reparse/child.ts"));
  const flags = [`--max-old-space-size=${maxMemoryMb}`, ...(fromSource || /\.[mc]?ts$/.test(module) ? ["--import", tsx()] : [])];
  const parser = spawn(process.execPath, [...flags, script, module], { env, stdio: ["pipe", "ignore", "ignore", "pipe"] });
  parser.stdin?.on("error", () => undefined); // killed while it was being fed
  parser.on("error", () => undefined);
  const reader = createInterface({ input: parser.stdio[3] as NodeJS.ReadableStream, crlfDelay: Infinity });
  const child: Child = { process: parser, reader, lines: reader[Symbol.asyncIterator]() };
  const line = await within(child.lines.next(), START_MS);
  const said = line === "late" || line.done === true ? { unusable: "it did not load" } : (JSON.parse(line.value) as { readonly unusable?: string });
  if (said.unusable === undefined) return child;
  stop(child);
  throw new WhysaidError("REPARSE_MODULE_UNUSABLE", `${module}: ${said.unusable}`, { fix: "Export `parse(raw)` from an ES module, and if you like `validate(value)`, `rules` or a Standard Schema as `schema`." });
}

/** TypeScript needs tsx, in the project or beside us. */
function tsx(): string {
  try {
    return import.meta.resolve("tsx");
  } catch (cause) {
    throw new WhysaidError("NOT_INSTALLED", "a TypeScript module needs tsx, which is not installed", { fix: "npm install -D tsx, or give a JavaScript module.", cause });
  }
}

function stop(child: Child): void {
  child.reader.close();
  child.process.kill("SIGKILL");
}

async function within<T>(promise: Promise<T>, ms: number): Promise<T | "late"> {
  let timer: NodeJS.Timeout | undefined;
  try {
    return await Promise.race([promise, new Promise<"late">((resolve) => (timer = setTimeout(() => resolve("late"), ms)))]);
  } finally {
    clearTimeout(timer);
  }
}
