/**
 * A trace as the app holds it: the steps around its model calls, each an entry of its own as soon as it is over. A `trace()` inside another is a child
 * span of the same trace.
 */
import { jsonOf, type Entry, type PromptUse, type SpanId, type Tags, type TraceId, type TraceUpdateEntry } from "../format/index.ts";
import type { RedactedText } from "../format/redacted.ts";
import type { TextTable } from "../journal/journal.ts";
import type { Declared, RedactionScope, Where } from "../redact/redactor.ts";
import type { Core } from "./core.ts";
import { chunkEntries, holdChunks } from "./chunks.ts";
import { writeTraceparent } from "./context.ts";
import { errorEntry, holdError } from "./errors.ts";
import { seamsHere } from "./seams.ts";
import { watching, type Outcome } from "./settle.ts";
import { runChecks, type Checks, type ValidationResult } from "./validate.ts";

export interface PromptOptions {
  readonly id: string;
  readonly version?: string;
  readonly variables?: Readonly<Record<string, unknown>>;
}
/** What can be said of a trace at its start or later. */
export interface TraceDetails {
  readonly conversation?: string;
  readonly user?: string;
  readonly tags?: Readonly<Record<string, string | number | boolean>>;
  readonly prompt?: PromptOptions;
}
export interface TraceOptions extends Declared, TraceDetails {
  /** The inbound request's W3C header: the trace goes on from there. */
  readonly traceparent?: string;
}
export interface TraceUpdate extends TraceDetails {
  readonly subject?: Declared["subject"];
}
export interface ToolOptions {
  /** The model's id of the call, so that execution and request are one. */
  readonly callId?: string;
}

/** The steps of a trace; also on the recorder, where they act on the trace of the running code. */
export interface Steps {
  /** Run a search and record query, chunks and time. Comes back with what `search` returns. */
  retrieve<T>(name: string, query: unknown, search: () => T): T;
  /** Run a tool and record exact arguments, result or error, and time. */
  tool<T>(name: string, args: unknown, execute: () => T, options?: ToolOptions): T;
  /** Parse a completion and record what came of it; the parser's own error goes on to the app. */
  parse<Raw, T>(name: string, raw: Raw, parser: (raw: Raw) => T): T;
  /** Check a value against a schema and rules. Never throws; says which failed. */
  validate<T>(name: string, value: T, checks: Checks<T>): Promise<ValidationResult>;
}
export interface Trace extends Steps {
  readonly id: TraceId;
  readonly spanId: SpanId;
  /** The W3C header for calls to your own services. */
  readonly traceparent: string;
  /** Say more about the trace; later values win key by key. */
  update(details: TraceUpdate): void;
  /** Name more identifiers; they are taken in everything recorded from here on. */
  declare(declared: Declared): void;
}

/** What all spans of one trace share. */
export interface TraceState {
  readonly id: TraceId;
  scope: RedactionScope;
}
/** Where the running code is: kept in AsyncLocalStorage. */
export interface Place {
  readonly trace: RecordedTrace;
  readonly span: SpanId;
}
/** Runs a function with another place as the running code's. */
export type Enter = <T>(place: Place, run: () => T) => T;

export class RecordedTrace implements Trace {
  readonly id: TraceId;
  readonly spanId: SpanId;
  readonly state: TraceState;
  readonly #core: Core;
  readonly #enter: Enter;
  readonly #here: () => Place | undefined;

  constructor(core: Core, enter: Enter, here: () => Place | undefined, state: TraceState, spanId: SpanId) {
    this.#core = core;
    this.#enter = enter;
    this.#here = here;
    this.state = state;
    this.id = state.id;
    this.spanId = spanId;
  }

  get traceparent(): string {
    return writeTraceparent(this.id, this.spanId);
  }

