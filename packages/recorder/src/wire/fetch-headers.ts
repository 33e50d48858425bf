/**
 * The few headers worth keeping, by name: content type, request ids, limits, model and version headers. A list of what is kept, not of what
 * is left out: keys, cookies and whatever a gateway invents never get near an entry.
 */
import type { RecordedHeaders } from "../format/entries.ts";
import type { RedactedText } from "../format/redacted.ts";
import type { RedactionScope } from "../redact/redactor.ts";

const KEPT: ReadonlySet<string> = new Set([
  "accept",
  "anthropic-beta",
  "anthropic-version",
  "apim-request-id",
  "cf-ray",
  "content-encoding",
  "content-length",
  "content-type",
  "date",
  "idempotency-key",
  "openai-beta",
  "openai-model",
  "openai-processing-ms",
  "openai-version",
  "request-id",
  "retry-after",
  "retry-after-ms",
  "server-timing",
  "traceparent",
  "transfer-encoding",
  "user-agent",
  "x-amzn-bedrock-cache-read-input-token-count",
  "x-amzn-bedrock-cache-write-input-token-count",
  "x-amzn-bedrock-input-token-count",
  "x-amzn-bedrock-invocation-latency",
  "x-amzn-bedrock-output-token-count",
  "x-amzn-errortype",
  "x-amzn-requestid",
  "x-api-version",
  "x-envoy-upstream-service-time",
  "x-goog-api-client",
  "x-groq-region",
  "x-ms-region",
  "x-request-id",
  "x-should-retry",
  "x-stainless-retry-count",
]);
const KEPT_PREFIX = /^(?:x-ratelimit-|anthropic-ratelimit-|x-ms-deployment-|x-model|model-)/;

export const keepsHeader = (name: string): boolean => KEPT.has(name) || KEPT_PREFIX.test(name);

/** What `fetch` takes as headers. */
export type SentHeaders = RequestInit["headers"] | null;

/** Headers of any of `fetch`'s forms, read one pair at a time. Names come out in lower case. */
export function* headerPairs(headers: SentHeaders): Iterable<readonly [name: string, value: string]> {
  if (headers === undefined || headers === null) return;
  const pairs = typeof (headers as Headers).entries === "function" || Array.isArray(headers) ? (headers as Iterable<readonly [string, string]>) : Object.entries(headers as Record<string, string>);
  for (const [name, value] of pairs) yield [name.toLowerCase(), value];
}

/** The kept ones of a request: asked for by name, for going through a `Headers` sorts and copies all of it. */
const SENT = ["anthropic-beta", "anthropic-version", "content-type", "idempotency-key", "openai-beta", "traceparent", "user-agent", "x-goog-api-client", "x-stainless-retry-count"];
export function* sentPairs(headers: SentHeaders): Iterable<readonly [name: string, value: string]> {
  if (!(headers instanceof Headers)) {
    yield* headerPairs(headers);
    return;
  }
  for (const name of SENT) {
    const value = headers.get(name);
    if (value !== null) yield [name, value];
  }
}

export function keptHeaders(pairs: Iterable<readonly [name: string, value: string]>, scope: RedactionScope): RecordedHeaders {
  const kept: Record<RedactedText, RedactedText> = {};
  for (const [name, value] of pairs) {
    if (keepsHeader(name)) kept[KEPT.has(name) ? scope.literal(name) : scope.text(name, { signal: "header" })] = scope.text(value, { signal: "header", path: [name] });
  }
  return kept;
}
