/**
 * A model call told by hand, for what crosses no `fetch`: a local model, gRPC, a queue. Takes any of the nine signals, short or in full; what is not
 * given stays missing.
 */
import { signalNames, type AttemptState, type GenerationEntry, type SignalName, type SpanId, type TraceId } from "../format/index.ts";
import type { Where } from "../redact/redactor.ts";
import type { HeldPieces } from "../wire/body.ts";
import { givenEntry, holdGiven } from "../wire/given-json.ts";
import type { Core } from "./core.ts";
import { errorEntry, holdError } from "./errors.ts";

export interface GivenMessage {
  readonly role: string;
  readonly content?: unknown;
  /** In full, as `show --json` has them. */
  readonly parts?: readonly unknown[];
}
export interface GivenInput {
  readonly system?: string | null;
  readonly messages?: readonly GivenMessage[];
  readonly tools?: readonly unknown[];
  readonly parameters?: Readonly<Record<string, unknown>>;
  readonly requestBody?: string | null;
}
/** Every signal in the shape of `show --json`, or shorter: a prompt, a model's name, an answer's text. */
export interface GenerationOptions {
  readonly provider?: string;
  readonly input?: string | GivenInput;
  readonly chunks?: readonly unknown[];
  readonly model?: string | { readonly requested?: string | null; readonly answered?: string | null; readonly fingerprint?: string | null };
  readonly usage?: Readonly<Record<string, number | null>>;
  readonly toolCalls?: readonly { readonly name: string; readonly callId?: string | null; readonly arguments?: unknown; readonly result?: unknown; readonly error?: string | null; readonly durationMs?: number | null }[];
  readonly latency?: Readonly<Record<string, number | null>>;
  readonly completion?: string | { readonly text: string; readonly raw?: string | null; readonly finishReason?: string | null; readonly refusal?: string | null; readonly reasoning?: string | null };
  readonly parsed?: { readonly parser?: string | null; readonly outcome: "parsed" | "failed"; readonly input?: string | null; readonly result?: unknown; readonly error?: { readonly name: string; readonly message: string } | null };
  readonly validation?: readonly unknown[];
  readonly action?: unknown;
  readonly state?: AttemptState;
  readonly startedAt?: Date | number;
  readonly durationMs?: number;
  readonly error?: unknown;
}

const shapes: Readonly<Record<SignalName, (given: never) => unknown>> = {
  input: (given: string | GivenInput) => {
    const { system = null, messages = [], tools = [], parameters = {}, requestBody = null } = typeof given === "string" ? { messages: [{ role: "user", content: given }] } : given;
    return { system, messages: messages.map(messageOf), tools, parameters, requestBody };
  },
  chunks: (given: readonly unknown[]) => given.map((chunk, position) => (typeof chunk === "object" && chunk !== null ? { sourceId: null, score: null, position, retrieval: null, reachedPrompt: null, metadata: null, ...chunk } : { sourceId: null, text: String(chunk), score: null, position, retrieval: null, reachedPrompt: null, metadata: null })),
  model: (given: string | object) => (typeof given === "string" ? { requested: given, answered: null, fingerprint: null } : { requested: null, answered: null, fingerprint: null, ...given }),
  usage: (given: object) => ({ inputTokens: null, outputTokens: null, cacheReadTokens: null, cacheWriteTokens: null, reasoningTokens: null, totalTokens: null, ...given }),
  toolCalls: (given: NonNullable<GenerationOptions["toolCalls"]>) =>
    given.map((call) => ({ callId: null, error: null, durationMs: null, ...call, arguments: textOf(call.arguments) ?? "", result: textOf(call.result), source: call.result === undefined && call.error === undefined ? null : "wrapped" })),
  latency: (given: object) => ({ retrievalMs: null, timeToFirstChunkMs: null, generationMs: null, toolsMs: null, totalMs: null, ...given }),
  completion: (given: string | object) => ({ raw: null, finishReason: null, refusal: null, reasoning: null, alternatives: [], ...(typeof given === "string" ? { text: given } : given) }),
  parsed: (given: object) => ({ parser: null, input: null, result: null, error: null, durationMs: null, ...given }),
  validation: (given: readonly unknown[]) => given.map((check) => ({ rule: null, path: null, value: null, expected: null, message: null, ...(check as object) })),
  action: (given: unknown) => given,
};

export function recordGeneration(core: Core, options: GenerationOptions): { readonly traceId: TraceId; readonly spanId: SpanId } {
  const ambient = core.ambient();
  const span = core.newSpanId();
  core.safely("record a generation", () => {
    const { scope } = ambient;
    const held = new Map<SignalName, HeldPieces>();
    for (const name of signalNames) {
      const given = options[name];
      if (given === undefined) continue;
      const text = scope.json(shapes[name](given as never), { signal: whereOf(name) });
      if (text !== undefined) held.set(name, holdGiven(text));
    }
    const error = options.error === undefined ? undefined : holdError(options.error, scope);
    const atMs = core.now();
    const durationMs = options.durationMs === undefined ? null : Math.round(options.durationMs);
    const startedAtMs = options.startedAt === undefined ? atMs - (durationMs ?? 0) : Math.trunc(Number(options.startedAt));
    const provider = options.provider === undefined ? null : scope.text(options.provider, { signal: "metadata" });
    core.append((texts): GenerationEntry => ({
      kind: "generation",
      atMs,
      trace: ambient.trace,
      span,
      ...(ambient.parent === undefined ? {} : { parent: ambient.parent }),
      provider,
      startedAtMs,
      durationMs,
      state: options.state ?? (options.error === undefined ? "complete" : "failed"),
      signals: Object.fromEntries([...held].map(([name, pieces]) => [name, givenEntry(pieces, texts)])),
      ...(error === undefined ? {} : { error: errorEntry(error, texts) }),
    }));
  });
  return { traceId: ambient.trace, spanId: span };
}

function messageOf(message: GivenMessage): unknown {
  const { role, content, parts, ...rest } = message;
  if (parts !== undefined) return { role, ...rest, parts };
  if (typeof content === "string") return { role, ...rest, parts: [{ type: "text", text: content }] };
  return { role, ...rest, parts: (Array.isArray(content) ? content : content === undefined || content === null ? [] : [content]).map((part: unknown) => (isTextPart(part) ? { type: "text", text: part.text } : { type: "other", json: JSON.stringify(part) })) };
}
const isTextPart = (part: unknown): part is { readonly text: string } => typeof part === "object" && part !== null && (part as { type?: unknown }).type === "text" && typeof (part as { text?: unknown }).text === "string";
const textOf = (value: unknown): string | null => (value === undefined || value === null ? null : typeof value === "string" ? value : (JSON.stringify(value) ?? null));
const whereOf = (name: SignalName): Where["signal"] => (name === "model" || name === "usage" || name === "latency" ? "metadata" : name);
