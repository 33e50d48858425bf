/** Whether a value of the bytes stands under its signal in what was decoded, and whether a decoded value stands in the bytes. */
import type { Part } from "@whysaid/recorder/format";
import type { DecodedRequest, DecodedResponse } from "@whysaid/recorder/wire";
import { isDeepStrictEqual } from "node:util";
import { leaves, type Value } from "./values.ts";

/** Decoded values by signal, in forms that are quick to ask. */
export class Signals {
  readonly parts: readonly Part[];
  private readonly texts: ReadonlyMap<Part["type"], readonly string[]>;
  private readonly structured: Set<unknown>;

  private readonly request: DecodedRequest | null;
  private readonly response: DecodedResponse | null;

  constructor(request: DecodedRequest | null, response: DecodedResponse | null) {
    this.request = request;
    this.response = response;
    this.parts = [...(request?.messages.flatMap(({ parts }) => parts) ?? []), ...(response?.choices.flatMap(({ parts }) => parts) ?? [])];
    const texts = new Map<Part["type"], string[]>();
    for (const part of this.parts) texts.set(part.type, [...(texts.get(part.type) ?? []), "text" in part ? part.text : part.type === "tool-result" ? part.result : part.type === "other" ? part.json : ""]);
    this.texts = texts;
    this.structured = new Set(this.parts.flatMap((part) => (part.type === "other" ? leavesOf(part.json) : part.type === "tool-result" ? leavesOf(part.result) : part.type === "tool-call" ? leavesOf(part.arguments) : [])));
  }

  has({ kind, value, path }: Value): boolean {
    switch (kind) {
      case "system":
        return says([this.request?.system ?? ""], value);
      case "text":
        return this.said("text", value) || this.said("refusal", value);
      case "reasoning":
        return this.said("reasoning", value);
      case "refusal":
        return this.said("refusal", value);
      case "tool name":
        return this.parts.some((part) => part.type === "tool-call" && part.name === value);
      case "tool arguments":
        return this.parts.some((part) => part.type === "tool-call" && sameArguments(part.arguments, value));
      case "tool call id":
        return this.parts.some((part) => (part.type === "tool-call" || part.type === "tool-result") && part.callId === value) || this.structured.has(value);
      case "tool result":
        return this.said("tool-result", value) || this.structured.has(value) || this.parts.some((part) => part.type === "tool-result" && (part.name === value || part.result === String(value))) || this.said("text", value) || this.isMedia(value);
      case "media":
        return this.isMedia(value) || this.structured.has(value);
      case "kept":
        return this.request?.messages.some(({ name }) => name === value) === true || this.structured.has(value) || this.parts.some((part) => Object.values(part).includes(value)) || this.said("text", value) || this.said("tool-result", value) || this.isMedia(value);
      case "role":
        return this.request === null || this.request.messages.some(({ role }) => role === value) || this.structured.has(value);
      case "tool definition":
        return (this.request?.tools ?? []).some((tool) => tool.name === value || tool.description === value || leavesOf(tool.parameters).includes(value) || leavesOf(tool.settings).includes(value));
      case "parameter":
        return isDeepStrictEqual(at(this.request?.parameters, path.split(".")), value);
      case "model":
        return (this.response ?? this.request)?.model === value;
      case "usage":
        return this.isCounted(path, value);
      case "finish reason":
        return (this.response?.choices ?? []).some(({ finishReason }) => finishReason === String(value));
      case "fingerprint":
        return this.response?.fingerprint === value;
      case "response id":
        return this.response?.responseId === String(value);
      case "error": {
        const { error } = this.response ?? {};
        return error !== null && error !== undefined && [error.message, error.type, error.code].includes(String(value));
      }
      default:
        return kind satisfies never;
    }
  }

  private said(type: Part["type"], value: unknown): boolean {
    return says(this.texts.get(type) ?? [], value);
  }
  /** Under its own name where it has one; of cached and reasoning tokens some providers give two. */
  private isCounted(path: string, value: unknown): boolean {
    const { usage } = this.response ?? {};
    const name = COUNTS.find(([pattern]) => pattern.test(path))?.[1];
    if (usage === null || usage === undefined) return false;
    if (name !== undefined) return usage[name] === value || (name === "cacheReadTokens" && Object.values(usage.details ?? {}).includes(value as number));
    return Object.entries(usage).some(([key, count]) => key !== "details" && count === value) || Object.values(usage.details ?? {}).includes(value as number);
  }
  private isMedia(value: unknown): boolean {
    if (typeof value !== "string") return false;
    const encoded = /^data:[^,]*,/.test(value) ? value.slice(value.indexOf(",") + 1) : value;
    const bytes = Buffer.from(encoded, "base64").length;
    return this.parts.some((part) => part.type === "media" && (part.reference === value || part.name === value || part.mediaType?.endsWith(value) === true || (part.bytes === bytes && bytes > 0)));
  }
}

