/** Vercel AI SDK 6 with a model that runs in this process: what never crosses a wire is told by the middleware, tools by `recordTools`. */
import { createRecorder } from "@whysaid/recorder";
import { aiSdkMiddleware, recordTools } from "@whysaid/recorder/adapters";
import { stepCountIs, streamText, tool, wrapLanguageModel } from "ai-6";
import { z } from "zod";

/** Stands for llama.cpp, transformers.js …: asks for the weight, then says it. */
const local = {
  specificationVersion: "v3",
  provider: "local",
  modelId: "rules-2026-11-01",
  supportedUrls: {},
  async doStream({ prompt }) {
    const weight = prompt.at(-1).role === "tool" ? prompt.at(-1).content[0].output.value.kg : undefined;
    const parts =
      weight === undefined
        ? [{ type: "tool-call", toolCallId: "call_1", toolName: "get_weight", input: '{"mrn":"10000870"}' }]
        : [{ type: "text-start", id: "1" }, ...["The weight is ", `${weight} kg.`].map((delta) => ({ type: "text-delta", id: "1", delta })), { type: "text-end", id: "1" }];
    const finish = { type: "finish", finishReason: { unified: weight === undefined ? "tool-calls" : "stop" }, usage: { inputTokens: { total: 21 }, outputTokens: { total: 7 } } };
    return { stream: ReadableStream.from([{ type: "stream-start", warnings: [] }, { type: "response-metadata", modelId: "rules-2026-11-01" }, ...parts, finish]) };
  },
};

const recorder = createRecorder({ service: "ai-sdk-6" });
await recorder.trace("weight", async () => {
  const { text } = streamText({
    model: wrapLanguageModel({ model: local, middleware: aiSdkMiddleware(recorder) }),
    prompt: "How much does the baby weigh?",
    tools: recordTools({ get_weight: tool({ inputSchema: z.object({ mrn: z.string() }), execute: async () => ({ kg: 3.2 }) }) }, recorder),
    stopWhen: stepCountIs(3),
  });
  console.log(await text);
});
await recorder.close();
