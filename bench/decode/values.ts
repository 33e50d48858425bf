/**
 * What an exchange's bytes hold, found without knowing any provider's schema: a walk over all of the JSON that sorts every leaf under a
 * signal by the words on its path. It knows words (`arguments`, `finish_reason`, `tool_use_id`), not paths; what no word claims
 * must still be kept somewhere in the message.
 */
export type Kind =
  | "system"
  | "text"
  | "reasoning"
  | "refusal"
  | "tool name"
  | "tool arguments"
  | "tool call id"
  | "tool result"
  | "media"
  | "kept"
  | "role"
  | "tool definition"
  | "parameter"
  | "model"
  | "usage"
  | "finish reason"
  | "fingerprint"
  | "response id"
  | "error";

export interface Value {
  readonly kind: Kind;
  readonly value: unknown;
  readonly path: string;
}

type Path = readonly string[];
const isRecord = (value: unknown): value is Record<string, unknown> => typeof value === "object" && value !== null && !Array.isArray(value);

const MESSAGES = /^(?:messages|contents|input|prompt|message|chat_history|tool_results|inputText|texts)$/;
const SYSTEM = /^(?:system|system_?[iI]nstruction|instructions|preamble)$/;
const TOOLS = /^(?:tools|functions)$/;
const ANSWER = /^(?:choices|content|output|candidates|message|text|response|thinking|outputs|results|generations|generation|completions|completion|outputText|tool_calls)$/;

export function requestValues(body: unknown): readonly Value[] {
  const found: Value[] = [];
  if (!isRecord(body)) return found;
  for (const [key, value] of Object.entries(body)) {
    if (key === "model" || key === "modelId") leaves(value, [key], "model", found);
    else if (SYSTEM.test(key)) leaves(value, [key], "system", found);
    else if (MESSAGES.test(key)) content(value, [key], NOWHERE, found);
    else if (TOOLS.test(key)) leaves(value, [key], "tool definition", found);
    else if (key === "toolConfig" && isRecord(value)) {
      for (const [name, part] of Object.entries(value)) leaves(part, [key, name], name === "tools" ? "tool definition" : "parameter", found);
    } else leaves(value, [key], "parameter", found);
  }
  return found;
}

export function responseValues(body: unknown): readonly Value[] {
  const found: Value[] = [];
  if (!isRecord(body)) return found;
  const failed = "error" in body && body["error"] !== null;
  for (const [key, value] of Object.entries(body)) {
    if (key === "model" || key === "modelVersion") leaves(value, [key], "model", found);
    else if (key === "id" || key === "responseId" || key === "generation_id") leaves(value, [key], "response id", found);
    else if (key === "system_fingerprint") leaves(value, [key], "fingerprint", found);
    else if (key === "error") errorLeaves(value, found);
    else if (key === "message" && typeof value === "string") leaves(value, [key], "error", found);
    else if (/^(?:usage|usageMetadata|meta)$/.test(key)) leaves(value, [key], "usage", found);
    else if (/_(?:count|duration)$|TokenCount$/.test(key)) leaves(value, [key], "usage", found);
    else if (FINISH.test(key)) leaves(value, [key], "finish reason", found);
    else if (ANSWER.test(key) && !failed && !(key === "text" && typeof value === "object")) content(value, [key], NOWHERE, found);
  }
  return found;
}

/** An error's own words; what surrounds them (parameters, ids) stays in the raw body. */
function errorLeaves(error: unknown, found: Value[]): void {
  if (!isRecord(error)) return leaves(error, ["error"], "error", found);
  for (const key of ["message", "code", "type"]) if (error[key] !== undefined) leaves(error[key], ["error", key], "error", found);
  if (error["type"] === undefined) leaves(error["status"], ["error", "status"], "error", found);
  leaves(error["failed_generation"], ["error", "failed_generation"], "text", found);
}

