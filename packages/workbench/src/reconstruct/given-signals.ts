/**
 * Signals somebody gave by hand or brought from elsewhere: JSON in the shape of `show --json`, where a key that is absent is null. What has another
 * type than it should is treated as absent; a whole signal that is no such shape is not recorded.
 *
 * A value may also be a whole signal (`{state: "missing", why: …}`), which is how an import keeps a reason.
 */
import {
  captured,
  isDeeperThan,
  missing,
  renderGiven,
  signalNames,
  type ActionSignal,
  type ChunkSignal,
  type GenerationEntry,
  type InputSnapshot,
  type Message,
  type MissingReason,
  type ParsedSignal,
  type Part,
  type Signal,
  type SignalName,
  type Signals,
  type ToolCallSignal,
  type ToolDefinition,
  type ValidationSignal,
} from "@whysaid/recorder/format";
import { isFields, list, number, string, type Fields } from "./json-fields.ts";
import type { Texts } from "./texts.ts";

export function givenSignals(signals: GenerationEntry["signals"], texts: Texts): Partial<Signals> {
  const given: Partial<Record<SignalName, Signal<unknown>>> = {};
  for (const name of signalNames) {
    const json = signals[name];
    if (json === undefined) continue;
    given[name] = signalOf(name, parsedOr(renderGiven(json, texts.of)));
  }
  return given as Partial<Signals>;
}

