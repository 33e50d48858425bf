/** Each peer as its documentation sets it up: a client that records, what waits until everything recorded is sent, and what ends it. */
import OpenAI from "openai";

const client = (stub) => new OpenAI({ apiKey: "sk-bench", baseURL: "https://api.openai.com/v1", fetch: stub, maxRetries: 0 });
const nothing = async () => {};

/** @param {string} sink  base URL of a server that takes everything and answers 200 with an empty object */
export const peers = {
  langfuse: async (stub, sink) => {
    Object.assign(process.env, { LANGFUSE_PUBLIC_KEY: "pk-lf-bench", LANGFUSE_SECRET_KEY: "sk-lf-bench", LANGFUSE_BASE_URL: sink });
    const { LangfuseSpanProcessor } = await import("@langfuse/otel");
    const { NodeTracerProvider } = await import("@opentelemetry/sdk-trace-node");
    const { observeOpenAI } = await import("@langfuse/openai");
    const processor = new LangfuseSpanProcessor();
    new NodeTracerProvider({ spanProcessors: [processor] }).register();
    return { client: observeOpenAI(client(stub)), flush: () => processor.forceFlush(), close: nothing };
  },
  langsmith: async (stub, sink) => {
    Object.assign(process.env, { LANGSMITH_TRACING: "true", LANGSMITH_API_KEY: "lsv2_pt_bench", LANGSMITH_ENDPOINT: sink });
    const { Client } = await import("langsmith");
    const { wrapOpenAI } = await import("langsmith/wrappers");
    const langsmith = new Client();
    return { client: wrapOpenAI(client(stub), { client: langsmith }), flush: () => langsmith.awaitPendingTraceBatches(), close: nothing };
  },
  braintrust: async (stub, sink) => {
    Object.assign(process.env, { BRAINTRUST_API_KEY: "bench", BRAINTRUST_APP_URL: sink, BRAINTRUST_API_URL: sink });
    const { initLogger, wrapOpenAI } = await import("braintrust");
    const logger = initLogger({ projectName: "bench", projectId: "00000000-0000-4000-8000-000000000000", apiKey: "bench", appUrl: sink });
    return { client: wrapOpenAI(client(stub)), flush: () => logger.flush(), close: nothing };
  },
  openinference: async (stub, sink) => {
    const { NodeTracerProvider } = await import("@opentelemetry/sdk-trace-node");
    const { BatchSpanProcessor } = await import("@opentelemetry/sdk-trace-base");
    const { OTLPTraceExporter } = await import("@opentelemetry/exporter-trace-otlp-http");
    const { OpenAIInstrumentation } = await import("@arizeai/openinference-instrumentation-openai");
    const processor = new BatchSpanProcessor(new OTLPTraceExporter({ url: `${sink}/v1/traces` }));
    const provider = new NodeTracerProvider({ spanProcessors: [processor] });
    provider.register();
    const instrumentation = new OpenAIInstrumentation({ tracerProvider: provider });
    instrumentation.manuallyInstrument(OpenAI);
    return { client: client(stub), flush: () => processor.forceFlush(), close: nothing };
  },
};
