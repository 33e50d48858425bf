/**
 * The Vercel AI SDK. Its providers take `fetch`, and that is where calls are best recorded: `createOpenAI({ fetch: recorder.fetch })`. What never crosses a
 * wire is told here: tool executions, the trace around a `generateText`, and calls of models that run in the process.
 *
 * - SDK 7: `recordAiSdk(recorder)` once; it listens to the SDK's own `ai:telemetry` channel.
 * - SDK 5 and 6: `wrapLanguageModel({ model, middleware: aiSdkMiddleware(recorder) })` for models without `fetch`, and `recordTools` around the tools.
 *
 * @see https://ai-sdk.dev/docs/ai-sdk-core/telemetry#tracing-channel
 */
import { AsyncLocalStorage } from "node:async_hooks";
import { tracingChannel } from "node:diagnostics_channel";
import type { OpenTrace, Recorder } from "../capture/recorder.ts";
import type { Place } from "../capture/trace.ts";
import { answerOf, inputOf } from "./ai-sdk-parts.ts";
import { watchWire } from "./crossed-wire.ts";
import { openStep, type OpenStep } from "./open-step.ts";
import { watchedStream } from "./watched-stream.ts";

type Loose = Readonly<Record<string, unknown>>;
interface Message {
  readonly type: string;
  readonly event: Loose;
  readonly result?: Loose;
  readonly error?: unknown;
}
interface OpenCall {
  readonly startedAt: number;
  readonly startedMs: number;
  readonly crossed: () => boolean;
}
const CHANNEL = "ai:telemetry";

/**
 * Record what SDK 7 tells on its channel. `functionId` of a call's `telemetry` is the feature, else `ai.generateText`; inside a `recorder.trace` that trace is kept.
 *
 * @returns ends it
 */
export function recordAiSdk(recorder: Recorder): () => void {
  const { core, storage } = recorder.internals;
  const traces = new WeakMap<object, OpenTrace>();
  const tools = new WeakMap<object, OpenStep>();
  const calls = new WeakMap<object, OpenCall>();

  const opened = (message: Message): Place | undefined => {
    const here = storage.getStore();
    if (here !== undefined || (message.type !== "generateText" && message.type !== "streamText")) return here;
    const { functionId, operationId } = message.event;
    const trace = recorder.internals.openTrace(typeof functionId === "string" ? functionId : typeof operationId === "string" ? operationId : message.type, {});
    if (trace !== undefined) traces.set(message, trace);
    return trace?.place;
  };
  const start = (message: Message): void => {
    if (message.type === "executeTool") {
      const { toolName, toolCallId, input } = message.event.toolCall as Loose;
      tools.set(message, openStep((run) => recorder.tool(String(toolName), input, run, typeof toolCallId === "string" ? { callId: toolCallId } : {})));
    } else if (message.type === "languageModelCall") calls.set(message, { startedAt: core.now(), startedMs: core.clock(), crossed: watchWire(recorder) });
  };
  const end = (message: Message): void => {
    const { error } = message;
    const tool = tools.get(message);
    // only of a tool: `output` of a `generateText` that ended without one is a getter that throws
    const { type, output, error: toolError } = tool === undefined ? ({} as Loose) : ((message.result?.output ?? {}) as Loose);
    if (type === "tool-error") tool?.threw(toolError);
    else if (error === undefined) tool?.returned(output);
    else tool?.threw(error);
    const call = calls.get(message);
    if (call !== undefined && !call.crossed()) recordCall(recorder, call, message.event, message.result, error);
    traces.get(message)?.end(error === undefined ? { kind: "returned", value: undefined } : { kind: "threw", error });
  };

  const channel = tracingChannel<Place, Message>(CHANNEL);
  const safely = (what: string, run: (message: Message) => void) => (message: Message) => core.safely(what, () => run(message));
  const subscribers = { start: safely("record an AI SDK event", start), end: () => undefined, asyncStart: () => undefined, asyncEnd: safely("record an AI SDK event", end), error: () => undefined };
  channel.start.bindStore(storage, (message) => core.safely("open an AI SDK trace", () => opened(message)) as Place);
  channel.subscribe(subscribers);
  return () => {
    channel.unsubscribe(subscribers);
    channel.start.unbindStore(storage);
  };
}

