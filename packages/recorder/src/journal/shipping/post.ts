/** One request to the server, by Node's own client: the app's `fetch` may be recorded, patched or mocked. Its sockets keep no process alive. */
import { Agent as HttpAgent, request as httpRequest } from "node:http";
import { Agent as HttpsAgent, request as httpsRequest } from "node:https";
import { promisify } from "node:util";
import { gzip } from "node:zlib";

export interface Posted {
  readonly status: number;
  /** Seconds, as `Retry-After` says them. */
  readonly retryAfterS: number | null;
  readonly body: unknown;
}
export interface Post {
  (path: string, contentType: string, body: Uint8Array): Promise<Posted>;
  close(): void;
}

const TIMEOUT_MS = 30_000;
const ANSWER_BYTES = 4 * 1024 * 1024;
const zipped = promisify(gzip);

/** @param isPatient  a socket that is in use may keep the process (the sidecar's own process) */
export function postTo(url: string, key: string | null, isPatient: boolean): Post {
  const base = new URL(url);
  const isSecure = base.protocol === "https:";
  const agent = isSecure ? new HttpsAgent({ keepAlive: true, maxSockets: 1 }) : new HttpAgent({ keepAlive: true, maxSockets: 1 });
  const isNear = /^(?:localhost|127\.|\[::1\])/.test(base.hostname);
  const prefix = base.pathname.replace(/\/+$/, "");
  const post = async (path: string, contentType: string, body: Uint8Array): Promise<Posted> => {
    const sent = isNear ? body : await zipped(body, { level: 1 });
    const headers = { "content-type": contentType, "content-length": String(sent.length), ...(isNear ? {} : { "content-encoding": "gzip" }), ...(key === null ? {} : { authorization: `Bearer ${key}` }) };
    return new Promise((resolve, reject) => {
      const request = (isSecure ? httpsRequest : httpRequest)({ protocol: base.protocol, hostname: base.hostname.replace(/^\[|\]$/g, ""), port: base.port, path: prefix + path, method: "POST", headers, agent, timeout: TIMEOUT_MS }, (response) => {
        const chunks: Buffer[] = [];
        let bytes = 0;
        response.on("data", (chunk: Buffer) => {
          bytes += chunk.length;
          if (bytes > ANSWER_BYTES) request.destroy(new Error("the answer is too long"));
          else chunks.push(chunk);
        });
        response.on("error", reject);
        response.on("end", () => resolve({ status: response.statusCode ?? 0, retryAfterS: secondsOf(response.headers["retry-after"]), body: jsonOf(Buffer.concat(chunks)) }));
      });
      request.on("socket", (socket) => (isPatient ? socket.ref() : socket.unref()));
      request.on("timeout", () => request.destroy(new Error("the server did not answer in time")));
      request.on("error", reject);
      request.end(sent);
    });
  };
  return Object.assign(post, { close: () => agent.destroy() });
}

function secondsOf(value: string | undefined): number | null {
  const seconds = Number(value);
  return value !== undefined && Number.isFinite(seconds) && seconds >= 0 ? seconds : null;
}
function jsonOf(bytes: Buffer): unknown {
  try {
    return JSON.parse(bytes.toString("utf8"));
  } catch {
    return null;
  }
}