const FINISH = /^(?:finish_reason|stop_reason|finishReason|stopReason|done_reason|completionReason)$/;
/** Words of the protocol, opaque blobs and what is measured about an answer rather than said in it: they stay in the raw body. */
const BESIDE =
  /^(?:type|object|status|index|phase|mode|detail|format|prefix|channel|language|outcome|namespace|execution|server_label|server_name|container_id|caller|created_by|cache_control|cachePoint|prompt_cache_breakpoint|citations_enabled|signature|thought_?[sS]ignature|encrypted_content|encrypted_index|redactedContent|redacted_thinking|logprobs|avgLogprobs|logprobsResult|content_filter_results?|safetyRatings|native_finish_reason|finishMessage|moderation|seed|tokens|tokenCount|approval_request_id|stop_sequence|stop_details|created|metrics|searchEntryPoint|videoMetadata|willContinue|partialArgs|stop|reason|fingerprint|domain|media_resolution)$/;

interface Surroundings {
  /** Set below a tool's result: every leaf is the result's. */
  readonly result: boolean;
  readonly reasoning: boolean;
  /** Kept as JSON: annotations, citations, grounding. */
  readonly kept: boolean;
}
const NOWHERE: Surroundings = { result: false, reasoning: false, kept: false };

const CALL_ID = /^(?:tool_call_id|tool_use_id|toolUseId|call_id)$/;
const REFERENCE = /^(?:url|file_id|file_?[uU]ri|uri|image_url|document_url|file_url|video_url|audio_url|filename|title|displayName)$/;
const INLINED = /^(?:data|bytes|file_data|input_audio|images)$/;

function content(value: unknown, path: Path, at: Surroundings, found: Value[]): void {
  if (Array.isArray(value)) {
    // Token numbers and embeddings are no text.
    for (const [index, item] of value.entries()) if (typeof item !== "number") content(item, [...path, String(index)], at, found);
    return;
  }
  if (!isRecord(value)) return leaf(value, path, at, found);
  const here = surroundings(value, path, at);
  if (here.kept && !at.kept) return leaves(value, path, "kept", found);
  const last = path.at(-1) ?? "";
  const isCode = /^executable_?[cC]ode$/.test(last);
  const isCall = !here.result && !isCode && callKey(value) !== undefined && (typeof value["name"] === "string" || typeof value["type"] === "string" || "toolType" in value || "tool_type" in value);
  for (const [key, member] of Object.entries(value)) {
    const to = [...path, key];
    if (member === null || BESIDE.test(key)) continue;
    if (isCode) leaves(member, to, key === "code" ? "tool arguments" : "tool call id", found);
    else if (isCall && /^(?:output|outputs|results|result|error)$/.test(key)) content(member, to, { ...here, result: true }, found);
    else if (isCall && key === callKey(value)) found.push({ kind: "tool arguments", value: member, path: to.join(".") });
    else if (isCall && (key === "name" || key === "toolType" || key === "tool_type")) leaves(member, to, "tool name", found);
    else if (isCall && key === "id" && value["call_id"] == null) leaves(member, to, "tool call id", found);
    else if (CALL_ID.test(key)) leaves(member, to, "tool call id", found);
    else if (key === "id" && ("function" in value || "custom" in value || /^(?:functionResponse|function_response|toolResponse|codeExecutionResult)$/.test(last))) leaves(member, to, "tool call id", found);
    else if (key === "id" && String(value["type"]).endsWith("_output")) {
      if (value["call_id"] == null) leaves(member, to, "tool call id", found);
    } else if (key === "id" && !here.result && !here.kept) continue;
    else if (key === "role") leaves(member, to, "role", found);
    else if (FINISH.test(key)) leaves(member, to, "finish reason", found);
    else if (key === "refusal") leaves(member, to, "refusal", found);
    else if (key === "is_error" || key === "isError") continue;
    else content(member, to, member !== null && typeof member === "string" && THOUGHT.test(key) ? { ...here, reasoning: true } : here, found);
  }
}

const THOUGHT = /^(?:reasoning|reasoning_content|thinking|tool_plan)$/;
const KEPT = /^(?:annotations|citations|groundingMetadata|citationMetadata|urlContextMetadata|search_results|searchResult|context)$/;
const RESULT = /^(?:toolResult|functionResponse|function_response|toolResponse|codeExecutionResult|outputs|results)$/;

