/**
 * The app once more, through the adapters: Vercel AI SDK 7 and 6, LangChain.js with and without the client's `fetch`, OpenAI Agents, MCP tools, spans of OpenTelemetry's SDK, a handler of inbound requests, and AWS' own Bedrock client.
 * Run with the packages of examples/adapters beside it. Arguments: directory, the address of a loopback provider; `WHYSAID_URL` and `WHYSAID_KEY` ship what is recorded to a server.
 */
import { writeSync } from "node:fs";
import { BedrockRuntimeClient, ConverseCommand, ConverseStreamCommand, InvokeModelCommand, InvokeModelWithResponseStreamCommand } from "@aws-sdk/client-bedrock-runtime";
import { createOpenAI } from "@ai-sdk/openai";
import { BaseRetriever } from "@langchain/core/retrievers";
import { tool as langchainTool } from "@langchain/core/tools";
import { ChatOpenAI } from "@langchain/openai";
import { Client } from "@modelcontextprotocol/sdk/client/index.js";
import { InMemoryTransport } from "@modelcontextprotocol/sdk/inMemory.js";
import { McpServer } from "@modelcontextprotocol/sdk/server/mcp.js";
import { Agent, run, setDefaultOpenAIClient, setOpenAIAPI, setTracingDisabled, tool as agentTool } from "@openai/agents";
import { NodeTracerProvider, SimpleSpanProcessor } from "@opentelemetry/sdk-trace-node";
import { NodeHttpHandler } from "@smithy/node-http-handler";
import { generateText, isStepCount, streamText, tool } from "ai";
import { streamText as streamText6, tool as tool6, wrapLanguageModel } from "ai-6";
import OpenAI from "openai";
import { z } from "zod";
import { aiSdkMiddleware, langchainHandler, otelSpanExporter, recordAiSdk, recordMcpClient, recordTool, recordTools, traced } from "../../../packages/recorder/src/adapters/index.js";
import { recordBedrock } from "../../../packages/recorder/src/adapters/bedrock.js";
import { createRecorder } from "../../../packages/recorder/src/index.js";
import { provider } from "../provider.js";
import { declared, declaredProse, prose, spellings } from "../values.js";

const [dir, providerUrl] = process.argv.slice(2);
let text = prose();
const recorder = createRecorder({ dir, service: "adapters", declared: declared(), baseUrls: [providerUrl], fetch: provider(() => text) });
const baseURL = `${providerUrl}/v1`;
const schema = z.object({ note: z.string(), mrn: z.number() });
let planted = 0;

/** What the app's own clients throw is the app's; it must not be printed here. */
async function quietly(work) {
  try {
    await work();
  } catch {
    // canaries are in it
  }
  planted += 1;
}
const settings = () => ({ ...declared(), conversation: text, user: text, tags: { note: text } });
const failing = () => {
  throw new Error(`tool failed for ${text}`);
};

recordAiSdk(recorder);
const aiSdk = createOpenAI({ baseURL, apiKey: "none", fetch: recorder.fetch });
const aiTools = () => ({ get_weight: tool({ description: text, inputSchema: schema, execute: async ({ note }) => ({ note, again: text }) }), fails: tool({ description: text, inputSchema: schema, execute: failing }) });

/** A model in the process, as llama.cpp would be one: nothing of it crosses a wire. */
const local = {
  specificationVersion: "v3",
  provider: "local",
  modelId: "local-1",
  supportedUrls: {},
  doStream: async ({ prompt }) => ({
    stream: ReadableStream.from([
      { type: "stream-start", warnings: [] },
      ...(prompt.at(-1).role === "tool" ? [{ type: "text-start", id: "1" }, ...text.match(/[\s\S]{1,3}/g).map((delta) => ({ type: "text-delta", id: "1", delta })), { type: "text-end", id: "1" }] : [{ type: "tool-call", toolCallId: "call_1", toolName: "get_weight", input: JSON.stringify({ note: text, mrn: 7714028835 }) }]),
      { type: "finish", finishReason: { unified: "stop" }, usage: { inputTokens: { total: 1 }, outputTokens: { total: 1 } } },
    ]),
  }),
};

