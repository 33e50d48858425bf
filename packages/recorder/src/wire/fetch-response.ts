/**
 * The app's Response, read under our eyes.
 *
 * It is the very object the platform made: status, headers, url, type and identity are its own. Only what reads the body is set on the instance, and nothing is
 * read before the app reads.
 */
import { Readable } from "node:stream";
import { unreachable } from "../format/entries.ts";
import { readAll, Watched, type Tap } from "./watched-body.ts";

/** @returns the same Response */
export function tapResponse(response: Response, tap: Tap): Response {
  if (response.body === null) tap.exchange.settle("ended");
  else new TappedBody(response, tap).install();
  return response;
}

const READERS = ["text", "json", "arrayBuffer", "blob", "formData", "bytes"] as const;
type Reader = (typeof READERS)[number];

/** What the class of the Response itself does; of the platform's class, or of another `fetch` the app brought. */
interface Original {
  readonly body: () => ReadableStream<Uint8Array> | null;
  readonly bodyUsed: () => boolean;
  readonly clone: () => Response;
  readonly read: (name: Reader) => Promise<unknown>;
  readonly has: (name: Reader) => boolean;
}

class TappedBody {
  readonly #response: Response;
  readonly #tap: Tap;
  readonly #original: Original;
  /** What the app got from `body`, once it asked. */
  #watched: Watched | undefined;

  constructor(response: Response, tap: Tap) {
    this.#response = response;
    this.#tap = tap;
    this.#original = originalOf(response);
  }

  install(): void {
    const properties: PropertyDescriptorMap = {
      body: { configurable: true, get: () => this.#body() },
      bodyUsed: { configurable: true, get: () => this.#original.bodyUsed() || (this.#watched !== undefined && isDisturbed(this.#watched.stream)) },
      clone: { configurable: true, writable: true, value: () => this.#clone() },
    };
    for (const name of READERS) {
      if (this.#original.has(name)) properties[name] = { configurable: true, writable: true, value: () => this.#read(name) };
    }
    Object.defineProperties(this.#response, properties);
  }

  #body(): ReadableStream<Uint8Array> | null {
    if (this.#watched !== undefined) return this.#watched.stream;
    const body = this.#original.body();
    if (body === null || !isWebStream(body) || body.locked || this.#original.bodyUsed()) return body;
    this.#watched = new Watched(body, this.#tap, this.#response);
    return this.#watched.stream;
  }

  async #read(name: Reader): Promise<unknown> {
    const watched = this.#watched;
    const body = this.#original.body();
    let bytes: Uint8Array;
    if (watched !== undefined) {
      if (isTaken(watched.stream)) return await (spent() as unknown as Record<Reader, () => Promise<unknown>>)[name]();
      bytes = await readAll(watched.stream.getReader(), undefined);
    } else if (body === null || this.#original.bodyUsed()) return await this.#original.read(name);
    else if (!isWebStream(body)) bytes = await this.#recorded(this.#original.read("arrayBuffer") as Promise<ArrayBuffer>);
    else if (body.locked) return await this.#original.read(name);
    else bytes = await readAll(body.getReader(), this.#tap);
    return await finish(name, bytes, this.#response);
  }

  /** For a `fetch` whose bodies are no web streams: whole or not at all. */
  async #recorded(whole: Promise<ArrayBuffer>): Promise<Uint8Array> {
    const { exchange, failureState } = this.#tap;
    try {
      const bytes = new Uint8Array(await whole);
      exchange.received(bytes);
      exchange.settle("ended");
      return bytes;
    } catch (error) {
      exchange.settle(failureState(), error);
      throw error;
    }
  }

  #clone(): Response {
    const watched = this.#watched;
    if (watched !== undefined && isTaken(watched.stream)) return spent().clone();
    const copy = this.#original.clone();
    // As on the platform, the stream handed out before is spent now.
    watched?.stream.getReader();
    this.#watched = undefined;
    return tapResponse(copy, this.#tap);
  }
}

const utf8 = new TextDecoder();

/** What the platform's method of that name makes of the bytes. */
async function finish(name: Reader, bytes: Uint8Array, response: Response): Promise<unknown> {
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
      return name === "blob" ? await whole.blob() : await whole.formData();
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

function originalOf(response: Response): Original {
  const getterOf = (name: string): (() => unknown) => {
    for (let holder: object | null = response; holder !== null; holder = Object.getPrototypeOf(holder) as object | null) {
      const descriptor = Object.getOwnPropertyDescriptor(holder, name);
      if (descriptor?.get !== undefined) return descriptor.get.bind(response);
      if (descriptor !== undefined) return () => descriptor.value as unknown;
    }
    return () => undefined;
  };
  const methods = response as unknown as Record<Reader | "clone", (() => unknown) | undefined>;
  const kept = new Map<Reader, () => unknown>();
  for (const name of READERS) {
    const method = methods[name];
    if (typeof method === "function") kept.set(name, method);
  }
  const body = getterOf("body");
  const bodyUsed = getterOf("bodyUsed");
  const clone = methods.clone;
  return {
    body: () => (body() ?? null) as ReadableStream<Uint8Array> | null,
    bodyUsed: () => bodyUsed() === true,
    clone: () => clone?.call(response) as Response,
    read: (name) => kept.get(name)?.call(response) as Promise<unknown>,
    has: (name) => kept.has(name),
  };
}
