/**
 * The app's Response, read under our eyes.
 *
 * It is the very object the platform made: status, headers, url, type and identity are its own. Only a prototype is put between it and its class, with what reads
 * the body; nothing is read before the app reads.
 */
import { Readable } from "node:stream";
import { unreachable } from "../format/entries.ts";
import { readAll, Watched, type Tap } from "./watched-body.ts";

/** @returns the same Response */
export function tapResponse(response: Response, tap: Tap): Response {
  if (response.body === null) {
    tap.exchange.settle("ended");
    return response;
  }
  const own = Object.getPrototypeOf(response) as Response;
  const between = betweens.get(own) ?? makeBetween(own);
  Object.defineProperty(response, TAPPED, { value: new TappedBody(response, own, tap), configurable: true });
  Object.setPrototypeOf(response, between);
  return response;
}

const TAPPED = Symbol("whysaid.tapped");
interface Tapped {
  readonly [TAPPED]: TappedBody;
}
const READERS = ["text", "json", "arrayBuffer", "blob", "formData", "bytes"] as const;
type Reader = (typeof READERS)[number];

/** By the class's prototype: the platform's, or that of another `fetch` the app brought. */
const betweens = new WeakMap<object, object>();

function makeBetween(own: object): object {
  const properties: PropertyDescriptorMap = {
    body: {
      configurable: true,
      get(this: Tapped) {
        return this[TAPPED].body();
      },
    },
    bodyUsed: {
      configurable: true,
      get(this: Tapped) {
        return this[TAPPED].bodyUsed();
      },
    },
    clone: {
      configurable: true,
      writable: true,
      value(this: Tapped) {
        return this[TAPPED].clone();
      },
    },
  };
  for (const name of READERS) {
    if (!(name in own)) continue;
    properties[name] = {
      configurable: true,
      writable: true,
      value(this: Tapped) {
        return this[TAPPED].read(name);
      },
    };
  }
  const between = Object.create(own, properties) as object;
  betweens.set(own, between);
  return between;
}

class TappedBody {
  readonly #response: Response;
  /** The prototype of the Response's class: what it does without us. */
  readonly #own: Response;
  readonly #tap: Tap;
  /** What the app got from `body`, once it asked. */
  #watched: Watched | undefined;

  constructor(response: Response, own: Response, tap: Tap) {
    this.#response = response;
    this.#own = own;
    this.#tap = tap;
  }

  body(): ReadableStream<Uint8Array> | null {
    if (this.#watched !== undefined) return this.#watched.stream;
    const body = this.#ownBody();
    if (body === null || !isWebStream(body) || body.locked || this.#ownBodyUsed()) return body;
    this.#watched = new Watched(body, this.#tap, this.#response);
    return this.#watched.stream;
  }

  bodyUsed(): boolean {
    return this.#ownBodyUsed() || (this.#watched !== undefined && isDisturbed(this.#watched.stream));
  }

  async read(name: Reader): Promise<unknown> {
    const watched = this.#watched;
    const body = this.#ownBody();
    let bytes: Uint8Array;
    if (watched !== undefined) {
      if (isTaken(watched.stream)) return await spent()[name as "text"]();
      bytes = await readAll(watched.stream.getReader(), undefined);
    } else if (body === null || this.#ownBodyUsed() || (isWebStream(body) && body.locked)) return await this.#own[name as "text"].call(this.#response);
    else if (isWebStream(body)) bytes = await readAll(body.getReader(), this.#tap);
    else bytes = await this.#readWhole();
    return finish(name, bytes, this.#response);
  }

  clone(): Response {
    const watched = this.#watched;
    if (watched !== undefined && isTaken(watched.stream)) return spent().clone();
    const copy = this.#own.clone.call(this.#response);
    // As on the platform, the stream handed out before is spent now.
    watched?.stream.getReader();
    this.#watched = undefined;
    return tapResponse(copy, this.#tap);
  }

  /** For a `fetch` whose bodies are no web streams: whole or not at all. */
  async #readWhole(): Promise<Uint8Array> {
    const { exchange, failureState } = this.#tap;
    try {
      const bytes = new Uint8Array(await this.#own.arrayBuffer.call(this.#response));
      exchange.received(bytes);
      exchange.settle("ended");
      return bytes;
    } catch (error) {
      exchange.settle(failureState(), error);
      throw error;
    }
  }

  #ownBody(): ReadableStream<Uint8Array> | null {
    return Reflect.get(this.#own, "body", this.#response) as ReadableStream<Uint8Array> | null;
  }
  #ownBodyUsed(): boolean {
    return Reflect.get(this.#own, "bodyUsed", this.#response);
  }
}

const utf8 = new TextDecoder();

/** What the platform's method of that name makes of the bytes. */
function finish(name: Reader, bytes: Uint8Array, response: Response): unknown {
  switch (name) {
    case "text":
      return utf8.decode(bytes);
    case "json":
      return JSON.parse(utf8.decode(bytes)) as unknown;
    case "bytes":
      return new Uint8Array(bytes);
    case "arrayBuffer":
      return new Uint8Array(bytes).buffer;
    case "blob":
    case "formData": {
      const contentType = response.headers.get("content-type");
      const whole = new Response(new Uint8Array(bytes), contentType === null ? {} : { headers: { "content-type": contentType } });
      return name === "blob" ? whole.blob() : whole.formData();
    }
    default:
      return unreachable(name);
  }
}

const isDisturbed = (stream: ReadableStream): boolean => Readable.isDisturbed(stream as unknown as Readable);
const isTaken = (stream: ReadableStream): boolean => stream.locked || isDisturbed(stream);
/** A Response whose body is taken: the platform refuses in its own words. */
function spent(): Response {
  const response = new Response("");
  response.body?.getReader();
  return response;
}
const isWebStream = (body: ReadableStream<Uint8Array>): boolean => typeof body.getReader === "function";
