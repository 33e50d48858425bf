/**
 * Chat logs → generations recorded by hand: OpenAI fine-tuning lines (`{"messages": […], "tools"?, "model"?}`), and agent runs of the same shape. Each user turn
 * becomes a trace, each assistant message in it a generation whose input is all that stands before it; turns of one record are one conversation.
 *
 * No request bytes are made up: what a log does not tell (usage, latency, parameters) stays missing.
 */
import { createHash } from "node:crypto";
import type { Entry, GivenJson, SignalName } from "@whysaid/recorder/format";
import type { RedactionScope } from "@whysaid/recorder/redact";
import { decodeRequestBody, givenEntry, holdGiven } from "@whysaid/recorder/wire";
import type { Draft } from "./draft.ts";
import { isFields, objects, text, type Fields } from "./fields.ts";

export const isChat = (record: Fields): boolean => Array.isArray(record["messages"]) && !("generations" in record);

export function chatDrafts(record: Fields, scope: RedactionScope, feature: string | null): readonly Draft[] {
  const messages = objects(record["messages"]).map(plainMessage);
  const tools = Array.isArray(record["tools"]) ? record["tools"] : [];
  const model = text(record["model"]);
  const conversation = text(record["id"]) ?? scope.json(messages, { signal: "input" }) ?? "";
  // Hashed after redaction: the id must not tell whose conversation it was.
  const conversationId = createHash("sha256").update(scope.text(conversation, { signal: "metadata" })).digest("hex").slice(0, 24);
  const drafts: Draft[] = [];
  for (const [start, end] of turnsOf(messages)) {
    const answers = messages.flatMap((message, place) => (place >= start && place < end && message["role"] === "assistant" ? [place] : []));
    if (answers.length > 0) drafts.push(turnDraft({ messages, tools, model, answers, feature, conversationId: messages.length > end || start > 0 ? conversationId : null, place: start }, scope));
  }
  return drafts;
}

interface Turn {
  readonly messages: readonly Fields[];
  readonly tools: readonly unknown[];
  readonly model: string | null;
  /** Places of the assistant messages. */
  readonly answers: readonly number[];
  readonly feature: string | null;
  readonly conversationId: string | null;
  readonly place: number;
}

function turnDraft({ messages, tools, model, answers, feature, conversationId, place }: Turn, scope: RedactionScope): Draft {
  const signalsOf = answers.map((at) => signals(messages, tools, model, at));
  const word = (value: string): ReturnType<RedactionScope["text"]> => scope.text(value, { signal: "metadata" });
  return {
    trace: null,
    entries(ids, texts) {
      // Turns a millisecond apart, so that a conversation reads in order.
      const atMs = ids.nowMs === 0 ? 0 : ids.nowMs + place;
      const entries: Entry[] = [];
      if (feature !== null) entries.push({ kind: "trace-start", atMs, trace: ids.trace, span: ids.span(0), feature: word(feature), conversation: null, user: null });
      const imported = scope.json({ service: null, environment: null, release: null, startedAtMs: atMs, durationMs: null, outcome: null, error: null, gaps: [] }, { signal: "metadata" });
      entries.push({ kind: "trace-update", atMs, trace: ids.trace, span: ids.span(0), ...(conversationId === null ? {} : { conversation: scope.literal(conversationId) }), ...(imported === undefined ? {} : { imported }) });
      for (const [n, given] of signalsOf.entries()) {
        const refs: Partial<Record<SignalName, GivenJson>> = {};
        for (const [name, value] of Object.entries(given) as [SignalName, unknown][]) {
          const json = scope.json(value, { signal: name === "toolCalls" || name === "completion" ? name : "input" });
          if (json !== undefined) refs[name] = givenEntry(holdGiven(json), texts);
        }
        entries.push({ kind: "generation", atMs: atMs + n, trace: ids.trace, span: ids.span(n + 1), provider: null, startedAtMs: atMs + n, durationMs: null, state: "complete", signals: refs });
      }
      return entries;
    },
  };
}

/** What the log says of the generation that made the assistant message at `at`. */
function signals(messages: readonly Fields[], tools: readonly unknown[], model: string | null, at: number): Partial<Record<SignalName, unknown>> {
  const answer = messages[at] ?? {};
  const asked = decode(messages.slice(0, at), tools);
  const said = decode([answer], []);
  const parts = said?.messages.flatMap((message) => message.parts) ?? [];
  const calls = parts.filter((part) => part.type === "tool-call");
  const results = resultsAfter(messages, at);
  const answeredBy = text(answer["model"]);
  return {
    input: { system: asked?.system ?? null, messages: asked?.messages ?? [], tools: asked?.tools ?? [], parameters: {}, requestBody: null },
    ...(model === null && answeredBy === null ? {} : { model: { requested: model, answered: answeredBy, fingerprint: null } }),
    completion: {
      text: parts.map((part) => (part.type === "text" ? part.text : "")).join(""),
      raw: null,
      finishReason: null,
      refusal: parts.find((part) => part.type === "refusal")?.text ?? null,
      reasoning: null,
      alternatives: [],
    },
    ...(calls.length === 0
      ? {}
      : {
          toolCalls: calls.map((call, n) => {
            const result = results.find(({ callId }) => callId !== null && callId === call.callId) ?? (results[n]?.callId == null ? results[n] : undefined);
            return { callId: call.callId, name: call.name, arguments: call.arguments, result: result?.text ?? null, error: null, durationMs: null, source: result === undefined ? null : "wire" };
          }),
        }),
  };
}

const decode = (messages: readonly Fields[], tools: readonly unknown[]): ReturnType<typeof decodeRequestBody> =>
  decodeRequestBody("openai-chat", JSON.stringify({ messages, ...(tools.length === 0 ? {} : { tools }) }), { url: "", model: null });

/** Tool messages that follow directly. */
function resultsAfter(messages: readonly Fields[], at: number): readonly { readonly callId: string | null; readonly text: string }[] {
  const results: { callId: string | null; text: string }[] = [];
  for (const message of messages.slice(at + 1)) {
    if (message["role"] !== "tool" && message["role"] !== "function") break;
    const content = message["content"];
    results.push({ callId: text(message["tool_call_id"]), text: typeof content === "string" ? content : JSON.stringify(content ?? null) });
  }
  return results;
}

/** [start, end) of each user turn; what stands before the first user message belongs to it. */
function turnsOf(messages: readonly Fields[]): readonly (readonly [number, number])[] {
  const starts = messages.flatMap((message, place) => (message["role"] === "user" ? [place] : []));
  if (starts.length === 0) return messages.length === 0 ? [] : [[0, messages.length]];
  return starts.map((start, n) => [n === 0 ? 0 : start, starts[n + 1] ?? messages.length] as const);
}

/** Some logs name a tool call's function by a bare string and keep its arguments as an object. */
function plainMessage(message: Fields): Fields {
  if (!Array.isArray(message["tool_calls"])) return message;
  const calls = objects(message["tool_calls"]).map((call) => {
    if (isFields(call["function"])) return call;
    const given = call["arguments"];
    return { id: call["id"], type: "function", function: { name: call["function"] ?? call["name"], arguments: typeof given === "string" ? given : JSON.stringify(given ?? {}) } };
  });
  return { ...message, tool_calls: calls };
}
