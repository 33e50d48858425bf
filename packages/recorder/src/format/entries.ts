/**
 * Every kind of entry a recorder writes. An entry is the payload of one frame (`frame.ts`): one JSON object in UTF-8.
 *
 * Long texts are not in the entry but in the segment's text table; an entry carries the texts it is the first to use in `texts`
 * and names them by number (`TextRef`). Strings are `RedactedText`, an id, or one of a closed set of words: nothing else compiles.
 *
 * Times: `atMs` is Unix milliseconds, integer, from the wall clock; durations are integer milliseconds from a monotonic clock.
 */
import type { NewTexts, Pieces, RecordedBody, TextRef } from "./body.ts";
import type { SpanId, TraceId, WriterId } from "./ids.ts";
import type { RedactedText } from "./redacted.ts";

export const FORMAT_VERSION = 1;

/** First entry of every segment. */
export interface WriterEntry {
  readonly kind: "writer";
  readonly atMs: number;
  readonly format: number;
  readonly writer: WriterId;
  /** 0 for the writer's first segment. */
  readonly segment: number;
  readonly recorder: string;
  readonly runtime: RedactedText;
  readonly pid: number;
  /** Clock ticks since boot at which the process started (Linux `/proc/self/stat` field 22), so that a reused pid is not taken for a live writer; null elsewhere. */
  readonly processStart: number | null;
  /** Where `pid` means something: a hash of boot and pid namespace, 16 hex digits; null where the system tells neither. */
  readonly place?: string | null;
  readonly service: RedactedText | null;
  readonly environment: RedactedText | null;
  readonly release: RedactedText | null;
  readonly redaction: { readonly policy: RedactedText; readonly keyId: string };
}

interface Joined {
  readonly atMs: number;
  readonly trace: TraceId;
  readonly span: SpanId;
  readonly parent?: SpanId;
  readonly texts?: NewTexts;
}

/** Of imported spans (OTLP): JSON of the attributes no signal took, by their own keys. */
interface Attributed {
  readonly attributes?: RedactedText;
}

export type Tags = Readonly<Record<RedactedText, RedactedText>>;

export interface PromptUse {
  readonly id: RedactedText;
  readonly version: RedactedText | null;
  /** JSON object. */
  readonly variables: TextRef | null;
}

export interface TraceStartEntry extends Joined {
  readonly kind: "trace-start";
  readonly feature: RedactedText | null;
  readonly conversation: RedactedText | null;
  readonly user: RedactedText | null;
  readonly tags?: Tags;
  readonly prompt?: PromptUse;
  /** The declared subject's identifiers, all pseudonyms, e.g. `{name: "⟦PERSON:…⟧", mrn: "⟦ID:…⟧"}`. */
  readonly subject?: Tags;
}

/** What became known after the start: tags, prompt, subject, conversation set inside the trace. Later entries win key by key. */
export interface TraceUpdateEntry extends Joined, Attributed {
  readonly kind: "trace-update";
  readonly conversation?: RedactedText;
  readonly user?: RedactedText;
  readonly tags?: Tags;
  readonly prompt?: PromptUse;
  readonly subject?: Tags;
  /** Only where a trace was imported: JSON of `service`, `environment`, `release`, `startedAtMs`, `durationMs`, `outcome`, `error` and `gaps` as they were where it came from. */
  readonly imported?: RedactedText;
}

export interface TraceEndEntry extends Joined {
  readonly kind: "trace-end";
  readonly outcome: "returned" | "threw";
  readonly error?: RecordedError;
  readonly durationMs: number;
}

export interface RecordedError {
  readonly name: RedactedText;
  readonly message: RedactedText;
  readonly stack?: TextRef;
}

export interface RecordedChunk {
  readonly sourceId: RedactedText | null;
  readonly text: TextRef;
  readonly score: number | null;
  /** JSON of what else the app's chunk carried. */
  readonly metadata?: TextRef;
}

export interface RetrievalEntry extends Joined, Attributed {
  readonly kind: "retrieval";
  readonly name: RedactedText;
  readonly query: TextRef | null;
  readonly chunks: readonly RecordedChunk[];
  readonly error?: RecordedError;
  readonly durationMs: number;
}

export interface ToolEntry extends Joined, Attributed {
  readonly kind: "tool";
  readonly name: RedactedText;
  readonly callId: RedactedText | null;
  /** JSON. */
  readonly arguments: TextRef | null;
  /** A string as it is, anything else as JSON. */
  readonly result: TextRef | null;
  readonly error?: RecordedError;
  readonly durationMs: number;
}

export interface ParseEntry extends Joined {
  readonly kind: "parse";
  readonly parser: RedactedText;
  readonly input: TextRef | null;
  readonly outcome: "parsed" | "failed";
  /** JSON. */
  readonly result: TextRef | null;
  readonly error?: RecordedError;
  readonly durationMs: number;
}

export interface RecordedCheck {
  readonly outcome: "passed" | "failed" | "skipped";
  /** `schema` for the Standard Schema check, else the rule's name. */
  readonly rule: RedactedText;
  readonly path: RedactedText | null;
  /** JSON. */
  readonly value: TextRef | null;
  readonly expected: RedactedText | null;
  readonly message: RedactedText | null;
}

export interface ValidationEntry extends Joined {
  readonly kind: "validation";
  readonly validator: RedactedText;
  readonly outcome: "passed" | "failed" | "skipped";
  readonly checks: readonly RecordedCheck[];
  readonly durationMs: number;
}

