/** What the web examples serve: one question, one call, the answer as text. */
import { createRecorder } from "@whysaid/recorder";
import OpenAI from "openai";

export const recorder = createRecorder({ service: process.argv[1]?.replace(/^.*\/|\.mjs$/g, "") ?? "web" });
const openai = new OpenAI({ apiKey: "none", baseURL: `${process.env.PROVIDER_URL}/v1`, fetch: recorder.fetch });

/** The feature of a request; everything else is no trace. */
export const featureOf = (path) => (path.startsWith("/dose") ? "dose-summary" : undefined);

export async function dose(question) {
  const { choices } = await openai.chat.completions.create({ model: "gpt-4o", messages: [{ role: "system", content: "You are a neonatal dosing assistant." }, { role: "user", content: question }] });
  return choices[0].message.content;
}

/** Ask the server that was just started, as a browser behind a traced gateway would; then stop. */
export async function askOnce(port, stop) {
  const response = await fetch(`http://127.0.0.1:${port}/dose?q=${encodeURIComponent("Daily weight 2026-11-24: 3.2 kg. What is the dose?")}`, { headers: { traceparent: process.env.TRACEPARENT } });
  console.log(response.headers.get("x-trace-id"), await response.text());
  await fetch(`http://127.0.0.1:${port}/health`);
  await stop();
  await recorder.close();
}
