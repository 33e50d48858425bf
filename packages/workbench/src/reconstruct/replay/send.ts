/** One request over HTTP to a checked address. Redirects are answers like any other: they are never followed. */
import { request as httpRequest, type IncomingHttpHeaders } from "node:http";
import { request as httpsRequest } from "node:https";
import { performance } from "node:perf_hooks";
import { WhysaidError } from "@whysaid/recorder/format";
import type { Target } from "./target.ts";

export interface WireAnswer {
  readonly status: number;
  readonly contentType: string | null;
  /** Text; bytes where the type says that it is none. */
  readonly body: string | Uint8Array;
  readonly durationMs: number;
}

const TIMEOUT_MS = 120_000;
const MAX_BYTES = 32 * 1024 * 1024;

/** @throws WhysaidError `REPLAY_UNREACHABLE` */
export async function send(target: Target, headers: Readonly<Record<string, string>>, body: string, timeoutMs: number = TIMEOUT_MS): Promise<WireAnswer> {
  const startedMs = performance.now();
  const { url, address, family } = target;
  const start = url.protocol === "https:" ? httpsRequest : httpRequest;
  const bytes = Buffer.from(body, "utf8");
  return new Promise((resolve, reject) => {
    const fail = (cause: NodeJS.ErrnoException): void =>
      reject(new WhysaidError("REPLAY_UNREACHABLE", `${url.host} did not answer: ${cause.code ?? "connection lost"}`, { fix: "Check that it is up, or name another base URL with --target.", cause }));
    const outgoing = start(
      url,
      {
        method: "POST",
        headers: { ...headers, "content-length": String(bytes.length) },
        // The name was resolved and checked before; asking again could give another address.
        lookup: (_host, options, done) => (options.all === true ? done(null, [{ address, family }]) : done(null, address, family)),
        signal: AbortSignal.timeout(timeoutMs),
        agent: false,
      },
      (incoming) => {
        const chunks: Buffer[] = [];
        let size = 0;
        incoming.on("data", (chunk: Buffer) => {
          size += chunk.length;
          if (size > MAX_BYTES) outgoing.destroy(Object.assign(new Error("too large"), { code: "ANSWER_TOO_LARGE" }));
          else chunks.push(chunk);
        });
        incoming.on("error", fail);
        incoming.on("end", () => resolve({ status: incoming.statusCode ?? 0, contentType: typeOf(incoming.headers), body: bodyOf(Buffer.concat(chunks), incoming.headers), durationMs: Math.round(performance.now() - startedMs) }));
      },
    );
    outgoing.on("error", fail);
    outgoing.end(bytes);
  });
}

const typeOf = (headers: IncomingHttpHeaders): string | null => headers["content-type"] ?? null;
const bodyOf = (bytes: Buffer, headers: IncomingHttpHeaders): string | Uint8Array => (typeOf(headers)?.includes("amazon.eventstream") === true ? bytes : bytes.toString("utf8"));
