import { afterEach, beforeEach, expect, test } from "vitest";
import { startRecording, type Recording } from "../capture/testing/recording.ts";
import { otelSpanExporter, type OtelSpan, type OtelSpanExporterOptions } from "./otel.ts";

const TRACE = "0af7651916cd43dd8448eb211c80319c";
let recording: Recording;
beforeEach(() => {
  recording = startRecording({ fetch: () => Promise.resolve(Response.json({ choices: [{ index: 0, message: { role: "assistant", content: "3.2 kg" } }] })) });
});
afterEach(() => recording.dispose());

const span = (given: Partial<OtelSpan> & { readonly id?: string } = {}): OtelSpan => ({
  name: "chat gpt-4o",
  spanContext: () => ({ traceId: TRACE, spanId: given.id ?? "00f067aa0ba902b7" }),
  startTime: [1_790_000_000, 250_000_000],
  endTime: [1_790_000_001, 0],
  status: { code: 0 },
  attributes: {},
  events: [],
  ...given,
});
const called = { "gen_ai.operation.name": "chat", "gen_ai.provider.name": "openai", "gen_ai.request.model": "gpt-4o", "gen_ai.agent.name": "dose" };
function exported(spans: readonly OtelSpan[], options: OtelSpanExporterOptions = {}): number | undefined {
  let code: number | undefined;
  otelSpanExporter(recording.recorder, options).export(spans, (result) => (code = result.code));
  return code;
}
const written = () => JSON.stringify(recording.entries());

test("a call told by the GenAI convention is a generation under the span's own ids and times", () => {
  const messages = [{ role: "user", parts: [{ type: "text", content: "How heavy?" }] }, { role: "tool", parts: [{ type: "tool_call_response", id: "c1", response: { kg: 3.2 } }] }];
  const said = [{ role: "assistant", parts: [{ type: "text", content: "3.2 kg" }, { type: "tool_call", id: "c2", name: "round", arguments: { kg: 3.2 } }], finish_reason: "tool_call" }];
  expect(exported([span({ attributes: { ...called, "gen_ai.input.messages": JSON.stringify(messages), "gen_ai.output.messages": JSON.stringify(said), "gen_ai.usage.input_tokens": 12, "gen_ai.response.time_to_first_chunk": 0.2 } })])).toBe(0);
  const [generation] = recording.entries("generation");
  expect(generation).toMatchObject({ trace: TRACE, span: "00f067aa0ba902b7", provider: "openai", startedAtMs: 1_790_000_000_250, durationMs: 750, state: "complete" });
  const signal = (name: "input" | "completion" | "toolCalls" | "usage" | "latency"): unknown => JSON.parse(generation?.text(generation.signals[name] ?? null) ?? "null");
  expect(signal("input")).toMatchObject({ messages: [{ role: "user", parts: [{ type: "text", text: "How heavy?" }] }, { parts: [{ type: "tool-result", callId: "c1", result: '{"kg":3.2}' }] }] });
  expect(signal("completion")).toMatchObject({ text: "3.2 kg", finishReason: "tool_call" });
  expect(signal("toolCalls")).toMatchObject([{ callId: "c2", name: "round", arguments: '{"kg":3.2}' }]);
  expect([signal("usage"), signal("latency")]).toMatchObject([{ inputTokens: 12 }, { timeToFirstChunkMs: 200, totalMs: 750 }]);
  expect(recording.entries("trace-start", "trace-end")).toMatchObject([{ kind: "trace-start", feature: "dose" }, { kind: "trace-end", outcome: "returned" }]);
});

test("a call whose bytes crossed the recorder's fetch while its span was open is recorded once", async () => {
  const exporter = otelSpanExporter(recording.recorder);
  const crossed = (startTime: OtelSpan["startTime"], endTime: OtelSpan["endTime"]): void => exporter.export([span({ startTime, endTime, attributes: called })], () => undefined);
  const startMs = Date.now();
  await recording.recorder.trace("dose", { traceparent: `00-${TRACE}-b7ad6b7169203331-01` }, async () => {
    const response = await recording.recorder.fetch("https://api.openai.com/v1/chat/completions", { method: "POST", body: '{"model":"gpt-4o","messages":[]}' });
    await response.text();
  });
  crossed([Math.floor(startMs / 1000), (startMs % 1000) * 1e6], [Math.floor(startMs / 1000) + 60, 0]);
  expect(recording.entries("generation")).toEqual([]);
  crossed([1_790_000_000, 0], [1_790_000_001, 0]);
  expect(recording.entries("generation")).toHaveLength(1);
});

