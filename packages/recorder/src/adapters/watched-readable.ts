/** A Node stream of a client that does not use `fetch`, read under our eyes: each read of ours is one of its own, errors and destruction pass through. */
import { Readable } from "node:stream";
import type { Exchange } from "../wire/fetch-exchange.ts";

export class WatchedReadable extends Readable {
  readonly #source: Readable;
  readonly #exchange: Exchange;
  #iterator: AsyncIterator<Uint8Array> | undefined;

  constructor(source: Readable, exchange: Exchange) {
    super({ highWaterMark: 0 });
    this.#source = source;
    this.#exchange = exchange;
  }

  override _read(): void {
    this.#iterator ??= this.#source[Symbol.asyncIterator]() as AsyncIterator<Uint8Array>;
    this.#iterator.next().then(
      ({ done, value }) => {
        if (done === true) this.#exchange.settle("ended");
        else this.#exchange.received(value);
        this.push(done === true ? null : value);
      },
      (error: Error) => {
        this.#exchange.settle(error.name === "AbortError" ? "aborted" : "cut", error);
        this.destroy(error);
      },
    );
  }

  override _destroy(error: Error | null, callback: (error?: Error | null) => void): void {
    this.#exchange.settle("cancelled");
    this.#source.destroy(error ?? undefined);
    callback(error);
  }
}
