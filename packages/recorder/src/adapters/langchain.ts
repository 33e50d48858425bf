/**
 * LangChain.js and LangGraph: a callback handler that records retrievals, tools and, where the model's client takes no `fetch`, model calls.
 *
 * ```ts
 * const model = new ChatOpenAI({ model: "gpt-4o", configuration: { fetch: recorder.fetch } });   // bytes off the wire
 * await chain.invoke(input, { callbacks: [langchainHandler(recorder)] });                          // the steps around them
 * ```
 * A plain object, as LangChain takes handlers; nothing of LangChain is imported.
 */
import type { GivenInput, GivenMessage } from "../capture/generation.ts";
import type { Recorder } from "../capture/recorder.ts";
import { watchWire } from "./crossed-wire.ts";
import { openStep, type OpenStep } from "./open-step.ts";

type Loose = Readonly<Record<string, unknown>>;
interface OpenCall {
  readonly input: GivenInput;
  readonly requested: string | null;
  readonly provider: string | null;
  readonly startedAt: number;
  readonly startedMs: number;
  readonly crossed: () => boolean;
}
export interface LangchainHandler {
  readonly name: "whysaid";
  /** In the code that runs the chain, not in a queue beside it: the handler has to know whose trace it is. */
  readonly awaitHandlers: true;
  handleChatModelStart(llm: object, messages: readonly (readonly object[])[], runId: string, parentRunId?: string, extraParams?: object, tags?: string[], metadata?: object): void;
  handleLLMStart(llm: object, prompts: readonly string[], runId: string, parentRunId?: string, extraParams?: object, tags?: string[], metadata?: object): void;
  handleLLMEnd(output: object, runId: string): void;
  handleLLMError(error: unknown, runId: string): void;
  handleToolStart(tool: object, input: string, runId: string, parentRunId?: string, tags?: string[], metadata?: object, runName?: string, toolCallId?: string): void;
  handleToolEnd(output: unknown, runId: string): void;
  handleToolError(error: unknown, runId: string): void;
  handleRetrieverStart(retriever: object, query: string, runId: string, parentRunId?: string, tags?: string[], metadata?: object, name?: string): void;
  handleRetrieverEnd(documents: readonly object[], runId: string): void;
  handleRetrieverError(error: unknown, runId: string): void;
}

export function langchainHandler(recorder: Recorder): LangchainHandler {
  const { core } = recorder.internals;
  const steps = new Map<string, OpenStep>();
  const calls = new Map<string, OpenCall>();
  const safely = (run: () => void): void => core.safely("record a LangChain event", run);

  const callStarted = (runId: string, input: GivenInput, extraParams: object | undefined, metadata: object | undefined): void => {
    const { invocation_params: parameters } = (extraParams ?? {}) as Loose;
    const { model, model_name: modelName, tools, messages: _messages, ...rest } = (parameters ?? {}) as Loose;
    const named = model ?? modelName ?? (metadata as Loose | undefined)?.["ls_model_name"];
    const provider = (metadata as Loose | undefined)?.["ls_provider"];
    calls.set(runId, {
      input: { ...input, tools: Array.isArray(tools) ? tools : [], parameters: Object.fromEntries(Object.entries(rest).filter(([, value]) => value !== undefined && value !== null)) },
      requested: typeof named === "string" ? named : null,
      provider: typeof provider === "string" ? provider : null,
      startedAt: core.now(),
      startedMs: core.clock(),
      crossed: watchWire(recorder),
    });
  };
  const callEnded = (runId: string, output: Loose | undefined, error: unknown): void => {
    const call = calls.get(runId);
    calls.delete(runId);
    if (call === undefined || call.crossed()) return;
    const { input, requested, provider, startedAt, startedMs } = call;
    recorder.generation({ ...(provider === null ? {} : { provider }), input, ...answerOf(requested, output), startedAt, durationMs: core.clock() - startedMs, ...(error === undefined ? {} : { error }) });
  };
  const stepEnded = (runId: string, tell: (step: OpenStep) => void): void => {
    const step = steps.get(runId);
    steps.delete(runId);
    if (step !== undefined) tell(step);
  };

  return {
    name: "whysaid",
    awaitHandlers: true,
    handleChatModelStart: (_llm, [messages = []], runId, _parent, extraParams, _tags, metadata) => safely(() => callStarted(runId, inputOf(messages), extraParams, metadata)),
    handleLLMStart: (_llm, prompts, runId, _parent, extraParams, _tags, metadata) => safely(() => callStarted(runId, { messages: prompts.map((content) => ({ role: "user", content })) }, extraParams, metadata)),
    handleLLMEnd: (output, runId) => safely(() => callEnded(runId, output as Loose, undefined)),
    handleLLMError: (error, runId) => safely(() => callEnded(runId, undefined, error)),
    handleToolStart: (tool, input, runId, _parent, _tags, _metadata, runName, toolCallId) => safely(() => void steps.set(runId, openStep((run) => recorder.tool(runName ?? nameOf(tool), input, run, toolCallId === undefined ? {} : { callId: toolCallId })))),
    handleToolEnd: (output, runId) => safely(() => stepEnded(runId, (step) => step.returned(contentOf(output)))),
    handleToolError: (error, runId) => safely(() => stepEnded(runId, (step) => step.threw(error))),
    handleRetrieverStart: (retriever, query, runId, _parent, _tags, _metadata, name) => safely(() => void steps.set(runId, openStep((run) => recorder.retrieve(name ?? nameOf(retriever), query, run)))),
    handleRetrieverEnd: (documents, runId) => safely(() => stepEnded(runId, (step) => step.returned(documents))),
    handleRetrieverError: (error, runId) => safely(() => stepEnded(runId, (step) => step.threw(error))),
  };
}

