/** Tools of an MCP server: the client's `callTool` recorded, exact arguments and result. */
import { Client } from "@modelcontextprotocol/sdk/client/index.js";
import { InMemoryTransport } from "@modelcontextprotocol/sdk/inMemory.js";
import { McpServer } from "@modelcontextprotocol/sdk/server/mcp.js";
import { createRecorder } from "@whysaid/recorder";
import { recordMcpClient } from "@whysaid/recorder/adapters";
import OpenAI from "openai";
import { z } from "zod";

const server = new McpServer({ name: "labs", version: "1.0.0" });
server.registerTool("get_labs", { description: "Newest labs", inputSchema: { mrn: z.string() } }, async ({ mrn }) => ({ content: [{ type: "text", text: JSON.stringify({ mrn, creatinine_mg_dl: 0.6 }) }] }));
const [here, there] = InMemoryTransport.createLinkedPair();
await server.connect(there);

const recorder = createRecorder({ service: "mcp-tools" });
const mcp = recordMcpClient(new Client({ name: "assistant", version: "1.0.0" }), recorder);
await mcp.connect(here);
const openai = new OpenAI({ apiKey: "none", baseURL: `${process.env.PROVIDER_URL}/v1`, fetch: recorder.fetch });

await recorder.trace("dose-summary", async () => {
  const { tools } = await mcp.listTools();
  const functions = tools.map(({ name, description, inputSchema }) => ({ type: "function", function: { name, description, parameters: inputSchema } }));
  const messages = [{ role: "system", content: "You are a neonatal dosing assistant." }, { role: "user", content: "Daily weight 2026-11-24: 3.2 kg.\nWhat is the dose, about MRN 10000870?" }];
  const asked = (await openai.chat.completions.create({ model: "gpt-4o", messages, tools: functions })).choices[0].message;
  messages.push(asked);
  for (const call of asked.tool_calls) {
    const { content } = await mcp.callTool({ name: call.function.name, arguments: JSON.parse(call.function.arguments) });
    messages.push({ role: "tool", tool_call_id: call.id, content: content[0].text });
  }
  console.log((await openai.chat.completions.create({ model: "gpt-4o", messages, tools: functions })).choices[0].message.content);
});
await mcp.close();
await recorder.close();
