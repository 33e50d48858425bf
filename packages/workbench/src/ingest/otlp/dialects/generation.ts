/**
 * A model call's attributes and events → the signals they carry, in the shapes of `show --json`. A signal no attribute carries is absent here and `missing: not-recorded` when read.
 */
import type { CompletionSignal, InputSnapshot, Message, ModelSignal, Part, ToolCallSignal, ToolDefinition, UsageSignal } from "@whysaid/recorder/format";
import { Json } from "@whysaid/recorder/wire";
import type { OtlpEvent } from "../spans.ts";
import { aliases } from "./aliases.ts";
import { jsonOfAttribute, plain, type AttributeReader } from "./attributes.ts";
import { askedOf, saidOf, usageOfObject, type AskedBody, type SaidBody } from "./bodies.ts";
import { eventMessages, type Told } from "./events.ts";
import { indexedMessages } from "./indexed.ts";
import { contentParts, messagesOf, toolDefinition } from "./parts.ts";

export interface GenerationSignals {
  readonly input?: InputSnapshot;
  readonly model?: ModelSignal;
  readonly usage?: UsageSignal;
  readonly toolCalls?: readonly ToolCallSignal[];
  readonly completion?: CompletionSignal;
  readonly timeToFirstChunkMs: number | null;
}
export interface Call {
  readonly attributes: AttributeReader;
  readonly events: readonly OtlpEvent[];
  readonly scope: string;
  readonly startNs: bigint;
}

export function signalsOf(call: Call): GenerationSignals {
  const told = eventMessages(call.events, call.attributes);
  const asked = askedIn(call, told);
  const said = saidIn(call, told);
  const input = inputOf(call, asked);
  const model = modelOf(call.attributes, asked, said);
  const usage = usageOf(call.attributes, said);
  const [first, ...others] = said?.choices ?? [];
  return {
    ...(input === null ? {} : { input }),
    ...(model === null ? {} : { model }),
    ...(usage === null ? {} : { usage }),
    ...(first === undefined
      ? {}
      : {
          completion: {
            text: textOf(first, "text"),
            raw: null,
            finishReason: call.attributes.text(aliases.finishReason) ?? said?.finishReason ?? numberedFinish(call.attributes),
            refusal: textOf(first, "refusal") || null,
            reasoning: textOf(first, "reasoning") || null,
            alternatives: others.map((parts) => textOf(parts, "text")),
          },
          toolCalls: first.flatMap((part) => (part.type === "tool-call" ? [{ callId: part.callId, name: part.name, arguments: part.arguments, result: null, error: null, durationMs: null, source: null }] : [])),
        }),
    timeToFirstChunkMs: firstChunkMs(call),
  };
}

/** Where each choice has its own: the first one's. */
function numberedFinish(attributes: AttributeReader): string | null {
  for (const prefix of aliases.outputPrefixes) {
    const reason = attributes.indexed(prefix)[0]?.get("finish_reason");
    if (typeof reason === "string") return reason;
  }
  return null;
}

const textOf = (parts: readonly Part[], type: "text" | "reasoning" | "refusal"): string => parts.map((part) => (part.type === type ? part.text : "")).join("");

/** Whole bodies say most; then lists of messages; then numbered attributes; then events. */
function askedIn({ attributes, scope }: Call, told: Told): AskedBody | null {
  const bodies = aliases.inputBody.flatMap((key) => {
    const json = attributes.json(key);
    const body = json === null ? null : askedOf(json);
    return body === null || body.messages.length === 0 ? [] : [{ body, isText: json?.string !== null }];
  });
  const exact = bodies.find(({ isText }) => !isText);
  const listed = aliases.inputMessages.flatMap((key) => {
    const json = attributes.json(key);
    return json === null ? [] : [unwrapped(messagesOf(json, "user"), scope)];
  })[0];
  const indexed = indexedMessages(attributes, aliases.inputPrefixes, "user");
  if (exact !== undefined) return exact.body;
  const messages = [listed, indexed, told.input].find((one) => one !== undefined && one.length > 0);
  return messages === undefined ? (bodies[0]?.body ?? null) : { model: null, system: null, messages, tools: [], parameters: {} };
}

