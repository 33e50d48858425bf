/** Two traces as large as they come, recorded by the recorder itself: one of 10 MB, one of 2,000 steps. Prints their ids: `node … record-big.ts DIR`. */
import { createRecorder } from "@whysaid/recorder";
import { Language, Random } from "../workload.ts";

const [dir = ""] = process.argv.slice(2);
const MB = 1024 * 1024;
const STEPS = 2000;
const random = new Random(6);
const language = new Language(6);
const prose = (chars: number): string => language.text(random, chars);

let answer = "";
const recorder = createRecorder({ dir, service: "pages", redaction: "off", fetch: () => Promise.resolve(Response.json({ id: "c", model: "gpt-4o-2024-08-06", choices: [{ index: 0, message: { role: "assistant", content: answer }, finish_reason: "stop" }], usage: { prompt_tokens: 100, completion_tokens: 20, total_tokens: 120 } })) });
async function ask(messages: readonly object[]): Promise<string> {
  const response = await recorder.fetch("https://api.openai.com/v1/chat/completions", { method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify({ model: "gpt-4o", messages }) });
  return response.text();
}

const large = await recorder.trace("ten-megabytes", {}, async (trace) => {
  const chunks = await trace.retrieve("archive", "what changed?", () => Promise.resolve(Array.from({ length: 40 }, (_, at) => ({ sourceId: `report/${at}#1`, text: prose(MB / 10), score: 1 - at / 100 }))));
  answer = `The dose is 4.2 mg. ${prose(4000)}`;
  await trace.tool("read_log", { lines: 50_000 }, () => Promise.resolve(JSON.stringify(Array.from({ length: 6000 }, (_, at) => ({ at, line: prose(300) })))));
  await ask([{ role: "system", content: prose(20_000) }, { role: "user", content: `${chunks.map(({ text }) => text).join("\n\n")}\n\nWhat changed?` }]);
  await trace.validate("answer", {}, { rules: { dose_range: () => false } });
  return trace.id;
});
const long = await recorder.trace("two-thousand-steps", {}, async (trace) => {
  const messages: object[] = [{ role: "system", content: prose(4000) }, { role: "user", content: "Plan the week." }];
  for (let step = 0; step < STEPS / 2; step += 1) {
    answer = `Step ${step}: ${prose(120)}`;
    await ask(messages);
    const result = await trace.tool("look_up", { step }, () => Promise.resolve(`{"step": ${step}, "value": "${(step * 1.7).toFixed(1)} mg"}`));
    messages.push({ role: "assistant", content: answer }, { role: "user", content: result });
    // An agent forgets: else the last request alone would be larger than the trace.
    if (messages.length > 42) messages.splice(2, 2);
  }
  return trace.id;
});
await recorder.close();
console.log(JSON.stringify({ large, long }));
