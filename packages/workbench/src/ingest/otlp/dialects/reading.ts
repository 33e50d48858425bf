/**
 * One span → what it tells of: a generation with its signals, a tool's execution, a retrieval, an agent's step. Each span is read by itself, so that it does not matter which of a
 * trace's spans came in which request, in what order, how often.
 */
import { isSpanId, isTraceId, unreachable, type ChunkSignal, type SpanId, type TraceId } from "@whysaid/recorder/format";
import { Json } from "@whysaid/recorder/wire";
import type { Attributes, AttributeValue, OtlpEvent, OtlpLog, OtlpSpan, SpanPart } from "../spans.ts";
import { aliases, generationSigns, kindWords, type Kind } from "./aliases.ts";
import { AttributeReader, jsonOfAttribute, plain } from "./attributes.ts";
import { signalsOf, type GenerationSignals } from "./generation.ts";
import { resultOf } from "./parts.ts";

export interface Facts {
  readonly feature: string | null;
  readonly conversation: string | null;
  readonly user: string | null;
  readonly tags: ReadonlyMap<string, string>;
  readonly prompt: { readonly id: string; readonly version: string | null; readonly variables: unknown } | null;
  readonly service: string | null;
  readonly environment: string | null;
  readonly release: string | null;
}
export interface ReadSpan {
  readonly trace: TraceId;
  readonly span: SpanId;
  readonly parent: SpanId | null;
  readonly name: string;
  readonly startMs: number;
  readonly durationMs: number;
  readonly error: { readonly name: string; readonly message: string } | null;
  readonly facts: Facts;
  /** What no signal took, by its key. */
  readonly rest: ReadonlyMap<string, unknown>;
  /** By log records, without its span. */
  readonly isTold?: true;
  /** By a client that tells it in pieces. */
  readonly piece?: SpanPart;
}
export type Reading = ReadSpan &
  (
    | { readonly kind: "generation"; readonly provider: string | null; readonly signals: GenerationSignals }
    | { readonly kind: "tool"; readonly tool: string; readonly callId: string | null; readonly arguments: string | null; readonly result: string | null }
    | { readonly kind: "retrieval"; readonly query: string | null; readonly chunks: readonly Pick<ChunkSignal, "sourceId" | "text" | "score" | "metadata">[] }
    | { readonly kind: "agent" | "other" }
  );

/** null when the span has no ids. */
export function readingOf(span: OtlpSpan, logs: readonly OtlpLog[] = []): Reading | null {
  if (!isTraceId(span.traceId) || !isSpanId(span.spanId)) return null;
  const attributes = new AttributeReader(withLogs(span.attributes, logs));
  const kind = kindOf(attributes);
  const facts = factsOf(attributes, span.resource);
  const error = errorOf(span, attributes);
  const told = toldBy(kind, span, attributes, logs);
  return {
    trace: span.traceId,
    span: span.spanId,
    parent: span.parentSpanId !== null && isSpanId(span.parentSpanId) ? span.parentSpanId : null,
    name: span.name,
    // To the microsecond: calls that begin in the same millisecond keep their order.
    startMs: Number(span.startNs / 1000n) / 1000,
    durationMs: Math.max(0, Number((span.endNs - span.startNs) / 1000n) / 1000),
    error,
    facts,
    ...told,
    rest: attributes.rest(),
    ...(span.piece === undefined ? {} : { piece: span.piece }),
  };
}

/** OTel's third generation of events carries a span's content as attributes of one log record. */
const withLogs = (attributes: Attributes, logs: readonly OtlpLog[]): Attributes =>
  logs.length === 0 ? attributes : new Map([...logs.filter(({ name }) => name === "gen_ai.client.inference.operation.details").flatMap((log) => [...log.attributes]), ...attributes]);

export function kindOf(attributes: AttributeReader): Kind {
  for (const { key, kinds } of kindWords) {
    const word = attributes.peek(key);
    const found = typeof word === "string" ? kinds.find(([pattern]) => pattern.test(word))?.[1] : undefined;
    if (found !== undefined) return found;
  }
  return generationSigns.some((key) => attributes.has(key)) ? "generation" : "other";
}

type Told = { readonly kind: "generation"; readonly provider: string | null; readonly signals: GenerationSignals } | { readonly kind: "tool"; readonly tool: string; readonly callId: string | null; readonly arguments: string | null; readonly result: string | null } | { readonly kind: "retrieval"; readonly query: string | null; readonly chunks: readonly Pick<ChunkSignal, "sourceId" | "text" | "score" | "metadata">[] } | { readonly kind: "agent" | "other" };

