/**
 * Runs as LangSmith's clients send them → pieces of spans, under the names their own OpenTelemetry mode gives the same things.
 *
 * `POST /runs/multipart`: one part a run (`post.<id>`, `patch.<id>`) and one for each of its large fields (`post.<id>.inputs`, …). `POST /runs/batch`: `{post: [run], patch: [run]}`.
 *
 * @see https://docs.smith.langchain.com (run format; `langsmith/client` of the npm package writes these)
 */
import { isDeeperThan } from "@whysaid/recorder/format";
import { Json } from "@whysaid/recorder/wire";
import type { OtlpSpan } from "../spans.ts";
import type { Ids } from "./ids.ts";
import { MalformedClientBody, nsOf, spansOfPieces, Told, type SpanPiece } from "./pieces.ts";

/** Clients send a hundred runs of some eight parts. */
const MOST_PARTS = 20_000;

/** Its fields by name; those of their own parts too. */
type Run = ReadonlyMap<string, Json>;
interface Operation {
  readonly isPost: boolean;
  readonly run: Run;
}

/** @throws MalformedClientBody */
export async function spansOfRunParts(body: Uint8Array, contentType: string, ids: Ids, nowMs: number): Promise<{ readonly spans: OtlpSpan[]; readonly refused: number }> {
  const operations = new Map<string, { isPost: boolean; run: Map<string, Json> }>();
  for (const [name, value] of await partsOf(body, contentType)) {
    const [, verb, id, field = ""] = /^(post|patch|attachment)\.([^.]+)(?:\.(.+))?$/s.exec(name) ?? [];
    if (verb === undefined || id === undefined) continue; // feedback, and whatever comes next
    const isFile = typeof value !== "string";
    const key = `${verb === "patch" ? "patch" : "post"}.${id}`;
    const operation = operations.get(key) ?? { isPost: verb !== "patch", run: new Map<string, Json>() };
    operations.set(key, operation);
    if (verb === "attachment") operation.run.set(`attachment.${field}`, Json.of(isFile ? `${value.type}, ${value.size} bytes` : "text"));
    else {
      const json = jsonOf(isFile ? await value.text() : value);
      if (field !== "") operation.run.set(field, json);
      else for (const one of json.keys()) if (!operation.run.has(one)) operation.run.set(one, json.get(one));
    }
  }
  return spansOf([...operations.values()], ids, nowMs);
}

/** @throws MalformedClientBody */
export function spansOfRunBatch(body: Uint8Array, ids: Ids, nowMs: number): { readonly spans: OtlpSpan[]; readonly refused: number } {
  const batch = jsonOf(new TextDecoder().decode(body));
  const listed = (key: "post" | "patch"): Operation[] => batch.get(key).items().map((run) => ({ isPost: key === "post", run: new Map(run.keys().map((name) => [name, run.get(name)])) }));
  if (!batch.get("post").isArray && !batch.get("patch").isArray) throw new MalformedClientBody("the body has no runs");
  return spansOf([...listed("post"), ...listed("patch")], ids, nowMs);
}

async function partsOf(body: Uint8Array, contentType: string): Promise<FormData> {
  const boundary = /boundary="?([^";]+)/i.exec(contentType)?.[1] ?? "";
  const bytes = Buffer.from(body.buffer, body.byteOffset, body.byteLength);
  let parts = 0;
  for (let at = boundary === "" ? -1 : bytes.indexOf(boundary); at >= 0 && parts <= MOST_PARTS; at = bytes.indexOf(boundary, at + boundary.length)) parts += 1;
  if (parts === 0 || parts > MOST_PARTS) throw new MalformedClientBody(parts === 0 ? "the body is no multipart form" : "the form has too many parts");
  try {
    return await new Response(bytes, { headers: { "content-type": contentType } }).formData();
  } catch {
    throw new MalformedClientBody("the multipart form is damaged");
  }
}

function jsonOf(text: string): Json {
  if (isDeeperThan(text)) throw new MalformedClientBody("JSON nested too deep");
  const json = Json.parse(text);
  if (json === null) throw new MalformedClientBody("a run is no JSON");
  return json;
}

function spansOf(operations: readonly Operation[], ids: Ids, nowMs: number): { readonly spans: OtlpSpan[]; readonly refused: number } {
  const pieces = operations.map((operation) => pieceOf(operation, ids, nowMs));
  const told = pieces.filter((piece) => piece !== null);
  return { spans: spansOfPieces(told, "langsmith"), refused: pieces.length - told.length };
}

const none = Json.of(undefined);

