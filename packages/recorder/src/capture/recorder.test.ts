import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import OpenAI from "openai";
import { z } from "zod";
import { chatCompletion, chatEvents, json, startProvider, streamed, type Answer, type Provider } from "./testing/provider.ts";
import { startRecording, type Recording } from "./testing/recording.ts";
import { createRecorder } from "./recorder.ts";

let provider: Provider;
let recording: Recording;
let answer: Answer = json(chatCompletion("It is 2.1 kg."));
const client = (): OpenAI => new OpenAI({ apiKey: "sk-test", baseURL: `${provider.url}/v1`, fetch: recording.recorder.fetch, maxRetries: 0 });

beforeEach(async () => {
  answer = json(chatCompletion("It is 2.1 kg."));
  provider = await startProvider((request, response) => answer(request, response));
  recording = startRecording();
});
afterEach(async () => {
  await recording.dispose();
  await provider.stop();
});

describe("a trace", () => {
  test("joins its steps, its calls and its end under one id, in order", async () => {
    const { recorder } = recording;
    const id = await recorder.trace("dose-summary", { tags: { ward: "neonatal" }, prompt: { id: "dose", version: "v14", variables: { lang: "en" } }, conversation: "c1", user: "nurse" }, async (trace) => {
      await trace.retrieve("notes", "weight?", async () => [{ sourceId: "chart/881#3", text: "Weight 2.1 kg", score: 0.81 }]);
      const completion = await client().chat.completions.create({ model: "gpt-4o", messages: [{ role: "user", content: "How much does the baby weigh?" }] });
      const weight = trace.parse("weight", completion.choices[0]?.message.content ?? "", (raw) => ({ kg: Number(/[\d.]+/.exec(raw)?.[0]) }));
      await trace.validate("weight", weight, { schema: z.object({ kg: z.number() }), rules: { plausible: (one) => one.kg < 2 } });
      trace.tool("get_labs", { mrn: "1" }, () => ({ creatinine: 0.6 }), { callId: "call_1" });
      return trace.id;
    });
    recorder.action(id, "edit", { before: "It is 2.1 kg.", after: "It is 3.2 kg.", note: "wrong baby" });
    const entries = recording.entries();
    expect(entries.map(({ kind }) => kind)).toEqual(["writer", "trace-start", "retrieval", "request", "response", "parse", "validation", "tool", "trace-end", "action"]);
    expect(new Set(entries.slice(1).map((entry) => ("trace" in entry ? entry.trace : id)))).toEqual(new Set([id]));
    const [start] = recording.entries("trace-start");
    expect(start).toMatchObject({ feature: "dose-summary", conversation: "c1", user: "nurse", tags: { ward: "neonatal" }, prompt: { id: "dose", version: "v14" } });
    expect(start?.text(start.prompt?.variables ?? null)).toBe('{"lang":"en"}');
    const [retrieval] = recording.entries("retrieval");
    expect(retrieval?.chunks.map((chunk) => [chunk.sourceId, retrieval.text(chunk.text), chunk.score])).toEqual([["chart/881#3", "Weight 2.1 kg", 0.81]]);
    const [validation] = recording.entries("validation");
    expect(validation?.checks.map(({ rule, outcome, value }) => [rule, outcome, validation.text(value)])).toEqual([
      ["schema", "passed", null],
      ["plausible", "failed", '{"kg":2.1}'],
    ]);
    const [tool] = recording.entries("tool");
    expect([tool?.name, tool?.callId, tool?.text(tool.arguments), tool?.text(tool.result)]).toEqual(["get_labs", "call_1", '{"mrn":"1"}', '{"creatinine":0.6}']);
    const [action] = recording.entries("action");
    expect([action?.action, action?.text(action.after)]).toEqual(["edit", "It is 3.2 kg."]);
  });

  test("a streamed answer's deltas are one text in the journal, and the wire bytes are there", async () => {
    answer = streamed(chatEvents(["It is ", '2.1 "kg"', ".\n"]));
    const stream = await client().chat.completions.create({ model: "gpt-4o", stream: true, messages: [{ role: "user", content: "?" }] });
    let text = "";
    for await (const event of stream) text += event.choices[0]?.delta.content ?? "";
    expect(text).toBe('It is 2.1 "kg".\n');
    const [response] = recording.entries("response");
    expect(response).toMatchObject({ state: "complete", status: 200 });
    expect(response?.bodyText).toBe(chatEvents(["It is ", '2.1 "kg"', ".\n"]).join(""));
    expect(response?.body.form === "text" ? (response.body.channels ?? []).map((ref) => response.text(ref)) : []).toEqual([text]);
  });
});

test("a release and a prompt's version that look like dates stay what they are", async () => {
  const dir = mkdtempSync(join(tmpdir(), "whysaid-release-"));
  const recorder = createRecorder({ dir, service: "mila", release: "2026.11.3", redaction: { policy: "healthcare", vault: "none" } });
  await recorder.trace("dose-summary", { prompt: { id: "dose", version: "2026-11-03" } }, async () => undefined);
  await recorder.close();
  const written = readdirSync(join(dir, "journal")).map((name) => readFileSync(join(dir, "journal", name), "utf8")).join("");
  expect(written).toContain('"release":"2026.11.3"');
  expect(written).toContain('"version":"2026-11-03"');
  rmSync(dir, { recursive: true, force: true });
});
