/**
 * Runs somebody's parser over completions, in a process of its own that knows nothing of ours: no secrets in its environment, bounded memory, killed when it hangs.
 * Reads `{id, raw}` lines on standard input and answers one line each on descriptor 3, so that what the module prints to standard output cannot be taken for an answer.
 */
import { writeSync } from "node:fs";
import { createInterface } from "node:readline";
import { pathToFileURL } from "node:url";

interface StandardSchema {
  readonly "~standard": { readonly validate: (value: unknown) => unknown };
}
interface ReparseModule {
  readonly parse?: (raw: string) => unknown;
  readonly validate?: (value: unknown) => unknown;
  readonly rules?: Readonly<Record<string, (value: unknown) => unknown>>;
  readonly schema?: StandardSchema;
}

const FLUSH_CHARS = 32_768;
let pending = "";
function flush(): void {
  const bytes = Buffer.from(pending, "utf8");
  pending = "";
  for (let at = 0; at < bytes.length; ) {
    try {
      at += writeSync(3, bytes, at);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "EAGAIN") throw error;
    }
  }
}
function say(value: unknown): void {
  pending += `${JSON.stringify(value)}\n`;
  if (pending.length > FLUSH_CHARS) flush();
}

const isEmpty = (value: unknown): boolean =>
  value === undefined || value === null || value === "" || (typeof value === "object" && Object.keys(value).length === 0);

async function outcomeOf(module: ReparseModule, raw: string): Promise<readonly [outcome: string, failed: readonly string[], passed: readonly string[]]> {
  let value: unknown;
  try {
    value = await module.parse?.(raw);
  } catch {
    return ["failed", [], []];
  }
  if (isEmpty(value)) return ["empty", [], []];
  const checks: (readonly [string, boolean])[] = [];
  if (module.schema !== undefined) {
    const schema = module.schema;
    checks.push(["schema", await holds(async () => ((await schema["~standard"].validate(value)) as { readonly issues?: unknown }).issues === undefined)]);
  }
  for (const [rule, check] of Object.entries(module.rules ?? {})) checks.push([rule, await holds(() => check(value))]);
  if (module.validate !== undefined) {
    const validate = module.validate;
    checks.push(["validate", await holds(() => validate(value))]);
  }
  return ["parsed", checks.filter(([, held]) => !held).map(([rule]) => rule), checks.filter(([, held]) => held).map(([rule]) => rule)];
}

/** As rules of `trace.validate` do: what throws, or returns false or a message, has failed. */
async function holds(check: () => unknown): Promise<boolean> {
  try {
    const result = await check();
    return result !== false && typeof result !== "string" && (result as { readonly ok?: unknown } | null | undefined)?.ok !== false;
  } catch {
    return false;
  }
}

const path = process.argv[2] ?? "";
let module: ReparseModule = {};
try {
  module = (await import(pathToFileURL(path).href)) as ReparseModule;
} catch (error) {
  say({ unusable: `it cannot be loaded (${error instanceof Error ? error.name : typeof error})` });
}
if (pending === "") say(typeof module.parse === "function" ? { ready: true } : { unusable: "it exports no function parse(raw)" });
flush();
let lines: string[] = [];
let isBusy = false;
async function work(): Promise<void> {
  if (isBusy) return;
  isBusy = true;
  while (lines.length > 0) {
    const batch = lines;
    lines = [];
    for (const line of batch) {
      const { id, raw } = JSON.parse(line) as { readonly id: number; readonly raw: string };
      const [outcome, failed, passed] = await outcomeOf(module, raw);
      say({ id, outcome, failed, passed });
    }
    flush();
  }
  isBusy = false;
}
createInterface({ input: process.stdin, crlfDelay: Infinity })
  .on("line", (line) => {
    lines.push(line);
    void work();
  })
  .on("close", () => void work());