/** Undefined where the text is lost, no JSON, or nested too deep: never a string that would pass for a value. */
function parsedOr(text: string): unknown {
  if (isDeeperThan(text)) return undefined;
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

const reasons: readonly string[] = ["not-recorded", "not-applicable", "pending", "sampled"] satisfies readonly MissingReason[];

function signalOf(name: SignalName, json: unknown): Signal<unknown> {
  if (isFields(json) && json["state"] === "missing" && reasons.includes(json["why"] as string)) return missing(json["why"] as MissingReason);
  const value = readers[name](isFields(json) && json["state"] === "captured" ? json["value"] : json);
  return value === null ? missing("not-recorded") : captured(value);
}

/** Strings stay; other values become their JSON text. */
const literal = (value: unknown): string | null => (value === undefined || value === null ? null : typeof value === "string" ? value : JSON.stringify(value));
const oneOf = <Word extends string>(value: unknown, words: readonly Word[], otherwise: Word): Word => words.find((word) => word === value) ?? otherwise;

const readers: { readonly [Name in SignalName]: (value: unknown) => unknown } = {
  input: (value) => (typeof value === "string" ? inputOf({ messages: [{ role: "user", content: value }] }) : isFields(value) ? inputOf(value) : null),
  chunks: (value) => list(value, chunkOf),
  model: (value) =>
    typeof value === "string"
      ? { requested: value, answered: null, fingerprint: null }
      : isFields(value)
        ? { requested: string(value["requested"]), answered: string(value["answered"]), fingerprint: string(value["fingerprint"]) }
        : null,
  usage: (value) => (isFields(value) ? { ...counts(value, ["inputTokens", "outputTokens", "cacheReadTokens", "cacheWriteTokens", "reasoningTokens", "totalTokens"]), ...usageDetails(value) } : null),
  toolCalls: (value) => list(value, toolCallOf),
  latency: (value) => (isFields(value) ? counts(value, ["retrievalMs", "timeToFirstChunkMs", "generationMs", "toolsMs", "totalMs"]) : null),
  completion: (value) => (typeof value === "string" ? completionOf({ text: value }) : isFields(value) ? completionOf(value) : null),
  parsed: (value) => (isFields(value) ? parsedOf(value) : null),
  validation: (value) => list(value, validationOf),
  action: (value) => (isFields(value) ? actionOf(value) : null),
};

const counts = (fields: Fields, names: readonly string[]): Fields => Object.fromEntries(names.map((name) => [name, number(fields[name])]));
const usageDetails = (fields: Fields): Fields => (isFields(fields["details"]) ? { details: Object.fromEntries(Object.entries(fields["details"]).filter(([, count]) => typeof count === "number")) } : {});

function inputOf(fields: Fields): InputSnapshot {
  return {
    system: string(fields["system"]),
    messages: list(fields["messages"], messageOf) ?? [],
    tools: list(fields["tools"], toolOf) ?? [],
    parameters: isFields(fields["parameters"]) ? fields["parameters"] : {},
    requestBody: string(fields["requestBody"]),
  };
}

function messageOf(fields: Fields): Message {
  const name = string(fields["name"]);
  const content = fields["content"];
  const parts = list(fields["parts"], partOf) ?? (content === undefined ? [] : typeof content === "string" ? [{ type: "text", text: content } as const] : [{ type: "other", json: JSON.stringify(content) } as const]);
  return { role: string(fields["role"]) ?? "user", ...(name === null ? {} : { name }), parts };
}

function partOf(fields: Fields): Part {
  switch (fields["type"]) {
    case "text":
    case "reasoning":
    case "refusal":
      return { type: fields["type"], text: string(fields["text"]) ?? "" };
    case "tool-call":
      return { type: "tool-call", callId: string(fields["callId"]), name: string(fields["name"]) ?? "", arguments: literal(fields["arguments"]) ?? "" };
    case "tool-result":
      return { type: "tool-result", callId: string(fields["callId"]), name: string(fields["name"]), result: literal(fields["result"]) ?? "", isError: fields["isError"] === true };
    case "media": {
      const name = string(fields["name"]);
      return { type: "media", mediaType: string(fields["mediaType"]), bytes: number(fields["bytes"]), reference: string(fields["reference"]), ...(name === null ? {} : { name }) };
    }
    case "other":
      return { type: "other", json: literal(fields["json"]) ?? "" };
    default:
      return { type: "other", json: JSON.stringify(fields) };
  }
}

function toolOf(fields: Fields): ToolDefinition {
  const settings = string(fields["settings"]);
  return { name: string(fields["name"]) ?? "", description: string(fields["description"]), parameters: literal(fields["parameters"]), ...(settings === null ? {} : { settings }) };
}

const chunkOf = (fields: Fields, index: number): ChunkSignal => ({
  sourceId: literal(fields["sourceId"]),
  text: string(fields["text"]) ?? "",
  score: number(fields["score"]),
  position: number(fields["position"]) ?? index,
  retrieval: string(fields["retrieval"]),
  reachedPrompt: typeof fields["reachedPrompt"] === "boolean" ? fields["reachedPrompt"] : null,
  metadata: fields["metadata"] ?? null,
});

const toolCallOf = (fields: Fields): ToolCallSignal => ({
  callId: string(fields["callId"]),
  name: string(fields["name"]) ?? "",
  arguments: literal(fields["arguments"]) ?? "",
  result: literal(fields["result"]),
  error: string(fields["error"]),
  durationMs: number(fields["durationMs"]),
  source: fields["source"] === "wrapped" || fields["source"] === "wire" ? fields["source"] : null,
});

const completionOf = (fields: Fields) => ({
  text: string(fields["text"]) ?? "",
  raw: string(fields["raw"]),
  finishReason: string(fields["finishReason"]),
  refusal: string(fields["refusal"]),
  reasoning: string(fields["reasoning"]),
  alternatives: Array.isArray(fields["alternatives"]) ? fields["alternatives"].filter((one): one is string => typeof one === "string") : [],
});

const parsedOf = (fields: Fields): ParsedSignal => ({
  parser: string(fields["parser"]),
  outcome: oneOf(fields["outcome"], ["parsed", "failed"], "parsed"),
  input: string(fields["input"]),
  result: fields["result"] ?? null,
  error: errorOf(fields["error"]),
  durationMs: number(fields["durationMs"]),
});

function errorOf(value: unknown): ParsedSignal["error"] {
  if (typeof value === "string") return { name: "Error", message: value };
  return isFields(value) ? { name: string(value["name"]) ?? "Error", message: string(value["message"]) ?? "" } : null;
}

const validationOf = (fields: Fields): ValidationSignal => ({
  validator: string(fields["validator"]) ?? "",
  outcome: oneOf(fields["outcome"], ["passed", "failed", "skipped"], "skipped"),
  rule: string(fields["rule"]),
  path: string(fields["path"]),
  value: fields["value"] ?? null,
  expected: string(fields["expected"]),
  message: string(fields["message"]),
});

const actionOf = (fields: Fields): ActionSignal | null =>
  fields["action"] === "accept" || fields["action"] === "edit" || fields["action"] === "retry" || fields["action"] === "abandon"
    ? {
        action: fields["action"],
        atMs: number(fields["atMs"]) ?? 0,
        before: string(fields["before"]),
        after: string(fields["after"]),
        editDistance: number(fields["editDistance"]),
        note: string(fields["note"]),
      }
    : null;
