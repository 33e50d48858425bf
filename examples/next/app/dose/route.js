/** A route handler that calls a model inside a trace, with a retrieval and a streamed answer. */
import OpenAI from "openai";
import { traced } from "@whysaid/recorder/adapters";
import { recorder } from "../../recorder.js";

export const dynamic = "force-dynamic";

const openai = new OpenAI({ apiKey: "none", baseURL: `${process.env.PROVIDER_URL}/v1`, fetch: recorder.fetch });

export const GET = traced(recorder, { feature: "dose-summary" }, async (request) => {
  const trace = recorder.current();
  const question = new URL(request.url).searchParams.get("q") ?? "";
  const chunks = await trace.retrieve("chart-notes", question, () => [{ sourceId: "chart/17#1", text: "Daily weight 2026-11-24: 3.2 kg", score: 0.9 }]);
  const stream = await openai.chat.completions.create({
    model: "gpt-4o",
    stream: true,
    stream_options: { include_usage: true },
    messages: [{ role: "system", content: `You are a neonatal dosing assistant.\n${chunks.map(({ text }) => text).join("\n")}` }, { role: "user", content: question }],
  });
  const encoder = new TextEncoder();
  // The handler returns before the model has answered: the call stays in its trace.
  const body = new ReadableStream({
    async start(controller) {
      for await (const { choices } of stream) controller.enqueue(encoder.encode(choices[0]?.delta.content ?? ""));
      controller.close();
    },
  });
  return new Response(body, { headers: { "x-trace-id": trace.id } });
});
