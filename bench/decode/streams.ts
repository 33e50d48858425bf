/**
 * Streams put together by other means than ours: the official clients' accumulators where there is one, and for every stream a
 * schema-blind one that runs together the strings of one place and one set of indexes.
 */
import { BetaMessageStream } from "@anthropic-ai/sdk/lib/BetaMessageStream";
import { ChatCompletionStream } from "openai/lib/ChatCompletionStream";
import { leaves, type Kind, type Value } from "./values.ts";

export interface WireEvent {
  readonly name: string | null;
  readonly json: unknown;
}

/** Events of a streamed body; null when it is one JSON value. */
export function eventsOf(body: string | Buffer): readonly WireEvent[] | null {
  if (typeof body !== "string") return binaryEvents(body);
  if (/^(?:data|event|id|:)/m.test(body.slice(0, 300)) && !/^\s*[[{]/.test(body)) return sseEvents(body);
  const lines = body.split("\n").filter((line) => line.trim() !== "").map(closed);
  if (lines.length > 1 && lines.filter(isJson).length >= lines.length - 1) return lines.filter(isJson).map((line) => ({ name: null, json: JSON.parse(line) as unknown }));
  const whole = isJson(body) ? (JSON.parse(body) as unknown) : null;
  return Array.isArray(whole) ? whole.map((json: unknown) => ({ name: null, json })) : null;
}

const isJson = (text: string): boolean => {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
};

/** Some fixtures lost a line's last bracket. */
const closed = (line: string): string => ["", "}", "}}"].map((end) => line + end).find(isJson) ?? line;

function sseEvents(body: string): readonly WireEvent[] {
  return body.split(/\r?\n\r?\n/).flatMap((block) => {
    const lines = block.split(/\r?\n/);
    const payload = lines.filter((line) => line.startsWith("data:")).map((line) => line.slice(5).replace(/^ /, "")).join("\n");
    const name = lines.find((line) => line.startsWith("event:"))?.slice(6).trim() ?? null;
    return isJson(payload) ? [{ name, json: JSON.parse(payload) as unknown }] : [];
  });
}

/** Without looking at checksums: lengths, then the event type out of the header block. */
function binaryEvents(body: Buffer): readonly WireEvent[] {
  const events: WireEvent[] = [];
  for (let at = 0; at + 16 <= body.length; at += body.readUInt32BE(at)) {
    const headers = body.subarray(at + 12, at + 12 + body.readUInt32BE(at + 4)).toString("latin1");
    const payload = body.subarray(at + 12 + body.readUInt32BE(at + 4), at + body.readUInt32BE(at) - 4).toString("utf8");
    const name = /:(?:event|exception)-type[^\w][\s\S]{2}(\w+)/.exec(headers)?.[1] ?? null;
    const json = JSON.parse(payload) as Record<string, unknown>;
    events.push({ name, json: typeof json["bytes"] === "string" ? (JSON.parse(Buffer.from(json["bytes"], "base64").toString("utf8")) as unknown) : json });
  }
  return events;
}

/** What the official client makes of the events, as the body of a response that was not streamed. */
export async function officialSnapshot(protocol: string, events: readonly WireEvent[]): Promise<unknown> {
  const lines = events.map(({ json }) => json);
  try {
    if (protocol === "openai-chat") return await ChatCompletionStream.fromReadableStream(readable(lines)).finalChatCompletion();
    if (protocol === "anthropic-messages") return await BetaMessageStream.fromReadableStream(readable(lines.filter((line) => (line as { type?: string }).type !== "error"))).finalMessage();
    if (protocol === "openai-responses") return (lines.findLast((line) => /completed|incomplete|failed/.test((line as { type?: string }).type ?? "")) as { response?: unknown } | undefined)?.response ?? null;
  } catch {
    return null; // The client refuses the stream (cut, or an error among its events): the schema-blind reading judges alone.
  }
  return null;
}
const readable = (lines: readonly unknown[]): ReadableStream =>
  new ReadableStream({
    start(controller) {
      const encoder = new TextEncoder();
      for (const line of lines) controller.enqueue(encoder.encode(`${JSON.stringify(line)}\n`));
      controller.close();
    },
  });

/** Keys whose strings grow from event to event. */
const GROWS = /^(?:text|content|thinking|reasoning|reasoning_content|arguments|partial_json|refusal|response|delta|transcript|outputText|generation|input|tool_plan|stringValue|code)$/;
const KINDS: readonly (readonly [RegExp, Kind])[] = [
  [/^(?:finish_reason|stop_reason|finishReason|stopReason|done_reason|completionReason)$/, "finish reason"],
  [/^(?:model|modelVersion)$/, "model"],
  [/^system_fingerprint$/, "fingerprint"],
  [/^name$/, "tool name"],
];

export interface StreamReading {
  /** Values that must be found. */
  readonly values: readonly Value[];
  /** Every run of strings, for telling what was guessed. */
  readonly runs: readonly string[];
}

export function blindReading(events: readonly WireEvent[]): StreamReading {
  const runs = new Map<string, { text: string; kind: Kind | null }>();
  const values: Value[] = [];
  const seen = new Set<string>();
  const add = (kind: Kind, value: unknown, path: string): void => {
    const key = JSON.stringify([kind, value]);
    if (!seen.has(key)) values.push({ kind, value, path });
    seen.add(key);
  };
  let latest: Record<string, unknown> | null = null;
  // A stream may hold several answers one after the other, each with indexes of its own.
  let answer = 0;
  let finishes: Value[] = [];
  let calls = 0;
  const visit = (value: unknown, names: readonly string[], indexes: readonly string[], thought: boolean): void => {
    if (Array.isArray(value)) return value.forEach((item, place) => visit(item, names, [...indexes, String(isRecord(item) && typeof item["index"] === "number" ? item["index"] : place)], thought));
    if (isRecord(value)) {
      const own = ["index", "output_index", "content_index", "summary_index", "contentBlockIndex", "sequence"].flatMap((key) => (typeof value[key] === "number" && key !== "sequence" ? [`${key}${String(value[key])}`] : []));
      const isThought = thought || value["thought"] === true;
      if (/^(?:message_start|response\.created)$/.test(String(value["type"]))) answer += 1;
      if ("willContinue" in value && typeof value["name"] === "string") calls += 1;
      if (typeof value["jsonPath"] === "string") indexes = [...indexes.filter((index) => !/^\d+$/.test(index)), `${calls}${value["jsonPath"]}`];
      for (const [key, member] of Object.entries(value)) {
        if (SKIPPED.test(key) && !(key === "response" && typeof member === "string")) continue;
        if (/^(?:usage|usageMetadata)$/.test(key) && isRecord(member)) latest = { ...latest, ...Object.fromEntries(Object.entries(member).filter(([, count]) => count !== null)) };
        else visit(member, [...names, key], [...indexes, ...own], isThought);
      }
      return;
    }
    if (typeof value !== "string" || value === "") return;
    // `….done` says a run once more, whole: the last word where a fixture's author shortened the deltas.
    const done = /^<(response\.[\w.]+)\.done>$/.exec(names[0] ?? "")?.[1];
    const run = done === undefined ? undefined : runs.get(`${answer} <${done}.delta>.delta ${indexes.join(".")} ${String(thought)}`);
    const key = names.at(-1) ?? "";
    if (run !== undefined && /^(?:text|arguments|input|code|refusal)$/.test(key)) run.text = value;
    if (GROWS.test(key)) {
      const place = `${answer} ${names.join(".")} ${indexes.join(".")} ${String(thought)}`;
      runs.set(place, { text: (runs.get(place)?.text ?? "") + value, kind: kindOfRun(names, thought) });
    }
    const kind = KINDS.find(([pattern]) => pattern.test(key))?.[1];
    if (kind === "finish reason") finishes.push({ kind, value, path: names.join(".") });
    else if (kind !== undefined && isSignal(kind, names)) add(kind, value, names.join("."));
  };
  for (const { json, name } of events) visit(isRecord(json) && typeof json["type"] === "string" ? { [`<${json["type"]}>`]: json } : { [`<${name ?? ""}>`]: json }, [], [], false);
  if (answer > 1) finishes = finishes.slice(-1);
  for (const { kind, value, path } of finishes) add(kind, value, path);
  for (const [place, { text, kind }] of runs) if (kind !== null) add(kind, text, place);
  leaves(latest, ["usage"], "usage", values);
  return { values, runs: [...runs.values()].map(({ text }) => text) };
}
const SKIPPED = /^(?:logprobs|obfuscation|p|signature|thoughtSignature|response|item|part|annotations|citations?|groundingMetadata|moderation|content_filter_results|prompt_filter_results|trace|amazon-bedrock-trace|executed_tools|urlContextMetadata|tools)$/;

/** Which signal a run is of; null for what only repeats others or is known only to a protocol. */
function kindOfRun(names: readonly string[], thought: boolean): Kind | null {
  const key = names.at(-1) ?? "";
  const path = names.join(".");
  if (key === "stringValue") return "kept";
  if (key === "arguments" || key === "partial_json" || (key === "input" && path.includes("toolUse"))) return "tool arguments";
  if (/arguments\.delta>\.delta$|tool_call_input\.delta>\.delta$|call_code\.delta>\.delta$/.test(path)) return "tool arguments";
  if (/reasoning_text\.delta>\.delta$|reasoning_summary_text\.delta>\.delta$/.test(path) || /^(?:thinking|reasoning|reasoning_content)$/.test(key) || thought || path.includes("reasoningContent") || path.includes(".thinking.")) return "reasoning";
  if (path.endsWith("output_text.delta>.delta")) return "text";
  if (key === "delta" || path.includes(".done>") || path.includes("reasoning_details") || path.includes("content_block.") || key === "code" || path.includes("toolResult")) return null;
  if (key === "refusal") return "refusal";
  return /^(?:text|content|outputText|generation|transcript)$/.test(key) ? "text" : null;
}
function isSignal(kind: Kind, names: readonly string[]): boolean {
  if (kind === "tool name") return /tool_calls|toolUse|functionCall|content_block\b/.test(names.join(".")) && !/args\.|input\.|result/.test(names.join("."));
  return kind !== "model" || names.length <= 3;
}
const isRecord = (value: unknown): value is Record<string, unknown> => typeof value === "object" && value !== null && !Array.isArray(value);
