/**
 * The provider of `bench/fidelity.ts`, in a process of its own: replays recorded responses over a loopback socket. What to replay and how stands in the
 * path, `/x/<run>/<exchange id>/<how>/…`, so that the rest of the path is the recorded one. `how` is words joined by `+`:
 * `pieces` (37 bytes at a time, each its own write) · `gzip` · `stall` (the first half, then silence) · `cut` (the first half, then the socket is destroyed) ·
 * `busy` (429 the first time it is asked).
 *
 * Prints its port; ends when its parent does. `x-received` is the hash of the request body that arrived.
 */
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { createServer, type ServerResponse } from "node:http";
import { setImmediate as turn } from "node:timers/promises";
import { gzipSync } from "node:zlib";
import type { Exchange } from "./exchange.ts";

const PIECE_BYTES = 37;
const exchanges = new Map(
  readFileSync(process.argv[2] ?? "", "utf8")
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => JSON.parse(line) as Exchange)
    .map((exchange) => [exchange.id, exchange]),
);
const busy = new Set<string>();

const server = createServer((request, response) => {
  const chunks: Buffer[] = [];
  request.on("data", (chunk: Buffer) => void chunks.push(chunk));
  request.on("end", () => answer(request.url ?? "", Buffer.concat(chunks), response));
});

function answer(path: string, body: Buffer, response: ServerResponse): void {
  const [, , run = "", id = "", how = ""] = path.split("/");
  const exchange = exchanges.get(id);
  const received = createHash("sha256").update(body).digest("hex");
  if (exchange === undefined) response.writeHead(404).end();
  else if (how.includes("busy") && !busy.has(run)) {
    busy.add(run);
    response.writeHead(429, { "content-type": "application/json", "retry-after-ms": "1", "x-received": received }).end('{"error":{"message":"slow down","type":"rate_limit_error"}}');
  } else replay(response, exchange, how, received).catch(() => response.destroy());
}

async function replay(response: ServerResponse, exchange: Exchange, how: string, received: string): Promise<void> {
  const body = Buffer.from(exchange.response_body_raw, exchange.response_body_encoding);
  const sent = how.includes("gzip") ? gzipSync(body) : body;
  const half = sent.subarray(0, Math.ceil(sent.length / 2));
  response.writeHead(exchange.response_status, {
    "content-type": exchange.response_headers["content-type"] ?? contentTypeOf(exchange),
    "x-request-id": exchange.id,
    "x-received": received,
    ...(how.includes("gzip") ? { "content-encoding": "gzip" } : {}),
  });
  const isHalf = how.includes("stall") || how.includes("cut");
  await write(response, isHalf ? half : sent, how.includes("pieces") ? PIECE_BYTES : sent.length);
  if (how.includes("stall")) return;
  if (how.includes("cut")) {
    // Let the half arrive before the connection breaks.
    await new Promise((resolve) => setTimeout(resolve, 5));
    response.destroy();
  } else response.end();
}

/** Some recordings lost the header. */
const contentTypeOf = ({ stream, response_body_encoding }: Exchange): string => (response_body_encoding === "base64" ? "application/vnd.amazon.eventstream" : stream ? "text/event-stream" : "application/json");

async function write(response: ServerResponse, bytes: Buffer, pieceBytes: number): Promise<void> {
  response.socket?.setNoDelay(true);
  response.flushHeaders();
  for (let at = 0; at < bytes.length; at += pieceBytes) {
    if (!response.write(bytes.subarray(at, at + pieceBytes))) await new Promise((resolve) => response.once("drain", resolve));
    await turn();
  }
}

server.listen(0, "127.0.0.1", () => console.log(String((server.address() as { port: number }).port)));
process.stdin.on("end", () => process.exit(0)).resume();
