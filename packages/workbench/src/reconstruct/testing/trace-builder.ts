/** Builds what a store would return for a trace, in memory: one line per thing that happened, a clock that ticks 10 ms an entry. */
import {
  entryId,
  newSpanId,
  newTraceId,
  piece,
  recalled,
  WhysaidError,
  type AttemptState,
  type Entry,
  type GenerationEntry,
  type Protocol,
  type RecordedBody,
  type RedactedText,
  type SignalName,
  type SpanId,
  type TextRef,
  type TraceId,
  type UserAction,
  type WriterId,
} from "@whysaid/recorder/format";
import type { StoredEntry, StoredTrace } from "../../store/store.ts";

const text = recalled;
const textOrNull = (value: string | null | undefined) => (value === null || value === undefined ? null : recalled(value));
const named = (error: string): { name: RedactedText; message: RedactedText } => ({ name: text("Error"), message: text(error) });

export interface CallOptions {
  readonly span?: SpanId;
  readonly attempt?: number;
  readonly protocol?: Protocol;
  readonly provider?: string;
  readonly model?: string;
}
export interface ResponseOptions {
  readonly span?: SpanId;
  readonly attempt?: number;
  readonly state?: AttemptState;
  readonly status?: number | null;
  readonly contentType?: string;
  readonly firstChunkMs?: number;
  readonly durationMs?: number;
  readonly error?: string;
}

export class TraceBuilder {
  readonly traceId: TraceId = newTraceId(1_700_000_000_000);
  readonly span: SpanId = newSpanId();
  readonly writer: WriterId = "aaaaaaaaaaaaaaaa" as WriterId;
  readonly entries: StoredEntry[] = [];
  readonly gaps: StoredEntry[] = [];
  readonly missing: StoredTrace["missing"][number][] = [];
  readonly lost: Set<TextRef> = new Set();
  readonly #texts: string[] = [];
  #sequence = 0;
  nowMs = 1_700_000_000_000;
  #lastSpan: SpanId = newSpanId();

