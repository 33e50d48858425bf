/**
 * OTLP trace and log export requests → `OtlpSpan`s, from protobuf or JSON. First step of OTLP ingest; `dialects/` makes our words of the attributes.
 *
 * Attribute keys are kept literally: `llm.input_messages.0.message.role` is a key, not a path to build objects along.
 *
 * @see https://github.com/open-telemetry/opentelemetry-proto (trace/v1/trace.proto, logs/v1/logs.proto, common/v1/common.proto)
 */
import { MalformedProtobuf, WireReader } from "./wire.ts";

/** An OTLP AnyValue: 64-bit integers beyond 2^53 are bigint, bytes are base64 text as in OTLP/JSON. */
export type AttributeValue = string | number | bigint | boolean | null | readonly AttributeValue[] | ReadonlyMap<string, AttributeValue>;
export type Attributes = ReadonlyMap<string, AttributeValue>;

export interface OtlpEvent {
  readonly name: string;
  readonly atNs: bigint;
  readonly attributes: Attributes;
  readonly body: AttributeValue;
}
export interface OtlpSpan {
  /** Lowercase hex, possibly of a wrong length: checked where it becomes an id. */
  readonly traceId: string;
  readonly spanId: string;
  readonly parentSpanId: string | null;
  readonly name: string;
  readonly startNs: bigint;
  readonly endNs: bigint;
  readonly attributes: Attributes;
  readonly events: readonly OtlpEvent[];
  /** 0 unset, 1 ok, 2 error. */
  readonly statusCode: number;
  readonly statusMessage: string;
  readonly scope: string;
  readonly scopeVersion: string;
  readonly resource: Attributes;
  /** Absent for a span that is told whole, as OTLP tells them all: see clients/pieces.ts. */
  readonly piece?: SpanPart;
}
/** What a piece of a span knows of when it ran. Its end: told, to come later, or nothing the protocol ever tells. */
export interface SpanPart {
  readonly hasStart: boolean;
  readonly end: "told" | "later" | "untold";
}
/** A log record: GenAI events come as these in one generation of the conventions. */
export interface OtlpLog extends OtlpEvent {
  readonly traceId: string;
  readonly spanId: string;
  readonly scope: string;
  readonly resource: Attributes;
}

const MAX_DEPTH = 64;

function anyValue(reader: WireReader, depth: number): AttributeValue {
  if (depth > MAX_DEPTH) throw new MalformedProtobuf("values nested deeper than 64");
  let value: AttributeValue = null;
  reader.each((field, at) => {
    switch (field) {
      case 1:
        value = at.text();
        return true;
      case 2:
        value = at.bool();
        return true;
      case 3: {
        const integer = at.int64();
        value = Number.isSafeInteger(Number(integer)) ? Number(integer) : integer;
        return true;
      }
      case 4:
        value = at.double();
        return true;
      case 5: {
        const list: AttributeValue[] = [];
        at.message().each((inner, part) => inner === 1 && (list.push(anyValue(part.message(), depth + 1)), true));
        value = list;
        return true;
      }
      case 6: {
        const map = new Map<string, AttributeValue>();
        at.message().each((inner, part) => inner === 1 && (keyValue(part.message(), map, depth + 1), true));
        value = map;
        return true;
      }
      case 7:
        value = Buffer.from(at.bytes()).toString("base64");
        return true;
      default:
        return false;
    }
  });
  return value;
}

function keyValue(reader: WireReader, into: Map<string, AttributeValue>, depth: number): void {
  let key = "";
  let value: AttributeValue = null;
  reader.each((field, at) => {
    if (field === 1) key = at.text();
    else if (field === 2) value = anyValue(at.message(), depth);
    else return false;
    return true;
  });
  into.set(key, value);
}

const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString("hex");

interface Around {
  readonly resource: Attributes;
  readonly scope: string;
  readonly scopeVersion: string;
}

function protobufEvent(reader: WireReader): OtlpEvent {
  const event = { name: "", atNs: 0n, attributes: new Map<string, AttributeValue>(), body: null };
  reader.each((field, at) => {
    if (field === 1) event.atNs = at.fixed64();
    else if (field === 2) event.name = at.text();
    else if (field === 3) keyValue(at.message(), event.attributes, 0);
    else return false;
    return true;
  });
  return event;
}

