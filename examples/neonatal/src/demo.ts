/**
 * The demo, end to end on this machine: provider in its own process, the app recorded while it works, killed mid-call, started again; then the incident's
 * reconstruction as `whysaid show` prints it, the replay that proves its cause, and a parser bug with its mend.
 *
 * Run by `npm run demo` in the repository and by `whysaid demo` from the package.
 */
import { spawn, type ChildProcess } from "node:child_process";
import { existsSync, rmSync, mkdirSync, writeFileSync } from "node:fs";
import { extname, join, resolve } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { tellCases } from "./demo-cases.ts";
import { chartNotes } from "./ward.ts";

export interface DemoOptions {
  /** Folder the demo may create and, when it made it, replace. */
  readonly dir: string;
  /** Runs `whysaid` with these arguments and resolves with its exit code; output goes to the terminal. */
  readonly whysaid: (args: readonly string[]) => Promise<number>;
  readonly say: (line: string) => void;
  /** Whether the incident becomes a case that is run before and after the fix. Default true. */
  readonly withTests?: boolean;
}
export interface DemoOutcome {
  readonly incident: string;
  readonly exitCode: number;
}

/** Where the wrong weight stands: note 3 in the chart of the patient's sister. */
const wrongChunk = chartNotes.find(({ mrn, text }) => mrn === "00417734" && text.includes("Daily weight"))?.sourceId ?? "";
const MADE_BY_DEMO = "made-by-whysaid-demo";

/** Children run from the same kind of file as this one: sources in the repository, JavaScript in the package. */
function startChild(name: string, args: readonly string[], env: NodeJS.ProcessEnv): ChildProcess {
  const extension = extname(fileURLToPath(import.meta.url));
  const script = fileURLToPath(new URL(`./${name}${extension}`, import.meta.url));
  const flags = extension === ".ts" ? ["--conditions=whysaid-source", "--import", "tsx"] : [];
  return spawn(process.execPath, [...flags, script, ...args], { env: { ...process.env, ...env }, stdio: ["ignore", "pipe", "inherit"] });
}

async function lineStarting(child: ChildProcess, word: string): Promise<string> {
  for await (const line of linesOf(child)) if (line.startsWith(word)) return line.slice(word.length).trim();
  throw new Error(`the ${word} line never came`);
}
const linesOf = (child: ChildProcess): AsyncIterable<string> => createInterface({ input: child.stdout as NodeJS.ReadableStream });
const ended = (child: ChildProcess): Promise<void> => (child.exitCode !== null || child.signalCode !== null ? Promise.resolve() : new Promise((done) => child.once("exit", () => done())));

export async function runDemo({ dir, whysaid, say, withTests = true }: DemoOptions): Promise<DemoOutcome> {
  const folder = resolve(dir);
  if (existsSync(folder) && !existsSync(join(folder, MADE_BY_DEMO))) throw new Error(`${dir} is there and was not made by the demo; name another folder with --dir.`);
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, MADE_BY_DEMO), "");

  say("1. Starting the bundled provider (OpenAI and Anthropic wire formats, loopback only) in a process of its own.");
  const provider = startChild("provider", [], {});
  const port = await lineStarting(provider, "listening");
  const env = { WHYSAID_DIR: folder, PROVIDER_URL: `http://127.0.0.1:${port}`, DEMO_DAY_START_MS: String(Date.now() - 24 * 60 * 60_000) };
  try {
    say("2. A day on the ward: the assistant answers nurses and parents; every call is recorded as it crosses the wire.");
    const morning = startChild("day", ["--until-killed"], env);
    await Promise.all([lineStarting(morning, "dying"), lineStarting(provider, "holding")]);
    morning.kill("SIGKILL");
    await ended(morning);
    say("3. The app was killed (SIGKILL) while a call was in the air. It starts again and the day goes on.");
    const rest = startChild("day", [], env);
    let incident = "";
    let recorded = "";
    let emptyList = "";
    for await (const line of linesOf(rest)) {
      if (line.startsWith("incident ")) incident = line.slice(9);
      if (line.startsWith("empty-list ")) emptyList = line.slice(11);
      if (line.startsWith("recorded ")) recorded = line.slice(9);
    }
    await ended(rest);
    if (rest.exitCode !== 0 || incident === "") throw new Error("the app did not finish its day");
    say(`4. ${Number(recorded) + 121} traces recorded. A nurse reports a wrong weight; all you have is the trace id from her screen:\n   whysaid show ${incident}\n`);
    const exitCode = await whysaid(["show", incident, "--dir", folder]);
    const tell = async (line: string, args: readonly string[]): Promise<number> => {
      say(`\n${line}\n   whysaid ${args.map((word) => (word.includes(" ") ? `"${word}"` : word)).join(" ")}\n`);
      return whysaid([...args, "--dir", folder]);
    };
    const proved = await tell("5. The proof: the same request without that chunk, sent to the bundled provider again.", ["replay", incident, "--without", `chunk:${wrongChunk}`, "--target", `http://127.0.0.1:${port}`, "--reveal", "--reason", "wrong weight"]);
    const named = await tell("6. Another complaint of the day: the list of open tasks was empty. Its parser knew one kind of bullet.", ["why", emptyList]);
    const mended = fileURLToPath(new URL(`./open-tasks${extname(fileURLToPath(import.meta.url))}`, import.meta.url));
    const reparsed = await tell("7. The parser mended, over everything that was answered before it ships.", ["reparse", mended, "--feature", "handover-note"]);
    if (withTests && !(await tellCases(incident, folder, { whysaid, say }))) throw new Error("the case did not fail before the fix and pass after it");
    return { incident, exitCode: [exitCode, proved, named, reparsed].find((code) => code !== 0) ?? 0 };
  } finally {
    provider.kill("SIGTERM");
    await ended(provider);
  }
}
