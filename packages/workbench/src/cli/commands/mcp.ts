/** `whysaid mcp`: the tools for coding agents, over standard input and output. */
import { spawn } from "node:child_process";
import { StdioServerTransport } from "@modelcontextprotocol/sdk/server/stdio.js";
import { textRedactor } from "../../cases/run/originals.ts";
import { queryRedactor } from "../../find/redact-query.ts";
import { createMcpServer } from "../../mcp/mcp-server.ts";
import type { CommandCall } from "../command.ts";
import { exitCodes, type ExitCode } from "../exit-codes.ts";
import { withRecordings, workspaceOf } from "../recordings.ts";

export async function run({ options, settings }: CommandCall): Promise<ExitCode> {
  const target = options.text("target");
  const replay = options.has("allow-replay") ? (args: readonly string[]): Promise<string> => replayed([...args, ...(target === undefined ? [] : ["--target", target])], settings.dir.value, settings.store.value) : undefined;
  const server = createMcpServer({
    withStore: (use) => withRecordings(settings, ({ store }) => use(store)),
    redacted: (text) => textRedactor(settings.dir.value)(text),
    redactQuery: (text) => queryRedactor(workspaceOf(settings).keysDir)(text),
    now: Date.now,
    ...(replay === undefined ? {} : { replay }),
  });
  const transport = new StdioServerTransport();
  const closed = new Promise<void>((resolve) => {
    // oxlint-disable-next-line unicorn/prefer-add-event-listener -- the SDK has this property alone
    server.server.onclose = resolve;
    process.stdin.once("end", resolve);
  });
  await server.connect(transport);
  await closed;
  return exitCodes.ok;
}

/** In a process of its own: its output is for people, and standard output here is the protocol's. */
function replayed(args: readonly string[], dir: string, store: string): Promise<string> {
  const [start] = process.argv.slice(1);
  const child = spawn(process.execPath, [...process.execArgv, start ?? "", "replay", ...args, "--dir", dir, "--store", store], { stdio: ["ignore", "pipe", "pipe"] });
  let said = "";
  for (const stream of [child.stdout, child.stderr]) stream.on("data", (chunk: Buffer) => (said += chunk.toString()));
  return new Promise((resolve, reject) => {
    child.once("error", reject);
    child.once("close", () => resolve(said));
  });
}
