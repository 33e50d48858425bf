/**
 * The exporters other tools ship, pointed at a real `whysaid up` by base URL and key alone: each call must arrive with its messages, model, tokens and answer. `npm run faults exporters [-- name …]`.
 * Prints the versions that ran. Their packages are installed into `faults/exporters` (360 MB), which is why `npm test` does not run this. Exit code 1 when something did not arrive.
 */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Reconstruction } from "../packages/recorder/src/format/index.ts";
import { startedServer } from "../bench/ingest/server-process.ts";
import { AccessKeys } from "../packages/workbench/src/server/access/keys.ts";
import { installIn } from "../scripts/install-in.mjs";

/** `lacks`: what the dialect has no place for (docs/otlp.md). */
interface Exporter {
  readonly packages: readonly string[];
  readonly lacks: readonly string[];
}
const exporters: Readonly<Record<string, Exporter>> = {
  langfuse: { packages: ["@langfuse/otel", "@langfuse/openai"], lacks: ["model asked for"] },
  langsmith: { packages: ["langsmith"], lacks: [] },
  "langsmith-own": { packages: ["langsmith"], lacks: [] },
  "langfuse-own": { packages: ["langfuse"], lacks: ["model asked for"] },
  laminar: { packages: ["@lmnr-ai/lmnr"], lacks: [] },
  openinference: { packages: ["@arizeai/openinference-instrumentation-openai"], lacks: [] },
  traceloop: { packages: ["@traceloop/instrumentation-openai"], lacks: [] },
  "otel-contrib": { packages: ["@opentelemetry/instrumentation-openai"], lacks: ["messages", "system", "answer"] },
  "ai-sdk": { packages: ["ai", "@ai-sdk/otel"], lacks: [] },
};

const root = join(import.meta.dirname, "..");
const folder = join(import.meta.dirname, "exporters");
if (!installIn(folder)) process.exit(1);
const names = process.argv.slice(2);
const directory = mkdtempSync(join(tmpdir(), "whysaid-exporters-"));
const keys = new AccessKeys(directory);
const keyOf = (role: "ingest" | "read"): string => keys.add({ role, project: "default", name: role, expiresAtMs: null }, Date.now()).secret;
const [ingestKey, readKey] = [keyOf("ingest"), keyOf("read")];
const server = await startedServer(directory);
const provider = spawn(process.execPath, ["--conditions=whysaid-source", "--import", "tsx", join(root, "examples/neonatal/src/provider.ts")], { cwd: root, stdio: ["ignore", "pipe", "inherit"] });
const [listening] = (await once(provider.stdout, "data")) as [Buffer];
const providerUrl = `http://127.0.0.1:${/\d+/.exec(listening.toString())?.[0] ?? ""}`;

async function said(name: string): Promise<string> {
  const env = { PATH: process.env["PATH"], HOME: directory, SERVER_URL: server.url, SERVER_KEY: ingestKey, PROVIDER_URL: providerUrl };
  const child = spawn(process.execPath, [join(folder, "app.mjs"), name], { cwd: folder, env, stdio: ["ignore", "pipe", "inherit"] });
  let out = "";
  child.stdout.on("data", (chunk: Buffer) => (out += chunk.toString()));
  const [code] = (await once(child, "close")) as [number | null];
  return code === 0 ? (out.trim().split("\n").at(-1) ?? "") : "";
}
async function get<T>(path: string): Promise<T> {
  const answer = await fetch(server.url + path, { headers: { authorization: `Bearer ${readKey}` } });
  return (await answer.json()) as T;
}

const seen = new Set<string>();
/** The generation that arrived since the last look; exporters are flushed before their app ends, and an answer comes after the commit. */
async function arrived(): Promise<Reconstruction["generations"][number] | undefined> {
  const { traces } = await get<{ traces: { traceId: string }[] }>("/api/traces?limit=50");
  for (const { traceId } of traces) {
    if (seen.has(traceId)) continue;
    seen.add(traceId);
    const { generations } = await get<Reconstruction>(`/api/traces/${traceId}`);
    if (generations[0] !== undefined) return generations[0];
  }
  return undefined;
}

let failed = 0;
try {
  for (const [name, { packages, lacks }] of Object.entries(exporters)) {
    if (names.length > 0 && !names.includes(name)) continue;
    const versions = packages.map((one) => `${one} ${(JSON.parse(readFileSync(join(folder, "node_modules", one, "package.json"), "utf8")) as { version: string }).version}`).join(", ");
    const answer = await said(name);
    const signals = (await arrived())?.signals;
    const input = signals?.input.state === "captured" ? signals.input.value : null;
    const model = signals?.model.state === "captured" ? signals.model.value : null;
    const usage = signals?.usage.state === "captured" ? signals.usage.value : null;
    const completion = signals?.completion.state === "captured" ? signals.completion.value : null;
    const texts = JSON.stringify(input ?? {});
    const found = {
      messages: texts.includes("What is the dose?"),
      system: texts.includes("neonatal dosing assistant"),
      "model asked for": model?.requested === "gpt-4o",
      "answering model": model?.answered === "gpt-4o-2024-08-06",
      tokens: (usage?.inputTokens ?? 0) > 0 && (usage?.outputTokens ?? 0) > 0,
      answer: answer !== "" && completion?.text === answer,
    };
    const missing = Object.entries(found).filter(([what, is]) => !is && !lacks.includes(what)).map(([what]) => what);
    if (missing.length > 0 || answer === "") failed += 1;
    console.log(`${name.padEnd(14)} ${missing.length === 0 ? "arrived" : `lacks ${missing.join(", ")}`.padEnd(7)}${lacks.length > 0 ? ` (its spans hold no ${lacks.join(", ")})` : ""}  ${versions}`);
    if (missing.length > 0) console.log(JSON.stringify(signals ?? null).slice(0, 900));
  }
} finally {
  provider.kill("SIGTERM");
  await server.stop();
  rmSync(directory, { recursive: true, force: true });
}
process.exit(failed === 0 ? 0 : 1);
