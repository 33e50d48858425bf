/** The corpus' OTLP captures: real export requests, and spans another project's tests expect. */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { otlpAttributes } from "./attributes-of.ts";
import { recordsOf } from "../../packages/workbench/src/ingest/otlp/request.ts";
import type { OtlpSpan } from "../../packages/workbench/src/ingest/otlp/spans.ts";

export const corpus: string = resolve(import.meta.dirname, "../..", process.env["WHYSAID_CORPUS"] ?? "../shared/data");

export interface Capture {
  readonly name: string;
  readonly spans: readonly OtlpSpan[];
  /** Bodies of the requests as they were sent. */
  readonly bodies: readonly Buffer[];
  readonly exchanges: readonly string[];
}

export function captures(): readonly Capture[] {
  const folder = join(corpus, "otlp");
  if (!existsSync(folder)) return [];
  const real = readdirSync(folder).filter((name) => name.endsWith(".json")).sort().map((name): Capture => {
    const { requests, calls } = JSON.parse(readFileSync(join(folder, name), "utf8")) as { requests: { body_base64: string }[]; calls: { exchange_id: string }[] };
    const bodies = requests.map(({ body_base64 }) => Buffer.from(body_base64, "base64"));
    return { name: name.slice(0, -5), bodies, spans: bodies.flatMap((body) => recordsOf(body).spans), exchanges: calls.map(({ exchange_id }) => exchange_id) };
  });
  return [...real, snapshots(join(folder, "logfire_span_snapshots.jsonl"))];
}

interface Snapshot {
  readonly name: string;
  readonly context: { readonly trace_id: number; readonly span_id: number };
  readonly parent: { readonly span_id: number } | null;
  readonly start_time: unknown;
  readonly end_time: unknown;
  readonly attributes: Readonly<Record<string, unknown>>;
  readonly events?: readonly { readonly name: string; readonly attributes: Readonly<Record<string, unknown>> }[];
}

/** Their attributes are shown parsed; on the wire Logfire sends objects and lists as JSON text. */
function snapshots(path: string): Capture {
  const hex = (value: number, digits: number): string => value.toString(16).padStart(digits, "0");
  const ns = (value: unknown): bigint => (typeof value === "number" ? BigInt(Math.trunc(value)) : 0n);
  const tests = readFileSync(path, "utf8").trimEnd().split("\n").map((line) => JSON.parse(line) as { spans: Snapshot[] });
  const spans = tests.flatMap(({ spans: some }, test) =>
    some.map((one): OtlpSpan => ({
      traceId: `${hex(test + 1, 16)}${hex(one.context.trace_id, 16)}`,
      spanId: hex(test * 1000 + one.context.span_id, 16),
      parentSpanId: one.parent === null ? null : hex(test * 1000 + one.parent.span_id, 16),
      name: one.name,
      startNs: ns(one.start_time),
      endNs: ns(one.end_time),
      attributes: otlpAttributes(one.attributes),
      events: (one.events ?? []).map((event) => ({ name: event.name, atNs: 0n, body: null, attributes: otlpAttributes(event.attributes) })),
      statusCode: 0,
      statusMessage: "",
      scope: "logfire",
      scopeVersion: "",
      resource: new Map(),
    })),
  );
  return { name: "logfire snapshots", spans, bodies: [], exchanges: [] };
}