export type UserAction = "accept" | "edit" | "retry" | "abandon";

export interface ActionEntry {
  readonly kind: "action";
  readonly atMs: number;
  readonly trace: TraceId;
  readonly action: UserAction;
  readonly before: TextRef | null;
  readonly after: TextRef | null;
  readonly user: RedactedText | null;
  readonly note: RedactedText | null;
  /** Given by the sender so that a repeated send counts once. */
  readonly actionId: RedactedText | null;
  readonly texts?: NewTexts;
}

/** Protocols a decoder exists for; `unknown` bodies are kept whole. */
export const protocols = [
  "openai-chat",
  "openai-completions",
  "openai-responses",
  "anthropic-messages",
  "gemini",
  "bedrock-converse",
  "bedrock-invoke",
  "cohere-chat",
  "ollama-chat",
  "ollama-generate",
  "mistral-chat",
  "unknown",
] as const;
export type Protocol = (typeof protocols)[number];

export type RecordedHeaders = Readonly<Record<RedactedText, RedactedText>>;

/** One attempt of a generation, written before the request leaves. Attempts of one generation share `span`. */
export interface RequestEntry extends Joined {
  readonly kind: "request";
  /** 1 for the first. */
  readonly attempt: number;
  readonly protocol: Protocol;
  /** `openai`, `azure`, `anthropic`, …: from the host, else `unknown`. */
  readonly provider: RedactedText;
  readonly method: RedactedText;
  /** Without user info and secret query values. */
  readonly url: RedactedText;
  readonly headers: RecordedHeaders;
  readonly body: RecordedBody;
  /** Requested model when it stands outside the body (Azure deployment, Gemini and Bedrock path). */
  readonly model: RedactedText | null;
}

/**
 * How an attempt ended.
 * - `complete`  the protocol's terminal event (or the whole non-streamed body) was seen
 * - `cancelled` the app stopped reading (break, `cancel()`), nothing wrong on the wire
 * - `aborted`   the app's AbortSignal fired
 * - `cut`       the connection or body ended before the terminal event
 * - `unread`    headers came, the app never read the body
 * - `failed`    no response: network error or timeout
 * - `open`      only in reconstructions: the request is there, no response entry is (a crash or a hang)
 */
export type AttemptState = "complete" | "cancelled" | "aborted" | "cut" | "unread" | "failed";

export interface ResponseEntry extends Joined {
  readonly kind: "response";
  readonly attempt: number;
  readonly state: AttemptState;
  readonly status: number | null;
  readonly headers: RecordedHeaders;
  readonly body: RecordedBody;
  readonly error?: RecordedError;
  /** From just before the request left. */
  readonly headersMs: number | null;
  readonly firstChunkMs: number | null;
  /** null only where it was imported and nobody measured it. */
  readonly durationMs: number | null;
}

/** JSON told by hand: one text, or its pieces where a string in it is long enough to be kept once (as in a body, without channels). */
export type GivenJson = TextRef | Pieces;

/** A generation recorded by hand, for calls that cross no `fetch`. Every value JSON in the shape of `show --json`'s signal of that name. */
export interface GenerationEntry extends Joined, Attributed {
  readonly kind: "generation";
  readonly provider: RedactedText | null;
  readonly startedAtMs: number;
  readonly durationMs: number | null;
  /** `open` is in no journal: a client of another tool said that it began, and not yet how it ended. */
  readonly state: AttemptState | "open";
  readonly signals: Readonly<Partial<Record<SignalName, GivenJson>>>;
  readonly error?: RecordedError;
  /** Only where it was imported: JSON of `protocol`, `url`, `state`, `status` and `attemptList` as they were where it came from. Its signals then stand as given; nothing is joined to them but later actions. */
  readonly imported?: RedactedText;
}

/** The nine signals plus chunks, by their keys in `show --json`. */
export const signalNames = ["input", "chunks", "model", "usage", "toolCalls", "latency", "completion", "parsed", "validation", "action"] as const;
export type SignalName = (typeof signalNames)[number];

/** Entries that could not be written: counted, with the reason, so that a store can prove a trace complete or say what is missing. */
export interface GapEntry {
  readonly kind: "gap";
  readonly atMs: number;
  /** First and last sequence number that will never come. */
  readonly from: number;
  readonly to: number;
  readonly why: "disk-full" | "journal-cap" | "too-large" | "unwritable" | "memory-cap";
  /** Traces that lost something, as far as counted (at most 1,000). */
  readonly traces: readonly TraceId[];
}

/** A problem the recorder met, once per kind and run (the same as `onProblem`). */
export interface ProblemEntry {
  readonly kind: "problem";
  readonly atMs: number;
  readonly code: string;
  readonly message: RedactedText;
  readonly trace?: TraceId;
}

/** Written by a clean `close()`; a writer without one was killed or is running. */
export interface WriterEndEntry {
  readonly kind: "writer-end";
  readonly atMs: number;
}

export type Entry =
  | WriterEntry
  | TraceStartEntry
  | TraceUpdateEntry
  | TraceEndEntry
  | RetrievalEntry
  | ToolEntry
  | ParseEntry
  | ValidationEntry
  | ActionEntry
  | RequestEntry
  | ResponseEntry
  | GenerationEntry
  | GapEntry
  | ProblemEntry
  | WriterEndEntry;

export type EntryKind = Entry["kind"];
export const unreachable = (value: never): never => {
  throw new TypeError(`unreachable: ${(value as { kind?: string }).kind ?? typeof value}`);
};
