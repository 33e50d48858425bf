/**
 * Builders of `Reconstruction` values for tests and for the incident set of `bench/why.ts`: the shapes `reconstruct()` returns, without a store.
 * Whatever is not given is missing as `not-recorded`, as it is for a trace somebody imported.
 */
import type {
  ChunkSignal,
  CompletionSignal,
  Generation,
  InputSnapshot,
  LatencySignal,
  Message,
  ModelSignal,
  ParsedSignal,
  Reconstruction,
  Signal,
  Signals,
  ToolCallSignal,
  UsageSignal,
  ValidationSignal,
} from "@whysaid/recorder/format";

type DeepMutable<T> = T extends readonly (infer Item)[] ? DeepMutable<Item>[] : T extends object ? { -readonly [Key in keyof T]: DeepMutable<T[Key]> } : T;
/** A reconstruction that can be edited in place. */
export type Draft = DeepMutable<Reconstruction>;
export type DraftGeneration = DeepMutable<Generation>;

export const startMs: number = Date.UTC(2025, 5, 3, 10, 0, 0);

const signal = <T>(value: T | undefined): Signal<T> => (value === undefined ? { state: "missing", why: "not-recorded" } : { state: "captured", value });

export interface GenerationParts {
  readonly provider?: string;
  readonly startedAtMs?: number;
  readonly state?: Generation["state"];
  readonly status?: number | null;
  readonly system?: string | null;
  readonly messages?: readonly Message[];
  readonly tools?: InputSnapshot["tools"];
  readonly parameters?: Readonly<Record<string, unknown>>;
  readonly chunks?: readonly (Partial<ChunkSignal> & { readonly text: string })[];
  readonly model?: Partial<ModelSignal>;
  readonly usage?: Partial<UsageSignal>;
  readonly toolCalls?: readonly (Partial<ToolCallSignal> & { readonly name: string })[];
  readonly latency?: Partial<LatencySignal>;
  readonly completion?: string | Partial<CompletionSignal>;
  readonly parsed?: Partial<ParsedSignal>;
  readonly validation?: readonly (Partial<ValidationSignal> & Pick<ValidationSignal, "outcome">)[];
}

let spans = 0;
const nextSpan = (): string => (++spans).toString(16).padStart(16, "0");

export const say = (role: string, text: string): Message => ({ role, parts: [{ type: "text", text }] });

export function generation(parts: GenerationParts): Generation {
  const startedAtMs = parts.startedAtMs ?? startMs;
  const state = parts.state ?? "complete";
  const input: InputSnapshot | undefined =
    parts.messages === undefined && parts.system === undefined
      ? undefined
      : { system: parts.system ?? null, messages: parts.messages ?? [], tools: parts.tools ?? [], parameters: parts.parameters ?? {}, requestBody: null };
  const completion = typeof parts.completion === "string" ? { text: parts.completion } : parts.completion;
  const signals: Signals = {
    input: signal(input),
    chunks: signal(
      parts.chunks?.map((chunk, position) => ({ sourceId: null, score: null, position, retrieval: null, reachedPrompt: null, metadata: null, ...chunk })),
    ),
    model: signal(parts.model && { requested: null, answered: null, fingerprint: null, ...parts.model }),
    usage: signal(
      parts.usage && { inputTokens: null, outputTokens: null, cacheReadTokens: null, cacheWriteTokens: null, reasoningTokens: null, totalTokens: null, ...parts.usage },
    ),
    toolCalls: signal(
      parts.toolCalls?.map((call) => ({ callId: null, arguments: "{}", result: null, error: null, durationMs: null, source: call.result == null ? null : ("wire" as const), ...call })),
    ),
    latency: signal(parts.latency && { retrievalMs: null, timeToFirstChunkMs: null, generationMs: null, toolsMs: null, totalMs: null, ...parts.latency }),
    completion: signal(completion && { text: "", raw: null, finishReason: "stop", refusal: null, reasoning: null, alternatives: [], ...completion }),
    parsed: signal(parts.parsed && { parser: "parser", outcome: "parsed" as const, input: null, result: null, error: null, durationMs: null, ...parts.parsed }),
    validation: signal(parts.validation?.map((check) => ({ validator: "validator", rule: null, path: null, value: null, expected: null, message: null, ...check }))),
    action: { state: "missing", why: "pending" },
  };
  const status = parts.status === undefined ? 200 : parts.status;
  return {
    spanId: nextSpan(),
    parentSpanId: null,
    provider: parts.provider ?? "openai",
    protocol: "openai-chat",
    url: null,
    startedAtMs,
    attempts: 1,
    attemptList: [{ attempt: 1, atMs: startedAtMs, state, status, durationMs: null, error: null }],
    state,
    status,
    error: null,
    signals,
  };
}

export function reconstruction(parts: Partial<Reconstruction> & Pick<Reconstruction, "generations">): Reconstruction {
  return {
    traceId: nextSpan() + nextSpan(),
    feature: null,
    conversationId: null,
    user: null,
    subject: null,
    tags: {},
    prompt: null,
    service: null,
    environment: null,
    release: null,
    startedAtMs: parts.generations[0]?.startedAtMs ?? startMs,
    durationMs: null,
    outcome: "returned",
    error: null,
    complete: true,
    gaps: [],
    steps: [],
    actions: [],
    findings: [],
    provenance: [],
    ...parts,
  };
}

export const draft = (trace: Reconstruction): Draft => structuredClone(trace) as Draft;
export const frozen = (trace: Draft): Reconstruction => trace as Reconstruction;
