/**
 * The nine signals as people and programs read them: the shape of `show --json` (docs/signals.md). Decoders make the parts from
 * wire bytes, `workbench/src/reconstruct` assembles a `Reconstruction`, `import` reads one back.
 *
 * A signal that is absent is a value with a reason. Nothing here is guessed: a field no bytes carry is `null`.
 */
import type { AttemptState, UserAction } from "./entries.ts";

export type Signal<T> =
  | { readonly state: "captured"; readonly value: T }
  | { readonly state: "missing"; readonly why: MissingReason };
/**
 * - `not-recorded`   it existed or may have existed; nobody recorded it
 * - `not-applicable` this call has none (no tools offered, nothing retrieved in this trace, no parser ran by design of the protocol)
 * - `pending`        it can still come (the user's action; a call still open)
 * - `sampled`        it was recorded; the store's owner keeps a share of what nothing sets apart, and this trace is not in it
 */
export type MissingReason = "not-recorded" | "not-applicable" | "pending" | "sampled";

export const captured = <T>(value: T): Signal<T> => ({ state: "captured", value });
export const missing = (why: MissingReason): Signal<never> => ({ state: "missing", why });

export type Part =
  | { readonly type: "text"; readonly text: string }
  | { readonly type: "reasoning"; readonly text: string }
  /** `arguments` is the exact string on the wire; where the protocol carries an object, the exact JSON text of it. */
  | { readonly type: "tool-call"; readonly callId: string | null; readonly name: string; readonly arguments: string }
  /** `result` is text; structured results as their JSON text. */
  | { readonly type: "tool-result"; readonly callId: string | null; readonly name: string | null; readonly result: string; readonly isError: boolean }
  | { readonly type: "refusal"; readonly text: string }
  /** `reference` is a URL, a file id or a file name; inlined data is not repeated here, only its size in `bytes`. */
  | { readonly type: "media"; readonly mediaType: string | null; readonly bytes: number | null; readonly reference: string | null; readonly name?: string }
  /** A part the decoder does not know: its JSON text, so that nothing is lost. */
  | { readonly type: "other"; readonly json: string };

export interface Message {
  /** As on the wire: `user`, `assistant`, `tool`, `developer`, `model`, … */
  readonly role: string;
  readonly name?: string;
  readonly parts: readonly Part[];
}

export interface ToolDefinition {
  readonly name: string;
  readonly description: string | null;
  /** JSON text of the parameters' schema. */
  readonly parameters: string | null;
  /** JSON text of an object with what else the definition holds: a built-in tool's type and options, `strict`, … */
  readonly settings?: string;
}

export interface InputSnapshot {
  /** All system instructions (system and developer messages, `instructions`, `system`), joined by a blank line; null when there are none. They stand in `messages` too where the wire has them there. */
  readonly system: string | null;
  readonly messages: readonly Message[];
  readonly tools: readonly ToolDefinition[];
  /** Everything of the body that is not messages, system, tools or model. */
  readonly parameters: Readonly<Record<string, unknown>>;
  /** The body as sent (redacted). null for a generation recorded by hand without one. */
  readonly requestBody: string | null;
}
export interface ChunkSignal {
  readonly sourceId: string | null;
  readonly text: string;
  readonly score: number | null;
  readonly position: number;
  readonly retrieval: string | null;
  readonly reachedPrompt: boolean | null;
  readonly metadata: unknown;
}
export interface ModelSignal {
  readonly requested: string | null;
  readonly answered: string | null;
  readonly fingerprint: string | null;
}
export interface UsageSignal {
  readonly inputTokens: number | null;
  readonly outputTokens: number | null;
  readonly cacheReadTokens: number | null;
  readonly cacheWriteTokens: number | null;
  readonly reasoningTokens: number | null;
  readonly totalTokens: number | null;
  /** Every other number of the provider's usage object, by its path there, e.g. `completion_tokens_details.audio_tokens`. */
  readonly details?: Readonly<Record<string, number>>;
}
export interface ToolCallSignal {
  readonly callId: string | null;
  readonly name: string;
  readonly arguments: string;
  readonly result: string | null;
  readonly error: string | null;
  readonly durationMs: number | null;
  /** `wrapped`: `trace.tool` saw the execution; `wire`: joined with a tool result of a later request; null: no result seen. */
  readonly source: "wrapped" | "wire" | null;
}
export interface LatencySignal {
  readonly retrievalMs: number | null;
  readonly timeToFirstChunkMs: number | null;
  readonly generationMs: number | null;
  readonly toolsMs: number | null;
  readonly totalMs: number | null;
}
export interface CompletionSignal {
  /** The answer's text (all text parts of the first choice, joined). */
  readonly text: string;
  /** Body off the wire before any parsing (redacted). */
  readonly raw: string | null;
  readonly finishReason: string | null;
  readonly refusal: string | null;
  readonly reasoning: string | null;
  /** Other choices (`n > 1`, candidates), in order. */
  readonly alternatives: readonly string[];
}
export interface ParsedSignal {
  readonly parser: string | null;
  readonly outcome: "parsed" | "failed";
  readonly input: string | null;
  readonly result: unknown;
  readonly error: { readonly name: string; readonly message: string } | null;
  readonly durationMs: number | null;
}
export interface ValidationSignal {
  readonly validator: string;
  readonly outcome: "passed" | "failed" | "skipped";
  readonly rule: string | null;
  readonly path: string | null;
  readonly value: unknown;
  readonly expected: string | null;
  readonly message: string | null;
}
export interface ActionSignal {
  readonly action: UserAction;
  readonly atMs: number;
  readonly before: string | null;
  readonly after: string | null;
  readonly editDistance: number | null;
  readonly note: string | null;
}