class Chart extends BaseRetriever {
  lc_namespace = ["canary"];
  async _getRelevantDocuments(query) {
    return [{ pageContent: `${query} ${text}`, metadata: { source: `chart/${text}`, note: text } }];
  }
}

const adapters = {
  "AI SDK 7": async () => {
    for (const ask of [generateText, streamText])
      await quietly(async () => {
        const answer = await recorder.trace(`dose ${text}`, settings(), () => ask({ model: aiSdk.chat("gpt-4o"), system: text, prompt: text, tools: aiTools(), stopWhen: isStepCount(2), maxRetries: 0, onError: () => undefined, telemetry: { functionId: text } }));
        await answer.text;
        await answer.steps;
      });
  },
  "AI SDK 6, a model in the process": () =>
    quietly(() =>
      recorder.trace("local", settings(), async () => {
        const tools = recordTools({ get_weight: tool6({ description: text, inputSchema: schema, execute: async ({ note }) => ({ note, again: text }) }) }, recorder);
        const answer = streamText6({ model: wrapLanguageModel({ model: local, middleware: aiSdkMiddleware(recorder) }), system: text, prompt: text, tools, onError: () => undefined });
        await answer.text;
      }),
    ),
  "LangChain.js": async () => {
    const callbacks = [langchainHandler(recorder)];
    const getWeight = langchainTool(async ({ note }) => JSON.stringify({ note, again: text }), { name: "get_weight", description: text, schema });
    const fails = langchainTool(failing, { name: "fails", description: text, schema });
    for (const configuration of [{ baseURL, fetch: recorder.fetch }, { baseURL }])
      for (const streaming of [false, true])
        await quietly(() =>
          recorder.trace("chain", settings(), async () => {
            const documents = await new Chart().invoke(text, { callbacks });
            const model = new ChatOpenAI({ model: "gpt-4o", apiKey: "none", maxRetries: 0, configuration }).bindTools([getWeight]);
            const asked = [["system", text], ["user", documents[0].pageContent]];
            const options = { callbacks, metadata: { who: text }, tags: [text], runName: text };
            // (`streaming: true` estimates tokens with a table from the network)
            await quietly(async () => {
              if (!streaming) await model.invoke(asked, options);
              else for await (const _ of await model.stream(asked, options));
            });
            await quietly(() => getWeight.invoke({ name: "get_weight", id: text, args: { note: text, mrn: 7714028835 }, type: "tool_call" }, { callbacks }));
            await quietly(() => fails.invoke({ note: text, mrn: 1 }, { callbacks }));
          }),
        );
  },
  "OpenAI Agents": () =>
    quietly(() => {
      setTracingDisabled(true);
      setOpenAIAPI("chat_completions");
      setDefaultOpenAIClient(new OpenAI({ apiKey: "none", baseURL, fetch: recorder.fetch, maxRetries: 0 }));
      const getWeight = agentTool(recordTool({ name: "get_weight", description: text, parameters: z.object({ note: z.string() }), execute: async ({ note }) => `${note} ${text}` }, recorder));
      return recorder.trace("agent", settings(), () => run(new Agent({ name: "Dosing", model: "gpt-4o", instructions: text, tools: [getWeight] }), text, { maxTurns: 2 }));
    }),
  "MCP tools": () =>
    quietly(async () => {
      const server = new McpServer({ name: "chart", version: "1.0.0" });
      server.registerTool("get_weight", { description: "Newest weight", inputSchema: { note: z.string() } }, async ({ note }) => ({ content: [{ type: "text", text: `${note} ${text}` }] }));
      const [here, there] = InMemoryTransport.createLinkedPair();
      await server.connect(there);
      const mcp = recordMcpClient(new Client({ name: "canary", version: "1.0.0" }), recorder);
      await mcp.connect(here);
      await recorder.trace("tools", settings(), () => mcp.callTool({ name: "get_weight", arguments: { note: text } }));
      await mcp.close();
    }),
  "OpenTelemetry's spans": () =>
    quietly(async () => {
      const spans = new NodeTracerProvider({ spanProcessors: [new SimpleSpanProcessor(otelSpanExporter(recorder))] });
      const tracer = spans.getTracer("canary");
      const said = JSON.stringify([{ role: "user", parts: [{ type: "text", content: text }, { type: "tool_call", id: text, name: text, arguments: { note: text } }] }]);
      const about = { "gen_ai.agent.name": text, "gen_ai.conversation.id": text, "user.id": text };
      for (const attributes of [
        { "gen_ai.operation.name": "chat", "gen_ai.provider.name": text, "gen_ai.request.model": text, "gen_ai.request.seed": text, "gen_ai.system_instructions": text, "gen_ai.input.messages": said, "gen_ai.output.messages": said, "gen_ai.tool.definitions": JSON.stringify([{ name: text, description: text }]) },
        { "ai.operationId": "ai.generateText.doGenerate", "ai.model.id": text, "ai.prompt.messages": JSON.stringify([{ role: text, content: text }]), "ai.response.text": text, "ai.response.finishReason": text },
        { "openinference.span.kind": "LLM", "llm.input_messages.0.message.role": text, "llm.input_messages.0.message.content": text, "llm.output_messages.0.message.content": text, "llm.invocation_parameters": JSON.stringify({ note: text }) },
        { "openinference.span.kind": "RETRIEVER", "input.value": text, "retrieval.documents.0.document.id": text, "retrieval.documents.0.document.content": text, "retrieval.documents.0.document.metadata": JSON.stringify({ note: text }) },
        { "openinference.span.kind": "TOOL", "tool.name": text, "input.value": text, "output.value": text },
      ]) {
        const span = tracer.startSpan(`span ${text}`, { attributes: { ...about, ...attributes } });
        span.recordException(new Error(`failed for ${text}`));
        span.setStatus({ code: 2, message: text });
        span.end();
      }
      await spans.shutdown();
    }),
  "a handler of inbound requests": () =>
    quietly(async () => {
      const handler = traced(recorder, { feature: () => `route ${text}`, options: settings }, async () => {
        await recorder.tool("get_weight", { note: text }, async () => ({ note: text }));
        throw new Error(`the handler failed for ${text}`);
      });
      await handler(new Request(`http://127.0.0.1/chat?patient=${encodeURIComponent(text)}`, { headers: { "x-note": "none" } }));
    }),
  "the Bedrock client": async () => {
    const credentials = { accessKeyId: "none", secretAccessKey: "none" };
    const client = recordBedrock(new BedrockRuntimeClient({ region: "eu-central-1", endpoint: providerUrl, credentials, maxAttempts: 1, requestHandler: new NodeHttpHandler() }), recorder);
    const modelId = "anthropic.claude-3-haiku-20240307-v1:0";
    const asked = { modelId, system: [{ text }], messages: [{ role: "user", content: [{ text }] }] };
    const invoked = { modelId, body: JSON.stringify({ anthropic_version: "bedrock-2023-05-31", max_tokens: 9, system: text, messages: [{ role: "user", content: text }] }) };
    const traced = (work) => quietly(() => recorder.trace("bedrock", settings(), work));
    await traced(() => client.send(new ConverseCommand(asked)));
    await traced(() => client.send(new InvokeModelCommand(invoked)));
    await traced(async () => {
      for await (const _ of (await client.send(new ConverseStreamCommand(asked))).stream);
    });
    await traced(async () => {
      for await (const _ of (await client.send(new InvokeModelWithResponseStreamCommand(invoked))).body);
    });
    client.destroy();
  },
};

for (const spelled of [prose(), ...Object.values(spellings).map((spell) => declaredProse(spell))]) {
  text = spelled;
  for (const [name, adapter] of Object.entries(adapters)) {
    const startedMs = Date.now();
    await adapter();
    // to a person who runs it by hand; nobody listens otherwise
    writeSync(3, `${name}: ${Date.now() - startedMs} ms\n`);
  }
}
await recorder.flush();
await recorder.close();
process.stdout.write(`${planted}\n`);
