/**
 * Every framework's example is run against the bundled provider and read back: what it gave of the nine signals is the table of docs/adapters.md.
 */
import { spawn, type ChildProcess } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { installIn } from "../../scripts/install-in.mjs";
import { withFreshStore, workspaceAt } from "../../packages/workbench/src/ingest/workspace.ts";
import { reconstruct } from "../../packages/workbench/src/reconstruct/reconstruct.ts";
import type { Reconstruction } from "../../packages/recorder/src/format/index.ts";
import { rowOf, toolsOf } from "./row.ts";

const folder = import.meta.dirname;
const root = join(folder, "../..");
const flags = ["--conditions=whysaid-source", "--import", join(root, "node_modules/tsx/dist/loader.mjs")];
const TRACE = "0af7651916cd43dd8448eb211c80319c";

interface Example {
  readonly file: string;
  readonly env?: Record<string, string>;
  readonly label: string;
  /** Packages whose installed versions the table names. */
  readonly packages: readonly string[];
  readonly how: string;
  readonly says: RegExp;
}
const web = { how: "middleware · `fetch`", says: new RegExp(`^${TRACE} .*12\\.8 mg`) };
const dose = { says: /12\.8 mg.*Creatinine 0\.6/ };
const examples: readonly Example[] = [
  { ...dose, file: "ai-sdk-7.mjs", label: "Vercel AI SDK 7", packages: ["ai", "@ai-sdk/openai"], how: "`recordAiSdk` · `fetch`" },
  { file: "ai-sdk-6.mjs", label: "Vercel AI SDK 6, a model in the process", packages: ["ai-6"], how: "`aiSdkMiddleware`, `recordTools`", says: /3\.2 kg/ },
  { ...dose, file: "langchain.mjs", label: "LangChain.js", packages: ["@langchain/core", "@langchain/openai"], how: "`langchainHandler` · `fetch`" },
  { ...dose, file: "langchain.mjs", env: { WITHOUT_FETCH: "1" }, label: "LangChain.js, client without `fetch`", packages: ["@langchain/core", "@langchain/openai"], how: "`langchainHandler`" },
  { ...dose, file: "openai-agents.mjs", label: "OpenAI Agents", packages: ["@openai/agents"], how: "`recordTool` · `fetch`" },
  { ...dose, file: "mcp-tools.mjs", label: "MCP tools", packages: ["@modelcontextprotocol/sdk"], how: "`recordMcpClient` · `fetch`" },
  { ...web, file: "express.mjs", label: "Express", packages: ["express"], how: "`expressTraces` · `fetch`" },
  { ...web, file: "fastify.mjs", label: "Fastify", packages: ["fastify"], how: "`fastifyTraces` · `fetch`" },
  { ...web, file: "hono.mjs", label: "Hono", packages: ["hono"], how: "`honoTraces` · `fetch`" },
  { ...web, file: "fetch-handler.mjs", label: "Handlers of a `Request` (Next.js routes, Workers)", packages: [], how: "`traced` · `fetch`" },
  { ...dose, file: "otel.mjs", env: { INSTRUMENTED: "openinference" }, label: "OpenTelemetry: OpenInference's spans", packages: ["@opentelemetry/sdk-trace-node", "@arizeai/openinference-instrumentation-openai"], how: "`otelSpanExporter`" },
  { ...dose, file: "otel.mjs", env: { INSTRUMENTED: "ai-sdk" }, label: "OpenTelemetry: the AI SDK's spans", packages: ["@opentelemetry/sdk-trace-node", "@ai-sdk/otel"], how: "`otelSpanExporter`" },
  { file: "logging.mjs", label: "pino, winston", packages: ["pino", "winston"], how: "`traceMixin`, `winstonTraceId` · `fetch`", says: /^\[null,"([0-9a-f]{32})","\1"\]$/ },
];

let provider: ChildProcess;
let providerUrl: string;
let scratch: string;
beforeAll(async () => {
  if (!installIn(folder)) throw new Error("the frameworks could not be installed");
  scratch = mkdtempSync(join(tmpdir(), "whysaid-adapters-"));
  provider = spawn(process.execPath, [...flags, join(root, "examples/neonatal/src/provider.ts")], { stdio: ["ignore", "pipe", "inherit"] });
  const port = await new Promise<string>((resolve) => provider.stdout?.on("data", (line: Buffer) => resolve(/\d+/.exec(line.toString())?.[0] ?? "")));
  providerUrl = `http://127.0.0.1:${port}`;
}, 600_000);
afterAll(() => {
  provider.kill("SIGTERM");
  rmSync(scratch, { recursive: true, force: true });
});

interface Ran {
  readonly said: string;
  readonly trace: Reconstruction;
}
async function run(example: Example): Promise<Ran> {
  const dir = mkdtempSync(join(scratch, "run-"));
  const env = { ...process.env, NODE_OPTIONS: "", WHYSAID_DIR: dir, WHYSAID_BASE_URLS: providerUrl, PROVIDER_URL: providerUrl, TRACEPARENT: `00-${TRACE}-b7ad6b7169203331-01`, ...example.env };
  const child = spawn(process.execPath, [...flags, join(folder, example.file)], { cwd: folder, env, stdio: ["ignore", "pipe", "pipe"] });
  let [said, errors] = ["", ""];
  child.stdout.on("data", (chunk: Buffer) => (said += chunk.toString()));
  child.stderr.on("data", (chunk: Buffer) => (errors += chunk.toString()));
  const code = await new Promise((resolve) => child.on("close", resolve));
  expect([code, errors.replaceAll(/^.*ExperimentalWarning.*\n|^\(Use `node.*\n/gm, "")]).toEqual([0, ""]);
  return withFreshStore(workspaceAt(dir), async (store) => {
    const rows = await store.list({ limit: 5 });
    const stored = await store.trace(rows[0]?.traceId ?? "");
    if (rows.length !== 1 || stored === null) throw new Error(`${example.label} recorded ${rows.length} traces`);
    return { said: said.trim(), trace: reconstruct(stored) };
  });
}

const rows: string[] = [];
describe("examples of adapters", () => {
  for (const example of examples) {
    test(`${example.label} is recorded, and says what it says without the recorder`, async () => {
      const { said, trace } = await run(example);
      expect(said).toMatch(example.says);
      expect(trace.complete).toBe(true);
      expect(trace.feature).toMatch(/dose-summary|weight/);
      for (const { arguments: given, result } of toolsOf(trace)) expect([given, result]).toEqual([expect.stringContaining("mrn"), expect.stringMatching(/creatinine|kg/)]);
      rows.push(rowOf({ ...example, folder }, trace));
    });
  }
  test("the table of docs/adapters.md is what they recorded", () => {
    const page = readFileSync(join(root, "docs/adapters.md"), "utf8");
    const table = page.split("\n\n").find((part) => part.startsWith("| framework |")) ?? "";
    // what is too large to be installed here has its row from `npm run examples`
    expect(table.split("\n").slice(2).filter((row) => !row.startsWith("| Next.js"))).toEqual(rows);
  });
});