test("spans of other things are left alone, and hostile ones harm nobody", () => {
  const hostile = { "gen_ai.operation.name": "chat", "gen_ai.input.messages": "[{cut off", "gen_ai.output.messages": '[null,3,{"parts":[null,{"type":"text","content":7}]}]', "llm.input_messages.0.message.__proto__": "x", "llm.invocation_parameters": "null" };
  expect(exported([span({ name: "GET /health", attributes: { "http.request.method": "GET" } }), span({ id: "not an id", attributes: called }), span({ id: "00f067aa0ba902b8", attributes: hostile })])).toBe(0);
  expect(recording.entries("generation")).toHaveLength(1);
  expect([written().includes("/health"), recording.problems]).toEqual([false, []]);
});

test("retrievals and failed tools are steps", () => {
  const documents = { "retrieval.documents.0.document.id": "chart/1", "retrieval.documents.0.document.content": "2.1 kg", "retrieval.documents.0.document.score": 0.8 };
  const failed = { status: { code: 2, message: "boom" }, events: [{ name: "exception", attributes: { "exception.type": "TypeError", "exception.message": "no such chart" } }] };
  exported([span({ name: "search", attributes: { "openinference.span.kind": "RETRIEVER", "input.value": "weight?", ...documents } }), span({ id: "00f067aa0ba902b8", name: "execute_tool", ...failed, attributes: { "gen_ai.operation.name": "execute_tool", "gen_ai.tool.name": "get_chart", "gen_ai.tool.call.arguments": '{"mrn":1}' } })]);
  const [retrieval] = recording.entries("retrieval");
  expect([retrieval?.text(retrieval.query), retrieval?.chunks.map(({ sourceId, text, score }) => [sourceId, retrieval.text(text), score])]).toEqual(["weight?", [["chart/1", "2.1 kg", 0.8]]]);
  const [tool] = recording.entries("tool");
  expect([tool?.name, tool?.text(tool.arguments), tool?.result, tool?.error]).toMatchObject(["get_chart", '{"mrn":1}', null, { name: "TypeError", message: "no such chart" }]);
});

test("a span that puts a text where the protocol has its own words does not get it past the redactor", async () => {
  await recording.dispose();
  recording = startRecording({ redaction: {} });
  const secret = "card 4111 1111 1111 1111 of jane.doe@example.org";
  const said = JSON.stringify([{ role: secret, finish_reason: secret, parts: [{ type: "tool_call", id: secret, name: secret, arguments: {} }, { type: "tool_call_response", id: secret, response: secret }] }]);
  const words = { "gen_ai.request.model": secret, "gen_ai.provider.name": secret, "gen_ai.response.finish_reasons": [secret], "gen_ai.input.messages": said, "gen_ai.output.messages": said, "gen_ai.tool.definitions": JSON.stringify([{ name: secret, type: secret }]) };
  exported([span({ attributes: { ...called, ...words } }), span({ id: "00f067aa0ba902b8", attributes: { "openinference.span.kind": "LLM", "llm.input_messages.0.message.role": secret, "llm.input_messages.0.message.tool_call_id": secret, "llm.output_messages.0.message.tool_calls.0.tool_call.id": secret } })]);
  expect(recording.entries("generation")).toHaveLength(2);
  expect([written().includes("4111"), written().includes("jane.doe")]).toEqual([false, false]);
});

test("whom a span is about is declared by the app, span by span", async () => {
  await recording.dispose();
  recording = startRecording({ redaction: {} });
  exported([span({ attributes: { ...called, "gen_ai.system_instructions": "For Zyxwen Qorvath", "app.patient": "Zyxwen Qorvath" } })], { declared: ({ attributes }) => ({ subject: { name: String(attributes["app.patient"]) } }) });
  expect([written().includes("Zyxwen"), written().includes("⟦PERSON:")]).toEqual([false, true]);
});
