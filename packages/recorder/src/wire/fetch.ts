/**
 * The `fetch` an app's clients call: calls of a model are recorded as they cross it, all others pass by.
 *
 * The request entry is in the journal before the request leaves; the response entry is there before the app gets the end of the body. Nothing of the
 * app's call changes: the same input and init go to the underlying `fetch`, its Response or its error come back.
 */
import { unreachable } from "../format/entries.ts";
import type { Core } from "../capture/core.ts";
import type { HeldBody } from "./body.ts";
import { noBody } from "./body.ts";
import { base64Body, textOf } from "./body-bytes.ts";
import type { BodyCache } from "./body-cache.ts";
import { isRetryable, retryCountOf, type Asked, type Attempt, type Attempts } from "./fetch-attempts.ts";
import { Exchange } from "./fetch-exchange.ts";
import { headerPairs } from "./fetch-headers.ts";
import { tapResponse } from "./fetch-response.ts";
import { keptUrl, targetOf, type FetchInput, type Target } from "./fetch-target.ts";
import type { OpenExchanges } from "./open-exchanges.ts";
import type { NamedBase } from "./recognize.ts";
import { bodyAtHand, readBody, type SentBody } from "./request-body.ts";
import type { RedactionScope } from "../redact/redactor.ts";

export type Fetch = typeof globalThis.fetch;

export interface FetchOptions {
  /** What the app's calls go out through. */
  readonly underlying: Fetch;
  readonly bases: readonly NamedBase[];
  readonly maxBodyBytes: number;
  readonly attempts: Attempts;
  readonly open: OpenExchanges;
  readonly bodies: BodyCache;
}

/** Bodies up to this length are compared to find a retry. */
const COMPARED_UNITS = 1 << 20;

interface Started {
  readonly exchange: Exchange;
  readonly asked: Asked;
}

export function createFetch(core: Core, options: FetchOptions): Fetch {
  const { underlying, bases, open, attempts } = options;

  const start = (target: Target, sent: SentBody): Started | undefined =>
    core.safely("record a request", () => {
      const ambient = core.ambient();
      const text = sent.form === "text" ? sent.text : sent.form === "bytes" ? textOf(sent.bytes) : undefined;
      const asked: Asked = { url: target.url, body: text !== undefined && text.length <= COMPARED_UNITS ? text : undefined, owner: ambient.owner };
      const retryCount = retryCountOf(target.header);
      const earlier = attempts.take(asked, retryCount, core.clock());
      const attempt: Attempt =
        earlier === undefined ? { trace: ambient.trace, span: core.newSpanId(), parent: ambient.parent, number: (retryCount ?? 0) + 1 } : { ...earlier, number: earlier.number + 1 };
      const body = heldRequest(sent, text, ambient.scope, options.bodies);
      const outgoing = { attempt, recognized: target.recognized, method: target.method, url: keptUrl(target.url), headers: headerPairs(target.headers), body, scope: ambient.scope };
      const exchange = new Exchange(core, outgoing, options.maxBodyBytes, (settled) => open.delete(settled));
      open.add(exchange);
      return { exchange, asked };
    });

  const answered = ({ exchange, asked }: Started, target: Target, response: Response): Response => {
    core.safely("record a response", () => {
      exchange.answered({ status: response.status, headers: headerPairs(response.headers), contentType: response.headers.get("content-type") ?? "" });
      if (isRetryable(response.status)) attempts.failed(asked, exchange.attempt, core.clock(), false);
      const aborted = (): boolean => target.signal?.aborted === true;
      tapResponse(response, { exchange, failureState: () => (aborted() ? "aborted" : "cut"), claimedBy: undefined });
      open.watch(response, exchange, aborted);
    });
    return response;
  };

  const failed = ({ exchange, asked }: Started, target: Target, error: unknown): void => {
    core.safely("record a failure", () => {
      const aborted = target.signal?.aborted === true && (target.signal.reason as { name?: unknown } | undefined)?.name !== "TimeoutError";
      attempts.failed(asked, exchange.attempt, core.clock(), aborted);
      exchange.settle(aborted ? "aborted" : "failed", error);
    });
  };

  const send = async (started: Started | undefined, target: Target, input: FetchInput, init: RequestInit | undefined): Promise<Response> => {
    if (started === undefined) return await underlying(input, init);
    let response: Response;
    try {
      response = await underlying(input, init);
    } catch (error) {
      failed(started, target, error);
      throw error;
    }
    return answered(started, target, response);
  };

  const readAndSend = async (target: Target, input: FetchInput, init: RequestInit | undefined): Promise<Response> => {
    const { sent, init: resent } = await readBody(input, init, options.maxBodyBytes);
    return await send(start(target, sent), target, input, resent);
  };

  return (input, init) => {
    const target = core.safely("look at a request", () => targetOf(input, init, bases));
    if (target === undefined) return underlying(input, init);
    const sent = core.safely("look at a request's body", () => bodyAtHand(input, init));
    return sent === undefined ? readAndSend(target, input, init) : send(start(target, sent), target, input, init);
  };
}

function heldRequest(sent: SentBody, text: string | undefined, scope: RedactionScope, bodies: BodyCache): HeldBody {
  switch (sent.form) {
    case "none":
      return noBody;
    case "too-large":
      return { form: "dropped", bytes: sent.byteLength, why: "too-large" };
    case "text":
    case "bytes": {
      if (text === undefined) return base64Body((sent as { bytes: Uint8Array }).bytes, scope, "input");
      const byteLength = sent.form === "bytes" ? sent.bytes.length : Buffer.byteLength(text);
      return { form: "text", bytes: byteLength, pieces: bodies.split(text, scope), channels: [] };
    }
    default:
      return unreachable(sent);
  }
}
