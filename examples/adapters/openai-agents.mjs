/** OpenAI Agents: bytes through the SDK's own client, each tool wrapped where it is defined. */
import { Agent, run, setDefaultOpenAIClient, setOpenAIAPI, setTracingDisabled, tool } from "@openai/agents";
import { createRecorder } from "@whysaid/recorder";
import { recordTool } from "@whysaid/recorder/adapters";
import OpenAI from "openai";
import { z } from "zod";

const recorder = createRecorder({ service: "openai-agents" });
setTracingDisabled(true);
setOpenAIAPI("chat_completions");
setDefaultOpenAIClient(new OpenAI({ apiKey: "none", baseURL: `${process.env.PROVIDER_URL}/v1`, fetch: recorder.fetch }));

const getLabs = tool(recordTool({ name: "get_labs", description: "Newest labs", parameters: z.object({ mrn: z.string() }), execute: async ({ mrn }) => ({ mrn, creatinine_mg_dl: 0.6 }) }, recorder));
const agent = new Agent({ name: "Dosing", model: "gpt-4o", instructions: "You are a neonatal dosing assistant.", tools: [getLabs] });
await recorder.trace("dose-summary", async () => {
  const { finalOutput } = await run(agent, "Daily weight 2026-11-24: 3.2 kg.\nWhat is the dose, about MRN 10000870?");
  console.log(finalOutput);
});
await recorder.close();
