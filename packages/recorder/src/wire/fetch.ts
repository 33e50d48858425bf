/**
 * The `fetch` an app's clients call: calls of a model are recorded as they cross it, all others pass by.
 *
 * The request entry is in the journal before the request leaves; the response entry is there before the app gets the end of the body. Nothing of the
 * app's call changes: the same input and init go to the underlying `fetch`, its Response or its error come back.
 */
import type { Core } from "../capture/core.ts";
import type { Exchanges, Started } from "./exchanges.ts";
import { headerPairs } from "./fetch-headers.ts";
import { tapResponse } from "./fetch-response.ts";
import { targetOf, type FetchInput, type Target } from "./fetch-target.ts";
import type { NamedBase } from "./recognize.ts";
import { bodyAtHand, readBody, type ReadBody } from "./request-body.ts";

export type Fetch = typeof globalThis.fetch;

/**
 * @param underlying  what the app's calls go out through
 * @param bases       base URLs recorded whatever their path
 */
export function createFetch(core: Core, exchanges: Exchanges, underlying: Fetch, bases: readonly NamedBase[]): Fetch {
  const send = async (started: Started | undefined, target: Target, input: FetchInput, init: RequestInit | undefined): Promise<Response> => {
    if (started === undefined) return await underlying(input, init);
    let response: Response;
    try {
      response = await underlying(input, init);
    } catch (error) {
      exchanges.failed(started, error, started.isAborted() && !isTimeout(target.signal));
      throw error;
    }
    core.safely("record a response", () => {
      const { exchange, isAborted } = started;
      exchanges.answered(started, { status: response.status, headers: headerPairs(response.headers), contentType: response.headers.get("content-type") ?? "" });
      tapResponse(response, { exchange, failureState: () => (isAborted() ? "aborted" : "cut"), claimedBy: undefined });
      exchanges.open.watch(response, exchange, isAborted);
    });
    return response;
  };

  const readAndSend = async (target: Target, input: FetchInput, init: RequestInit | undefined): Promise<Response> => {
    let read: ReadBody;
    try {
      read = await readBody(input, init, exchanges.maxBodyBytes);
    } catch (cause) {
      core.problem({ code: "CAPTURE_FAILED", sentence: "a request's body could not be read ahead and its call is not recorded", fix: "Send the body as text or bytes.", cause, subject: "read ahead" });
      return await underlying(input, init);
    }
    return await send(exchanges.begin(target, read.sent), target, input, read.init);
  };

  return function fetch(input: FetchInput, init?: RequestInit): Promise<Response> {
    const target = core.safely("look at a request", () => targetOf(input, init, bases));
    if (target === undefined) return underlying(input, init);
    const sent = core.safely("look at a request's body", () => bodyAtHand(input, init));
    return sent === undefined ? readAndSend(target, input, init) : send(exchanges.begin(target, sent), target, input, init);
  };
}

/** `AbortSignal.timeout`: nobody changed their mind, the answer did not come. */
const isTimeout = (signal: AbortSignal | undefined): boolean => (signal?.reason as { name?: unknown } | undefined)?.name === "TimeoutError";