/** Traceloop writes a list of response items as the text of one user message. */
function unwrapped(messages: readonly Message[], scope: string): readonly Message[] {
  const [only] = messages;
  const [part] = only?.parts ?? [];
  if (!scope.startsWith("@traceloop/") || messages.length !== 1 || only?.role !== "user" || only.parts.length !== 1 || part?.type !== "text" || !part.text.startsWith("[{")) return messages;
  const inner = Json.parse(part.text);
  return inner !== null && inner.items().every((one) => one.str("role") !== null || one.str("type") !== null) ? messagesOf(inner, "user") : messages;
}

function saidIn({ attributes }: Call, told: Told): SaidBody | null {
  const bodies = aliases.outputBody.flatMap((key) => {
    const json = attributes.json(key);
    const body = json === null ? null : saidOf(json);
    return body === null ? [] : [{ body, isText: json?.string !== null }];
  });
  const listed = aliases.outputMessages.flatMap((key) => choicesOf(attributes.json(key)))[0] ?? null;
  const parts = indexedMessages(attributes, aliases.outputPrefixes, "assistant").map((message) => message.parts);
  const answer = answerOf(attributes);
  const exact = bodies.find(({ isText }) => !isText)?.body ?? null;
  const from = [listed, parts.some((one) => one.length > 0) ? parts : null, answer, told.output].find((one) => one !== null && one.length > 0 && (one[0]?.length ?? 0) > 0) ?? null;
  if (exact?.usage !== null && exact !== null) return exact;
  // A structured answer's value stands for its text only where no message says it.
  if (from !== null) return { model: exact?.model ?? null, fingerprint: exact?.fingerprint ?? null, usage: exact?.usage ?? null, finishReason: exact?.finishReason ?? told.finishReason, choices: exact !== null && from === told.output ? exact.choices : withAll(from, exact) };
  const empty = listed ?? (parts.length > 0 ? parts : answer ?? told.output);
  return exact ?? bodies[0]?.body ?? (empty === null ? null : { model: null, fingerprint: null, usage: null, finishReason: told.finishReason, choices: empty });
}

/** Numbered attributes leave out refusals and some parts, which a whole body has. */
const withAll = (choices: readonly (readonly Part[])[], exact: SaidBody | null): readonly (readonly Part[])[] => (exact !== null && (exact.choices[0]?.length ?? 0) > (choices[0]?.length ?? 0) ? exact.choices : choices);

/** One message a choice. */
function choicesOf(json: Json | null): readonly (readonly (readonly Part[])[])[] {
  if (json === null) return [];
  const messages = messagesOf(json, "assistant");
  if (messages.length === 0) return [];
  const isChoices = messages.every(({ parts, role }) => role !== "tool" && !parts.some((part) => part.type === "tool-result"));
  return [isChoices && json.isArray ? messages.map(({ parts }) => parts) : [messages.flatMap(({ parts }) => parts)]];
}

/** The AI SDK's answer: text, reasoning, tool calls, each in an attribute of its own. */
function answerOf(attributes: AttributeReader): readonly (readonly Part[])[] | null {
  const keys = [...aliases.answerText, ...aliases.answerReasoning, ...aliases.answerToolCalls];
  if (!keys.some((key) => attributes.has(key))) return null;
  const text = attributes.text(aliases.answerText);
  const reasoning = attributes.text(aliases.answerReasoning);
  const calls = jsonOfAttribute(attributes.first(aliases.answerToolCalls));
  const answer: Part[] = [];
  if (reasoning !== null) answer.push({ type: "reasoning", text: reasoning });
  if (text !== null) answer.push({ type: "text", text });
  // Version 6 leaves out the part's type.
  for (const call of calls?.items() ?? []) answer.push(...messagesOf(Json.parse(`{"tool_calls":[${call.raw()}]}`) ?? call, "assistant").flatMap(({ parts }) => parts));
  return [answer];
}

function inputOf({ attributes }: Call, asked: AskedBody | null): InputSnapshot | null {
  const instructions = jsonOfAttribute(attributes.first(aliases.systemInstructions));
  const told = instructions === null ? null : contentParts(instructions).map((part) => (part.type === "text" ? part.text : "")).join("\n\n");
  const spoken = (asked?.messages ?? []).filter(({ role }) => role === "system" || role === "developer").flatMap(({ parts }) => parts.flatMap((part) => (part.type === "text" ? [part.text] : [])));
  const system = asked?.system ?? (told || (spoken.length === 0 ? null : spoken.join("\n\n")));
  const tools = asked !== null && asked.tools.length > 0 ? asked.tools : toolsOf(attributes);
  if (asked === null && system === null && tools.length === 0) return null;
  const parameters = new Map<string, unknown>(Object.entries(asked?.parameters ?? {}));
  for (const prefix of aliases.parameterPrefixes) for (const [key, value] of attributes.under(prefix)) if (!(prefix === "gen_ai.request." && (key === "model" || key === "instructions")) && !parameters.has(key)) parameters.set(key, plain(value));
  for (const key of aliases.parameterObjects) {
    const json = attributes.json(key);
    for (const name of json?.keys() ?? []) if (!notParameters.has(name) && !parameters.has(name) && json?.get(name).value !== "") parameters.set(name, json?.get(name).value);
  }
  return { system, messages: asked?.messages ?? [], tools, parameters: Object.fromEntries(parameters), requestBody: null };
}
const notParameters = new Set(["model", "messages", "tools", "input", "instructions", "system", "contents", "prompt"]);

