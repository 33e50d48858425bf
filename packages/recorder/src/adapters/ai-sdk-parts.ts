/**
 * What the AI SDK says of a model call, in the words of a generation: prompts, contents and usage of specifications v2 (SDK 5), v3 (6) and of the telemetry
 * events of 7. Read with care: a member that is not what we know becomes a part of type `other`, not an error.
 */
import type { GenerationOptions, GivenInput, GivenMessage } from "../capture/generation.ts";

type Loose = Readonly<Record<string, unknown>>;
const loose = (value: unknown): Loose => (typeof value === "object" && value !== null ? (value as Loose) : {});
const text = (value: unknown): string | undefined => (typeof value === "string" ? value : undefined);
const json = (value: unknown): string => (typeof value === "string" ? value : (JSON.stringify(value) ?? "null"));

/** A model call's settings that are parameters of the request, by the names that both have. */
const SETTINGS = ["maxOutputTokens", "temperature", "topP", "topK", "presencePenalty", "frequencyPenalty", "stopSequences", "seed", "reasoning", "responseFormat", "toolChoice"];

/** @param call  `LanguageModelV2/V3CallOptions` (`prompt`), or the event of `languageModelCall` (`messages`, `instructions`) */
export function inputOf(call: Loose): GivenInput {
  const all = (Array.isArray(call.prompt) ? call.prompt : Array.isArray(call.messages) ? call.messages : []).map(loose);
  const instructions = [call.instructions].flat().flatMap((one) => (typeof one === "string" ? [one] : (text(loose(one).content) ?? [])));
  const system = [...instructions, ...all.filter(({ role }) => role === "system").map(({ content }) => json(content))].join("\n\n");
  return {
    system: system === "" ? null : system,
    messages: all.map(messageOf),
    tools: (Array.isArray(call.tools) ? call.tools : []).map(loose).map(({ name, description, inputSchema, ...rest }) => ({ name: text(name) ?? "", description: text(description) ?? null, parameters: inputSchema === undefined ? null : json(inputSchema), ...(Object.keys(rest).length > 1 ? { settings: json(rest) } : {}) })),
    parameters: Object.fromEntries(SETTINGS.flatMap((name) => (call[name] === undefined || call[name] === null ? [] : [[name, call[name]]]))),
  };
}

function messageOf({ role, content }: Loose): GivenMessage {
  const parts = typeof content === "string" ? [{ type: "text", text: content }] : (Array.isArray(content) ? content : []).map(partOf);
  return { role: text(role) ?? "user", parts };
}

function partOf(part: unknown): unknown {
  const { type, toolCallId, toolName, input, output, mediaType, data, ...rest } = loose(part);
  switch (type) {
    case "text":
    case "reasoning":
      return { type, text: text(rest.text) ?? "" };
    case "tool-call":
      return { type, callId: text(toolCallId) ?? null, name: text(toolName) ?? "", arguments: json(input) };
    case "tool-result": {
      const { type: kind, value } = loose(output);
      return { type, callId: text(toolCallId) ?? null, name: text(toolName) ?? null, result: json(value ?? output), isError: typeof kind === "string" && kind.startsWith("error") };
    }
    case "file":
      return { type: "media", mediaType: text(mediaType) ?? null, bytes: sizeOf(data), reference: data instanceof URL ? data.href : null };
    default:
      return { type: "other", json: JSON.stringify(part) ?? "null" };
  }
}
const sizeOf = (content: unknown): number | null => (content instanceof Uint8Array ? content.length : typeof content === "string" && !content.startsWith("http") ? Math.floor((content.length * 3) / 4) : null);

/** @param result  of `doGenerate`, of a stream put together, or of `languageModelCall` */
export function answerOf(requested: string, result: Loose): Pick<GenerationOptions, "model" | "usage" | "toolCalls" | "completion"> {
  const content = (Array.isArray(result.content) ? result.content : []).map(loose);
  const textsOf = (type: string): string[] => content.filter((part) => part.type === type).map((part) => text(part.text) ?? "");
  const reasoning = textsOf("reasoning").join("");
  const usage = loose(result.usage);
  const { unified, raw } = loose(result.finishReason);
  const tokens = (name: "inputTokens" | "outputTokens"): number | null => count(usage[name]) ?? count(loose(usage[name]).total);
  return {
    model: { requested, answered: text(loose(result.response).modelId) ?? null },
    usage: {
      inputTokens: tokens("inputTokens"),
      outputTokens: tokens("outputTokens"),
      totalTokens: count(usage.totalTokens),
      cacheReadTokens: count(usage.cachedInputTokens) ?? count(loose(usage.inputTokens).cacheRead),
      reasoningTokens: count(usage.reasoningTokens) ?? count(loose(usage.outputTokens).reasoning),
    },
    toolCalls: content.filter(({ type }) => type === "tool-call").map((call) => ({ callId: text(call.toolCallId) ?? null, name: text(call.toolName) ?? "", arguments: json(call.input) })),
    completion: { text: textsOf("text").join(""), finishReason: text(result.finishReason) ?? text(raw) ?? text(unified) ?? null, reasoning: reasoning === "" ? null : reasoning },
  };
}
const count = (value: unknown): number | null => (typeof value === "number" && Number.isFinite(value) ? value : null);