  ref(value: string): TextRef {
    const known = this.#texts.indexOf(value);
    if (known >= 0) return known;
    return this.#texts.push(value) - 1;
  }
  #refOrNull(value: string | null | undefined) {
    return value === null || value === undefined ? null : this.ref(value);
  }
  body(value: string | null): RecordedBody {
    return value === null ? { form: "none" } : { form: "text", bytes: Buffer.byteLength(value), pieces: [piece(this.ref(value), "verbatim")] };
  }

  add(entry: Entry, writer: WriterId = this.writer): this {
    this.#sequence += 1;
    this.entries.push({ id: entryId(writer, this.#sequence), writer, sequence: this.#sequence, entry });
    this.nowMs += 10;
    return this;
  }
  #joined(): { atMs: number; trace: TraceId; span: SpanId; parent: SpanId } {
    return { atMs: this.nowMs, trace: this.traceId, span: newSpanId(), parent: this.span };
  }

  start(feature: string | null = "dose-summary", tags: Readonly<Record<string, string>> = {}): this {
    return this.add({ kind: "trace-start", atMs: this.nowMs, trace: this.traceId, span: this.span, feature: textOrNull(feature), conversation: null, user: null, tags: tags as Record<RedactedText, RedactedText> });
  }
  end(durationMs = 1000): this {
    return this.add({ kind: "trace-end", atMs: this.nowMs, trace: this.traceId, span: this.span, outcome: "returned", durationMs });
  }
  request(body: unknown, { span = newSpanId(), attempt = 1, protocol = "openai-chat", provider = "openai", model }: CallOptions = {}): this {
    this.#lastSpan = span;
    return this.add({
      kind: "request",
      ...this.#joined(),
      span,
      attempt,
      protocol,
      provider: text(provider),
      method: text("POST"),
      url: text("https://api.openai.com/v1/chat/completions"),
      headers: {},
      body: this.body(typeof body === "string" || body === null ? body : JSON.stringify(body)),
      model: textOrNull(model),
    });
  }
  response(body: unknown, { span = this.#lastSpan, attempt = 1, state = "complete", status = 200, contentType = "application/json", firstChunkMs, durationMs = 10, error }: ResponseOptions = {}): this {
    return this.add({
      kind: "response",
      ...this.#joined(),
      span,
      attempt,
      state,
      status,
      headers: { ["content-type" as RedactedText]: text(contentType) },
      body: this.body(typeof body === "string" || body === null ? body : JSON.stringify(body)),
      ...(error === undefined ? {} : { error: named(error) }),
      headersMs: 5,
      firstChunkMs: firstChunkMs ?? null,
      durationMs,
    });
  }
  /** An OpenAI chat call, answered. */
  chat(messages: readonly unknown[], answer: Readonly<Record<string, unknown>> | string, options: ResponseOptions & { readonly tools?: readonly unknown[] } = {}): this {
    const message = typeof answer === "string" ? { role: "assistant", content: answer } : { role: "assistant", content: null, ...answer };
    const { tools, ...response } = options;
    return this.request({ model: "gpt-4o", messages, ...(tools === undefined ? {} : { tools }) }).response(
      { id: "c1", model: "gpt-4o-2024-08-06", choices: [{ index: 0, message, finish_reason: typeof answer === "string" ? "stop" : "tool_calls" }], usage: { prompt_tokens: 12, completion_tokens: 3, total_tokens: 15 } },
      response,
    );
  }
  retrieval(chunks: readonly { readonly sourceId?: string; readonly text: string; readonly score?: number; readonly metadata?: unknown }[], { name = "chart-notes", query = "weight?", durationMs = 5 }: { readonly name?: string; readonly query?: string; readonly durationMs?: number } = {}): this {
    return this.add({
      kind: "retrieval",
      ...this.#joined(),
      name: text(name),
      query: this.ref(query),
      chunks: chunks.map((chunk) => ({
        sourceId: textOrNull(chunk.sourceId),
        text: this.ref(chunk.text),
        score: chunk.score ?? null,
        ...(chunk.metadata === undefined ? {} : { metadata: this.ref(JSON.stringify(chunk.metadata)) }),
      })),
      durationMs,
    });
  }
  tool(name: string, args: string | null, result: string | null, { callId = null, error, durationMs = 5 }: { readonly callId?: string | null; readonly error?: string; readonly durationMs?: number } = {}): this {
    return this.add({
      kind: "tool",
      ...this.#joined(),
      name: text(name),
      callId: textOrNull(callId),
      arguments: this.#refOrNull(args),
      result: this.#refOrNull(result),
      ...(error === undefined ? {} : { error: named(error) }),
      durationMs,
    });
  }
  parse(input: string | null, result: string | null, { parser = "dose-json", error }: { readonly parser?: string; readonly error?: string } = {}): this {
    return this.add({
      kind: "parse",
      ...this.#joined(),
      parser: text(parser),
      input: this.#refOrNull(input),
      outcome: error === undefined ? "parsed" : "failed",
      result: this.#refOrNull(result),
      ...(error === undefined ? {} : { error: named(error) }),
      durationMs: 1,
    });
  }
  validation(validator: string, checks: readonly { readonly rule: string; readonly outcome: "passed" | "failed"; readonly path?: string; readonly value?: unknown; readonly expected?: string }[]): this {
    return this.add({
      kind: "validation",
      ...this.#joined(),
      validator: text(validator),
      outcome: checks.some((check) => check.outcome === "failed") ? "failed" : "passed",
      checks: checks.map((check) => ({
        outcome: check.outcome,
        rule: text(check.rule),
        path: textOrNull(check.path),
        value: check.value === undefined ? null : this.ref(JSON.stringify(check.value)),
        expected: textOrNull(check.expected),
        message: null,
      })),
      durationMs: 1,
    });
  }
  action(action: UserAction, { before = null, after = null, actionId = null }: { readonly before?: string | null; readonly after?: string | null; readonly actionId?: string | null } = {}, writer: WriterId = "bbbbbbbbbbbbbbbb" as WriterId): this {
    return this.add(
      { kind: "action", atMs: this.nowMs, trace: this.traceId, action, before: this.#refOrNull(before), after: this.#refOrNull(after), user: null, note: null, actionId: textOrNull(actionId) },
      writer,
    );
  }
  generation(signals: Readonly<Partial<Record<SignalName, unknown>>>, { state = "complete", durationMs = 20 }: { readonly state?: AttemptState; readonly durationMs?: number | null } = {}): this {
    const refs: GenerationEntry["signals"] = Object.fromEntries(Object.entries(signals).map(([name, value]) => [name, this.ref(JSON.stringify(value))]));
    return this.add({ kind: "generation", ...this.#joined(), provider: text("local"), startedAtMs: this.nowMs - (durationMs ?? 0), durationMs, state, signals: refs });
  }

  build(): StoredTrace {
    return {
      entries: this.entries,
      writers: [
        {
          kind: "writer",
          atMs: 0,
          format: 1,
          writer: this.writer,
          segment: 0,
          recorder: "0.1.0",
          runtime: text("node"),
          pid: 1,
          processStart: null,
          service: text("mila"),
          environment: text("production"),
          release: text("r1"),
          redaction: { policy: text("off"), keyId: "off" },
        },
      ],
      gaps: this.gaps,
      missing: this.missing,
      textOf: (ref) => {
        const found = this.#texts[ref];
        if (found === undefined || this.lost.has(ref)) throw new WhysaidError("TEXT_LOST", "a text is lost", { fix: "Nothing brings it back." });
        return found;
      },
    };
  }
}
