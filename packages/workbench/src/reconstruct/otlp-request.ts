/**
 * A reconstruction as an OTLP trace request (JSON), for any OpenTelemetry backend: spans by the GenAI semantic conventions, what those have no word for under `whysaid.*`.
 * Everything in it is redacted text: pseudonyms go out, originals never.
 *
 * @see https://opentelemetry.io/docs/specs/semconv/gen-ai/gen-ai-spans/, https://opentelemetry.io/docs/specs/otlp/#json-protobuf-encoding
 */
import type { Generation, InputSnapshot, Message, Part, Reconstruction, Signal, Step } from "@whysaid/recorder/format";

type Value = { stringValue: string } | { intValue: string } | { doubleValue: number } | { boolValue: boolean } | { arrayValue: { values: Value[] } };
interface Attribute {
  readonly key: string;
  readonly value: Value;
}
interface Span {
  readonly traceId: string;
  readonly spanId: string;
  readonly parentSpanId?: string;
  readonly name: string;
  /** 1 internal, 3 client. */
  readonly kind: 1 | 3;
  readonly startTimeUnixNano: string;
  readonly endTimeUnixNano: string;
  readonly attributes: readonly Attribute[];
  readonly status: { readonly code: 0 | 2; readonly message?: string };
}
export interface OtlpRequest {
  readonly resourceSpans: readonly { readonly resource: { readonly attributes: readonly Attribute[] }; readonly scopeSpans: readonly { readonly scope: { readonly name: string }; readonly spans: readonly Span[] }[] }[];
}

export function otlpRequest(story: Reconstruction): OtlpRequest {
  const own = new Set([...story.generations.map(({ spanId }) => spanId), ...story.steps.map(({ spanId }) => spanId)]);
  const outer = [...story.generations, ...story.steps].map(({ parentSpanId }) => parentSpanId).find((id) => id !== null && !own.has(id));
  // a trace of no steps has no span of its own on record; its id's second half is as good and always the same
  const root = outer ?? story.traceId.slice(16);
  const inRoot = (span: Omit<Span, "traceId" | "parentSpanId">, parent: string | null): Span => ({ traceId: story.traceId, parentSpanId: parent !== null && own.has(parent) ? parent : root, ...span });
  const spans = [
    { traceId: story.traceId, ...rootSpan(story, root) },
    ...inTurn(story).map((generation) => inRoot(generationSpan(generation), generation.parentSpanId)),
    ...story.steps.filter(({ kind }) => kind === "tool" || kind === "retrieval").map((step) => inRoot(stepSpan(step), step.parentSpanId)),
  ];
  const resource = attributesOf({ "service.name": story.service, "service.version": story.release, "deployment.environment.name": story.environment });
  return { resourceSpans: [{ resource: { attributes: resource }, scopeSpans: [{ scope: { name: "whysaid" }, spans }] }] };
}

/**
 * Starts are recorded to the millisecond, spans tell order by time alone: within one millisecond a call is put after the steps that ended in it and after the call before it,
 * each a microsecond on.
 */
function inTurn({ generations, steps }: Reconstruction): readonly Generation[] {
  const ends = steps.filter(({ kind }) => kind === "retrieval" || kind === "tool").map(({ atMs, durationMs }) => atMs + durationMs);
  let last = -Infinity;
  return generations.map((generation) => {
    const { startedAtMs } = generation;
    const before = ends.reduce((latest, end) => (end < startedAtMs + 1 ? Math.max(latest, end) : latest), last);
    last = Math.max(startedAtMs, before + 0.001);
    return { ...generation, startedAtMs: last };
  });
}

function rootSpan(story: Reconstruction, spanId: string): Omit<Span, "traceId"> {
  const last = story.actions.at(-1);
  const attributes = {
    "gen_ai.operation.name": "invoke_workflow",
    "gen_ai.workflow.name": story.feature,
    "gen_ai.conversation.id": story.conversationId,
    "user.id": story.user,
    "gen_ai.prompt.name": story.prompt?.id,
    "gen_ai.prompt.version": story.prompt?.version,
    "whysaid.action": last?.action,
    "whysaid.failed_rules": story.steps.flatMap((step) => (step.kind === "validation" ? step.checks.flatMap(({ outcome, rule }) => (outcome === "failed" && rule !== null ? [rule] : [])) : [])),
    "whysaid.cause": story.findings[0]?.cause,
    ...Object.fromEntries(Object.entries(story.tags).map(([name, value]) => [`whysaid.tag.${name}`, value])),
  };
  return { spanId, name: story.feature ?? "trace", kind: 1, ...times(story.startedAtMs, story.durationMs), attributes: attributesOf(attributes), status: statusOf(story.error) };
}

