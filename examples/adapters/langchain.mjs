/** LangChain.js: bytes through the client's `fetch`; retrieval and tools through the callback handler. */
import { tool } from "@langchain/core/tools";
import { BaseRetriever } from "@langchain/core/retrievers";
import { ChatOpenAI } from "@langchain/openai";
import { createRecorder } from "@whysaid/recorder";
import { langchainHandler } from "@whysaid/recorder/adapters";
import { z } from "zod";

class Chart extends BaseRetriever {
  lc_namespace = ["example"];
  async _getRelevantDocuments() {
    return [{ pageContent: "Daily weight 2026-11-24: 3.2 kg.", metadata: { source: "chart/870#3" } }];
  }
}
const getLabs = tool(async ({ mrn }) => JSON.stringify({ mrn, creatinine_mg_dl: 0.6 }), { name: "get_labs", description: "Newest labs", schema: z.object({ mrn: z.string() }) });

const recorder = createRecorder({ service: "langchain" });
const callbacks = [langchainHandler(recorder)];
// without `fetch` the handler tells the call itself: what LangChain knows of it, not the bytes
const configuration = { baseURL: `${process.env.PROVIDER_URL}/v1`, ...(process.env.WITHOUT_FETCH ? {} : { fetch: recorder.fetch }) };
const model = new ChatOpenAI({ model: "gpt-4o", apiKey: "none", configuration }).bindTools([getLabs]);

await recorder.trace("dose-summary", async () => {
  const notes = await new Chart().invoke("weight", { callbacks });
  const messages = [
    ["system", "You are a neonatal dosing assistant."],
    ["user", `${notes.map(({ pageContent }) => pageContent).join("\n")}\nWhat is the dose, about MRN 10000870?`],
  ];
  const asked = await model.invoke(messages, { callbacks });
  const results = await Promise.all(asked.tool_calls.map((call) => getLabs.invoke(call, { callbacks })));
  const answer = await model.invoke([...messages, asked, ...results], { callbacks });
  console.log(answer.text);
});
await recorder.close();