function protobufSpan(reader: WireReader, around: Around): OtlpSpan {
  const attributes = new Map<string, AttributeValue>();
  const events: OtlpEvent[] = [];
  let traceId = "";
  let spanId = "";
  let parent = "";
  let name = "";
  let startNs = 0n;
  let endNs = 0n;
  let statusCode = 0;
  let statusMessage = "";
  reader.each((field, at) => {
    switch (field) {
      case 1:
        traceId = hex(at.bytes());
        return true;
      case 2:
        spanId = hex(at.bytes());
        return true;
      case 4:
        parent = hex(at.bytes());
        return true;
      case 5:
        name = at.text();
        return true;
      case 7:
        startNs = at.fixed64();
        return true;
      case 8:
        endNs = at.fixed64();
        return true;
      case 9:
        keyValue(at.message(), attributes, 0);
        return true;
      case 11:
        events.push(protobufEvent(at.message()));
        return true;
      case 15:
        at.message().each((inner, status) => {
          if (inner === 2) statusMessage = status.text();
          else if (inner === 3) statusCode = status.uint();
          else return false;
          return true;
        });
        return true;
      default:
        return false;
    }
  });
  return { ...around, traceId, spanId, parentSpanId: parent === "" ? null : parent, name, startNs, endNs, attributes, events, statusCode, statusMessage };
}

function protobufLog(reader: WireReader, around: Around): OtlpLog {
  const attributes = new Map<string, AttributeValue>();
  let atNs = 0n;
  let observedNs = 0n;
  let body: AttributeValue = null;
  let traceId = "";
  let spanId = "";
  let name = "";
  reader.each((field, at) => {
    switch (field) {
      case 1:
        atNs = at.fixed64();
        return true;
      case 5:
        body = anyValue(at.message(), 0);
        return true;
      case 6:
        keyValue(at.message(), attributes, 0);
        return true;
      case 9:
        traceId = hex(at.bytes());
        return true;
      case 10:
        spanId = hex(at.bytes());
        return true;
      case 11:
        observedNs = at.fixed64();
        return true;
      case 12:
        name = at.text();
        return true;
      default:
        return false;
    }
  });
  const named = name === "" ? attributes.get("event.name") : name;
  return { traceId, spanId, name: typeof named === "string" ? named : "", atNs: atNs === 0n ? observedNs : atNs, attributes, body, scope: around.scope, resource: around.resource };
}

/** Both requests have one layout: field 1 = per resource, in it 1 = resource and 2 = per scope, in it 1 = scope and 2 = the records. */
function protobufRecords<T>(bytes: Uint8Array, record: (reader: WireReader, around: Around) => T): T[] {
  const found: T[] = [];
  new WireReader(bytes).each((field, at) => {
    if (field !== 1) return false;
    const resource = new Map<string, AttributeValue>();
    const scopes: WireReader[] = [];
    at.message().each((inner, part) => {
      if (inner === 1) part.message().each((attribute, value) => attribute === 1 && (keyValue(value.message(), resource, 0), true));
      else if (inner === 2) scopes.push(part.message());
      else return false;
      return true;
    });
    for (const scope of scopes) protobufScope(scope, resource, found, record);
    return true;
  });
  return found;
}

function protobufScope<T>(reader: WireReader, resource: Attributes, found: T[], record: (reader: WireReader, around: Around) => T): void {
  let scope = "";
  let scopeVersion = "";
  const records: WireReader[] = [];
  reader.each((field, at) => {
    if (field === 1)
      at.message().each((inner, part) => {
        if (inner === 1) scope = part.text();
        else if (inner === 2) scopeVersion = part.text();
        else return false;
        return true;
      });
    else if (field === 2) records.push(at.message());
    else return false;
    return true;
  });
  for (const one of records) found.push(record(one, { resource, scope, scopeVersion }));
}

export const spansOfProtobuf = (bytes: Uint8Array): OtlpSpan[] => protobufRecords(bytes, protobufSpan);
export const logsOfProtobuf = (bytes: Uint8Array): OtlpLog[] => protobufRecords(bytes, protobufLog);
