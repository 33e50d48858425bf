/** How calls can end, each done to a recorded exchange with and without a recorder; what the journal must say of it is known beforehand. */
import { clientOf, isStream, type Fetch } from "./calls.ts";
import type { Exchange } from "./exchange.ts";

export interface Ending {
  readonly name: string;
  /** Words for the provider. */
  readonly how: string;
  /** Whether the ending can happen to this exchange. */
  readonly fits: (exchange: Exchange) => boolean;
  /** States of the attempts, in order. */
  readonly states: readonly string[];
  /** Does it, and gives what the app saw: an error's name, or a word. */
  readonly run: (fetch: Fetch, base: string, exchange: Exchange) => Promise<string>;
}

const post = (exchange: Exchange, signal?: AbortSignal): RequestInit => ({ method: "POST", headers: { "content-type": "application/json" }, body: exchange.request_body, ...(signal === undefined ? {} : { signal }) });
const isLong = ({ response_body_raw, response_status }: Exchange): boolean => response_status === 200 && response_body_raw.length > 300;
const isStreamed = (exchange: Exchange): boolean => exchange.stream && isLong(exchange);
const outcome = async (run: () => Promise<unknown>): Promise<string> => {
  try {
    return String(await run());
  } catch (error) {
    return (error as Error).name;
  }
};

export const endings: readonly Ending[] = [
  {
    name: "abort before the answer's end",
    how: "stall",
    fits: isLong,
    states: ["aborted"],
    run: (fetch, base, exchange) =>
      outcome(async () => {
        const controller = new AbortController();
        const response = await fetch(`${base}${exchange.path}`, post(exchange, controller.signal));
        const reader = response.body?.getReader();
        await reader?.read();
        controller.abort();
        for (;;) if ((await reader?.read())?.done !== false) return "ended";
      }),
  },
  {
    name: "abort while text() waits",
    how: "stall",
    fits: isLong,
    states: ["aborted"],
    run: (fetch, base, exchange) =>
      outcome(async () => {
        const controller = new AbortController();
        const response = await fetch(`${base}${exchange.path}`, post(exchange, controller.signal));
        setTimeout(() => controller.abort(), 5);
        return await response.text();
      }),
  },
  {
    name: "cancel of the reader",
    how: "stall",
    fits: isLong,
    states: ["cancelled"],
    run: (fetch, base, exchange) =>
      outcome(async () => {
        const response = await fetch(`${base}${exchange.path}`, post(exchange));
        const reader = response.body?.getReader();
        await reader?.read();
        await reader?.cancel();
        return "cancelled";
      }),
  },
  {
    name: "break out of the client's stream",
    how: "stall",
    fits: (exchange) => isStreamed(exchange) && clientOf(exchange) !== undefined,
    states: ["cancelled"],
    run: (fetch, base, exchange) =>
      outcome(async () => {
        const stream = await clientOf(exchange)?.(fetch, base, exchange);
        if (!isStream(stream)) return "no stream";
        for await (const chunk of stream) {
          void chunk;
          break;
        }
        return "broke";
      }),
  },
  {
    name: "cut by the wire",
    how: "cut",
    fits: isLong,
    states: ["cut"],
    run: (fetch, base, exchange) =>
      outcome(async () => {
        const response = await fetch(`${base}${exchange.path}`, post(exchange));
        return await response.text();
      }),
  },
  {
    name: "cut by the wire, 37-byte pieces, gzip",
    how: "cut+pieces+gzip",
    fits: isLong,
    states: ["cut"],
    run: (fetch, base, exchange) =>
      outcome(async () => {
        const response = await fetch(`${base}${exchange.path}`, post(exchange));
        const reader = response.body?.getReader();
        for (;;) if ((await reader?.read())?.done !== false) return "ended";
      }),
  },
  {
    name: "429, then the client's retry",
    how: "busy",
    fits: (exchange) => isLong(exchange) && clientOf(exchange) !== undefined,
    // The clients don't read the body of an answer they retry, they cancel it.
    states: ["cancelled", "complete"],
    run: (fetch, base, exchange) =>
      outcome(async () => {
        const answer = await clientOf(exchange)?.(fetch, base, exchange, { maxRetries: 1 });
        if (!isStream(answer)) return JSON.stringify(answer).length;
        let chunks = 0;
        for await (const chunk of answer) chunks += chunk === undefined ? 0 : 1;
        return chunks;
      }),
  },
  {
    name: "429, then the app's own retry",
    how: "busy",
    fits: isLong,
    states: ["complete", "complete"],
    run: (fetch, base, exchange) =>
      outcome(async () => {
        await (await fetch(`${base}${exchange.path}`, post(exchange))).text();
        return (await (await fetch(`${base}${exchange.path}`, post(exchange))).text()).length;
      }),
  },
  {
    name: "headers only, never read",
    how: "whole",
    fits: isLong,
    states: ["unread"],
    run: (fetch, base, exchange) =>
      outcome(async () => {
        const response = await fetch(`${base}${exchange.path}`, post(exchange));
        kept.push(response);
        return response.status;
      }),
  },
  {
    name: "no connection",
    how: "nowhere",
    fits: isLong,
    states: ["failed"],
    run: (fetch, base, exchange) => outcome(() => fetch(`${base.replace(/:\d+/, ":1")}${exchange.path}`, post(exchange))),
  },
];
/** Unread responses stay reachable until the recorder is closed. */
const kept: Response[] = [];
