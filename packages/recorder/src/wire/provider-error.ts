/** The error a provider answers with instead of a completion, in the shapes in use. */
import type { DecodedError, DecodedResponse } from "./decoder.ts";
import type { Json } from "./json.ts";

/**
 * - OpenAI, Azure, Groq, Mistral, Google: `{error: {message, type | status, code}}`, Google's streams in an array
 * - Anthropic: `{type: "error", error: {type, message}}`
 * - Ollama and proxies: `{error: "…"}`; vLLM: `{object: "error", message, type, code}`
 * - AWS: `{message}` or `{Message}`, sometimes with `__type`; Cohere `{message}`; FastAPI: `{detail}`
 *
 * Ask only for a body that is no answer: a bare `message` is not an error where an answer has a key of that name.
 */
export function errorOf(body: Json): DecodedError | null {
  const nested = body.isArray ? (body.items()[0]?.get("error") ?? body.get("error")) : body.get("error");
  if (nested.isObject) {
    return { type: nested.either("type", "status").literal, message: nested.either("message", "detail").literal ?? nested.raw(), code: nested.get("code").literal };
  }
  if (nested.string !== null) return { type: null, message: nested.string, code: body.get("code").literal };
  const message = body.either("message", "Message", "detail", "msg");
  if (message.isAbsent) return null;
  return { type: body.either("__type", "type").literal, message: message.literal ?? "", code: body.either("code", "statusCode", "status").literal };
}

export const noAnswer = (error: DecodedError | null): DecodedResponse => ({ model: null, fingerprint: null, responseId: null, choices: [], usage: null, error });
