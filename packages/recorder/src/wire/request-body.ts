/**
 * A request's body as it will stand on the wire. What is text or bytes already is read where it lies; what can be read only once is read whole
 * and handed on as the same bytes, because the request is recorded before it leaves.
 */
import type { FetchInput } from "./fetch-target.ts";
import { isRequest } from "./fetch-target.ts";

export type SentBody =
  | { readonly form: "none" }
  /** A lone surrogate is sent as U+FFFD, and stored bytes come back that way too. */
  | { readonly form: "text"; readonly text: string }
  | { readonly form: "bytes"; readonly bytes: Uint8Array }
  | { readonly form: "too-large"; readonly byteLength: number }
  /** Still being written when the request leaves. */
  | { readonly form: "unknown" };

/** Undefined when the body has to be waited for. */
export function bodyAtHand(input: FetchInput, init: RequestInit | undefined): SentBody | undefined {
  const body: unknown = init?.body ?? undefined;
  if (body === undefined) return isRequest(input) && input.body !== null && !input.bodyUsed ? undefined : { form: "none" };
  if (typeof body === "string") return { form: "text", text: body };
  if (body instanceof URLSearchParams) return { form: "text", text: body.toString() };
  if (body instanceof ArrayBuffer) return { form: "bytes", bytes: new Uint8Array(body) };
  if (ArrayBuffer.isView(body)) return { form: "bytes", bytes: new Uint8Array(body.buffer, body.byteOffset, body.byteLength) };
  if (body instanceof Blob || body instanceof FormData || body instanceof ReadableStream || isAsyncIterable(body)) return undefined;
  // Anything else is sent as its text.
  return { form: "text", text: (body as { toString(): string }).toString() };
}

export interface ReadBody {
  readonly sent: SentBody;
  /** What to call the underlying `fetch` with, now that the body has been read. */
  readonly init: RequestInit | undefined;
}

/** Read a body that is not at hand. Throws what reading it threw; the call is then left to `fetch` as it came. */
export async function readBody(input: FetchInput, init: RequestInit | undefined, maxBytes: number): Promise<ReadBody> {
  const body: unknown = init?.body ?? undefined;
  if (body instanceof Blob) {
    if (body.size > maxBytes) return { sent: { form: "too-large", byteLength: body.size }, init };
    return { sent: { form: "bytes", bytes: new Uint8Array(await body.arrayBuffer()) }, init };
  }
  if (body instanceof FormData) {
    // The platform draws the boundary anew each time; written once, what is kept is what is sent.
    const encoded = new Response(body);
    const bytes = new Uint8Array(await encoded.arrayBuffer());
    const headers = new Headers(init?.headers ?? (isRequest(input) ? input.headers : undefined));
    if (!headers.has("content-type")) headers.set("content-type", encoded.headers.get("content-type") ?? "");
    return { sent: bytes.length > maxBytes ? { form: "too-large", byteLength: bytes.length } : { form: "bytes", bytes }, init: { ...init, headers, body: bytes } };
  }
  if (body instanceof ReadableStream || isAsyncIterable(body)) return readStream(body as AsyncIterable<Uint8Array>, init, maxBytes);
  if (isRequest(input)) {
    const bytes = new Uint8Array(await input.clone().arrayBuffer());
    return { sent: bytes.length > maxBytes ? { form: "too-large", byteLength: bytes.length } : { form: "bytes", bytes }, init };
  }
  return { sent: { form: "none" }, init };
}

/**
 * Read a stream whole and send its chunks on as a stream, so that the server sees the same transfer. Over the limit, after an abort or an error of the
 * stream's, what is left of it is passed through for `fetch` to meet.
 */
async function readStream(body: AsyncIterable<Uint8Array>, init: RequestInit | undefined, maxBytes: number): Promise<ReadBody> {
  const iterator = body[Symbol.asyncIterator]();
  const { signal } = init ?? {};
  const read = new AbortController();
  const aborted = new Promise<undefined>((resolve) => signal?.addEventListener("abort", () => resolve(undefined), { once: true, signal: read.signal }));
  const chunks: Uint8Array[] = [];
  let length = 0;
  let next: Promise<IteratorResult<Uint8Array>> | undefined;
  let done = false;
  try {
    while (!done && length <= maxBytes) {
      if (signal?.aborted === true) break;
      next = iterator.next();
      const result = await Promise.race([next, aborted]);
      if (result === undefined) break;
      next = undefined;
      if (result.done === true) done = true;
      else {
        chunks.push(result.value);
        length += result.value.byteLength;
      }
    }
  } catch {
    // `next` has failed and fails again when `fetch` asks for it.
  }
  read.abort();
  let sentChunks = 0;
  const again = new ReadableStream<Uint8Array>({
    async pull(controller) {
      const chunk = chunks[sentChunks];
      sentChunks += 1;
      if (chunk !== undefined) return controller.enqueue(chunk);
      if (done) return controller.close();
      const result = await (next ?? iterator.next());
      next = undefined;
      if (result.done === true) controller.close();
      else controller.enqueue(result.value);
    },
    async cancel(reason) {
      if (!done) await iterator.return?.(reason);
    },
  });
  const resent: RequestInit = { ...init, body: again, duplex: "half" };
  return { sent: length > maxBytes ? { form: "too-large", byteLength: length } : { form: "bytes", bytes: Buffer.concat(chunks) }, init: resent };
}

const isAsyncIterable = (value: unknown): boolean => typeof value === "object" && value !== null && Symbol.asyncIterator in value;
