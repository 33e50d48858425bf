/**
 * One export request's bytes → spans and log records: protobuf or JSON, gzip or not, told by their first bytes. A file of one request a line (the collector's file exporter) is
 * as many requests.
 */
import { gunzipSync } from "node:zlib";
import type { OtlpRecords } from "./entries.ts";
import { logsOfJson, MalformedOtlpJson, spansOfJson } from "./spans-json.ts";
import { logsOfProtobuf, spansOfProtobuf } from "./spans.ts";
import { MalformedProtobuf } from "./wire.ts";

/** Bytes after decompression. */
const MAX_BYTES = 256 * 1024 * 1024;

/**
 * @throws MalformedProtobuf, MalformedOtlpJson when the bytes are no request
 */
export function recordsOf(sent: Uint8Array, maxBytes: number = MAX_BYTES): OtlpRecords {
  const bytes = unzipped(sent, maxBytes);
  const first = bytes.find((byte) => byte > 0x20);
  return first === 0x7b ? jsonRecords(bytes) : protobufRecords(bytes);
}

/**
 * A request's body as it came over HTTP, after its content encoding: what it is was told by path and content type.
 *
 * @throws MalformedProtobuf, MalformedOtlpJson
 */
export function recordsOfRequest(body: Uint8Array, signal: "traces" | "logs", encoding: "json" | "protobuf"): OtlpRecords {
  if (encoding === "protobuf") return signal === "traces" ? { spans: spansOfProtobuf(body), logs: [] } : { spans: [], logs: logsOfProtobuf(body) };
  let request: unknown;
  try {
    request = JSON.parse(new TextDecoder().decode(body));
  } catch {
    throw new MalformedOtlpJson("the request is no JSON");
  }
  return signal === "traces" ? { spans: spansOfJson(request), logs: [] } : { spans: [], logs: logsOfJson(request) };
}

/** Does a file's beginning look like a request? Told without reading it whole. */
export function looksLikeOtlp(head: Uint8Array): boolean {
  if (head[0] === 0x1f && head[1] === 0x8b) return true;
  const text = new TextDecoder().decode(head.subarray(0, 400));
  return /^\s*\{\s*"resource_?(?:Spans|Logs|spans|logs)"/.test(text) || head[0] === 0x0a;
}

function unzipped(sent: Uint8Array, maxBytes: number): Uint8Array {
  if (sent[0] !== 0x1f || sent[1] !== 0x8b) return sent;
  try {
    return gunzipSync(sent, { maxOutputLength: maxBytes });
  } catch {
    throw new MalformedProtobuf("the gzip stream is damaged or too large");
  }
}

function protobufRecords(bytes: Uint8Array): OtlpRecords {
  // Spans and log records have one outline; a record's first field is an id in a span, a time in a log record, and each reader refuses the other's.
  try {
    const spans = spansOfProtobuf(bytes);
    if (spans.length > 0) return { spans, logs: [] };
  } catch (cause) {
    if (!(cause instanceof MalformedProtobuf)) throw cause;
  }
  return { spans: [], logs: logsOfProtobuf(bytes) };
}

function jsonRecords(bytes: Uint8Array): OtlpRecords {
  const text = new TextDecoder().decode(bytes);
  const spans: OtlpRecords["spans"][number][] = [];
  const logs: OtlpRecords["logs"][number][] = [];
  for (const request of requestsIn(text)) {
    const keys = typeof request === "object" && request !== null ? Object.keys(request) : [];
    const hasLogs = keys.includes("resourceLogs") || keys.includes("resource_logs");
    if (hasLogs) logs.push(...logsOfJson(request));
    if (!hasLogs || keys.includes("resourceSpans") || keys.includes("resource_spans")) spans.push(...spansOfJson(request));
  }
  return { spans, logs };
}

function requestsIn(text: string): readonly unknown[] {
  try {
    return [JSON.parse(text)];
  } catch {
    try {
      return text.split("\n").filter((line) => line.trim() !== "").map((line) => JSON.parse(line) as unknown);
    } catch {
      throw new MalformedOtlpJson("the request is no JSON");
    }
  }
}
