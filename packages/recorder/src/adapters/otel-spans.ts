/**
 * A finished OpenTelemetry span, in the words of a generation, a tool, a retrieval: the GenAI convention, OpenInference, the AI SDK's own attributes and Traceloop's indexed ones. Small on
 * purpose: it is installed in somebody's production process. What other dialects say is read by the server's OTLP ingest, which has the whole table.
 *
 * @see https://opentelemetry.io/docs/specs/semconv/gen-ai/gen-ai-spans/
 */
import type { GenerationOptions, GivenInput } from "../capture/generation.ts";

type Loose = Readonly<Record<string, unknown>>;
/** What is read of a span. */
export interface SpanFacts {
  readonly name: string;
  readonly attributes: Loose;
}
export type SpanKind = "generation" | "tool" | "retrieval" | "agent" | "other";

const KINDS: readonly (readonly [key: string, kinds: readonly (readonly [RegExp, SpanKind])[]])[] = [
  // the AI SDK's outer span repeats what its inner one says
  ["ai.operationId", [[/\.do(?:Generate|Stream)$/, "generation"], [/^ai\.toolCall$/, "tool"], [/embed|rerank/i, "other"], [/./, "agent"]]],
  ["gen_ai.operation.name", [[/^(?:chat|completion|text_completion|generate_content|message)$/, "generation"], [/^execute_tool$/, "tool"], [/^retrieval$/, "retrieval"], [/agent|workflow|^chain$/, "agent"], [/./, "other"]]],
  ["openinference.span.kind", [[/^LLM$/i, "generation"], [/^TOOL$/i, "tool"], [/^(?:RETRIEVER|RERANKER)$/i, "retrieval"], [/^EMBEDDING$/i, "other"], [/./, "agent"]]],
  ["traceloop.span.kind", [[/^tool$/i, "tool"], [/./, "agent"]]],
  ["llm.request.type", [[/^(?:chat|completion)$/i, "generation"], [/./, "other"]]],
];
export function kindOf({ attributes }: SpanFacts): SpanKind {
  for (const [key, kinds] of KINDS) {
    const word = attributes[key];
    const kind = typeof word === "string" ? kinds.find(([pattern]) => pattern.test(word))?.[1] : undefined;
    if (kind !== undefined) return kind;
  }
  return "other";
}

const first = (from: Loose, ...keys: readonly string[]): unknown => keys.map((key) => from[key]).find((value) => value !== undefined && value !== null);
export const textAt = (from: Loose, ...keys: readonly string[]): string | undefined => {
  const value = first(from, ...keys);
  return typeof value === "string" && value !== "" ? value : undefined;
};
const count = (from: Loose, ...keys: readonly string[]): number | null => {
  const value = first(from, ...keys);
  return typeof value === "number" ? value : null;
};
const loose = (value: unknown): Loose => (typeof value === "object" && value !== null ? (value as Loose) : {});
const listOf = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);
const json = (value: unknown): string => (typeof value === "string" ? value : (JSON.stringify(value) ?? "null"));
/** Attributes hold lists and objects as JSON text; what is cut off or none stays the text it is. */
function read(value: unknown): unknown {
  try {
    return typeof value === "string" ? JSON.parse(value) : value;
  } catch {
    return value;
  }
}

/**
 * The redactor leaves the protocol's own words readable in a call's envelope: roles, ids of calls, names of tools, reasons to finish. Whoever writes a span can put anything there, so what does not look
 * like one is no word.
 */
const ROLES = new Set(["system", "developer", "user", "assistant", "model", "tool", "function"]);
const roleOf = (value: unknown): string => (typeof value === "string" && ROLES.has(value) ? value : "user");
/** Ids of calls, names of tools. */
const idOf = (value: unknown): string | null => (typeof value === "string" && /^[\w.:|-]{1,128}$/.test(value) ? value : null);
const reasonOf = (value: unknown): string | null => (typeof value === "string" && /^[a-z][a-z_-]{0,40}$/i.test(value) ? value : null);

