/**
 * The envelopes of model calls (OpenAI, Anthropic, Gemini, Bedrock, Cohere, Ollama and their kin): which fields are the protocol's own words. Declared values are still taken in them.
 */

/** Fields whose values are words, ids and names of the protocol or of the app's code. */
const OWN_WORDS = new Set(
  (
    "model object type role finish_reason finishReason stop_reason stopReason stop_sequence system_fingerprint systemFingerprint service_tier tool_call_id tool_use_id toolUseId call_id callId id response_id responseId previous_response_id modelVersion status " +
    "encoding_format tool_choice toolChoice reasoning_effort anthropic_version response_format truncation mode format obfuscation event detail phase native_finish_reason provider modelId generation_id message_id item_id"
  ).split(" "),
);
/** Some ids are long (Gemini's thought signatures are data, not ids). */
const MAX_WORD_UNITS = 256;
/** Containers of the protocol; anything else (a tool's arguments, a result) is the app's data. */
const STRUCTURE = new Set(
  (
    "messages message choices delta tool_calls toolCalls function functions content output candidates parts tools functionDeclarations function_declarations item items response usage error " +
    "response_format text format tool_choice toolChoice generationConfig generation_config content_block contentBlock contentBlockDelta contentBlockStart messageStart messageStop metadata reasoning toolConfig toolUse toolResult toolSpec functionCall functionResponse stream_options start part event"
  ).split(" "),
);

/** True for a value the protocol or the code wrote, not a person. */
export function isProtocolWord(path: readonly (string | number)[]): boolean {
  const last = path.at(-1);
  if (typeof last !== "string") return false;
  const isName = last === "name" && isFunctionName(path);
  if (!isName && !OWN_WORDS.has(last)) return false;
  for (let at = 0; at < path.length - 1; at += 1) {
    const step = path[at];
    if (typeof step === "number") continue;
    // Anthropic's tool_use has its arguments under `input`, Gemini its results under `response`; at the root both are envelopes.
    if (step === "input" ? at !== 0 : (step === "response" && at !== 0) || !STRUCTURE.has(step as string)) return false;
  }
  return true;
}

/** Whether a value in a protocol word's place can be one: who writes a span, or calls by hand, may put anything there. Ids, names of tools and models (`anthropic/claude-haiku-4-5`, `claude-3-5-sonnet@20240620`), reasons. */
export const looksLikeWord = (text: string): boolean => text.length <= MAX_WORD_UNITS && /^(?=[^\p{L}]*\p{L})[\p{L}\p{M}\d_.:|/+=-]+(?:@[\d.-]+)?$/u.test(text);

/** `tools[*].function.name`, `tool_calls[*].function.name`, `content[*].name` of a tool call; not a message's `name`. */
function isFunctionName(path: readonly (string | number)[]): boolean {
  const parent = path.at(-2);
  if (parent === "function" || parent === "functionCall" || parent === "functionResponse" || parent === "toolUse" || parent === "toolSpec" || parent === "content_block") return true;
  const list = path.at(-3);
  return typeof parent === "number" && (list === "tools" || list === "tool_calls" || list === "functionDeclarations" || list === "functions" || list === "output" || list === "content");
}