function surroundings(value: Record<string, unknown>, path: Path, at: Surroundings): Surroundings {
  const names = path.filter((name) => !/^\d+$/.test(name));
  const last = names.at(-1) ?? "";
  const type = typeof value["type"] === "string" ? value["type"] : "";
  const below = names.length > 1;
  return {
    result:
      at.result || value["role"] === "tool" || value["role"] === "function" || "tool_use_id" in value || "tool_call_id" in value || (below && RESULT.test(last)) || /_output$|^program_output$/.test(type),
    reasoning: at.reasoning || value["thought"] === true || /^(?:thinking|reasoning|reasoning_text|summary_text|reasoning\.(?:text|summary))$/.test(type) || last === "reasoningContent",
    kept: at.kept || KEPT.test(last) || /^(?:compaction|item_reference|mcp_list_tools|mcp_approval_response|tool_reference|redacted_thinking)$/.test(type) || (last === "annotations" && below),
  };
}

/** The key a call's arguments stand under. */
const callKey = (value: Record<string, unknown>): string | undefined => {
  if (/_output$|_result$/.test(String(value["type"]))) return undefined;
  const keys = /_call$|^program$/.test(String(value["type"])) ? ["arguments", "input", "code", "action", "actions", "operation", "queries", "prompt"] : ["arguments", "args", "input"];
  return keys.find((key) => value[key] !== undefined && value[key] !== null) ?? ("parameters" in value && "name" in value && !("description" in value) ? "parameters" : undefined);
};

function leaf(value: unknown, path: Path, at: Surroundings, found: Value[]): void {
  if (value === null || value === undefined || value === "" || typeof value === "boolean") return;
  const key = path.findLast((name) => !/^\d+$/.test(name)) ?? "";
  const to = path.join(".");
  if (at.kept) return void found.push({ kind: "kept", value, path: to });
  if (INLINED.test(key) && typeof value === "string" && isBase64(value)) return void found.push({ kind: "media", value, path: to });
  if (REFERENCE.test(key) && typeof value === "string" && (!at.result || isUrl(value))) {
    return void found.push({ kind: isUrl(value) || !at.result ? "media" : "tool result", value, path: to });
  }
  if (at.result) return void found.push({ kind: "tool result", value, path: to });
  if (typeof value === "number") return void found.push({ kind: "kept", value, path: to });
  const isText = /^(?:text|content|input|prompt|message|response|outputText|generation|completion|code|output|texts|value|inputText|transcript)$/.test(key) || THOUGHT.test(key);
  if (!isText) return void found.push({ kind: "kept", value, path: to });
  found.push({ kind: at.reasoning || THOUGHT.test(key) ? "reasoning" : "text", value, path: to });
}

const isUrl = (text: string): boolean => /^(?:https?|data|gs|s3):/.test(text);
export const isBase64 = (text: string): boolean => text.startsWith("data:") || (text.length >= 8 && /^[\w+/=-]+$/.test(text));

/** Every leaf under one kind. */
export function leaves(value: unknown, path: Path, kind: Kind, found: Value[]): void {
  if (Array.isArray(value)) {
    if (value.length > 64 && value.every((item) => typeof item === "number")) return;
    for (const [index, item] of value.entries()) leaves(item, [...path, String(index)], kind, found);
  } else if (isRecord(value)) {
    for (const [key, member] of Object.entries(value)) {
      const skipped = (kind === "kept" || kind === "system") && (BESIDE.test(key) || key === "role");
      if (!skipped && !(kind === "usage" && typeof member === "string") && !(kind === "tool definition" && (key === "type" || key === "cache_control" || key === "cachePoint"))) leaves(member, [...path, key], kind, found);
    }
  } else if (value !== null && value !== undefined && value !== "" && !(kind !== "parameter" && typeof value === "boolean")) {
    found.push({ kind, value, path: path.join(".") });
  }
}