const ROLES: Readonly<Record<string, string>> = { human: "user", ai: "assistant" };
const typeOf = (message: Loose): string => (typeof message.getType === "function" ? String((message.getType as () => unknown).call(message)) : (stringOf(message.type) ?? stringOf(message.role) ?? "user"));
const stringOf = (value: unknown): string | null => (typeof value === "string" ? value : null);

function inputOf(all: readonly object[]): GivenInput {
  const messages = all.map((one): GivenMessage => {
    const message = one as Loose;
    const type = typeOf(message);
    const calls = (Array.isArray(message.tool_calls) ? message.tool_calls : []) as Loose[];
    const said = type === "tool" ? [{ type: "tool-result", callId: message.tool_call_id ?? null, name: message.name ?? null, result: textOf(message.content), isError: message.status === "error" }] : textOf(message.content) === "" ? [] : [{ type: "text", text: textOf(message.content) }];
    return { role: ROLES[type] ?? type, parts: [...said, ...calls.map(({ id, name, args }) => ({ type: "tool-call", callId: id ?? null, name: String(name), arguments: JSON.stringify(args) ?? "{}" }))] };
  });
  const system = all.filter((one) => typeOf(one as Loose) === "system").map((one) => textOf((one as Loose).content));
  return { system: system.length === 0 ? null : system.join("\n\n"), messages };
}

function answerOf(requested: string | null, output: Loose | undefined): object {
  if (output === undefined) return { model: { requested } };
  const first = (output.generations as readonly (readonly Loose[])[] | undefined)?.[0]?.[0] ?? {};
  const message = (first.message ?? {}) as Loose;
  const metadata = (message.response_metadata ?? {}) as Loose;
  const usage = (message.usage_metadata ?? {}) as Loose;
  const count = (value: unknown): number | null => (typeof value === "number" ? value : null);
  const calls = (Array.isArray(message.tool_calls) ? message.tool_calls : []) as Loose[];
  const answered = metadata["model_name"] ?? metadata["model"];
  const finish = metadata["finish_reason"] ?? metadata["stop_reason"] ?? (first.generationInfo as Loose | undefined)?.["finish_reason"];
  return {
    model: { requested, answered: typeof answered === "string" ? answered : null, fingerprint: typeof metadata["system_fingerprint"] === "string" ? metadata["system_fingerprint"] : null },
    ...(message.usage_metadata === undefined ? {} : { usage: { inputTokens: count(usage["input_tokens"]), outputTokens: count(usage["output_tokens"]), totalTokens: count(usage["total_tokens"]) } }),
    toolCalls: calls.map(({ id, name, args }) => ({ callId: typeof id === "string" ? id : null, name: String(name), arguments: JSON.stringify(args) ?? "{}" })),
    completion: { text: typeof first.text === "string" ? first.text : textOf(message.content), finishReason: typeof finish === "string" ? finish : null },
  };
}

/** @returns the text of a message's content: a string, or the text parts of a list of blocks */
function textOf(content: unknown): string {
  if (typeof content === "string") return content;
  if (!Array.isArray(content)) return content === undefined || content === null ? "" : (JSON.stringify(content) ?? "");
  return content.map((block: unknown) => (typeof block === "string" ? block : typeof (block as Loose | null)?.text === "string" ? String((block as Loose).text) : "")).join("");
}
/** A tool's output may be a `ToolMessage` around it. */
const contentOf = (output: unknown): unknown => (typeof output === "object" && output !== null && "content" in output && "tool_call_id" in output ? output.content : output);
const nameOf = (serialized: object): string => {
  const { name, id } = serialized as Loose;
  return typeof name === "string" ? name : Array.isArray(id) ? String(id.at(-1)) : "unnamed";
};