  retrieve<T>(name: string, query: unknown, search: () => T): T {
    const seams = seamsHere();
    return this.#step(seams === undefined ? search : () => seams.retrieve(name, query, search), (outcome, step, texts) => {
      const { scope } = this.state;
      const heldName = scope.text(said(name), { signal: "metadata" });
      const heldQuery = heldValue(query, scope, { signal: "chunks", path: ["query"] });
      const chunks = outcome.kind === "returned" ? holdChunks(outcome.value, scope) : [];
      const error = errorOf(outcome, scope);
      return texts((table) => ({ ...step, kind: "retrieval", name: heldName, query: refOf(heldQuery, table), chunks: chunkEntries(chunks, table), ...(error === undefined ? {} : { error: errorEntry(error, table) }) }));
    });
  }

  tool<T>(name: string, args: unknown, execute: () => T, options: ToolOptions = {}): T {
    const seams = seamsHere();
    return this.#step(seams === undefined ? execute : () => seams.tool(name, args, options.callId, execute), (outcome, step, texts) => {
      const { scope } = this.state;
      const heldName = scope.text(said(name), { signal: "metadata" });
      const callId = options.callId === undefined ? null : scope.text(said(options.callId), { signal: "metadata" });
      const heldArguments = typeof args === "string" ? scope.text(args, { signal: "toolCalls", path: ["arguments"] }) : scope.json(args, { signal: "toolCalls", path: ["arguments"] });
      const result = outcome.kind === "returned" ? heldValue(outcome.value, scope, { signal: "toolCalls", path: ["result"] }) : undefined;
      const error = errorOf(outcome, scope);
      return texts((table) => ({ ...step, kind: "tool", name: heldName, callId, arguments: refOf(heldArguments, table), result: refOf(result, table), ...(error === undefined ? {} : { error: errorEntry(error, table) }) }));
    });
  }

  parse<Raw, T>(name: string, raw: Raw, parser: (raw: Raw) => T): T {
    return this.#step(
      () => parser(raw),
      (outcome, step, texts) => {
        const { scope } = this.state;
        const heldName = scope.text(said(name), { signal: "metadata" });
        const input = heldValue(raw, scope, { signal: "completion" });
        const result = outcome.kind === "returned" ? scope.json(outcome.value, { signal: "parsed" }) : undefined;
        const error = errorOf(outcome, scope);
        return texts((table) => ({
          ...step,
          kind: "parse",
          parser: heldName,
          input: refOf(input, table),
          outcome: outcome.kind === "returned" ? "parsed" : "failed",
          result: refOf(result, table),
          ...(error === undefined ? {} : { error: errorEntry(error, table) }),
        }));
      },
    );
  }

  validate<T>(name: string, value: T, checks: Checks<T>): Promise<ValidationResult> {
    return this.#step(
      () => runChecks(value, checks),
      (outcome, step, texts) => {
        if (outcome.kind === "threw") throw outcome.error;
        const { scope } = this.state;
        const heldName = scope.text(said(name), { signal: "metadata" });
        const text = (one: string | null): RedactedText | null => (one === null ? null : scope.text(one, { signal: "validation" }));
        const held = outcome.value.checks.map((check) => ({
          outcome: check.outcome,
          rule: scope.text(check.rule, { signal: "metadata" }),
          path: text(check.path),
          value: scope.json(check.value, { signal: "validation" }),
          expected: text(check.expected),
          message: text(check.message),
        }));
        return texts((table) => ({ ...step, kind: "validation", validator: heldName, outcome: outcome.value.outcome, checks: held.map((check) => ({ ...check, value: refOf(check.value, table) })) }));
      },
    );
  }

  update(details: TraceUpdate): void {
    this.#core.safely("record a trace's update", () => {
      if (details.subject !== undefined) this.state.scope = this.state.scope.with({ subject: details.subject });
      const held = holdDetails(details, this.state.scope);
      const subject = details.subject === undefined ? undefined : this.state.scope.subject;
      this.#append((joined, table) => ({ ...joined, kind: "trace-update", ...detailsEntry(held, table), ...(subject === undefined ? {} : { subject }) }) satisfies TraceUpdateEntry);
    });
  }

  declare(declared: Declared): void {
    this.#core.safely("declare identifiers", () => {
      this.state.scope = this.state.scope.with(declared);
      if (declared.subject === undefined) return;
      const { subject } = this.state.scope;
      if (subject !== undefined) this.#append((joined) => ({ ...joined, kind: "trace-update", subject }) satisfies TraceUpdateEntry);
    });
  }

  #append(build: (joined: { readonly atMs: number; readonly trace: TraceId; readonly span: SpanId }, table: TextTable) => Entry): void {
    const atMs = this.#core.now();
    this.#core.append((table) => build({ atMs, trace: this.id, span: this.spanId }, table));
  }

  /** Run one step in a span of its own; model calls and steps inside it are its children. `describe` redacts, then `texts` numbers. */
  #step<T>(run: () => T, describe: (outcome: Outcome<Awaited<T>>, step: StepFields, texts: (build: (table: TextTable) => Entry) => void) => void): T {
    const core = this.#core;
    const here = this.#here();
    const parent = here?.trace.id === this.id ? here.span : this.spanId;
    const span = core.newSpanId();
    const atMs = core.now();
    const startedMs = core.clock();
    return watching(
      () => this.#enter({ trace: this, span }, run),
      (outcome) => {
        const durationMs = Math.round(core.clock() - startedMs);
        core.safely("record a step", () => describe(outcome, { atMs, trace: this.id, span, parent, durationMs }, (build) => void core.append(build)));
      },
    );
  }
}

