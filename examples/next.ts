/**
 * The Next.js app of `examples/next`, built and started as in production against the bundled provider, and read back: `npm run examples next`. Prints its rows of docs/adapters.md
 * and exits 1 when one is not what the page says. Next.js takes 370 MB, which is why `npm test` leaves it out.
 */
import { spawn, spawnSync, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { cpSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { createServer, type AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { withFreshStore, workspaceAt } from "../packages/workbench/src/ingest/workspace.ts";
import { reconstruct } from "../packages/workbench/src/reconstruct/reconstruct.ts";
import { installIn } from "../scripts/install-in.mjs";
import type { Reconstruction } from "../packages/recorder/src/format/index.ts";
import { rowOf } from "./adapters/row.ts";

const TRACE = "0af7651916cd43dd8448eb211c80319c";
const QUESTION = encodeURIComponent("Daily weight 2026-11-24: 3.2 kg. What is the dose?");
const root = join(import.meta.dirname, "..");
const folder = join(import.meta.dirname, "next");
const recorder = join(root, "packages/recorder");

if (!installIn(folder)) process.exit(1);
// As from the registry: files, no link. A link out of the app would be bundled instead of loaded.
const built = spawnSync(process.execPath, [join(root, "node_modules/typescript/bin/tsc"), "-b", recorder], { stdio: "inherit" });
if (built.status !== 0) process.exit(1);
const installed = join(folder, "node_modules/@whysaid/recorder");
rmSync(installed, { recursive: true, force: true });
for (const part of ["dist", "package.json"]) cpSync(join(recorder, part), join(installed, part), { recursive: true });

const scratch = mkdtempSync(join(tmpdir(), "whysaid-next-"));
const provider = spawn(process.execPath, ["--conditions=whysaid-source", "--import", "tsx", join(root, "examples/neonatal/src/provider.ts")], { cwd: root, stdio: ["ignore", "pipe", "inherit"] });
const [listening] = (await once(provider.stdout, "data")) as [Buffer];
const providerUrl = `http://127.0.0.1:${/\d+/.exec(listening.toString())?.[0] ?? ""}`;
const environment = { ...process.env, NEXT_TELEMETRY_DISABLED: "1", PROVIDER_URL: providerUrl, WHYSAID_BASE_URLS: providerUrl };

interface Ran {
  readonly said: string;
  readonly traceHeader: string | null;
  readonly traces: readonly Reconstruction[];
}
/** `next start` until it has answered `path` once; it ends by SIGTERM, as a platform would end it. */
async function served(path: string, more: Readonly<Record<string, string>>): Promise<Ran> {
  const dir = mkdtempSync(join(scratch, "run-"));
  const port = await freePort();
  const app = spawn(process.execPath, [join(folder, "node_modules/next/dist/bin/next"), "start", "--hostname", "127.0.0.1", "--port", String(port)], { cwd: folder, env: { ...environment, WHYSAID_DIR: dir, ...more }, stdio: ["ignore", "pipe", "inherit"] });
  try {
    await ready(app);
    const response = await fetch(`http://127.0.0.1:${port}${path}?q=${QUESTION}`, { headers: { traceparent: `00-${TRACE}-b7ad6b7169203331-01` } });
    const said = await response.text();
    return { said, traceHeader: response.headers.get("x-trace-id"), traces: await recorded(dir, app) };
  } finally {
    app.kill("SIGKILL");
  }
}
async function recorded(dir: string, app: ChildProcess): Promise<readonly Reconstruction[]> {
  app.kill("SIGTERM");
  await once(app, "close");
  return withFreshStore(workspaceAt(dir), async (store) => {
    const traces: Reconstruction[] = [];
    for (const { traceId } of await store.list({ limit: 10 })) {
      const stored = await store.trace(traceId);
      if (stored !== null) traces.push(reconstruct(stored));
    }
    return traces;
  });
}
async function ready(app: ChildProcess): Promise<void> {
  for await (const line of app.stdout ?? []) if (/Ready in/.test(String(line))) break;
}
async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  server.close();
  return port;
}

const faults: string[] = [];
const expectThat = (holds: boolean, sentence: string): void => void (holds || faults.push(sentence));
try {
  const build = spawnSync(process.execPath, [join(folder, "node_modules/next/dist/bin/next"), "build"], { cwd: folder, env: environment, encoding: "utf8" });
  if (build.status !== 0) throw new Error(`next build: ${build.stdout}${build.stderr}`);
  const page = readFileSync(join(root, "docs/adapters.md"), "utf8");
  const runs = [
    { label: "Next.js, a route handler", path: "/dose", how: "`instrumentation.js`, `traced` · `fetch`", more: {}, feature: "dose-summary" },
    { label: "Next.js, `NODE_OPTIONS` only", path: "/zero-code", how: "`@whysaid/recorder/register`", more: { NODE_OPTIONS: "--import @whysaid/recorder/register" }, feature: null },
  ];
  for (const { label, path, how, more, feature } of runs) {
    const { said, traceHeader, traces } = await served(path, more);
    const [trace] = traces;
    expectThat(/12\.8 mg/.test(said), `${label}: the app says ${JSON.stringify(said)}`);
    expectThat(traces.length === 1 && trace?.complete === true && trace.generations.length === 1, `${label}: ${traces.length} traces, complete: ${traces.map(({ complete }) => complete).join()}`);
    if (trace === undefined) continue;
    expectThat(trace.feature === feature, `${label}: the feature is ${trace.feature}`);
    if (feature !== null) expectThat(trace.traceId === TRACE && traceHeader === TRACE, `${label}: the inbound trace id was not continued`);
    const row = rowOf({ label, how, packages: ["next", "openai"], folder }, trace);
    expectThat(page.includes(row), `${label}: docs/adapters.md has another row`);
    console.log(row);
  }
} finally {
  provider.kill("SIGTERM");
  rmSync(scratch, { recursive: true, force: true });
}
for (const fault of faults) console.log(`✗ ${fault}`);
console.log(faults.length === 0 ? "Next.js is recorded as docs/adapters.md says." : `${faults.length} of these do not hold.`);
process.exit(faults.length === 0 ? 0 : 1);
