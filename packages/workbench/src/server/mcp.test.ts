import { Client } from "@modelcontextprotocol/sdk/client/index.js";
import { StreamableHTTPClientTransport } from "@modelcontextprotocol/sdk/client/streamableHttp.js";
import type { Transport } from "@modelcontextprotocol/sdk/shared/transport.js";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { digestOf } from "../ingest/digest.ts";
import { openSqliteStore } from "../store/sqlite/open-sqlite.ts";
import { addCall, HandSegment, traceOf } from "../store/testing/batches.ts";
import { runningServer, type Running } from "./testing/running.ts";

let up: Running;
const trace = traceOf(7);
beforeAll(async () => {
  up = await runningServer();
  const store = await openSqliteStore(join(up.directory, "store.db"), { digestOf });
  const segment = new HandSegment();
  addCall(segment, { trace, atMs: Date.now() - 60_000, failedRule: "dose_range" });
  await store.ingest(segment.batch());
  await store.close();
});
afterAll(() => up.close());

async function agent(key: string): Promise<Client> {
  const client = new Client({ name: "a-coding-agent", version: "1.0.0" });
  // The SDK's own types do not agree on an optional session id.
  await client.connect(new StreamableHTTPClientTransport(new URL(`${up.url}/mcp`), { requestInit: { headers: { authorization: `Bearer ${key}` } } }) as Transport);
  return client;
}
const textOf = (result: unknown): string => (result as { readonly content: readonly { readonly text: string }[] }).content[0]?.text ?? "";
const names = async (client: Client): Promise<readonly string[]> => (await client.listTools()).tools.map(({ name }) => name);

test("an agent with a read key finds a trace and its cause over HTTP, within its budget, and can change nothing", async () => {
  const client = await agent(up.key("read"));
  expect(await names(client)).toEqual(["find", "list", "show", "why", "diff", "cases"]);
  expect(textOf(await client.callTool({ name: "list", arguments: { feature: "dose-summary" } }))).toContain(trace);
  expect(textOf(await client.callTool({ name: "why", arguments: { trace } }))).toContain("dose_range");
  expect(textOf(await client.callTool({ name: "show", arguments: { trace, maxTokens: 100 } })).length).toBeLessThan(700);
  expect(textOf(await client.callTool({ name: "add_case", arguments: { trace } }))).toMatch(/not found/i);
  await client.close();
});

test("an admin's agent makes a case of it; none replays", async () => {
  const client = await agent(up.key("admin"));
  expect(await names(client)).toEqual(["find", "list", "show", "why", "diff", "cases", "add_case"]);
  expect(textOf(await client.callTool({ name: "add_case", arguments: { trace } }))).toMatch(/^Made: case_/);
  await client.close();
});

test("who may not read gets nothing; other sites, other methods and huge bodies are refused", async () => {
  const call = JSON.stringify({ jsonrpc: "2.0", id: 1, method: "tools/list" });
  const post = async (headers: Record<string, string>, body = call): Promise<number> => (await up.send("/mcp", { method: "POST", headers: { "content-type": "application/json", accept: "application/json, text/event-stream", ...headers }, body })).status;
  const read = { authorization: `Bearer ${up.key("read")}` };
  expect(await post({})).toBe(401);
  expect(await post({ authorization: `Bearer ${up.key("ingest")}` })).toBe(403);
  expect(await post({ ...read, origin: "https://evil.example" })).toBe(403);
  expect(await post(read, `{"jsonrpc":"2.0","id":1,"method":"tools/list","params":{"x":"${"a".repeat(2 ** 20)}"}}`)).toBe(413);
  expect(await post(read)).toBe(200);
  expect((await up.send("/mcp", { headers: read })).status).toBe(405);
});
