/**
 * Exchanges whose end has not been seen. A body the app never reads to its end is settled when its Response is collected, or at the latest
 * when the recorder closes or the process exits.
 */
import type { Exchange } from "./fetch-exchange.ts";

interface Held {
  readonly exchange: Exchange;
  readonly aborted: () => boolean;
  /** Held for a moment, see `#sweep`. */
  response: object | undefined;
  /** The sweep it was first seen in. */
  seen: boolean;
}

const SWEEP_MS = 1000;

export class OpenExchanges {
  readonly #open = new Map<Exchange, Held | undefined>();
  readonly #collected = new FinalizationRegistry<Held>((held) => leave(held));
  #timer: NodeJS.Timeout | undefined;

  add(exchange: Exchange): void {
    this.#open.set(exchange, undefined);
  }
  delete(exchange: Exchange): void {
    this.#open.delete(exchange);
  }
  /** The Response is with the app now. */
  watch(response: object, exchange: Exchange, aborted: () => boolean): void {
    if (exchange.settled) return;
    this.#open.set(exchange, { exchange, aborted, response, seen: false });
    this.#timer ??= setInterval(() => this.#sweep(), SWEEP_MS).unref();
  }
  /** True when a recorded request to this address (query aside) is waiting for the end of its answer. */
  isAsking(url: string): boolean {
    const wanted = withoutQuery(url);
    for (const exchange of this.#open.keys()) if (withoutQuery(exchange.url) === wanted) return true;
    return false;
  }
  /** Settle what has an answer; a request still waiting for one stays open, which is what it is. */
  leaveAll(): void {
    clearInterval(this.#timer);
    this.#timer = undefined;
    for (const held of this.#open.values()) if (held !== undefined) leave(held);
  }

  /**
   * Have the garbage collector tell of Responses that are open for a second or more. Not of each one as it comes: what is registered survives until
   * the next full collection, with everything it refers to, and that alone would cost more than the rest of the recording.
   */
  #sweep(): void {
    let waiting = 0;
    for (const held of this.#open.values()) {
      if (held?.response === undefined) continue;
      if (held.seen) {
        this.#collected.register(held.response, held);
        held.response = undefined;
      } else {
        held.seen = true;
        waiting += 1;
      }
    }
    if (waiting > 0) return;
    clearInterval(this.#timer);
    this.#timer = undefined;
  }
}

/** With the default port and escapes written one way. */
function withoutQuery(url: string): string {
  try {
    const { origin, pathname } = new URL(url);
    return `${origin}${pathname}`;
  } catch {
    return url;
  }
}

function leave({ exchange, aborted }: Held): void {
  exchange.settle(aborted() ? "aborted" : exchange.hasBytes ? "cancelled" : "unread");
}
