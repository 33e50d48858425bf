/**
 * `createRecorder`: options in, a recorder out. Here the parts of the recorder meet; what each does stands in its own file.
 */
import { AsyncLocalStorage } from "node:async_hooks";
import { isTraceId, newSpanId, newTraceId, type ActionEntry, type Entry, type TraceEndEntry, type TraceId, type RecorderErrorCode, type TraceStartEntry, type UserAction, type WhysaidError } from "../format/index.ts";
import { atExit } from "../journal/exit.ts";
import type { Journal } from "../journal/journal.ts";
import type { Declared, RedactionScope, Redactor } from "../redact/redactor.ts";
import { redactionOff } from "../redact/off.ts";
import { createRedactor } from "../redact/redact.ts";
import { Exchanges } from "../wire/exchanges.ts";
import { createFetch, type Fetch } from "../wire/fetch.ts";
import type { NamedBase } from "../wire/recognize.ts";
import { activeOpenTelemetrySpan, readTraceparent } from "./context.ts";
import type { Ambient, Core } from "./core.ts";
import { errorEntry, holdError } from "./errors.ts";
import { recordGeneration, type GenerationOptions } from "./generation.ts";
import { openJournalFor, shipperFor } from "./open-journal.ts";
import { checkOptions, settingsOf, type RecorderOptions } from "./options.ts";
import { Problems, warn } from "./problems.ts";
import { seamsHere } from "./seams.ts";
import { watching, type Outcome } from "./settle.ts";
import { mintTicket, type TicketOptions } from "./ticket.ts";
import { detailsEntry, heldValue, holdDetails, RecordedTrace, refOf, said, type Place, type Steps, type Trace, type TraceOptions } from "./trace.ts";

export interface ActionOptions extends Declared {
  /** The answer the user got; left out, it is what was recorded. */
  readonly before?: unknown;
  /** What the user made of it. */
  readonly after?: unknown;
  readonly user?: string;
  readonly note?: string;
  /** A repeated send of the same id counts once. */
  readonly id?: string;
  readonly at?: Date | number;
}

export interface Recorder extends Steps {
  /** Give it to your clients in place of `fetch`. */
  readonly fetch: Fetch;
  /** Everything done for one answer. Comes back with what `run` returns; its errors pass through. */
  trace<T>(feature: string, run: (trace: Trace) => T): T;
  trace<T>(feature: string, options: TraceOptions, run: (trace: Trace) => T): T;
  /** The trace the running code belongs to. */
  current(): Trace | undefined;
  /** Record a model call that crosses no `fetch`. */
  generation(options: GenerationOptions): { readonly traceId: TraceId; readonly spanId: string };
  /** What the user did with an answer: hours later, any process, before or after its call arrives. */
  action(traceId: string, action: UserAction, options?: ActionOptions): void;
  /**
   * A short string that lets a browser report what the user did with this one answer, and nothing else: hand it to the page with the answer. Null when there is nothing to sign it with.
   */
  ticket(traceId: string, options?: TicketOptions): string | null;
  /** What was recorded so far is as durable as asked for and, where a server is set and answers within 10 s, stored there. */
  flush(): Promise<void>;
  /** With `journal: "memory"`: the segments recorded so far, for you to store or send; none of them is held any longer. */
  drain(): readonly Uint8Array[];
  /** Write what is open and end the journal. Later calls still work; they are not recorded. */
  close(): Promise<void>;
  /** The parts adapters write through. */
  readonly internals: Internals;
}
export interface Internals {
  readonly core: Core;
  readonly exchanges: Exchanges;
  readonly baseUrls: readonly NamedBase[];
  /** Where the running code is; for frameworks that enter a place themselves (`diagnostics_channel`). */
  readonly storage: AsyncLocalStorage<Place>;
  /** A trace whose begin and end are two events. Undefined when it could not be recorded. */
  openTrace(feature: string, options: TraceOptions): OpenTrace | undefined;
}
export interface OpenTrace {
  readonly place: Place;
  end(outcome: Outcome<unknown>): void;
}

/** How long `flush` and `close` wait for a server; what is not shipped then stays in the journal and goes with the next process. */
const FLUSH_MS = 10_000;
const CLOSE_MS = 2000;
const CAPTURE_FAILED = "Report it with this error's cause: it is a defect of the recorder.";

/**
 * @throws WhysaidError `OPTIONS_INVALID`, the only thing the recorder ever throws
 */
