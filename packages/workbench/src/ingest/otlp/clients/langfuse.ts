/**
 * Events as Langfuse's clients before OpenTelemetry send them (`POST /api/public/ingestion`, `{batch: [{id, type, timestamp, body}]}`) → pieces of spans, under the names their
 * OpenTelemetry clients give the same things. A trace is a span of its own around its observations; the protocol never says when it ends.
 *
 * @see https://api.reference.langfuse.com (ingestion)
 */
import { isDeeperThan } from "@whysaid/recorder/format";
import { Json } from "@whysaid/recorder/wire";
import type { OtlpSpan } from "../spans.ts";
import type { Ids } from "./ids.ts";
import { MalformedClientBody, nsOf, spansOfPieces, Told, type SpanPiece } from "./pieces.ts";

export interface LangfuseEvents {
  readonly spans: OtlpSpan[];
  /** Ids of the events that were understood, and of those that name no trace. */
  readonly taken: readonly string[];
  readonly refused: readonly string[];
}

/** @throws MalformedClientBody */
export function spansOfEvents(body: Uint8Array, ids: Ids, nowMs: number): LangfuseEvents {
  const text = new TextDecoder().decode(body);
  if (isDeeperThan(text)) throw new MalformedClientBody("JSON nested too deep");
  const batch = Json.parse(text)?.get("batch");
  if (batch === undefined || !batch.isArray) throw new MalformedClientBody("the body has no batch of events");
  const pieces: SpanPiece[] = [];
  const taken: string[] = [];
  const refused: string[] = [];
  for (const event of batch.items()) {
    const [, noun, verb] = /^(.+)-(create|update|log)$/.exec(event.str("type") ?? "") ?? [];
    const piece = noun === undefined || verb === "log" ? null : pieceOf(noun, verb === "create", event, ids, nowMs);
    if (piece !== null) pieces.push(piece);
    // The client's own log is nothing of the app's.
    (piece === null && verb !== "log" ? refused : taken).push(event.str("id") ?? "");
  }
  return { spans: spansOfPieces(pieces, "langfuse"), taken, refused };
}

function pieceOf(noun: string, isCreated: boolean, event: Json, ids: Ids, nowMs: number): SpanPiece | null {
  const body = event.get("body");
  const isTrace = noun === "trace";
  const id = body.str("id") ?? event.str("id");
  const trace = isTrace ? id : body.str("traceId");
  if (id === null || trace === null) return null;
  const traceId = ids.trace(trace);
  const around = ids.span(traceId);
  const parent = body.either("parentObservationId", "observationId").string;
  const saidNs = nsOf(event.get("timestamp")) ?? BigInt(Math.round(nowMs)) * 1_000_000n;
  const startNs = nsOf(body.get(isTrace ? "timestamp" : "startTime"));
  const isMoment = noun === "event" || noun === "score";
  return {
    traceId,
    spanId: isTrace ? around : ids.span(id),
    parentSpanId: isTrace ? null : parent === null ? around : ids.span(parent),
    name: body.str("name"),
    startNs: startNs ?? (isTrace || isMoment ? saidNs : null),
    endNs: isMoment ? (startNs ?? saidNs) : nsOf(body.get("endTime")),
    saidNs,
    attributes: isTrace ? traceAttributes(body, ids.isHashed(trace) ? trace : null) : noun === "score" ? new Told().text("langfuse.observation.type", "score").under("langfuse.score.", body).attributes : observationAttributes(noun, body),
    events: [],
    error: body.str("level") === "ERROR" ? (body.str("statusMessage") ?? "") : null,
    isFirst: isCreated && !isTrace,
    neverEnds: isTrace,
  };
}

/** `clientInitParams`: how `observeOpenAI` was set up, the client's secret key among it. */
const traceKnown = new Set(["id", "name", "timestamp", "userId", "sessionId", "tags", "metadata", "release", "environment", "clientInitParams"]);

/** @param given  the trace's id where it is the app's own word */
function traceAttributes(body: Json, given: string | null): SpanPiece["attributes"] {
  const told = new Told().text("langfuse.observation.type", "trace").text("langfuse.trace.metadata.traceId", given);
  told.add("langfuse.trace.name", body.get("name")).add("langfuse.user.id", body.get("userId")).add("langfuse.session.id", body.get("sessionId"));
  told.add("langfuse.release", body.get("release")).add("langfuse.environment", body.get("environment"));
  if (body.get("tags").items().length > 0) told.add("langfuse.trace.tags", body.get("tags"));
  metadata(told, "langfuse.trace.metadata", body.get("metadata"));
  for (const key of body.keys()) if (!traceKnown.has(key)) told.add(`langfuse.trace.${key}`, body.get(key));
  return told.attributes;
}

const observationKnown = new Set(["id", "traceId", "parentObservationId", "type", "name", "startTime", "endTime", "completionStartTime", "model", "modelParameters", "input", "output", "usage", "usageDetails", "promptName", "promptVersion", "environment", "metadata"]);

function observationAttributes(noun: string, body: Json): SpanPiece["attributes"] {
  const told = new Told().text("langfuse.observation.type", noun === "observation" ? (body.str("type") ?? "span").toLowerCase() : noun);
  told.add("langfuse.observation.name", body.get("name")).add("langfuse.observation.input", body.get("input")).add("langfuse.observation.output", body.get("output"));
  told.add("langfuse.observation.model.name", body.get("model")).add("langfuse.observation.model.parameters", body.get("modelParameters"));
  told.add("langfuse.observation.usage_details", body.either("usageDetails", "usage")).add("langfuse.observation.completion_start_time", body.get("completionStartTime"));
  told.add("langfuse.observation.prompt.name", body.get("promptName")).add("langfuse.observation.prompt.version", body.get("promptVersion"));
  told.add("langfuse.environment", body.get("environment"));
  metadata(told, "langfuse.observation.metadata", body.get("metadata"));
  for (const key of body.keys()) if (!observationKnown.has(key)) told.add(`langfuse.observation.${key}`, body.get(key));
  return told.attributes;
}

const metadata = (told: Told, key: string, value: Json): unknown => (value.isObject ? told.under(`${key}.`, value) : told.add(key, value));
