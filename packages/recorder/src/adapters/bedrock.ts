/**
 * Records the AWS SDK's Bedrock client, which has an HTTP stack of its own, through its middleware: the request as signed, each attempt, and the bytes of the answer
 * before the SDK reads them, the binary event stream included.
 *
 * ```ts
 * const client = recordBedrock(new BedrockRuntimeClient({ region }), recorder);
 * ```
 */
import { Readable } from "node:stream";
import type { Internals } from "../capture/recorder.ts";
import type { Exchanges, Started } from "../wire/exchanges.ts";
import { headerPairs } from "../wire/fetch-headers.ts";
import type { Target } from "../wire/fetch-target.ts";
import { recognize } from "../wire/recognize.ts";
import type { SentBody } from "../wire/request-body.ts";
import { Watched } from "../wire/watched-body.ts";
import { WatchedReadable } from "./watched-readable.ts";

/** What of the AWS SDK's types is used here; the SDK itself is not a dependency. */
export interface MiddlewareStack {
  add(middleware: never, options: { readonly step: "deserialize"; readonly priority: "low"; readonly name: string; readonly override: boolean }): void;
}
export interface BedrockPlugin {
  applyToStack(stack: MiddlewareStack): void;
}
/** Any recorder made by `createRecorder`. */
export interface HasInternals {
  readonly internals: Internals;
}

interface HttpRequest {
  readonly method: string;
  readonly protocol: string;
  readonly hostname: string;
  readonly port?: number;
  readonly path: string;
  readonly query?: Readonly<Record<string, string | readonly string[] | null>>;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: unknown;
}
interface HttpResponse {
  readonly statusCode: number;
  readonly headers: Readonly<Record<string, string>>;
  body?: unknown;
}
type Handler = (args: { readonly request: unknown }) => Promise<{ readonly response: unknown }>;

/** For `client.middlewareStack.use(…)`. */
export function bedrockMiddleware(recorder: HasInternals): BedrockPlugin {
  const { core, exchanges, baseUrls } = recorder.internals;
  const middleware =
    (next: Handler): Handler =>
    async (args) => {
      const started = core.safely("look at a Bedrock request", () => {
        const target = targetOf(args.request as HttpRequest, baseUrls);
        return target === undefined ? undefined : exchanges.begin(target, sentBody((args.request as HttpRequest).body));
      });
      if (started === undefined) return next(args);
      let result: { readonly response: unknown };
      try {
        result = await next(args);
      } catch (error) {
        exchanges.failed(started, error, (error as { name?: unknown } | null)?.name === "AbortError");
        throw error;
      }
      core.safely("record a Bedrock response", () => answered(exchanges, started, result.response as HttpResponse));
      return result;
    };
  // Innermost of the stack: the request is signed, the response is not read yet.
  return { applyToStack: (stack) => stack.add(middleware as never, { step: "deserialize", priority: "low", name: "whysaid", override: true }) };
}

/** @returns the same client, recorded from now on */
export function recordBedrock<Client extends { readonly middlewareStack: { use(plugin: never): void } }>(client: Client, recorder: HasInternals): Client {
  client.middlewareStack.use(bedrockMiddleware(recorder) as never);
  return client;
}

function targetOf(request: HttpRequest, baseUrls: Internals["baseUrls"]): Target | undefined {
  const port = request.port === undefined ? "" : `:${request.port}`;
  const query = new URLSearchParams(Object.entries(request.query ?? {}).flatMap(([name, value]) => [value ?? ""].flat().map((one): [string, string] => [name, one]))).toString();
  const url = `${request.protocol}//${request.hostname}${port}${request.path}${query === "" ? "" : `?${query}`}`;
  const headers = new Map(headerPairs(request.headers));
  const header = (name: string): string | null => headers.get(name) ?? null;
  const recognized = recognize({ method: request.method, url, header }, baseUrls);
  if (recognized === null || !recognized.generates) return undefined;
  return { url, method: request.method, headers: request.headers, header, signal: undefined, recognized };
}

function sentBody(body: unknown): SentBody {
  if (body === undefined || body === null || body === "") return { form: "none" };
  if (typeof body === "string") return { form: "text", text: body };
  if (body instanceof Uint8Array) return { form: "bytes", bytes: body };
  // A two-way stream: what the app will say is not known yet.
  return { form: "unknown" };
}

function answered(exchanges: Exchanges, started: Started, response: HttpResponse): void {
  const { exchange, isAborted } = started;
  const { body } = response;
  exchanges.answered(started, { status: response.statusCode, headers: headerPairs(response.headers), contentType: response.headers["content-type"] ?? "" });
  if (body instanceof Readable) response.body = new WatchedReadable(body, exchange);
  else if (body instanceof ReadableStream) response.body = new Watched(body as ReadableStream<Uint8Array>, { exchange, failureState: () => "cut", claimedBy: undefined }, response).stream;
  else {
    if (body instanceof Uint8Array) exchange.received(body);
    else if (typeof body === "string") exchange.received(Buffer.from(body));
    exchange.settle("ended");
    return;
  }
  exchanges.open.watch(response.body as object, exchange, isAborted);
}
