/**
 * Recorded HTTP exchanges with model providers → request and response entries, as capture would have written them: one JSON object each
 * (`{host, path, request_body, response_status, response_headers, response_body_raw, …}`, one a line), or the entries of a HAR file.
 */
import type { Entry, SpanId } from "@whysaid/recorder/format";
import type { RedactionScope } from "@whysaid/recorder/redact";
import { bodyEntry, keptHeaders, keptUrl, noBody, recognize, splitJson, splitResponse, type HeldBody } from "@whysaid/recorder/wire";
import type { Draft } from "./draft.ts";
import { count, isFields, objects, strings, text, type Fields } from "./fields.ts";

interface RecordedExchange {
  readonly method: string;
  readonly url: string;
  readonly requestHeaders: readonly (readonly [string, string])[];
  readonly requestBody: string | null;
  /** null when no response came. */
  readonly status: number | null;
  readonly responseHeaders: readonly (readonly [string, string])[];
  readonly responseBody: Buffer | null;
  readonly startedAtMs: number | null;
  readonly firstChunkMs: number | null;
  readonly durationMs: number | null;
}

export const isExchange = (record: Fields): boolean => "response_body_raw" in record && ("request_body" in record || "path" in record);
export const isHar = (record: Fields): boolean => isFields(record["log"]) && Array.isArray(record["log"]["entries"]);

export function exchangeDraft(record: Fields, scope: RedactionScope, feature: string | null): Draft | null {
  const host = text(record["host"]);
  const path = text(record["path"]);
  const body = text(record["response_body_raw"]);
  if (host === null || path === null) return null;
  const headers = strings(record["response_headers"]);
  const date = headers.find(([name]) => name.toLowerCase() === "date")?.[1];
  const startedAtMs = date === undefined ? Number.NaN : Date.parse(date);
  return draftOf(
    {
      method: text(record["method"]) ?? "POST",
      url: `https://${host}${path}`,
      requestHeaders: strings(record["request_headers"]),
      requestBody: text(record["request_body"]),
      status: count(record["response_status"]),
      responseHeaders: headers,
      responseBody: body === null ? null : Buffer.from(body, record["response_body_encoding"] === "base64" ? "base64" : "utf8"),
      startedAtMs: Number.isNaN(startedAtMs) ? null : startedAtMs,
      firstChunkMs: null,
      durationMs: null,
    },
    scope,
    feature,
  );
}

/** Entries of a HAR file (http://www.softwareishard.com/blog/har-12-spec/) that ask a model for an answer; the others are not ours. */
export function harDrafts(record: Fields, scope: RedactionScope, feature: string | null): readonly Draft[] {
  return objects(isFields(record["log"]) ? record["log"]["entries"] : null).flatMap((entry) => {
    const request = isFields(entry["request"]) ? entry["request"] : {};
    const response = isFields(entry["response"]) ? entry["response"] : {};
    const url = text(request["url"]);
    const method = text(request["method"]) ?? "GET";
    const requestBody = isFields(request["postData"]) ? text(request["postData"]["text"]) : null;
    if (url === null || recognize({ method, url, ...(requestBody === null ? {} : { body: requestBody }) })?.generates !== true) return [];
    const content = isFields(response["content"]) ? response["content"] : {};
    const body = text(content["text"]);
    const startedAtMs = Date.parse(text(entry["startedDateTime"]) ?? "");
    const timings = isFields(entry["timings"]) ? entry["timings"] : {};
    const status = count(response["status"]);
    const exchange: RecordedExchange = {
      method,
      url,
      requestHeaders: pairs(request["headers"]),
      requestBody,
      status: status === 0 ? null : status,
      responseHeaders: pairs(response["headers"]),
      responseBody: body === null ? null : Buffer.from(body, content["encoding"] === "base64" ? "base64" : "utf8"),
      startedAtMs: Number.isNaN(startedAtMs) ? null : startedAtMs,
      firstChunkMs: count(timings["wait"]),
      durationMs: count(entry["time"]),
    };
    return [draftOf(exchange, scope, feature)];
  });
}

const pairs = (headers: unknown): readonly (readonly [string, string])[] => objects(headers).map((header) => [text(header["name"]) ?? "", text(header["value"]) ?? ""] as const);

function draftOf(exchange: RecordedExchange, scope: RedactionScope, feature: string | null): Draft {
  const { method, requestBody, responseBody, status } = exchange;
  const headerOf = (name: string): string | null => exchange.requestHeaders.find(([one]) => one.toLowerCase() === name)?.[1] ?? null;
  const recognized = recognize({ method, url: exchange.url, header: headerOf, ...(requestBody === null ? {} : { body: requestBody }) }) ?? { protocol: "unknown" as const, provider: "unknown", model: null };
  const word = (value: string): ReturnType<RedactionScope["text"]> => scope.text(value, { signal: "metadata" });
  const contentType = exchange.responseHeaders.find(([name]) => name.toLowerCase() === "content-type")?.[1] ?? "";
  const sent: HeldBody = requestBody === null ? noBody : { form: "text", bytes: Buffer.byteLength(requestBody), pieces: splitJson(requestBody, scope, "input"), channels: [] };
  const answer = responseBody === null ? null : splitResponse(responseBody, contentType, recognized.protocol, scope);
  // A body off a recording is decoded; what the header said of its compression is no longer true of it.
  const lower = (headers: readonly (readonly [string, string])[]): (readonly [string, string])[] => headers.map(([name, value]) => [name.toLowerCase(), value] as const);
  return {
    trace: null,
    entries(ids, texts) {
      const atMs = exchange.startedAtMs ?? ids.nowMs;
      const span = ids.span(1);
      const joined = { trace: ids.trace, span } satisfies { span: SpanId; trace: typeof ids.trace };
      const entries: Entry[] = [];
      if (feature !== null) entries.push({ kind: "trace-start", atMs, trace: ids.trace, span: ids.span(0), feature: word(feature), conversation: null, user: null });
      const imported = scope.json({ service: null, environment: null, release: null, startedAtMs: atMs, durationMs: null, outcome: null, error: null, gaps: [] }, { signal: "metadata" });
      entries.push({ kind: "trace-update", atMs, trace: ids.trace, span: ids.span(0), ...(imported === undefined ? {} : { imported }) });
      entries.push({
        kind: "request",
        atMs,
        ...joined,
        attempt: 1,
        protocol: recognized.protocol,
        provider: word(recognized.provider),
        method: word(method),
        url: scope.text(keptUrl(exchange.url), { signal: "url" }),
        headers: keptHeaders(lower(exchange.requestHeaders), scope),
        body: bodyEntry(sent, texts),
        model: recognized.model === null ? null : word(recognized.model),
      });
      if (status !== null || answer !== null)
        entries.push({
          kind: "response",
          atMs: atMs + (exchange.durationMs ?? 0),
          ...joined,
          attempt: 1,
          state: answer?.ended === false ? "cut" : "complete",
          status,
          headers: keptHeaders(lower(exchange.responseHeaders), scope),
          body: bodyEntry(answer?.body ?? noBody, texts),
          headersMs: exchange.firstChunkMs,
          firstChunkMs: exchange.firstChunkMs,
          durationMs: exchange.durationMs,
        });
      return entries;
    },
  };
}
