/**
 * One trace for each inbound request: middleware for Express, Fastify, Hono and fetch-style handlers (Next.js routes). Each takes the request's `traceparent`, and everything
 * recorded while the request is answered belongs to its trace.
 *
 * Requests that call no model are traces too; name the routes that do with `feature`, which says of a request which feature it is, or undefined for none.
 */
import type { IncomingMessage, ServerResponse } from "node:http";
import type { Recorder } from "../capture/recorder.ts";
import type { TraceOptions } from "../capture/trace.ts";

export interface InboundOptions<Request> {
  /** The feature a request belongs to, or a name for all; undefined: no trace for this one. */
  readonly feature: string | ((request: Request) => string | undefined);
  /** What the app knows at once: subject, user, conversation, tags. */
  readonly options?: (request: Request) => TraceOptions;
  /** Answer with the trace's id in this header, e.g. "x-trace-id", so that the page can send the user's action. @default none */
  readonly responseHeader?: string;
}

interface Begun {
  readonly feature: string;
  readonly options: TraceOptions;
}
function begun<Request>(recorder: Recorder, given: InboundOptions<Request>, request: Request, traceparent: string | null | undefined): Begun | undefined {
  return recorder.internals.core.safely("look at an inbound request", () => {
    const feature = typeof given.feature === "string" ? given.feature : given.feature(request);
    if (feature === undefined) return undefined;
    const options = given.options?.(request) ?? {};
    return { feature, options: { ...(typeof traceparent === "string" ? { traceparent } : {}), ...options } };
  });
}
const headerOf = (request: Pick<IncomingMessage, "headers">): string | undefined => {
  const value = request.headers["traceparent"];
  return Array.isArray(value) ? value[0] : value;
};

/** Runs `next` in a trace that ends with the response. */
function untilAnswered<Request>(recorder: Recorder, given: InboundOptions<Request>, request: Request & Pick<IncomingMessage, "headers">, response: ServerResponse, next: () => void): void {
  const start = begun(recorder, given, request, headerOf(request));
  const opened = start === undefined ? undefined : recorder.internals.openTrace(start.feature, start.options);
  if (opened === undefined) {
    next();
    return;
  }
  response.once("close", () => opened.end(response.writableFinished ? { kind: "returned", value: undefined } : { kind: "threw", error: new Error("the client went away before the answer was sent") }));
  if (given.responseHeader !== undefined) response.setHeader(given.responseHeader, opened.place.trace.id);
  recorder.internals.storage.run(opened.place, next);
}

/** `app.use(expressTraces(recorder, { feature: (request) => … }))` */
export function expressTraces<Request extends IncomingMessage>(recorder: Recorder, given: InboundOptions<Request>): (request: Request, response: ServerResponse, next: () => void) => void {
  return (request, response, next) => untilAnswered(recorder, given, request, response, next);
}

/** `fastify.addHook("onRequest", fastifyTraces(recorder, { feature: (request) => … }))` */
export function fastifyTraces<Request extends { readonly headers: IncomingMessage["headers"] }>(recorder: Recorder, given: InboundOptions<Request>): (request: Request, reply: { readonly raw: ServerResponse }, done: () => void) => void {
  return (request, reply, done) => untilAnswered(recorder, given, request, reply.raw, done);
}

interface HonoContext {
  readonly req: { header(name: string): string | undefined };
  header(name: string, value: string): void;
}
/** `app.use(honoTraces(recorder, { feature: (c) => … }))` */
export function honoTraces<Context extends HonoContext>(recorder: Recorder, given: InboundOptions<Context>): (context: Context, next: () => Promise<void>) => Promise<void> {
  return (context, next) => {
    const start = begun(recorder, given, context, context.req.header("traceparent"));
    if (start === undefined) return next();
    return recorder.trace(start.feature, start.options, (trace) => {
      if (given.responseHeader !== undefined) context.header(given.responseHeader, trace.id);
      return next();
    });
  };
}

/**
 * A handler that takes a `Request` (Next.js route handlers, Workers, Bun, Deno): `export const POST = traced(recorder, { feature: "dose-summary" }, handler)`.
 * The trace ends when the handler's promise does; a body that streams on after it still belongs to it.
 */
export function traced<Rest extends unknown[], Answer>(recorder: Recorder, given: InboundOptions<Request>, handler: (request: Request, ...rest: Rest) => Answer): (request: Request, ...rest: Rest) => Answer {
  return (request, ...rest) => {
    const start = begun(recorder, given, request, request.headers.get("traceparent"));
    if (start === undefined) return handler(request, ...rest);
    return recorder.trace(start.feature, start.options, () => handler(request, ...rest));
  };
}
