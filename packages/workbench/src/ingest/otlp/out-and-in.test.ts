/** What goes out as OTLP comes back by our own reader with the same signals, from a file and through a real server. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createRecorder } from "@whysaid/recorder";
import type { Reconstruction } from "@whysaid/recorder/format";
import { redactionOff } from "@whysaid/recorder/redact";
import { afterEach, beforeEach, expect, test } from "vitest";
import { postOtlp } from "../../cli/post-otlp.ts";
import { otlpRequest } from "../../reconstruct/otlp-request.ts";
import { reconstruct } from "../../reconstruct/reconstruct.ts";
import { runningServer } from "../../server/testing/running.ts";
import type { Store } from "../../store/store.ts";
import { importFile } from "../import/import-file.ts";
import { openStore } from "../open-store.ts";
import { withFreshStore, workspaceAt } from "../workspace.ts";

let directory: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "whysaid-otlp-out-"));
});
afterEach(() => rmSync(directory, { recursive: true, force: true }));

const read = async (store: Store, traceId: string): Promise<Reconstruction> => {
  const stored = await store.trace(traceId);
  if (stored === null) throw new Error("the trace is not there");
  return reconstruct(stored);
};

/** A trace with a retrieval, a tool call and its result, two model calls and an action, read back. */
async function recorded(): Promise<Reconstruction> {
  const recorder = createRecorder({ service: "mila", release: "3f2a", environment: "ward", dir: join(directory, "recorded"), redaction: "off" });
  const traceId = await recorder.trace("dose-summary", { conversation: "c-7", prompt: { id: "dose", version: "v14" } }, async (trace) => {
    await trace.retrieve("chart-notes", "weight", async () => [{ sourceId: "chart/870#3", text: "Daily weight: 3.2 kg.", score: 0.5 }]);
    const asked = { role: "user", content: "Daily weight: 3.2 kg.\nDose?" };
    const tools = [{ name: "get_labs", description: "Newest labs", parameters: '{"type":"object","properties":{"mrn":{"type":"string"}}}' }];
    const call = { type: "tool-call", callId: "call_1", name: "get_labs", arguments: '{ "mrn": "10000870" }' };
    recorder.generation({ provider: "openai", input: { system: "Be exact.", messages: [asked], tools, parameters: { temperature: 0 } }, model: { requested: "gpt-4o", answered: "gpt-4o-2024-08-06", fingerprint: "fp_1" }, usage: { inputTokens: 20, outputTokens: 7 }, toolCalls: [{ callId: "call_1", name: "get_labs", arguments: call.arguments }], completion: { text: "", finishReason: "tool_calls" } });
    await trace.tool("get_labs", call.arguments, async () => ({ creatinine: 0.6 }), { callId: "call_1" });
    const result = { role: "tool", parts: [{ type: "tool-result", callId: "call_1", name: "get_labs", result: '{"creatinine":0.6}', isError: false }] };
    recorder.generation({ provider: "openai", input: { system: "Be exact.", messages: [asked, { role: "assistant", parts: [call] }, result], tools }, model: { requested: "gpt-4o", answered: "gpt-4o-2024-08-06", fingerprint: "fp_1" }, usage: { inputTokens: 41, outputTokens: 9 }, toolCalls: [], completion: { text: "12.8 mg", finishReason: "stop" } });
    return trace.id;
  });
  await recorder.close();
  return withFreshStore(workspaceAt(join(directory, "recorded")), (store) => read(store, traceId));
}

/** What both have words for. Of a tool's result the convention keeps no name. */
const kept = ({ feature, conversationId, service, release, environment, generations }: Reconstruction): unknown => ({
  feature,
  conversationId,
  service,
  release,
  environment,
  generations: generations.map(({ provider, signals: { input, model, usage, toolCalls, completion, chunks } }) => ({
    provider,
    input: input.state === "captured" ? { system: input.value.system, messages: input.value.messages.map(({ role, parts }) => ({ role, parts: parts.map((part) => ("name" in part && part.type === "tool-result" ? { ...part, name: null } : part)) })), tools: input.value.tools } : input,
    model,
    usage: usage.state === "captured" ? [usage.value.inputTokens, usage.value.outputTokens] : usage,
    toolCalls: toolCalls.state === "captured" ? toolCalls.value.map(({ callId, name, arguments: given, result }) => ({ callId, name, given, result })) : toolCalls,
    completion: completion.state === "captured" ? [completion.value.text, completion.value.finishReason] : completion,
    chunks: chunks.state === "captured" ? chunks.value.map(({ sourceId, text, score }) => ({ sourceId, text, score })) : chunks,
  })),
});

test("a trace exported as OTLP and imported again says the same, calls of one millisecond in their order", async () => {
  const store = await openStore(join(directory, "other.db"));
  try {
    // The order of equal times would be that of random ids: one trace shows nothing.
    for (let n = 0; n < 6; n++) {
      const told = await recorded();
      const startedAtMs = told.generations.at(-1)?.startedAtMs ?? 0;
      const story = { ...told, generations: told.generations.map((generation) => ({ ...generation, startedAtMs })), steps: told.steps.map((step) => ({ ...step, atMs: startedAtMs, durationMs: Math.min(step.durationMs, 0.4) })) };
      const path = join(directory, `request-${n}.json`);
      writeFileSync(path, JSON.stringify(otlpRequest(story)));
      await importFile(path, store, { scope: redactionOff.root });
      expect(kept(await read(store, story.traceId))).toEqual(kept(story));
    }
  } finally {
    await store.close();
  }
});

test("posted to a server it is there; a receiver that refuses is named", async () => {
  const story = await recorded();
  const server = await runningServer();
  try {
    const to = new URL("/v1/traces", server.url);
    await postOtlp(to, { authorization: `Bearer ${server.key("ingest")}` }, otlpRequest(story));
    const { status } = await server.send(`/api/traces/${story.traceId}`, { headers: { authorization: `Bearer ${server.key("read")}` } });
    expect(status).toBe(200);
    await expect(postOtlp(to, { authorization: "Bearer nobody" }, otlpRequest(story))).rejects.toMatchObject({ code: "EXPORT_REFUSED", message: expect.stringContaining("401") });
  } finally {
    await server.close();
  }
});
