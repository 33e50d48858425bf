/**
 * OTLP/JSON export requests → the same `OtlpSpan`s and `OtlpLog`s as protobuf gives.
 *
 * Shapes are checked where they are read; a request whose outline is wrong throws `MalformedOtlpJson`, a wrong value inside a span reads as absent. Ids are hex (OTLP/JSON), base64
 * (older exporters) is accepted where the length says so; 64-bit integers come as strings or numbers.
 *
 * @see https://opentelemetry.io/docs/specs/otlp/#json-protobuf-encoding
 */
import type { Attributes, AttributeValue, OtlpEvent, OtlpLog, OtlpSpan } from "./spans.ts";

export class MalformedOtlpJson extends Error {
  override readonly name = "MalformedOtlpJson";
}

type Json = Readonly<Record<string, unknown>>;
const isObject = (value: unknown): value is Json => typeof value === "object" && value !== null && !Array.isArray(value);
const object = (value: unknown): Json => (isObject(value) ? value : {});
const list = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);
const text = (value: unknown): string => (typeof value === "string" ? value : "");
/** camelCase is the specification, snake_case what some exporters send. */
const field = (of: Json, camel: string): unknown => (Object.hasOwn(of, camel) ? of[camel] : of[camel.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`)]);

const MAX_DEPTH = 64;

function integer(value: unknown): bigint {
  if (typeof value === "number" && Number.isFinite(value)) return BigInt(Math.trunc(value));
  return typeof value === "string" && /^-?\d{1,20}$/.test(value) ? BigInt(value) : 0n;
}

function anyValue(value: unknown, depth: number): AttributeValue {
  if (depth > MAX_DEPTH) throw new MalformedOtlpJson("values nested deeper than 64");
  const of = object(value);
  const string = field(of, "stringValue");
  if (typeof string === "string") return string;
  const boolean = field(of, "boolValue");
  if (typeof boolean === "boolean") return boolean;
  const int = field(of, "intValue");
  if (typeof int === "string" || typeof int === "number") {
    const exact = integer(int);
    return Number.isSafeInteger(Number(exact)) ? Number(exact) : exact;
  }
  const double = field(of, "doubleValue");
  if (typeof double === "number" || typeof double === "string") return Number(double);
  const array = field(of, "arrayValue");
  if (isObject(array)) return list(array["values"]).map((one) => anyValue(one, depth + 1));
  const map = field(of, "kvlistValue");
  if (isObject(map)) return attributesOf(map["values"], depth + 1);
  const bytes = field(of, "bytesValue");
  return typeof bytes === "string" ? bytes : null;
}

function attributesOf(value: unknown, depth: number = 0): Attributes {
  const found = new Map<string, AttributeValue>();
  for (const pair of list(value)) if (isObject(pair)) found.set(text(pair["key"]), anyValue(pair["value"], depth));
  return found;
}

function idOf(value: unknown, bytes: number): string {
  const id = text(value);
  if (/^[0-9a-f]+$/i.test(id)) return id.toLowerCase();
  const decoded = Buffer.from(id, "base64");
  return decoded.length === bytes ? decoded.toString("hex") : "";
}

const eventOf = (of: Json): OtlpEvent => ({ name: text(of["name"]), atNs: integer(field(of, "timeUnixNano")), attributes: attributesOf(of["attributes"]), body: anyValue(of["body"], 0) });

interface Scoped {
  readonly resource: Attributes;
  readonly scope: Json;
  readonly record: Json;
}

function* records(request: unknown, perResource: string, perScope: string, name: string): Generator<Scoped> {
  if (!isObject(request) || !Array.isArray(field(request, perResource))) throw new MalformedOtlpJson(`the request has no ${perResource} list`);
  for (const one of list(field(request, perResource)).map(object)) {
    const resource = attributesOf(object(one["resource"])["attributes"]);
    for (const scoped of list(field(one, perScope)).map(object)) {
      const scope = object(scoped["scope"]);
      for (const record of list(field(scoped, name)).map(object)) yield { resource, scope, record };
    }
  }
}

export function spansOfJson(request: unknown): OtlpSpan[] {
  const found: OtlpSpan[] = [];
  for (const { resource, scope, record } of records(request, "resourceSpans", "scopeSpans", "spans")) {
    const parent = idOf(field(record, "parentSpanId"), 8);
    const status = object(record["status"]);
    found.push({
      resource,
      scope: text(scope["name"]),
      scopeVersion: text(scope["version"]),
      traceId: idOf(field(record, "traceId"), 16),
      spanId: idOf(field(record, "spanId"), 8),
      parentSpanId: parent === "" ? null : parent,
      name: text(record["name"]),
      startNs: integer(field(record, "startTimeUnixNano")),
      endNs: integer(field(record, "endTimeUnixNano")),
      attributes: attributesOf(record["attributes"]),
      events: list(record["events"]).map(object).map(eventOf),
      statusCode: status["code"] === "STATUS_CODE_ERROR" ? 2 : Number(status["code"] ?? 0),
      statusMessage: text(status["message"]),
    });
  }
  return found;
}

export function logsOfJson(request: unknown): OtlpLog[] {
  const found: OtlpLog[] = [];
  for (const { resource, scope, record } of records(request, "resourceLogs", "scopeLogs", "logRecords")) {
    const event = eventOf(record);
    const named = text(field(record, "eventName")) || event.attributes.get("event.name");
    const atNs = event.atNs === 0n ? integer(field(record, "observedTimeUnixNano")) : event.atNs;
    found.push({ ...event, atNs, name: typeof named === "string" ? named : "", traceId: idOf(field(record, "traceId"), 16), spanId: idOf(field(record, "spanId"), 8), scope: text(scope["name"]), resource });
  }
  return found;
}