/** The AI SDK names no provider but the model's class: `openai.chat`. */
const providerOf = (attributes: Loose): string | undefined => textAt(attributes, "gen_ai.provider.name", "gen_ai.system", "llm.provider", "llm.system", "ai.model.provider")?.replace(/\.(?:chat|responses|messages|completion|generative-ai)$/, "");

export function generationOf({ attributes }: SpanFacts): GenerationOptions {
  const provider = providerOf(attributes);
  const input = inputOf(attributes);
  const requested = textAt(attributes, "gen_ai.request.model", "ai.model.id", "llm.request.model") ?? null;
  const answered = textAt(attributes, "gen_ai.response.model", "ai.response.model", "llm.response.model") ?? null;
  // OpenInference has one name for both
  const either = textAt(attributes, "llm.model_name");
  const asked = textAt(loose(read(attributes["llm.invocation_parameters"])), "model") ?? requested;
  const model = { requested: asked ?? either ?? null, answered: answered ?? (asked !== null && either !== asked ? (either ?? null) : null), fingerprint: textAt(attributes, "gen_ai.response.system_fingerprint", "gen_ai.openai.response.system_fingerprint") ?? null };
  const usage = {
    inputTokens: count(attributes, "gen_ai.usage.input_tokens", "gen_ai.usage.prompt_tokens", "llm.token_count.prompt", "ai.usage.inputTokens", "ai.usage.promptTokens"),
    outputTokens: count(attributes, "gen_ai.usage.output_tokens", "gen_ai.usage.completion_tokens", "llm.token_count.completion", "ai.usage.outputTokens", "ai.usage.completionTokens"),
    totalTokens: count(attributes, "gen_ai.usage.total_tokens", "llm.token_count.total", "ai.usage.totalTokens", "llm.usage.total_tokens"),
    cacheReadTokens: count(attributes, "gen_ai.usage.cache_read.input_tokens", "llm.token_count.prompt_details.cache_read", "ai.usage.cachedInputTokens", "ai.usage.inputTokenDetails.cacheReadTokens"),
    reasoningTokens: count(attributes, "gen_ai.usage.reasoning.output_tokens", "llm.token_count.completion_details.reasoning", "ai.usage.reasoningTokens", "ai.usage.outputTokenDetails.reasoningTokens"),
  };
  const firstChunkMs = count(attributes, "ai.response.msToFirstChunk", "ai.stream.msToFirstChunk") ?? secondsAt(attributes, "gen_ai.response.time_to_first_chunk", "gen_ai.server.time_to_first_token");
  return {
    ...(provider === undefined ? {} : { provider }),
    ...(input === undefined ? {} : { input }),
    ...(model.requested === null && model.answered === null ? {} : { model }),
    ...(Object.values(usage).every((value) => value === null) ? {} : { usage }),
    ...(firstChunkMs === null ? {} : { latency: { timeToFirstChunkMs: Math.round(firstChunkMs) } }),
    ...answerOf(attributes),
  };
}
const secondsAt = (attributes: Loose, ...keys: readonly string[]): number | null => {
  const seconds = count(attributes, ...keys);
  return seconds === null ? null : seconds * 1000;
};

function inputOf(attributes: Loose): GivenInput | undefined {
  const listed = listOf(read(first(attributes, "gen_ai.input.messages", "ai.prompt.messages"))).map(loose);
  const all = listed.length > 0 ? listed : indexed(attributes, /^(?:llm\.input_messages|gen_ai\.prompt)\.(\d+)\.(?:message\.)?(.+)$/);
  const instructions = read(attributes["gen_ai.system_instructions"]);
  const system = [typeof instructions === "string" ? instructions : listOf(instructions).map((part) => textOf(loose(part))).join("\n\n"), ...all.filter(({ role }) => role === "system").map((message) => partsOf(message).map(textOf).join(""))].filter((text) => text !== "").join("\n\n");
  if (all.length === 0 && system === "") return undefined;
  const tools = first(attributes, "gen_ai.tool.definitions", "ai.prompt.tools");
  const named = Object.entries(attributes).flatMap(([key, value]) => (/^llm\.tools\.\d+\.tool\.json_schema$/.test(key) ? [read(value)] : []));
  return { system: system === "" ? null : system, messages: all.map((message) => ({ role: roleOf(message["role"]), parts: partsOf(message) })), tools: [...listOf(read(tools)).map(read), ...named].map(toolOf), parameters: parametersOf(attributes) };
}

