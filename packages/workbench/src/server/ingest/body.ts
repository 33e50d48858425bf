/**
 * A request's body with its content encoding undone, within limits that count what comes out. A bomb is told by how much more comes out than went in, long before it is large.
 */
import { createGunzip, createInflate } from "node:zlib";
import { Readable } from "node:stream";
import type { Context } from "hono";
import { refusal } from "../refusal.ts";

/** What honest text compresses to, and then some: recordings reach about 30. */
const RATIO = 250;
const RATIO_FROM_BYTES = 2 * 1024 * 1024;
/** Bytes of all bodies that are being read. */
const IN_FLIGHT_BYTES = 160 * 1024 * 1024;
let inFlight = 0;

/** @returns the bytes, in a buffer of their own, or the answer that refuses them */
export async function bodyOf(context: Context, maxBytes: number): Promise<Uint8Array | Response> {
  const encoding = (context.req.header("content-encoding") ?? "identity").trim().toLowerCase();
  if (!["identity", "gzip", "deflate"].includes(encoding)) return refusal(415, "REQUEST_INVALID", "only gzip and deflate are undone here", "Send it with `Content-Encoding: gzip`, or as it is.", { "accept-encoding": "gzip, deflate" });
  const declared = Number(context.req.header("content-length") ?? "0");
  if (declared > maxBytes) return tooLarge(maxBytes);
  const { body } = context.req.raw;
  if (body === null) return new Uint8Array(0);
  let sent = 0;
  let taken = 0;
  const release = (): void => void (inFlight -= taken);
  try {
    const source = Readable.fromWeb(body);
    let plain: Readable = source;
    if (encoding !== "identity") {
      const unpacked = encoding === "gzip" ? createGunzip() : createInflate();
      source.on("data", (chunk: Uint8Array) => (sent += chunk.length));
      source.on("error", (error) => unpacked.destroy(error));
      plain = source.pipe(unpacked);
    }
    const chunks: Uint8Array[] = [];
    for await (const chunk of plain as AsyncIterable<Uint8Array>) {
      taken += chunk.length;
      inFlight += chunk.length;
      if (taken > maxBytes || (taken > RATIO_FROM_BYTES && encoding !== "identity" && taken > sent * RATIO)) {
        source.destroy();
        return tooLarge(maxBytes);
      }
      if (inFlight > IN_FLIGHT_BYTES) {
        source.destroy();
        return refusal(503, "STORE_LOCKED", "more is being sent than can be taken in", "Send it again in a moment.", { "retry-after": "1" });
      }
      chunks.push(chunk);
    }
    return joined(chunks, taken);
  } catch {
    return refusal(400, "REQUEST_INVALID", "the body ended early, or is not in the encoding it names", "Send it again.");
  } finally {
    release();
  }
}

/** Not from Node's pool: it is handed to another thread whole. */
function joined(chunks: readonly Uint8Array[], bytes: number): Uint8Array {
  const whole = new Uint8Array(bytes);
  let at = 0;
  for (const chunk of chunks) {
    whole.set(chunk, at);
    at += chunk.length;
  }
  return whole;
}

const tooLarge = (maxBytes: number): Response => refusal(413, "REQUEST_TOO_LARGE", `the body is larger than ${Math.floor(maxBytes / 1024)} KiB, or grows beyond reason when it is unpacked`, "Send less at once.");
