/**
 * OTLP over HTTP, protobuf and JSON: at the paths of the specification, and at those the exporters of Langfuse, LangSmith and Laminar append to their base URL.
 *
 * @see https://opentelemetry.io/docs/specs/otlp/#otlphttp
 */
import type { Done } from "../intake/messages.ts";
import { refusal } from "../refusal.ts";
import type { IngestCall, IngestRoute } from "./route.ts";

const MAX_BYTES = 32 * 1024 * 1024;
const paths: Readonly<Record<string, "traces" | "logs">> = {
  "/v1/traces": "traces",
  "/v1/logs": "logs",
  "/api/public/otel/v1/traces": "traces",
  "/otel/v1/traces": "traces",
  "/v1/traces/json": "traces",
};

export const otlpRoutes: readonly IngestRoute[] = Object.entries(paths).map(([path, signal]) => ({ path, maxBytes: MAX_BYTES, take: (call) => take(call, signal) }));

async function take({ context, body, identity, intake }: IngestCall, signal: "traces" | "logs"): Promise<Response> {
  const type = (context.req.header("content-type") ?? "").split(";")[0]?.trim().toLowerCase();
  const encoding = type === "application/json" ? "json" : type === "application/x-protobuf" || type === "application/protobuf" ? "protobuf" : null;
  if (encoding === null) return refusal(415, "REQUEST_INVALID", "OTLP comes as application/x-protobuf or application/json", "Set the exporter's protocol to http/protobuf or http/json.");
  return answered(await intake.do({ kind: "otlp", project: identity.project, body, signal, encoding }), encoding, signal);
}

/** Exporters read the answer in the encoding they sent, and try again on 503 only. */
function answered(done: Done, encoding: "json" | "protobuf", signal: "traces" | "logs"): Response {
  const [status, sentence] = done.outcome === "stored" ? [200, ""] : done.outcome === "unreadable" ? [400, `the request cannot be read: ${done.why}`] : [503, "it cannot be stored now"];
  const headers = { ...(status === 503 ? { "retry-after": "1" } : {}), "content-type": encoding === "json" ? "application/json" : "application/x-protobuf" };
  const refused = done.outcome === "stored" ? done.refused : 0;
  if (encoding === "json") {
    const partial = refused === 0 ? {} : { partialSuccess: { [signal === "traces" ? "rejectedSpans" : "rejectedLogRecords"]: String(refused), errorMessage: NO_IDS } };
    return Response.json(status === 200 ? partial : { code: status === 400 ? 3 : 14, message: sentence }, { status, headers });
  }
  // ExportTraceServiceResponse{partial_success=1{rejected=1, error_message=2}}, google.rpc.Status{code=1, message=2}
  const bytes = status !== 200 ? [...number(1, status === 400 ? 3 : 14), ...text(2, sentence)] : refused === 0 ? [] : field(1, [...number(1, refused), ...text(2, NO_IDS)]);
  return new Response(Uint8Array.from(bytes), { status, headers });
}
const NO_IDS = "without valid trace and span ids";

const varint = (value: number): number[] => (value < 0x80 ? [value] : [(value & 0x7f) | 0x80, ...varint(Math.floor(value / 128))]);
const number = (at: number, value: number): number[] => [at * 8, ...varint(value)];
const field = (at: number, bytes: readonly number[]): number[] => [at * 8 + 2, ...varint(bytes.length), ...bytes];
const text = (at: number, value: string): number[] => field(at, [...Buffer.from(value)]);
