/** Records the payloads in all nine signals and every name, some a trace, as an app would: `node … record-hostile.ts DIR EACH`. Prints the trace ids. */
import { createRecorder } from "@whysaid/recorder";
import { payloads } from "./payloads.ts";

const [dir = "", each = "20"] = process.argv.slice(2);
const recorder = createRecorder({ dir, service: "hostile", redaction: "off" });
for (let from = 0; from < payloads.length; from += Number(each)) {
  const some = payloads.slice(from, from + Number(each));
  const [first = "", second = ""] = some;
  await recorder.trace(`feature ${first.slice(0, 60)}`, { tags: { tag: first.slice(0, 200) }, prompt: { id: first.slice(0, 200), version: second.slice(0, 200) } }, async (trace) => {
    process.stdout.write(`${trace.id}\n`);
    for (const text of some) {
      await Promise.resolve(trace.retrieve(text.slice(0, 200), text, () => [{ sourceId: text.slice(0, 200), text, score: 1 }]));
      recorder.generation({
        provider: text.slice(0, 100),
        input: { system: text, messages: [{ role: text.slice(0, 40), content: text }], tools: [{ name: text.slice(0, 100), description: text, parameters: text }], parameters: { [text.slice(0, 100)]: text }, requestBody: text },
        chunks: [{ sourceId: text.slice(0, 200), text, score: 1, reachedPrompt: true }],
        model: { requested: text.slice(0, 100), answered: text.slice(0, 100), fingerprint: text.slice(0, 100) },
        usage: { inputTokens: 1, outputTokens: 1 },
        toolCalls: [{ name: text.slice(0, 100), callId: text.slice(0, 100), arguments: text, result: text, error: text, durationMs: 1 }],
        latency: { generationMs: 1 },
        completion: { text, raw: text, finishReason: text.slice(0, 60), refusal: text, reasoning: text },
        parsed: { parser: text.slice(0, 60), outcome: "failed", input: text, result: { [text.slice(0, 100)]: text }, error: { name: text.slice(0, 60), message: text } },
        validation: [{ validator: text.slice(0, 60), outcome: "failed", rule: text.slice(0, 60), path: text.slice(0, 60), value: text, expected: text, message: text }],
      });
      recorder.action(trace.id, "edit", { before: text.slice(0, 5_000), after: `${text.slice(0, 4_000)} changed`, note: text.slice(0, 5_000) });
    }
  });
}
await recorder.close();
