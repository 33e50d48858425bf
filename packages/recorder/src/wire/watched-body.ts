/** A body of the platform's, read under our eyes: as the stream the app gets, or whole. */
import type { Exchange } from "./fetch-exchange.ts";

/** How a read that failed ended: by the app's own signal, or on the wire. */
export type FailureState = () => "aborted" | "cut";

export interface Tap {
  readonly exchange: Exchange;
  readonly failureState: FailureState;
  /** Of several copies (`clone()`), the first to be read is the one that is recorded. */
  claimedBy: object | undefined;
}

/**
 * The app's stream over the platform's: each read of the one is one read of the other. It has no queue of its own, so that back-pressure, cancel
 * and errors pass through; no `tee()`, which would buffer for a reader that never comes, and no byte stream, whose BYOB paths differ between Node versions.
 */
export class Watched {
  readonly stream: ReadableStream<Uint8Array>;
  readonly #body: ReadableStream<Uint8Array>;
  readonly #tap: Tap;
  /** Lives as long as the stream: the platform cancels a body whose Response is collected unread. */
  readonly owner: object;
  #reader: ReadableStreamDefaultReader<Uint8Array> | undefined;
  #controller: ReadableStreamDefaultController<Uint8Array> | undefined;

  constructor(body: ReadableStream<Uint8Array>, tap: Tap, owner: object) {
    this.#body = body;
    this.#tap = tap;
    this.owner = owner;
    this.stream = new ReadableStream<Uint8Array>(
      {
        start: (controller) => void (this.#controller = controller),
        // Plain functions and one promise a chunk: this runs for every event of every stream.
        pull: () => this.#acquire().read().then(this.#onRead, this.#onError),
        cancel: (reason) => this.#cancel(reason),
      },
      { highWaterMark: 0 },
    );
  }

  /** Take the platform's stream; it stays untouched until somebody reads ours. */
  #acquire(): ReadableStreamDefaultReader<Uint8Array> {
    if (this.#reader !== undefined) return this.#reader;
    const reader = this.#body.getReader();
    this.#reader = reader;
    claim(this.#tap, this);
    // An abort between two reads reaches the app, and the journal, when it happens.
    reader.closed.catch(this.#onError);
    return reader;
  }

  readonly #onRead = (result: Awaited<ReturnType<ReadableStreamDefaultReader<Uint8Array>["read"]>>): void => {
    const exchange = claim(this.#tap, this);
    if (result.done) {
      exchange?.settle("ended");
      this.#controller?.close();
    } else {
      if (result.value instanceof Uint8Array) exchange?.received(result.value);
      this.#controller?.enqueue(result.value);
    }
  };

  readonly #onError = (error: unknown): void => {
    claim(this.#tap, this)?.settle(this.#tap.failureState(), error);
    this.#controller?.error(error);
  };

  async #cancel(reason: unknown): Promise<void> {
    claim(this.#tap, this)?.settle("cancelled");
    await this.#acquire().cancel(reason);
  }
}

function claim(tap: Tap, reader: object): Exchange | undefined {
  tap.claimedBy ??= reader;
  return tap.claimedBy === reader ? tap.exchange : undefined;
}

/** @param tap  undefined where what is read records itself */
export async function readAll(reader: ReadableStreamDefaultReader<Uint8Array>, tap: Tap | undefined): Promise<Uint8Array> {
  const exchange = tap === undefined ? undefined : claim(tap, reader);
  const chunks: Uint8Array[] = [];
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) break;
      if (!(value instanceof Uint8Array)) throw new TypeError("Received non-Uint8Array chunk");
      exchange?.received(value);
      chunks.push(value);
    }
  } catch (error) {
    if (tap !== undefined) exchange?.settle(tap.failureState(), error);
    throw error;
  }
  exchange?.settle("ended");
  const [only] = chunks;
  return chunks.length === 1 && only !== undefined ? only : Buffer.concat(chunks);
}