function recordCall(recorder: Recorder, { startedAt, startedMs }: Pick<OpenCall, "startedAt" | "startedMs">, call: Loose, result: Loose | undefined, error: unknown, state?: "cancelled"): void {
  const requested = typeof call.modelId === "string" ? call.modelId : "";
  recorder.generation({
    ...(typeof call.provider === "string" ? { provider: call.provider } : {}),
    input: inputOf(call),
    ...(result === undefined ? { model: requested } : answerOf(requested, result)),
    startedAt,
    durationMs: recorder.internals.core.clock() - startedMs,
    ...(error === undefined ? {} : { error }),
    ...(state === undefined ? {} : { state }),
  });
}

interface Model {
  readonly provider: string;
  readonly modelId: string;
}
/** `LanguageModelV2Middleware` and `V3Middleware`, as far as it is implemented here. */
export interface AiSdkMiddleware {
  readonly specificationVersion: "v3";
  wrapGenerate<Result>(call: { doGenerate: () => PromiseLike<Result>; params: object; model: Model }): Promise<Result>;
  wrapStream<Result extends { stream: ReadableStream }>(call: { doStream: () => PromiseLike<Result>; params: object; model: Model }): Promise<Result>;
}

/** For models of SDK 5 and 6 that call no `fetch`; a call that did cross the recorder's is left to it. */
export function aiSdkMiddleware(recorder: Recorder): AiSdkMiddleware {
  const { core } = recorder.internals;
  const begin = (): OpenCall => ({ startedAt: core.now(), startedMs: core.clock(), crossed: watchWire(recorder) });
  const over = (call: OpenCall, params: object, model: Model, result: Loose | undefined, error: unknown, state?: "cancelled"): void =>
    core.safely("record an AI SDK call", () => {
      if (!call.crossed()) recordCall(recorder, call, { ...params, provider: model.provider, modelId: model.modelId }, result, error, state);
    });
  return {
    specificationVersion: "v3",
    wrapGenerate: async ({ doGenerate, params, model }) => {
      const call = begin();
      try {
        const result = await doGenerate();
        over(call, params, model, result as Loose, undefined);
        return result;
      } catch (error) {
        over(call, params, model, undefined, error);
        throw error;
      }
    },
    wrapStream: async ({ doStream, params, model }) => {
      const call = begin();
      // An app may cancel from anywhere: the call stays in the trace it was begun in.
      const inPlace = AsyncLocalStorage.snapshot();
      try {
        const result = await doStream();
        const { seen, toResult } = collecting();
        const stream = watchedStream(result.stream, {
          seen: (part) => core.safely("read an AI SDK stream", () => seen(part as Loose)),
          over: (end, error) => inPlace(() => over(call, params, model, toResult(), error, end === "cancelled" ? "cancelled" : undefined)),
        });
        return { ...result, stream };
      } catch (error) {
        over(call, params, model, undefined, error);
        throw error;
      }
    },
  };
}

/** The parts of a model's stream, put together as `doGenerate` would have returned them. */
function collecting(): { seen: (part: Loose) => void; toResult: () => Loose } {
  const content: { type: unknown; text: string }[] = [];
  const calls: Loose[] = [];
  let rest: Loose = {};
  return {
    seen: (part) => {
      switch (part.type) {
        case "text-delta":
        case "reasoning-delta": {
          const type = part.type === "text-delta" ? "text" : "reasoning";
          const last = content.at(-1);
          const delta = typeof part.delta === "string" ? part.delta : "";
          if (last?.type === type) last.text += delta;
          else content.push({ type, text: delta });
          break;
        }
        case "tool-call":
          calls.push(part);
          break;
        case "response-metadata":
          rest = { ...rest, response: part };
          break;
        case "finish":
          rest = { ...rest, usage: part.usage, finishReason: part.finishReason };
          break;
        default:
      }
    },
    toResult: () => ({ ...rest, content: [...content, ...calls] }),
  };
}