export interface Signals {
  readonly input: Signal<InputSnapshot>;
  readonly chunks: Signal<readonly ChunkSignal[]>;
  readonly model: Signal<ModelSignal>;
  readonly usage: Signal<UsageSignal>;
  readonly toolCalls: Signal<readonly ToolCallSignal[]>;
  readonly latency: Signal<LatencySignal>;
  readonly completion: Signal<CompletionSignal>;
  readonly parsed: Signal<ParsedSignal>;
  readonly validation: Signal<readonly ValidationSignal[]>;
  readonly action: Signal<ActionSignal>;
}

export interface AttemptRecord {
  readonly attempt: number;
  readonly atMs: number;
  readonly state: AttemptState | "open";
  readonly status: number | null;
  readonly durationMs: number | null;
  readonly error: { readonly name: string; readonly message: string } | null;
}
export interface Generation {
  readonly spanId: string;
  readonly parentSpanId: string | null;
  readonly provider: string | null;
  readonly protocol: string;
  readonly url: string | null;
  readonly startedAtMs: number;
  readonly attempts: number;
  readonly attemptList: readonly AttemptRecord[];
  readonly state: AttemptState | "open";
  readonly status: number | null;
  readonly error: { readonly name: string; readonly message: string } | null;
  readonly signals: Signals;
}
/** Something known to be absent: entries lost, texts lost, a recording still open, a body dropped by redaction. */
export interface Gap {
  readonly why: string;
  readonly detail: string;
  readonly count: number | null;
}
export interface Finding {
  readonly cause: string;
  readonly title: string;
  /** 0 to 1, calibrated: of findings at 0.9 and above at least 90 % are right. */
  readonly confidence: number;
  /** `at` is a pointer into the reconstruction, e.g. `generations[0].signals.chunks.value[2].text`. */
  readonly evidence: readonly { readonly at: string; readonly sourceId: string | null; readonly excerpt: string; readonly start?: number; readonly end?: number }[];
  readonly next: string;
}
export interface ValueOrigin {
  readonly kind: "system" | "message" | "chunk" | "tool-result" | "tool-arguments" | "question" | "derived" | "completion";
  readonly at: string;
  readonly sourceId: string | null;
  readonly path?: string;
  readonly start: number;
  readonly end: number;
  readonly note?: string;
}
export interface Provenance {
  readonly value: string;
  readonly type: "number" | "date" | "identifier" | "pseudonym" | "quote" | "url" | "name";
  readonly in: string;
  readonly at: string;
  readonly start: number;
  readonly end: number;
  readonly origins: readonly ValueOrigin[];
}
export interface Reconstruction {
  readonly traceId: string;
  readonly feature: string | null;
  readonly conversationId: string | null;
  readonly user: string | null;
  readonly subject: Readonly<Record<string, string>> | null;
  readonly tags: Readonly<Record<string, string>>;
  readonly prompt: { readonly id: string; readonly version: string | null; readonly variables: unknown } | null;
  readonly service: string | null;
  readonly environment: string | null;
  readonly release: string | null;
  readonly startedAtMs: number;
  readonly durationMs: number | null;
  readonly outcome: "returned" | "threw" | "open" | null;
  readonly error: { readonly name: string; readonly message: string } | null;
  readonly complete: boolean;
  readonly gaps: readonly Gap[];
  readonly generations: readonly Generation[];
  /** Retrievals, tool executions, parses and validations of the trace in time order, for the story. */
  readonly steps: readonly Step[];
  readonly actions: readonly ActionSignal[];
  readonly findings: readonly Finding[];
  readonly provenance: readonly Provenance[];
}
export type Step = {
  readonly spanId: string;
  readonly parentSpanId: string | null;
  readonly atMs: number;
  readonly durationMs: number;
  readonly name: string;
  readonly error: { readonly name: string; readonly message: string } | null;
} & (
  | { readonly kind: "retrieval"; readonly query: string | null; readonly chunks: readonly ChunkSignal[] }
  | { readonly kind: "tool"; readonly callId: string | null; readonly arguments: string | null; readonly result: string | null }
  | { readonly kind: "parse"; readonly parsed: ParsedSignal }
  | { readonly kind: "validation"; readonly outcome: "passed" | "failed" | "skipped"; readonly checks: readonly ValidationSignal[] }
);
