/** The corpus into a store, as an app's recordings come there: through the recorder, its redactor and the journal. */
import { createRecorder } from "@whysaid/recorder";
import { withFreshStore, workspaceAt } from "../../packages/workbench/src/ingest/workspace.ts";
import type { Answer } from "./corpus.ts";

/** @returns each answer's trace id */
export async function record(directory: string, answers: readonly Answer[], redaction: "standard" | "off"): Promise<readonly string[]> {
  let current = "";
  const fetch: typeof globalThis.fetch = () =>
    Promise.resolve(Response.json({ id: "c", object: "chat.completion", model: "gpt-4o-2024-08-06", choices: [{ index: 0, message: { role: "assistant", content: current }, finish_reason: "stop" }], usage: { prompt_tokens: 20, completion_tokens: 60, total_tokens: 80 } }));
  const ids: string[] = [];
  for (let at = 0; at < answers.length; at += 20_000) {
    const recorder = createRecorder({ dir: directory, service: "bench", fetch, ...(redaction === "off" ? { redaction: "off" as const } : {}) });
    for (const { feature, text } of answers.slice(at, at + 20_000)) {
      current = text;
      ids.push(
        await recorder.trace(feature, async (trace) => {
          await (await recorder.fetch("https://api.openai.com/v1/chat/completions", { method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify({ model: "gpt-4o", messages: [{ role: "user", content: `Summarize for ${feature}.` }] }) })).text();
          return trace.id;
        }),
      );
    }
    await recorder.close();
    await withFreshStore(workspaceAt(directory), () => Promise.resolve(), { removeIngested: true });
  }
  return ids;
}