function toolsOf(attributes: AttributeReader): readonly ToolDefinition[] {
  for (const key of aliases.toolDefinitions) {
    const listed = attributes.json(key)?.items() ?? [];
    if (listed.length > 0) return listed.flatMap((one) => toolDefinition(one.string === null ? one : (Json.parse(one.string) ?? one)));
  }
  for (const prefix of aliases.toolPrefixes) {
    const found = attributes.indexed(prefix).flatMap((group) => {
      const schema = group.get("tool.json_schema");
      const json = schema === undefined ? Json.parse(JSON.stringify({ name: group.get("name"), description: group.get("description"), parameters: group.get("parameters") })) : jsonOfAttribute(schema);
      return json === null ? [] : toolDefinition(json);
    });
    if (found.length > 0) return found;
  }
  return [];
}

function modelOf(attributes: AttributeReader, asked: AskedBody | null, said: SaidBody | null): ModelSignal | null {
  const exact = said?.model ?? null;
  const named = attributes.text(aliases.answeredModel);
  const requested = attributes.text(aliases.requestedModel) ?? asked?.model ?? modelIn(attributes);
  const either = attributes.text(aliases.eitherModel);
  const answered = named ?? exact ?? (either === requested ? null : either);
  const fingerprint = attributes.text(aliases.fingerprint) ?? said?.fingerprint ?? null;
  return requested === null && answered === null ? null : { requested, answered, fingerprint };
}

/** Some keep the request's model among its parameters only. */
const modelIn = (attributes: AttributeReader): string | null => aliases.parameterObjects.map((key) => attributes.json(key)?.either("model", "model_name").string ?? null).find((one) => one !== null) ?? null;

const usageNames = ["inputTokens", "outputTokens", "totalTokens", "cacheReadTokens", "cacheWriteTokens", "reasoningTokens"] as const;

function usageOf(attributes: AttributeReader, said: SaidBody | null): UsageSignal | null {
  const objects = aliases.usageObject.flatMap((key) => {
    const json = attributes.has(key) ? jsonOfAttribute(attributes.peek(key)) : null;
    const usage = json === null ? null : usageOfObject(json);
    return usage === null ? [] : [usage];
  });
  const counts = new Map(usageNames.map((name) => [name, attributes.count(aliases[name]) ?? objects.map((usage) => usage[name]).find((one) => one !== null) ?? said?.usage?.[name] ?? null]));
  if ([...counts.values()].every((one) => one === null)) return null;
  const count = (name: (typeof usageNames)[number]): number | null => counts.get(name) ?? null;
  return { inputTokens: count("inputTokens"), outputTokens: count("outputTokens"), cacheReadTokens: count("cacheReadTokens"), cacheWriteTokens: count("cacheWriteTokens"), reasoningTokens: count("reasoningTokens"), totalTokens: count("totalTokens") };
}

function firstChunkMs({ attributes, events, startNs }: Call): number | null {
  const ms = attributes.count(aliases.firstChunkMs);
  if (ms !== null) return Math.round(ms);
  const seconds = attributes.count(aliases.firstChunkSeconds);
  if (seconds !== null) return Math.round(seconds * 1000);
  const at = attributes.json(aliases.firstChunkAt[0] ?? "")?.string;
  const atMs = at === undefined || at === null ? Number.NaN : Date.parse(at);
  if (!Number.isNaN(atMs)) return Math.max(0, Math.round(atMs - Number(startNs / 1_000_000n)));
  const first = events.find(({ name }) => name === "gen_ai.content.chunk" || name === "First Token Stream Event" || name === "new_token");
  return first === undefined || startNs === 0n ? null : Math.max(0, Math.round(Number(first.atNs - startNs) / 1e6));
}
