/** Runs the real command line in a process of its own, and records real traces for it to read. */
import { spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { createRecorder, type Recorder } from "@whysaid/recorder";
import { builtStart } from "./built.ts";

export interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}
export const launcher: string = fileURLToPath(new URL("../../../bin/whysaid.js", import.meta.url));
export const sourceFlags: readonly string[] = ["--conditions=whysaid-source", "--import", import.meta.resolve("tsx")];

export interface RunOptions {
  readonly cwd: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly stdin?: string;
  /** Through the launcher in bin/, which starts a second process, for the sources. */
  readonly isLaunched?: boolean;
}

export function whysaid(argv: readonly string[], { cwd, env = {}, stdin, isLaunched = false }: RunOptions): Promise<Ended> {
  const { NO_COLOR: _noColor, FORCE_COLOR: _forceColor, WHYSAID_DIR: _dir, ...inherited } = process.env;
  const child = spawn(process.execPath, isLaunched ? [launcher, ...argv] : [builtStart, ...argv], { cwd, env: { ...inherited, ...env }, stdio: ["pipe", "pipe", "pipe"] });
  child.stdin.on("error", () => undefined); // the command may end without reading
  child.stdin.end(stdin ?? "");
  const [out, err]: [Buffer[], Buffer[]] = [[], []];
  child.stdout.on("data", (chunk: Buffer) => out.push(chunk));
  child.stderr.on("data", (chunk: Buffer) => err.push(chunk));
  return new Promise((resolve) => child.on("close", (code) => resolve({ code, stdout: Buffer.concat(out).toString(), stderr: Buffer.concat(err).toString() })));
}

export interface Folder {
  readonly path: string;
  remove(): void;
}
export function newFolder(): Folder {
  const path = mkdtempSync(join(tmpdir(), "whysaid-cli-"));
  return { path, remove: () => rmSync(path, { recursive: true, force: true }) };
}

/** A recorder of the ward: what it records lies in `.whysaid/` of the folder. Its provider answers in process. */
export function wardRecorder(cwd: string, answerOf: (body: string) => string): Recorder {
  const fetch: typeof globalThis.fetch = async (input, init) => {
    const body = typeof init?.body === "string" ? init.body : await new Request(input).text();
    return Response.json({
      id: "chatcmpl-1",
      model: "gpt-4o-2024-08-06",
      choices: [{ index: 0, message: { role: "assistant", content: answerOf(body) }, finish_reason: "stop" }],
      usage: { prompt_tokens: 812, completion_tokens: 64, total_tokens: 876 },
    });
  };
  return createRecorder({ dir: join(cwd, ".whysaid"), service: "mila", release: "r14", environment: "production", redaction: "off", fetch });
}

/** One answered trace: retrieval, call, parse, validation. @returns its id */
export async function recordDose(recorder: Recorder, { question = "Dose for Mateo?", mg = 7 }: { readonly question?: string; readonly mg?: number } = {}): Promise<string> {
  return recorder.trace("dose-summary", { tags: { ward: "nicu" }, prompt: { id: "dose", version: "v14" } }, async (trace) => {
    const [note] = await trace.retrieve("chart-notes", question, () => Promise.resolve([{ sourceId: "chart/871#3", text: "Daily weight 2.1 kg, gaining as expected.", score: 0.79 }]));
    const response = await recorder.fetch("https://api.openai.com/v1/chat/completions", {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ model: "gpt-4o", temperature: 0, messages: [{ role: "system", content: `Answer from the notes.\n${note?.text ?? ""}` }, { role: "user", content: question }] }),
    });
    const { choices } = (await response.json()) as { readonly choices: readonly { readonly message: { readonly content: string } }[] };
    const dose = trace.parse("dose-json", choices[0]?.message.content ?? "", (raw: string) => ({ ...(JSON.parse(raw) as object), mg }));
    await trace.validate("dose", dose, { rules: { dose_range: (value: { readonly mg: number }) => value.mg <= 5 } });
    return trace.id;
  });
}