function toolOf(value: unknown): unknown {
  const tool = loose(value);
  const { name, description, parameters, inputSchema } = { ...tool, ...loose(tool["function"]) } as Loose;
  const schema = parameters ?? inputSchema ?? tool["input_schema"];
  return { name: idOf(name) ?? "", description: typeof description === "string" ? description : null, parameters: schema === undefined ? null : json(schema) };
}

function parametersOf(attributes: Loose): Loose {
  const { messages: _messages, tools: _tools, model: _model, ...given } = loose(read(attributes["llm.invocation_parameters"]));
  const plain = Object.entries(attributes).flatMap(([key, value]) => {
    const name = /^(?:gen_ai\.request|ai\.settings)\.(.+)$/.exec(key)?.[1];
    return name === undefined || name === "model" ? [] : [[name, value] as const];
  });
  return { ...given, ...Object.fromEntries(plain) };
}

function answerOf(attributes: Loose): Pick<GenerationOptions, "completion" | "toolCalls"> {
  const listed = listOf(read(attributes["gen_ai.output.messages"])).map(loose);
  const all = listed.length > 0 ? listed : indexed(attributes, /^(?:llm\.output_messages|gen_ai\.completion)\.(\d+)\.(?:message\.)?(.+)$/);
  const own = [...(textAt(attributes, "ai.response.text", "ai.response.object") === undefined ? [] : [{ type: "text", text: textAt(attributes, "ai.response.text", "ai.response.object") }]), ...listOf(read(attributes["ai.response.toolCalls"])).map((call) => partOf({ type: "tool-call", ...loose(call) }))];
  const said = all.length > 0 ? partsOf(all[0] ?? {}) : own;
  if (said.length === 0 && first(attributes, "gen_ai.response.finish_reasons", "ai.response.finishReason") === undefined) return {};
  const finish = first(all[0] ?? {}, "finish_reason") ?? listOf(read(attributes["gen_ai.response.finish_reasons"]))[0] ?? first(attributes, "ai.response.finishReason", "llm.finish_reason");
  const ofType = (type: string): readonly Loose[] => said.filter((part) => part["type"] === type);
  const joined = (type: string): string => ofType(type).map(textOf).join("");
  return {
    completion: { text: joined("text"), finishReason: reasonOf(finish), reasoning: joined("reasoning") || null, refusal: joined("refusal") || null },
    toolCalls: ofType("tool-call").map(({ callId, name, arguments: given }) => ({ callId: idOf(callId), name: json(name), arguments: given })),
  };
}
const textOf = (part: Loose): string => textAt(part, "text", "content") ?? "";

/** A message of either convention, or of a provider: `parts` or `content`, and `tool_calls` beside it. */
function partsOf(message: Loose): readonly Loose[] {
  const { parts, content, tool_calls: calls, tool_call_id: answers } = message;
  const said = Array.isArray(parts) ? parts : Array.isArray(content) ? content : content === undefined || content === null || content === "" ? [] : [{ type: "text", text: json(content) }];
  if (typeof answers === "string") return [partOf({ type: "tool-result", id: answers, result: content ?? "" })];
  return [...said.map((part) => partOf(loose(part))), ...listOf(calls).map((call) => partOf({ type: "tool-call", id: loose(call)["id"], ...loose(loose(call)["function"] ?? call) }))];
}

function partOf(part: Loose): Loose {
  const callId = idOf(first(part, "id", "toolCallId", "callId", "tool_use_id"));
  const name = textAt(part, "name", "toolName");
  switch (part["type"]) {
    case "text":
    case "reasoning":
    case "refusal":
      return { type: part["type"], text: textOf(part) };
    case "tool_call":
    case "tool-call":
    case "tool_use":
      return { type: "tool-call", callId, name: name ?? "", arguments: json(first(part, "arguments", "input", "args") ?? {}) };
    case "tool_call_response":
    case "tool-result":
    case "tool_result": {
      const given = first(part, "response", "result", "output", "content") ?? "";
      return { type: "tool-result", callId, name: name ?? null, result: json(loose(given)["value"] ?? given), isError: false };
    }
    default:
      return { type: "other", json: json(part) };
  }
}