function generationSpan({ spanId, provider, startedAtMs, signals, error }: Generation): Omit<Span, "traceId" | "parentSpanId"> {
  const [input, model, usage, latency, completion, toolCalls] = [valueOf(signals.input), valueOf(signals.model), valueOf(signals.usage), valueOf(signals.latency), valueOf(signals.completion), valueOf(signals.toolCalls)];
  const said: Part[] = completion === null ? [] : [...(completion.text === "" ? [] : [{ type: "text" as const, text: completion.text }]), ...(toolCalls ?? []).map(({ callId, name, arguments: given }) => ({ type: "tool-call" as const, callId, name, arguments: given }))];
  const attributes = {
    "gen_ai.operation.name": "chat",
    "gen_ai.provider.name": provider,
    "gen_ai.request.model": model?.requested,
    "gen_ai.response.model": model?.answered,
    "gen_ai.response.system_fingerprint": model?.fingerprint,
    "gen_ai.usage.input_tokens": usage?.inputTokens,
    "gen_ai.usage.output_tokens": usage?.outputTokens,
    "gen_ai.usage.cache_read.input_tokens": usage?.cacheReadTokens,
    "gen_ai.usage.reasoning.output_tokens": usage?.reasoningTokens,
    "gen_ai.response.finish_reasons": completion?.finishReason === null || completion === null ? null : [completion.finishReason],
    "gen_ai.response.time_to_first_chunk": typeof latency?.timeToFirstChunkMs === "number" ? latency.timeToFirstChunkMs / 1000 : null,
    ...(input === null ? {} : inputAttributes(input)),
    "gen_ai.output.messages": said.length === 0 ? null : JSON.stringify([{ role: "assistant", parts: said.map(partOf), ...(completion?.finishReason ? { finish_reason: completion.finishReason } : {}) }]),
  };
  return { spanId, name: `chat ${model?.requested ?? model?.answered ?? ""}`.trimEnd(), kind: 3, ...times(startedAtMs, latency?.generationMs ?? latency?.totalMs ?? null), attributes: attributesOf(attributes), status: statusOf(error) };
}

function inputAttributes({ system, messages, tools, parameters }: InputSnapshot): Record<string, unknown> {
  const number = (name: string): unknown => (typeof parameters[name] === "number" ? parameters[name] : null);
  return {
    "gen_ai.system_instructions": system === null ? null : JSON.stringify([{ type: "text", content: system }]),
    "gen_ai.input.messages": JSON.stringify(messages.map(messageOf)),
    "gen_ai.tool.definitions": tools.length === 0 ? null : JSON.stringify(tools.map(({ name, description, parameters: schema }) => ({ type: "function", name, description, parameters: parsed(schema) }))),
    "gen_ai.request.temperature": number("temperature"),
    "gen_ai.request.top_p": number("top_p"),
    "gen_ai.request.max_tokens": number("max_tokens") ?? number("max_completion_tokens"),
  };
}

const messageOf = ({ role, name, parts }: Message): object => ({ role, ...(name === undefined ? {} : { name }), parts: parts.map(partOf) });
function partOf(part: Part): object {
  switch (part.type) {
    case "text":
    case "reasoning":
      return { type: part.type, content: part.text };
    case "refusal":
      return { type: "refusal", content: part.text };
    case "tool-call":
      return { type: "tool_call", id: part.callId, name: part.name, arguments: part.arguments };
    case "tool-result":
      return { type: "tool_call_response", id: part.callId, response: part.result };
    case "media":
      return { type: "file", mime_type: part.mediaType, uri: part.reference };
    case "other":
      return { type: "other", content: part.json };
    default:
      return part satisfies never;
  }
}

function stepSpan(step: Step): Omit<Span, "traceId" | "parentSpanId"> {
  const attributes =
    step.kind === "tool"
      ? { "gen_ai.operation.name": "execute_tool", "gen_ai.tool.name": step.name, "gen_ai.tool.call.id": step.callId, "gen_ai.tool.call.arguments": step.arguments, "gen_ai.tool.call.result": step.result }
      : step.kind === "retrieval"
        ? { "gen_ai.operation.name": "retrieval", "gen_ai.data_source.id": step.name, "gen_ai.retrieval.query.text": step.query, "gen_ai.retrieval.documents": JSON.stringify(step.chunks.map(({ sourceId, text, score }) => ({ id: sourceId, content: text, score }))) }
        : {};
  return { spanId: step.spanId, name: `${step.kind === "tool" ? "execute_tool" : "retrieval"} ${step.name}`, kind: 1, ...times(step.atMs, step.durationMs), attributes: attributesOf(attributes), status: statusOf(step.error) };
}

const valueOf = <T>(signal: Signal<T>): T | null => (signal.state === "captured" ? signal.value : null);
const times = (startMs: number, durationMs: number | null): Pick<Span, "startTimeUnixNano" | "endTimeUnixNano"> => ({ startTimeUnixNano: nanos(startMs), endTimeUnixNano: nanos(startMs + (durationMs ?? 0)) });
const nanos = (ms: number): string => `${BigInt(Math.round(ms * 1000)) * 1000n}`;
const statusOf = (error: { readonly name: string; readonly message: string } | null): Span["status"] => (error === null ? { code: 0 } : { code: 2, message: `${error.name}: ${error.message}` });
const parsed = (json: string | null): unknown => {
  try {
    return json === null ? null : JSON.parse(json);
  } catch {
    return json;
  }
};

/** What is null or undefined is not there. */
function attributesOf(values: Readonly<Record<string, unknown>>): Attribute[] {
  return Object.entries(values).flatMap(([key, value]) => {
    const given = anyValue(value);
    return given === null ? [] : [{ key, value: given }];
  });
}
function anyValue(value: unknown): Value | null {
  if (typeof value === "string") return { stringValue: value };
  if (typeof value === "boolean") return { boolValue: value };
  if (typeof value === "number") return Number.isSafeInteger(value) ? { intValue: String(value) } : { doubleValue: value };
  if (Array.isArray(value) && value.length > 0) return { arrayValue: { values: value.flatMap((one) => anyValue(one) ?? []) } };
  return null;
}
