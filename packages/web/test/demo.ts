/** The demo's day on the ward, recorded for the tests in a folder of their own; and a server with a browser over it. */
import { spawn, spawnSync, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import type { Browser, BrowserContext, Page } from "playwright-core";
import { builtStart } from "../../workbench/src/cli/testing/built.ts";
import { openFreshStore, workspaceAt } from "../../workbench/src/ingest/workspace.ts";
import { keepReparse } from "../../workbench/src/replay/reparse-feature.ts";
import { findOrInstallChromium, launchChromium } from "./browser.ts";

export const root: string = join(dirname(fileURLToPath(import.meta.url)), "../../..");

/** Builds the pages when they are stale. */
export function buildPages(): void {
  const { status } = spawnSync(process.execPath, [join(root, "scripts/pages.mjs")], { cwd: root, stdio: ["ignore", "ignore", "inherit"] });
  if (status !== 0) throw new Error("the pages could not be built");
}

export interface Up {
  readonly url: string;
  /** Lets one browser in, once. */
  readonly link: string;
  stop(): Promise<void>;
}
/** `whysaid up` over a directory, as its own process on a free port; the command line has been built (built.ts). */
export async function startUp(dir: string, args: readonly string[] = []): Promise<Up> {
  const child: ChildProcess = spawn(process.execPath, [builtStart, "up", "--dir", dir, "--port", "0", "--json", ...args], { cwd: root, stdio: ["ignore", "pipe", "inherit"] });
  const { url, link } = await new Promise<{ url: string; link: string }>((resolve, reject) => {
    let output = "";
    child.stdout?.on("data", (chunk: Buffer) => {
      output += chunk.toString();
      if (output.includes("\n")) resolve(JSON.parse(output.slice(0, output.indexOf("\n"))) as { url: string; link: string });
    });
    child.once("exit", (code) => reject(new Error(`whysaid up ended with ${code}`)));
  });
  return {
    url,
    link,
    stop: async () => {
      if (child.exitCode !== null) return;
      child.kill("SIGTERM");
      await once(child, "exit");
    },
  };
}

export interface Provider {
  /** Base URL. */
  readonly url: string;
  stop(): Promise<void>;
}
/** The demo's bundled provider, in a process of its own, for replays. */
export async function startProvider(): Promise<Provider> {
  const child = spawn(process.execPath, ["--conditions=whysaid-source", "--import", "tsx", join(root, "examples/neonatal/src/provider.ts")], { cwd: root, stdio: ["ignore", "pipe", "inherit"] });
  const port = await new Promise<string>((resolve, reject) => {
    child.stdout.on("data", (chunk: Buffer) => resolve(/listening (\d+)/.exec(chunk.toString())?.[1] ?? ""));
    child.once("exit", (code) => reject(new Error(`the provider ended with ${code}`)));
  });
  return {
    url: `http://127.0.0.1:${port}`,
    stop: async () => {
      child.kill("SIGTERM");
      await once(child, "exit");
    },
  };
}

/** A parser found to mend some answers and break one, as `whysaid reparse` keeps it. */
export async function keepAReparse(dir: string, feature: string): Promise<void> {
  const { store } = await openFreshStore(workspaceAt(dir));
  const traces = (await store.list({ feature, limit: 40 })).map(({ traceId }) => traceId);
  const [first, second] = [traces.slice(0, 1), traces.slice(1, 2)];
  await keepReparse(store, {
    feature,
    module: "open-tasks.ts",
    atMs: Date.now(),
    matrix: { completions: traces.length, fixed: 1, broken: 1, unchanged: traces.length - 2, parsed: [{ before: "parsed", after: "parsed", traces: traces.slice(2) }, { before: "empty", after: "parsed", traces: first }, { before: "parsed", after: "failed", traces: second }], rules: [{ rule: "has_tasks", cells: [{ before: "passed", after: "passed", traces: traces.slice(2) }, { before: "failed", after: "passed", traces: first }] }] },
  });
  await store.close();
}

/** @returns the incident's trace id */
export async function recordDemo(dir: string): Promise<string> {
  const child = spawn(process.execPath, [join(root, "packages/workbench/bin/whysaid.js"), "demo", "--dir", dir, "--json"], { cwd: root, stdio: ["ignore", "pipe", "ignore"] });
  let output = "";
  child.stdout.on("data", (chunk: Buffer) => (output += chunk.toString()));
  const [code] = (await once(child, "close")) as [number | null];
  if (code !== 0) throw new Error(`whysaid demo ended with ${code}`);
  return (JSON.parse(output.trim().split("\n").at(-1) ?? "") as { incident: string }).incident;
}

export interface Bench {
  readonly url: string;
  readonly browser: Browser;
  readonly dir: string;
  /** A signed-in page of its own; what it loads from elsewhere and the errors it throws are noted. */
  page(options?: Parameters<Browser["newContext"]>[0]): Promise<{ readonly page: Page; readonly context: BrowserContext; readonly foreign: readonly string[]; readonly errors: readonly string[] }>;
  close(): Promise<void>;
}

/** null when there is no browser and none can be installed; why is printed. */
export async function openBench(fill: (dir: string) => Promise<void>, up: readonly string[] = []): Promise<Bench | null> {
  const found = findOrInstallChromium((line) => process.stderr.write(`${line}\n`));
  if ("why" in found) {
    process.stderr.write(`\nBROWSER TESTS DID NOT RUN: ${found.why}.\n\n`);
    return null;
  }
  buildPages();
  const folder = mkdtempSync(join(tmpdir(), "whysaid-pages-"));
  const dir = join(folder, "recordings");
  await fill(dir);
  const server = await startUp(dir, up);
  const browser = await launchChromium(found.path);
  const first = await browser.newContext();
  await (await first.newPage()).goto(server.link);
  const storageState = await first.storageState();
  await first.close();
  return {
    url: server.url,
    browser,
    dir,
    page: async (options = {}) => {
      const context = await browser.newContext({ storageState, ...options });
      const foreign: string[] = [];
      const errors: string[] = [];
      context.on("request", (request) => {
        const { origin, protocol } = new URL(request.url());
        if (origin !== server.url && protocol !== "blob:" && protocol !== "data:") foreign.push(request.url());
      });
      const page = await context.newPage();
      page.setDefaultTimeout(60_000);
      page.on("pageerror", (error) => errors.push(error.message));
      await page.goto(server.url);
      return { page, context, foreign, errors };
    },
    close: async () => {
      await browser.close();
      await server.stop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
