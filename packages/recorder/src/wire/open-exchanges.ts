/**
 * Exchanges whose end has not been seen. A body the app never reads to its end is settled when its Response is collected, or at the latest
 * when the recorder closes or the process exits.
 */
import type { Exchange } from "./fetch-exchange.ts";

interface Held {
  readonly exchange: Exchange;
  readonly aborted: () => boolean;
}

export class OpenExchanges {
  readonly #open = new Map<Exchange, Held | undefined>();
  readonly #collected = new FinalizationRegistry<Held>((held) => leave(held));

  add(exchange: Exchange): void {
    this.#open.set(exchange, undefined);
  }
  delete(exchange: Exchange): void {
    this.#open.delete(exchange);
  }
  /** The Response is with the app now. */
  watch(response: Response, exchange: Exchange, aborted: () => boolean): void {
    if (exchange.settled) return;
    const held = { exchange, aborted };
    this.#open.set(exchange, held);
    this.#collected.register(response, held);
  }
  /** Settle what has an answer; a request still waiting for one stays open, which is what it is. */
  leaveAll(): void {
    for (const held of this.#open.values()) if (held !== undefined) leave(held);
  }
}

function leave({ exchange, aborted }: Held): void {
  exchange.settle(aborted() ? "aborted" : exchange.hasBytes ? "cancelled" : "unread");
}