interface IndexedMessage {
  role?: unknown;
  content?: unknown;
  finish_reason?: unknown;
  tool_call_id?: unknown;
  readonly parts: Map<number, Loose>;
  readonly calls: Map<number, Record<string, unknown>>;
}
/** `<prefix>.0.message.role`, `<prefix>.0.message.tool_calls.0.tool_call.function.name` … as messages. Only the fields named here are read; nothing is built along a key. */
function indexed(attributes: Loose, pattern: RegExp): readonly Loose[] {
  const found = new Map<number, IndexedMessage>();
  for (const [key, value] of Object.entries(attributes)) {
    const [, index, field = ""] = pattern.exec(key) ?? [];
    if (index === undefined) continue;
    const message: IndexedMessage = found.get(Number(index)) ?? { parts: new Map(), calls: new Map() };
    found.set(Number(index), message);
    const [, call, word] = /^tool_calls\.(\d+)\.(?:tool_call\.)?(?:function\.)?(id|name|arguments)$/.exec(field) ?? [];
    const [, part] = /^contents\.(\d+)\.message_content\.text$/.exec(field) ?? [];
    if (call !== undefined && word !== undefined) message.calls.set(Number(call), { ...message.calls.get(Number(call)), [word]: value });
    else if (part !== undefined) message.parts.set(Number(part), { type: "text", text: value });
    else if (field === "role" || field === "content" || field === "finish_reason" || field === "tool_call_id") message[field] = value;
  }
  const inOrder = <T>(map: ReadonlyMap<number, T>): readonly T[] => [...map].sort(([a], [b]) => a - b).map(([, value]) => value);
  return inOrder(found).map(({ parts, calls, ...message }) => ({ ...message, ...(parts.size === 0 ? {} : { content: inOrder(parts) }), tool_calls: inOrder(calls) }));
}

export interface ToolFacts {
  readonly name: string;
  readonly callId: string | undefined;
  readonly arguments: unknown;
  readonly result: unknown;
}
export const toolFacts = ({ name, attributes }: SpanFacts): ToolFacts => ({
  name: textAt(attributes, "gen_ai.tool.name", "ai.toolCall.name", "tool.name", "traceloop.entity.name") ?? name,
  callId: textAt(attributes, "gen_ai.tool.call.id", "ai.toolCall.id", "tool_call.id"),
  arguments: first(attributes, "gen_ai.tool.call.arguments", "ai.toolCall.args", "ai.toolCall.input", "tool.parameters", "input.value", "traceloop.entity.input"),
  result: first(attributes, "gen_ai.tool.call.result", "ai.toolCall.result", "ai.toolCall.output", "output.value", "traceloop.entity.output"),
});

/** Documents in any shape a search's result has; OpenInference's are indexed. */
export function retrievalFacts({ attributes }: SpanFacts): { readonly query: unknown; readonly documents: unknown } {
  const found = new Map<number, Record<string, unknown>>();
  for (const [key, value] of Object.entries(attributes)) {
    const [, index, field] = /^(?:retrieval\.documents|reranker\.output_documents)\.(\d+)\.document\.(id|content|score|metadata)$/.exec(key) ?? [];
    if (index !== undefined && field !== undefined) found.set(Number(index), { ...found.get(Number(index)), [field]: field === "metadata" ? read(value) : value });
  }
  const listed = read(first(attributes, "gen_ai.retrieval.documents", "output.value", "traceloop.entity.output"));
  return { query: first(attributes, "gen_ai.retrieval.query.text", "input.value", "traceloop.entity.input"), documents: found.size > 0 ? [...found].sort(([a], [b]) => a - b).map(([, one]) => one) : listed };
}
