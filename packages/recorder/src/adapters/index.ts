/** The face of `@whysaid/recorder/adapters`: what frameworks are recorded through. None of them is imported; each is taken as the object the app hands over. */
export { aiSdkMiddleware, recordAiSdk, type AiSdkMiddleware } from "./ai-sdk.ts";
export { expressTraces, fastifyTraces, honoTraces, traced, type InboundOptions } from "./inbound.ts";
export { langchainHandler, type LangchainHandler } from "./langchain.ts";
export { traceMixin, winstonTraceId } from "./logging.ts";
export { otelSpanExporter, type OtelSpan, type OtelSpanExporter, type OtelSpanExporterOptions } from "./otel.ts";
export { recordMcpClient, recordTool, recordTools } from "./tools.ts";