export function createRecorder(options: RecorderOptions = {}): Recorder {
  checkOptions(options);
  const settings = settingsOf(options);
  const now = options.now ?? Date.now;
  const storage = new AsyncLocalStorage<Place>();
  const problems = new Problems(options.onProblem ?? warn);
  const passOn = (problem: WhysaidError<RecorderErrorCode>): void => problems.report({ code: problem.code, sentence: problem.message, fix: problem.fix, cause: problem.cause });
  const redactor = redactorFor(options, settings.dir, passOn);
  const rootScope = redactor.root;
  const scopeHere = (): RedactionScope => seamsHere()?.scope ?? rootScope;
  const journal = openJournalFor(settings, redactor, passOn, now);
  problems.recordWith(({ code, sentence, trace }) => {
    const message = rootScope.text(sentence, { signal: "metadata" });
    journal.append(() => ({ kind: "problem", atMs: Math.trunc(now()), code, message, ...(trace === undefined ? {} : { trace }) }));
  });

  const core: Core = {
    now: () => Math.trunc(now()),
    clock: () => performance.now(),
    newTraceId: options.newTraceId ?? (() => newTraceId(now())),
    newSpanId: options.newSpanId ?? newSpanId,
    ambient: (): Ambient => {
      const place = storage.getStore();
      if (place !== undefined) return { trace: place.trace.id, parent: place.span, scope: place.trace.state.scope, owner: place.trace.state };
      const outer = activeOpenTelemetrySpan();
      return { trace: outer?.trace ?? core.newTraceId(), parent: outer?.span, scope: scopeHere(), owner: undefined };
    },
    append: (build: (texts: Parameters<Parameters<Journal["append"]>[0]>[0]) => Entry) => (seamsHere() ?? journal).append(build),
    problem: (problem) => problems.report(problem),
    safely: (what, run) => {
      try {
        return run();
      } catch (cause) {
        problems.report({ code: "CAPTURE_FAILED", sentence: `could not ${what}`, fix: CAPTURE_FAILED, cause, subject: what });
        return undefined;
      }
    },
  };
  const shipper = shipperFor(settings, journal, passOn);
  const exchanges = new Exchanges(core, settings.maxBodyBytes);
  const outgoing = options.fetch ?? globalThis.fetch;
  const fetch = createFetch(core, exchanges, (input, init) => seamsHere()?.fetch(input, init, outgoing) ?? outgoing(input, init), settings.baseUrls);
  const leaveExit = atExit(() => exchanges.open.leaveAll());

  const traceHere = (): RecordedTrace => storage.getStore()?.trace ?? new RecordedTrace(core, (place, run) => storage.run(place, run), () => storage.getStore(), looseState(core, scopeHere()), core.newSpanId());
  const trace = <T>(feature: string, given: TraceOptions | ((trace: Trace) => T), maybeRun?: (trace: Trace) => T): T => {
    const run = typeof given === "function" ? given : (maybeRun as (trace: Trace) => T);
    const traceOptions = typeof given === "function" ? {} : given;
    const opened = openTrace(feature, traceOptions);
    if (opened === undefined) return run(traceHere());
    const { place } = opened;
    return watching(
      () => storage.run(place, () => run(place.trace)),
      (outcome) => opened.end(outcome),
    );
  };

  const openTrace = (feature: string, given: TraceOptions): OpenTrace | undefined => {
    const started = core.safely("start a trace", () => startTrace(feature, given));
    if (started === undefined) return undefined;
    const startedMs = core.clock();
    return {
      place: { trace: started, span: started.spanId },
      end: (outcome) => {
        const durationMs = Math.round(core.clock() - startedMs);
        core.safely("end a trace", () => {
          const error = outcome.kind === "threw" ? holdError(outcome.error, started.state.scope) : undefined;
          const atMs = core.now();
          core.append((texts): TraceEndEntry => ({ kind: "trace-end", atMs, trace: started.id, span: started.spanId, outcome: outcome.kind, ...(error === undefined ? {} : { error: errorEntry(error, texts) }), durationMs }));
        });
      },
    };
  };

  const startTrace = (feature: string, given: TraceOptions): RecordedTrace => {
    const place = storage.getStore();
    const remote = place === undefined ? ((given.traceparent === undefined ? undefined : readTraceparent(given.traceparent)) ?? activeOpenTelemetrySpan()) : undefined;
    const { conversation, user, tags, prompt, traceparent: _traceparent, ...declared } = given;
    const state = place?.trace.state ?? { id: remote?.trace ?? core.newTraceId(), scope: scopeHere().with({}) };
    if (Object.keys(declared).length > 0) state.scope = state.scope.with(declared);
    const { scope } = state;
    const started = new RecordedTrace(core, (inner, run) => storage.run(inner, run), () => storage.getStore(), state, core.newSpanId());
    const parent = place?.span ?? remote?.span;
    const allTags = { ...(place === undefined ? options.tags : undefined), ...tags };
    const held = holdDetails({ ...(conversation === undefined ? {} : { conversation }), ...(user === undefined ? {} : { user }), ...(prompt === undefined ? {} : { prompt }), ...(Object.keys(allTags).length === 0 ? {} : { tags: allTags }) }, scope);
    const heldFeature = scope.text(said(feature), { signal: "metadata" });
    const subject = given.subject === undefined ? undefined : scope.subject;
    const atMs = core.now();
    core.append((texts): TraceStartEntry => ({
      kind: "trace-start",
      atMs,
      trace: started.id,
      span: started.spanId,
      ...(parent === undefined ? {} : { parent }),
      feature: heldFeature,
      conversation: null,
      user: null,
      ...detailsEntry(held, texts),
      ...(subject === undefined ? {} : { subject }),
    }));
    return started;
  };

  const action = (traceId: string, kind: UserAction, given: ActionOptions = {}): void => {
    core.safely("record an action", () => {
      const id = said(traceId).toLowerCase();
      if (!isTraceId(id) || !["accept", "edit", "retry", "abandon"].includes(kind)) {
        core.problem({ code: "CAPTURE_FAILED", sentence: "an action came without a trace id or with an unknown kind and is not recorded", fix: 'Call recorder.action(trace.id, "accept" | "edit" | "retry" | "abandon").', subject: "action" });
        return;
      }
      const place = storage.getStore();
      const { before, after, user, note, id: actionId, at, ...declared } = given;
      const known = place?.trace.id === id ? place.trace.state.scope : scopeHere();
      const scope = Object.keys(declared).length > 0 ? known.with(declared) : known;
      const heldBefore = heldValue(before, scope, { signal: "action" });
      const heldAfter = heldValue(after, scope, { signal: "action" });
      const text = (value: string | undefined): ReturnType<RedactionScope["text"]> | null => (value === undefined ? null : scope.text(said(value), { signal: "action" }));
      const atMs = at === undefined ? core.now() : Math.trunc(Number(at));
      const fields = { user: text(user), note: text(note), actionId: text(actionId) };
      core.append((texts): ActionEntry => ({ kind: "action", atMs, trace: id, action: kind, before: refOf(heldBefore, texts), after: refOf(heldAfter, texts), ...fields }));
    });
  };

  return {
    fetch,
    trace,
    current: () => storage.getStore()?.trace,
    retrieve: (name, query, search) => traceHere().retrieve(name, query, search),
    tool: (name, args, execute, toolOptions) => traceHere().tool(name, args, execute, toolOptions),
    parse: (name, raw, parser) => traceHere().parse(name, raw, parser),
    validate: (name, value, checks) => traceHere().validate(name, value, checks),
    generation: (given) => recordGeneration(core, given),
    action,
    ticket: (traceId, ticketOptions) => mintTicket(settings, said(traceId), now(), ticketOptions),
    flush: async () => {
      await journal.flush();
      await shipper?.flush(FLUSH_MS);
    },
    drain: () => ("drain" in journal ? journal.drain() : []),
    close: async () => {
      exchanges.open.leaveAll();
      leaveExit();
      await journal.close();
      await shipper?.flush(CLOSE_MS);
      await shipper?.close();
    },
    internals: { core, exchanges, baseUrls: settings.baseUrls, storage, openTrace },
  };
}

function redactorFor(options: RecorderOptions, dir: string, onProblem: (problem: WhysaidError<RecorderErrorCode>) => void): Redactor {
  if (options.redaction === "off") return redactionOff;
  return createRedactor({ ...options.redaction, dir, onProblem: onProblem as (problem: WhysaidError) => void, ...(options.declared === undefined ? {} : { declared: options.declared }) });
}

/** A step outside of any trace is a trace of its own, so that nothing is lost. */
const looseState = (core: Core, scope: RedactionScope): { id: TraceId; scope: RedactionScope } => ({ id: core.newTraceId(), scope });
