/**
 * Making the parts of a message out of JSON: what several protocols write alike. Nothing here throws or guesses.
 */
import type { Part, ToolDefinition, UsageSignal } from "../format/index.ts";
import type { Json } from "./json.ts";

export const textPart = (text: string | null): readonly Part[] => (text === null || text === "" ? [] : [{ type: "text", text }]);
export const reasoningPart = (text: string | null): readonly Part[] => (text === null || text === "" ? [] : [{ type: "reasoning", text }]);
export const refusalPart = (text: string | null): readonly Part[] => (text === null || text === "" ? [] : [{ type: "refusal", text }]);
export const otherPart = (json: Json): readonly Part[] => (json.isAbsent ? [] : [{ type: "other", json: json.raw() }]);

interface Media {
  readonly mediaType?: string | null;
  /** Base64 of the bytes, or a `data:` URL. */
  readonly inlined?: string | null;
  readonly reference?: string | null;
  readonly name?: string | null;
}
/** A `data:` URL anywhere gives type and size; inlined bytes are not repeated, they stand in the body. */
export function mediaPart({ mediaType = null, inlined = null, reference = null, name = null }: Media): Part {
  // Some hosts take a link where the protocol says base64.
  if (inlined !== null && /^(?:https?|gs|s3):\/\//i.test(inlined)) return mediaPart({ mediaType, reference: inlined, name });
  const address = inlined ?? reference;
  const head = address === null ? null : /^data:([^;,]*)[^,]{0,200},/i.exec(address);
  const encoded = head === null ? inlined : (address?.slice(head[0].length) ?? null);
  return {
    type: "media",
    mediaType: mediaType ?? (head?.[1] || null),
    bytes: encoded === null ? null : base64Bytes(encoded),
    reference: head === null || inlined !== null ? reference : null,
    ...(name === null ? {} : { name }),
  };
}

/** Bytes that base64 (standard or URL alphabet) stands for; null when it is something else, such as the marker redaction leaves in place of media. */
export function base64Bytes(text: string): number | null {
  if (text === "" || /[^A-Za-z0-9+/_=\s-]/.test(text)) return null;
  const units = text.replace(/[\s=]+/g, "").length;
  return Math.floor((units * 3) / 4);
}

/** Tool name and arguments; an object among arguments is its exact JSON text. Kept as `other` when nothing names the tool. */
export function toolCallPart(callId: string | null, name: string | null, args: Json, whole: Json): readonly Part[] {
  return name === null ? otherPart(whole) : [{ type: "tool-call", callId, name, arguments: args.literal ?? "" }];
}

export const joined = (texts: readonly string[]): string | null => (texts.length === 0 ? null : texts.join("\n\n"));
export const textsOf = (parts: readonly Part[]): readonly string[] => parts.flatMap((part) => (part.type === "text" ? [part.text] : []));

/**
 * A tool's result from content blocks: the texts, a line break between two; media beside it as parts of their own. Blocks that are
 * neither make it the JSON text of the whole, so that nothing is lost.
 */
export function resultOfParts(parts: readonly Part[], whole: Json): { readonly result: string; readonly media: readonly Part[] } {
  if (parts.some((part) => part.type !== "text" && part.type !== "media")) return { result: whole.raw(), media: [] };
  return { result: textsOf(parts).join("\n"), media: parts.filter((part) => part.type === "media") };
}

/** JSON text of an object with the members of `json` that are not in `known`, in their order; null when none is left. */
export function rest(json: Json, known: ReadonlySet<string>): string | null {
  const left = json.keys().filter((key) => !known.has(key) && !json.get(key).isAbsent);
  return left.length === 0 ? null : `{${left.map((key) => `${JSON.stringify(key)}:${json.get(key).raw()}`).join(",")}}`;
}

/** What a message or block holds beside the known keys, where it is more than a flag or a number. */
export function restPart(json: Json, known: ReadonlySet<string>): readonly Part[] {
  const flags = json.keys().filter((key) => isFlag(json.get(key)));
  const left = rest(json, flags.length === 0 ? known : new Set([...known, ...flags]));
  return left === null ? [] : [{ type: "other", json: left }];
}
function isFlag(json: Json): boolean {
  if (json.isArray) return json.items().length === 0;
  return !json.isObject && (typeof json.value !== "string" || json.value === "");
}

/** Members of the body that are not messages, system, tools or model. An integer beyond 2^53 is given as its digits, in a string. */
export function parametersOf(body: Json, known: ReadonlySet<string>): Readonly<Record<string, unknown>> {
  const parameters: [string, unknown][] = [];
  for (const key of body.keys()) if (!known.has(key)) parameters.push([key, exactValue(body.get(key), 0)]);
  return Object.fromEntries(parameters);
}
const DEEPEST = 64;
function exactValue(json: Json, depth: number): unknown {
  if (typeof json.value === "number") return Number.isSafeInteger(json.value) || Math.abs(json.value) < 2 ** 53 ? json.value : json.raw();
  if (typeof json.value !== "object" || json.value === null) return json.value;
  if (depth > DEEPEST) return json.raw();
  if (json.isArray) return json.items().map((item) => exactValue(item, depth + 1));
  return Object.fromEntries(json.keys().map((key) => [key, exactValue(json.get(key), depth + 1)]));
}

export interface ToolParts {
  readonly name: string | null;
  readonly description: string | null;
  readonly parameters: Json;
  readonly settings?: string | null;
}
export function toolDefinition({ name, description, parameters, settings = null }: ToolParts): readonly ToolDefinition[] {
  if (name === null) return settings === null ? [] : [{ name: "", description, parameters: parameters.literal, settings }];
  return [{ name, description, parameters: parameters.literal, ...(settings === null ? {} : { settings }) }];
}

/** The named counts of a usage object; each path is tried in turn. */
export type UsagePaths = Readonly<Record<"input" | "output" | "cacheRead" | "cacheWrite" | "reasoning" | "total", readonly string[]>>;

/** null when there is no usage object. Whatever number is not one of the named counts stands in `details`. */
export function usageOf(usage: Json, paths: UsagePaths): UsageSignal | null {
  if (!usage.isObject) return null;
  const taken = new Set<string>();
  const first = (alternatives: readonly string[]): number | null => {
    for (const path of alternatives) {
      const count = usage.num(...path.split("."));
      if (count !== null) {
        taken.add(path);
        return count;
      }
    }
    return null;
  };
  const named = {
    inputTokens: first(paths.input),
    outputTokens: first(paths.output),
    cacheReadTokens: first(paths.cacheRead),
    cacheWriteTokens: first(paths.cacheWrite),
    reasoningTokens: first(paths.reasoning),
    totalTokens: first(paths.total),
  };
  const details: [string, number][] = [];
  collectNumbers(usage, "", taken, details, 0);
  return details.length === 0 ? named : { ...named, details: Object.fromEntries(details) };
}

/** Counts of a stream are running totals, and an event may leave out what an earlier one gave. */
export function laterUsage(before: UsageSignal | null, next: UsageSignal | null): UsageSignal | null {
  if (before === null || next === null) return next ?? before;
  return {
    inputTokens: next.inputTokens ?? before.inputTokens,
    outputTokens: next.outputTokens ?? before.outputTokens,
    cacheReadTokens: next.cacheReadTokens ?? before.cacheReadTokens,
    cacheWriteTokens: next.cacheWriteTokens ?? before.cacheWriteTokens,
    reasoningTokens: next.reasoningTokens ?? before.reasoningTokens,
    totalTokens: next.totalTokens ?? before.totalTokens,
    ...(next.details === undefined && before.details === undefined ? {} : { details: { ...before.details, ...next.details } }),
  };
}

function collectNumbers(json: Json, path: string, taken: ReadonlySet<string>, into: [string, number][], depth: number): void {
  if (typeof json.value === "number" && json.number !== null && !taken.has(path)) into.push([path, json.number]);
  if (depth > DEEPEST) return;
  const below = (name: string): string => (path === "" ? name : `${path}.${name}`);
  for (const key of json.keys()) collectNumbers(json.get(key), below(key), taken, into, depth + 1);
  for (const [index, item] of json.items().entries()) collectNumbers(item, below(String(index)), taken, into, depth + 1);
}