interface StepFields {
  readonly atMs: number;
  readonly trace: TraceId;
  readonly span: SpanId;
  readonly parent: SpanId;
  readonly durationMs: number;
}

export const refOf = (text: RedactedText | undefined, table: TextTable): number | null => (text === undefined ? null : table.ref(text));
/** A string as it is, anything else as its JSON. */
export const heldValue = (value: unknown, scope: RedactionScope, where: Where): RedactedText | undefined => (typeof value === "string" ? scope.text(value, where) : scope.json(value, where));
/** A name or label as text, whatever a caller without types handed over. */
export const said = (value: unknown): string => (typeof value === "string" ? value : (jsonOf(value) ?? ""));
const errorOf = (outcome: Outcome<unknown>, scope: RedactionScope): ReturnType<typeof holdError> | undefined => (outcome.kind === "threw" ? holdError(outcome.error, scope) : undefined);

interface HeldDetails {
  readonly conversation: RedactedText | undefined;
  readonly user: RedactedText | undefined;
  readonly tags: Tags | undefined;
  readonly prompt: { readonly id: RedactedText; readonly version: RedactedText | null; readonly variables: RedactedText | undefined } | undefined;
}
export function holdDetails(details: TraceDetails, scope: RedactionScope): HeldDetails {
  const where = { signal: "metadata" } as const;
  const text = (value: string | undefined, path: string): RedactedText | undefined => (value === undefined ? undefined : scope.text(said(value), { ...where, path: [path] }));
  const { prompt } = details;
  return {
    conversation: text(details.conversation, "conversation"),
    user: text(details.user, "user"),
    tags: details.tags === undefined ? undefined : holdTags(details.tags, scope),
    prompt:
      prompt === undefined
        ? undefined
        : { id: scope.text(said(prompt.id), where), version: text(prompt.version, "version") ?? null, variables: scope.json(prompt.variables, { signal: "input", path: ["variables"] }) },
  };
}
export function holdTags(tags: Readonly<Record<string, unknown>>, scope: RedactionScope): Tags {
  const held: Record<RedactedText, RedactedText> = {};
  for (const [name, value] of Object.entries(tags)) {
    if (value !== undefined && value !== null) held[scope.text(said(name), { signal: "metadata" })] = scope.text(said(value), { signal: "metadata", path: ["tags", name] });
  }
  return held;
}
export function detailsEntry(held: HeldDetails, table: TextTable): Partial<Pick<TraceUpdateEntry, "conversation" | "user" | "tags" | "prompt">> {
  const prompt: PromptUse | undefined = held.prompt === undefined ? undefined : { ...held.prompt, variables: refOf(held.prompt.variables, table) };
  return {
    ...(held.conversation === undefined ? {} : { conversation: held.conversation }),
    ...(held.user === undefined ? {} : { user: held.user }),
    ...(held.tags === undefined ? {} : { tags: held.tags }),
    ...(prompt === undefined ? {} : { prompt }),
  };
}
