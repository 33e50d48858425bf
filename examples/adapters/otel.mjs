/** An app that is instrumented for OpenTelemetry already, by OpenInference or by the AI SDK: its spans are taken in, its clients stay as they are. */
import { createRecorder } from "@whysaid/recorder";
import { otelSpanExporter } from "@whysaid/recorder/adapters";
import { NodeTracerProvider, SimpleSpanProcessor } from "@opentelemetry/sdk-trace-node";
import { trace } from "@opentelemetry/api";

const recorder = createRecorder({ service: "otel" });
const provider = new NodeTracerProvider({ spanProcessors: [new SimpleSpanProcessor(otelSpanExporter(recorder))] });
provider.register();

const baseURL = `${process.env.PROVIDER_URL}/v1`;
const system = "You are a neonatal dosing assistant.";
const question = "Daily weight 2026-11-24: 3.2 kg.\nWhat is the dose, about MRN 10000870?";
const getLabs = async ({ mrn }) => ({ mrn, creatinine_mg_dl: 0.6 });

const apps = {
  async openinference() {
    const { default: OpenAI } = await import("openai");
    const { OpenAIInstrumentation } = await import("@arizeai/openinference-instrumentation-openai");
    const instrumentation = new OpenAIInstrumentation();
    instrumentation.manuallyInstrument(OpenAI);
    const openai = new OpenAI({ apiKey: "none", baseURL });
    const tools = [{ type: "function", function: { name: "get_labs", description: "Newest labs", parameters: { type: "object", properties: { mrn: { type: "string" } } } } }];
    const messages = [{ role: "system", content: system }, { role: "user", content: question }];
    // what an instrumented framework would open around them
    return trace.getTracer("ward").startActiveSpan("dose-summary", { attributes: { "openinference.span.kind": "CHAIN", "agent.name": "dose-summary" } }, async (span) => {
      for (;;) {
        const { message } = (await openai.chat.completions.create({ model: "gpt-4o", messages, tools })).choices[0];
        messages.push(message);
        if (!message.tool_calls?.length) {
          span.end();
          return message.content;
        }
        for (const call of message.tool_calls) messages.push({ role: "tool", tool_call_id: call.id, content: JSON.stringify(await getLabs(JSON.parse(call.function.arguments))) });
      }
    });
  },
  async "ai-sdk"() {
    const { generateText, isStepCount, registerTelemetry, tool } = await import("ai");
    const { OpenTelemetry } = await import("@ai-sdk/otel");
    const { createOpenAI } = await import("@ai-sdk/openai");
    const { z } = await import("zod");
    registerTelemetry(new OpenTelemetry());
    const tools = { get_labs: tool({ description: "Newest labs", inputSchema: z.object({ mrn: z.string() }), execute: getLabs }) };
    const { text } = await generateText({ model: createOpenAI({ apiKey: "none", baseURL }).chat("gpt-4o"), system, prompt: question, tools, stopWhen: isStepCount(3), telemetry: { functionId: "dose-summary" } });
    return text;
  },
};
console.log(await apps[process.env.INSTRUMENTED]());
await provider.shutdown();
await recorder.close();