function toldBy(kind: Kind, span: OtlpSpan, attributes: AttributeReader, logs: readonly OtlpEvent[]): Told {
  switch (kind) {
    case "generation": {
      const signals = signalsOf({ attributes, events: [...span.events, ...logs], scope: span.scope, startNs: span.startNs });
      // `openai.chat` is the AI SDK's word for OpenAI's chat API.
      return { kind, provider: attributes.text(aliases.provider)?.replace(/\.(?:chat|responses|messages|completion|generative-ai)$/, "") ?? null, signals };
    }
    case "tool":
      return { kind, tool: attributes.text(aliases.toolName) ?? span.name, callId: attributes.text(aliases.toolCallId), arguments: literal(attributes.first(aliases.toolArguments)), result: resultText(attributes.first(aliases.toolResult)) };
    case "retrieval":
      return { kind, query: queryOf(attributes.first(aliases.query)), chunks: chunksOf(attributes) };
    case "agent":
    case "other":
      return { kind };
    default:
      return unreachable(kind);
  }
}

const literal = (value: AttributeValue | undefined): string | null => (typeof value === "string" ? value : (jsonOfAttribute(value)?.literal ?? null));
/** A result that is JSON text stays as it is. */
const resultText = (value: AttributeValue | undefined): string | null => (typeof value === "string" || value === undefined || value === null ? (value ?? null) : resultOf(jsonOfAttribute(value) ?? Json.of(null)));

function queryOf(value: AttributeValue | undefined): string | null {
  const json = jsonOfAttribute(value);
  return json === null ? null : (json.either("query", "input", "question").string ?? json.literal);
}

function chunksOf(attributes: AttributeReader): Extract<Told, { kind: "retrieval" }>["chunks"] {
  for (const prefix of aliases.documentPrefixes) {
    const found = attributes.indexed(prefix).map((group) => {
      const at = (key: string): AttributeValue | undefined => group.get(`document.${key}`);
      const id = at("id");
      const score = at("score");
      return { sourceId: id === undefined || id === null ? null : (literal(id) ?? ""), text: literal(at("content")) ?? "", score: typeof score === "number" ? score : null, metadata: jsonOfAttribute(at("metadata"))?.value ?? null };
    });
    if (found.length > 0) {
      for (const key of aliases.documents) attributes.first([key]);
      return found;
    }
  }
  const listed = jsonOfAttribute(attributes.first(aliases.documents));
  const items = listed === null ? [] : listed.isArray ? listed.items() : listed.either("documents", "output", "outputs", "results").items();
  return items.flatMap((item) => {
    const text = item.string ?? item.either("text", "content", "page_content", "pageContent").string;
    return text === null ? [] : [{ sourceId: item.either("id", "sourceId", "document_id").literal ?? item.get("metadata").either("id", "source").string, text, score: item.either("score", "relevance_score").number, metadata: item.get("metadata").value ?? null }];
  });
}

function factsOf(attributes: AttributeReader, resource: Attributes): Facts {
  const around = new AttributeReader(resource);
  const tags = new Map<string, string>();
  const promptId = attributes.text(aliases.promptId);
  const conversation = attributes.text(aliases.conversation);
  const user = attributes.text(aliases.user);
  const feature = attributes.text(aliases.feature);
  const prompt = promptId === null ? null : { id: promptId, version: attributes.text(aliases.promptVersion), variables: jsonOfAttribute(attributes.first(aliases.promptVariables))?.value ?? null };
  for (const key of aliases.tagLists) for (const tag of tagsOf(attributes.first([key]))) tags.set(tag, "true");
  for (const prefix of aliases.tagPrefixes)
    for (const [key, value] of attributes.under(prefix, isTag)) tags.set(key, typeof value === "string" ? value : JSON.stringify(plain(value), (_key, one: unknown) => (typeof one === "bigint" ? String(one) : one)));
  return {
    feature,
    conversation,
    user,
    tags,
    prompt,
    service: serviceOf(around.text(["service.name"])),
    environment: attributes.text(aliases.environment) ?? around.text(aliases.environment),
    release: attributes.text(aliases.release) ?? around.text(aliases.release),
  };
}
/** LangSmith's own notes among the app's metadata. */
const isTag = (key: string): boolean => !/^(?:ls_|usage_metadata$|LANGSMITH_)/.test(key);
/** What an SDK writes when nobody named the service. */
const serviceOf = (name: string | null): string | null => (name === null || name.startsWith("unknown_service") ? null : name);
function tagsOf(value: AttributeValue | undefined): readonly string[] {
  const json = jsonOfAttribute(value);
  if (json === null) return [];
  const words = json.isArray ? json.items().map((item) => item.string ?? "") : (json.string ?? "").split(",");
  return words.map((word) => word.trim()).filter((word) => word !== "");
}

function errorOf(span: OtlpSpan, attributes: AttributeReader): ReadSpan["error"] {
  if (span.statusCode !== 2) return null;
  const thrown = span.events.find(({ name }) => name === "exception");
  const told = thrown === undefined ? null : new AttributeReader(thrown.attributes);
  return {
    name: told?.text(aliases.errorType) ?? attributes.text(aliases.errorType) ?? "Error",
    message: told?.text(aliases.errorMessage) ?? attributes.text(aliases.errorMessage) ?? span.statusMessage,
  };
}
