/** Workload calls as an OTLP/JSON request of GenAI spans: messages in `gen_ai.input.messages`, as exporters of OTel's newest generation send them. */
import type { WorkloadCall } from "../workload.ts";

export function otlpRequest(calls: readonly WorkloadCall[]): string {
  const spans = calls.map((call, index) => {
    const body = JSON.parse(call.requestBody) as { readonly model: string; readonly messages: readonly { readonly role: string; readonly content: unknown }[] };
    const text = (content: unknown): string => (typeof content === "string" ? content : JSON.stringify(content ?? ""));
    const messages = body.messages.map(({ role, content }) => ({ role, parts: [{ type: "text", content: text(content) }] }));
    const traceId = `${call.atMs.toString(16).padStart(12, "0")}7abc8${index.toString(16).padStart(2, "0")}${Math.floor(Math.random() * 2 ** 48).toString(16).padStart(13, "0")}`.slice(0, 32).padEnd(32, "0");
    const attributes = { "gen_ai.operation.name": "chat", "gen_ai.provider.name": "openai", "gen_ai.request.model": body.model, "gen_ai.response.model": call.model, "gen_ai.input.messages": JSON.stringify(messages), "gen_ai.output.messages": JSON.stringify([{ role: "assistant", parts: [{ type: "text", content: "done" }] }]) };
    return { traceId, spanId: traceId.slice(16), name: "chat", startTimeUnixNano: String(call.atMs * 1e6), endTimeUnixNano: String((call.atMs + call.durationMs) * 1e6), attributes: Object.entries(attributes).map(([key, value]) => ({ key, value: { stringValue: value } })) };
  });
  return JSON.stringify({ resourceSpans: [{ resource: { attributes: [{ key: "service.name", value: { stringValue: "bench" } }] }, scopeSpans: [{ scope: { name: "bench" }, spans }] }] });
}