function pieceOf({ isPost, run }: Operation, ids: Ids, nowMs: number): SpanPiece | null {
  const at = (key: string): Json => run.get(key) ?? none;
  const order = (at("dotted_order").string ?? "").split(".").map((step) => /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)(\d{0,6})Z(.+)$/.exec(step));
  const own = order.at(-1) ?? null;
  const id = at("id").string ?? own?.[8] ?? null;
  if (id === null) return null;
  const parent = at("parent_run_id").string ?? order.at(-2)?.[8] ?? null;
  const trace = at("trace_id").string ?? order[0]?.[8] ?? (parent === null && isPost ? id : null);
  if (trace === null) return null;
  const metadata = at("extra").get("metadata");
  const kind = at("run_type").string ?? kindBy(at("outputs"), metadata);
  const name = at("name").string;
  const error = at("error").string;
  const toldAt = own === null ? null : nsOf(Json.of(`${own[1]}-${own[2]}-${own[3]}T${own[4]}:${own[5]}:${own[6]}.${own[7] || "0"}Z`));
  return {
    traceId: ids.trace(trace),
    spanId: ids.span(id),
    parentSpanId: parent === null ? null : ids.span(parent),
    name,
    startNs: nsOf(at("start_time")) ?? toldAt,
    endNs: nsOf(at("end_time")),
    saidNs: BigInt(Math.round(nowMs)) * 1_000_000n,
    attributes: attributesOf(run, kind, parent === null ? name : null),
    events: firstToken(at("events")),
    error: error === "" ? null : error,
    isFirst: isPost,
    neverEnds: false,
  };
}

/** Patches of older clients do not repeat what kind of run it is. */
const kindBy = (outputs: Json, metadata: Json): string => (metadata.str("ls_model_type") !== null || outputs.get("usage_metadata").isObject || outputs.get("generations").isArray ? "llm" : "chain");

const known = new Set(["id", "trace_id", "parent_run_id", "dotted_order", "name", "run_type", "start_time", "end_time", "error", "inputs", "outputs", "extra", "events", "tags", "session_name", "child_runs", "serialized"]);

/** @param root  name of the trace's first run */
function attributesOf(run: Run, kind: string, root: string | null): SpanPiece["attributes"] {
  const at = (key: string): Json => run.get(key) ?? none;
  const [extra, inputs, outputs] = [at("extra"), at("inputs"), at("outputs")];
  const told = new Told().text("langsmith.span.kind", kind);
  // What the app calls its function is the feature; a client's class that made the call by itself is none.
  if (kind !== "llm") told.text("gen_ai.workflow.name", root);
  if (kind !== "tool" && kind !== "retriever") told.add("langsmith.trace.name", at("name"));
  told.add("langsmith.trace.session_name", at("session_name"));
  if (at("tags").items().length > 0) told.add("langsmith.span.tags", at("tags"));
  told.under("langsmith.metadata.", extra.get("metadata"));
  told.add("langsmith.usage_metadata", outputs.get("usage_metadata").isObject ? outputs.get("usage_metadata") : extra.get("metadata").get("usage_metadata"));
  told.add("llm.invocation_parameters", extra.get("invocation_params")).add("gen_ai.tool.definitions", extra.get("invocation_params").get("tools"));
  told.add("gen_ai.tool.call.id", extra.either("tool_call_id").isAbsent ? extra.get("metadata").get("tool_call_id") : extra.get("tool_call_id"));
  if (!inputs.isAbsent) told.add("gen_ai.prompt", only(inputs, ...(kind === "tool" ? ["input"] : []), "args"));
  if (!outputs.isAbsent && outputs.keys().length > 0) told.add("gen_ai.completion", only(outputs, "outputs", ...(kind === "tool" ? ["output"] : [])));
  told.add("langsmith.runtime", extra.get("runtime"));
  if (at("serialized").keys().length > 0) told.add("langsmith.serialized", at("serialized"));
  for (const [key, value] of run) if (!known.has(key)) told.add(`langsmith.${key}`, value);
  return told.attributes;
}

/** The client wraps what is no object in one, and a call's arguments in `args`: what was sent is the first. */
function only(json: Json, ...wrappers: readonly string[]): Json {
  const [key, ...others] = json.keys();
  if (key === undefined || others.length > 0 || !wrappers.includes(key)) return json;
  const inner = json.get(key);
  return key !== "args" ? inner : inner.at(0).isObject ? inner.at(0) : json;
}

/** One a token comes: the first says how long the wait was. */
function firstToken(events: Json): SpanPiece["events"] {
  for (const event of events.items()) {
    const atNs = event.str("name") === "new_token" ? nsOf(event.get("time")) : null;
    if (atNs !== null) return [{ name: "new_token", atNs, attributes: new Map(), body: null }];
  }
  return [];
}
