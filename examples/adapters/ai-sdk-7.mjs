/** Vercel AI SDK 7: bytes through the provider's `fetch`; the trace and the tool executions from the SDK's own telemetry channel. */
import { createOpenAI } from "@ai-sdk/openai";
import { createRecorder } from "@whysaid/recorder";
import { recordAiSdk } from "@whysaid/recorder/adapters";
import { generateText, isStepCount, tool } from "ai";
import { z } from "zod";

const recorder = createRecorder({ service: "ai-sdk-7" });
recordAiSdk(recorder);
const openai = createOpenAI({ baseURL: `${process.env.PROVIDER_URL}/v1`, apiKey: "none", fetch: recorder.fetch });

const { text } = await generateText({
  model: openai.chat("gpt-4o"),
  system: "You are a neonatal dosing assistant.",
  prompt: "Daily weight 2026-11-24: 3.2 kg.\nWhat is the dose, about MRN 10000870?",
  tools: { get_labs: tool({ description: "Newest labs", inputSchema: z.object({ mrn: z.string() }), execute: async ({ mrn }) => ({ mrn, creatinine_mg_dl: 0.6 }) }) },
  stopWhen: isStepCount(3),
  telemetry: { functionId: "dose-summary" },
});
console.log(text);
await recorder.close();