const COUNTS: readonly (readonly [RegExp, "inputTokens" | "outputTokens" | "cacheReadTokens" | "cacheWriteTokens" | "reasoningTokens" | "totalTokens"])[] = [
  [/^usage\w*\.(?:prompt_tokens|input_tokens|inputTokens|promptTokenCount)$|^prompt_eval_count$/, "inputTokens"],
  [/^usage\w*\.(?:completion_tokens|output_tokens|outputTokens|candidatesTokenCount)$|^eval_count$/, "outputTokens"],
  [/^usage\w*\.(?:total_tokens|totalTokens|totalTokenCount)$/, "totalTokens"],
  [/^usage\w*\.(?:cache_read_input_tokens|cacheReadInputTokens|cachedContentTokenCount|(?:prompt|input)_tokens_details\.cached_tokens)$/, "cacheReadTokens"],
  [/^usage\w*\.(?:cache_creation_input_tokens|cacheWriteInputTokens|(?:prompt|input)_tokens_details\.cache_write_tokens)$/, "cacheWriteTokens"],
  [/^usage\w*\.(?:thoughtsTokenCount|(?:completion|output)_tokens_details\.(?:reasoning|thinking)_tokens)$/, "reasoningTokens"],
];

/** One of the texts is, or has in it, the value; streamed texts may be one text in several parts. */
function says(texts: readonly string[], value: unknown): boolean {
  const text = String(value);
  return texts.some((said) => said.includes(text)) || texts.join("").includes(text);
}

/** A string exactly; an object by its value, from text of its own. */
function sameArguments(decoded: string, value: unknown): boolean {
  if (typeof value === "string") return decoded === value;
  try {
    return isDeepStrictEqual(JSON.parse(decoded), value);
  } catch {
    return false;
  }
}

function leavesOf(json: string | null | undefined): readonly unknown[] {
  if (json === null || json === undefined || !/^\s*[[{"\d]/.test(json)) return [];
  try {
    const found: Value[] = [];
    leaves(JSON.parse(json), [], "parameter", found);
    return found.map(({ value }) => value);
  } catch {
    return [];
  }
}

function at(value: unknown, path: readonly string[]): unknown {
  return path.reduce<unknown>((here, key) => (typeof here === "object" && here !== null ? (here as Record<string, unknown>)[key] : undefined), value);
}

/** Said by us where the wire says nothing, as docs/signals.md tells: the roles of bare prompts and of items without a role, `false` and `null`. */
const OURS: ReadonlySet<string> = new Set(["user", "assistant", "tool", "USER", "TOOL"]);

/**
 * Decoded strings and numbers that are not in the bytes.
 *
 * @param strings  every string of the bytes, keys among them
 * @param runs     strings of a stream run together, delta by delta
 */
export function guessed(decoded: unknown, bytes: { readonly raw: string; readonly strings: ReadonlySet<string>; readonly numbers: ReadonlySet<number>; readonly runs: readonly string[] }): readonly string[] {
  const strange: string[] = [];
  const visit = (value: unknown, key: string): void => {
    if (typeof value === "number") {
      if (key !== "bytes" && !bytes.numbers.has(value)) strange.push(`${key}: ${value}`);
    } else if (typeof value === "string") {
      if (key === "type" || (key === "role" && OURS.has(value))) return;
      // Arguments are exact: another spelling of the same value is a guess. Those streamed field by field have no spelling.
      if (key === "arguments" && !bytes.raw.includes('"partialArgs"')) {
        if (value !== "" && !bytes.strings.has(value) && !bytes.raw.includes(value) && !bytes.runs.includes(value)) strange.push(`${key}: ${value.slice(0, 120)}`);
        return;
      }
      const words = key === "mediaType" ? (value.split("/").at(-1) ?? "") : value;
      if (!isInBytes(words, bytes)) strange.push(`${key}: ${value.slice(0, 120)}`);
    } else if (typeof value === "object" && value !== null) {
      for (const [name, member] of Object.entries(value)) visit(member, name);
    }
  };
  visit(decoded, "");
  return strange;
}

function isInBytes(text: string, bytes: Parameters<typeof guessed>[1]): boolean {
  if (text === "" || bytes.strings.has(text) || bytes.raw.includes(text) || bytes.runs.some((run) => run.includes(text))) return true;
  const parsed = leavesOf(text);
  if (parsed.length > 0 && parsed.every((value) => (typeof value === "string" ? bytes.strings.has(value) || bytes.runs.some((run) => run.includes(value)) : typeof value !== "number" || bytes.numbers.has(value)))) return true;
  // Several texts joined by line breaks.
  return text.includes("\n") && text.split("\n").every((line) => [...bytes.strings].some((known) => known.includes(line)) || bytes.runs.some((run) => run.includes(line)));
}
