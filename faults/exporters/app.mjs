/** `node app.mjs <exporter>`: one question to the provider, traced by one tool's own client or instrumentation, sent by its own exporter to SERVER_URL with SERVER_KEY. */
import OpenAI from "openai";

const { SERVER_URL: server, SERVER_KEY: key, PROVIDER_URL: provider } = process.env;
const client = () => new OpenAI({ apiKey: "none", baseURL: `${provider}/v1` });
const question = { model: "gpt-4o", temperature: 0.2, messages: [{ role: "system", content: "You are a neonatal dosing assistant." }, { role: "user", content: "Daily weight today: 3.2 kg. What is the dose?" }] };
const ask = async (openai) => (await openai.chat.completions.create(question)).choices[0].message.content;

/** OpenTelemetry's own SDK and exporter, for instrumentations that bring none. */
async function provided(exporters) {
  const { NodeTracerProvider, SimpleSpanProcessor } = await import("@opentelemetry/sdk-trace-node");
  const { OTLPTraceExporter } = await import(exporters);
  const tracerProvider = new NodeTracerProvider({ spanProcessors: [new SimpleSpanProcessor(new OTLPTraceExporter({ url: `${server}/v1/traces`, headers: { authorization: `Bearer ${key}` } }))] });
  tracerProvider.register();
  return tracerProvider;
}
const json = "@opentelemetry/exporter-trace-otlp-http";
const protobuf = "@opentelemetry/exporter-trace-otlp-proto";

/** The classes' own exports, as the module is seen by who patches it: `require` gives what `import` gives. */
async function instrumented(Instrumentation, exporters) {
  const tracerProvider = await provided(exporters);
  const instrumentation = new Instrumentation();
  instrumentation.setTracerProvider(tracerProvider);
  if ("manuallyInstrument" in instrumentation) instrumentation.manuallyInstrument(OpenAI);
  const answer = await ask(client());
  await tracerProvider.shutdown();
  return answer;
}

const apps = {
  langfuse: async () => {
    Object.assign(process.env, { LANGFUSE_PUBLIC_KEY: "pk-lf-own", LANGFUSE_SECRET_KEY: key, LANGFUSE_BASE_URL: server });
    const { LangfuseSpanProcessor } = await import("@langfuse/otel");
    const { NodeTracerProvider } = await import("@opentelemetry/sdk-trace-node");
    const { observeOpenAI } = await import("@langfuse/openai");
    const processor = new LangfuseSpanProcessor();
    new NodeTracerProvider({ spanProcessors: [processor] }).register();
    const answer = await ask(observeOpenAI(client()));
    await processor.forceFlush();
    return answer;
  },
  langsmith: async () => {
    Object.assign(process.env, { LANGSMITH_TRACING: "true", LANGSMITH_API_KEY: key, LANGSMITH_ENDPOINT: server, LANGSMITH_OTEL_ENABLED: "true", OTEL_ENABLED: "true" });
    const { initializeOTEL } = await import("langsmith/experimental/otel/setup");
    const { DEFAULT_LANGSMITH_SPAN_PROCESSOR: processor } = initializeOTEL();
    const { wrapOpenAI } = await import("langsmith/wrappers");
    const { Client } = await import("langsmith");
    const langsmith = new Client();
    const answer = await ask(wrapOpenAI(client(), { client: langsmith }));
    await langsmith.awaitPendingTraceBatches();
    await processor.forceFlush();
    return answer;
  },
  "langsmith-own": async () => {
    Object.assign(process.env, { LANGSMITH_TRACING: "true", LANGSMITH_API_KEY: key, LANGSMITH_ENDPOINT: server });
    const { wrapOpenAI } = await import("langsmith/wrappers");
    const { traceable } = await import("langsmith/traceable");
    const { Client } = await import("langsmith");
    const langsmith = new Client();
    const openai = wrapOpenAI(client(), { client: langsmith });
    // Long enough that the run's begin and end go in two requests.
    const summary = traceable(
      async () => {
        const answer = await ask(openai);
        await new Promise((resolve) => setTimeout(resolve, 1500));
        return answer;
      },
      { name: "dose-summary", client: langsmith },
    );
    const answer = await summary();
    await langsmith.awaitPendingTraceBatches();
    return answer;
  },
  "langfuse-own": async () => {
    const { Langfuse, observeOpenAI } = await import("langfuse");
    const langfuse = new Langfuse({ publicKey: "pk-lf-own", secretKey: key, baseUrl: server });
    const trace = langfuse.trace({ name: "dose-summary" });
    const answer = await ask(observeOpenAI(client(), { parent: trace }));
    await langfuse.shutdownAsync();
    return answer;
  },
  laminar: async () => {
    const { Laminar } = await import("@lmnr-ai/lmnr");
    const { hostname, port } = new URL(server);
    Laminar.initialize({ projectApiKey: key, baseUrl: `http://${hostname}`, httpPort: Number(port), forceHttp: true, disableBatch: true, instrumentModules: { OpenAI } });
    const answer = await ask(client());
    await Laminar.shutdown();
    return answer;
  },
  openinference: async () => instrumented((await import("@arizeai/openinference-instrumentation-openai")).OpenAIInstrumentation, json),
  traceloop: async () => instrumented((await import("@traceloop/instrumentation-openai")).OpenAIInstrumentation, protobuf),
  "otel-contrib": async () => {
    // It patches modules as they are required, and has no door of its own for one that is there: `openai` is loaded after it.
    process.env.OTEL_INSTRUMENTATION_GENAI_CAPTURE_MESSAGE_CONTENT = "true";
    const { createRequire } = await import("node:module");
    const require = createRequire(import.meta.url);
    const { OpenAIInstrumentation } = require("@opentelemetry/instrumentation-openai");
    const tracerProvider = await provided(protobuf);
    const instrumentation = new OpenAIInstrumentation();
    instrumentation.setTracerProvider(tracerProvider);
    const Patched = require("openai");
    const answer = await ask(new Patched({ apiKey: "none", baseURL: `${provider}/v1` }));
    await tracerProvider.shutdown();
    return answer;
  },
  "ai-sdk": async () => {
    const tracerProvider = await provided(protobuf);
    const { generateText, registerTelemetry } = await import("ai");
    const { OpenTelemetry } = await import("@ai-sdk/otel");
    const { createOpenAI } = await import("@ai-sdk/openai");
    registerTelemetry(new OpenTelemetry());
    const [system, user] = question.messages;
    const { text } = await generateText({ model: createOpenAI({ apiKey: "none", baseURL: `${provider}/v1` }).chat("gpt-4o"), instructions: system.content, prompt: user.content, temperature: 0.2, telemetry: { functionId: "dose-summary" } });
    await tracerProvider.shutdown();
    return text;
  },
};

console.log(await apps[process.argv[2]]());
