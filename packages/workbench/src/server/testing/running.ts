/** A real server on a free port over a directory of its own, and a browser's or a program's way to talk to it. */
import { request as httpRequest, type IncomingHttpHeaders } from "node:http";
import { connect } from "node:net";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openDatabase } from "../../store/sqlite/driver.ts";
import { createLog } from "../log.ts";
import { AccessKeys } from "../access/keys.ts";
import type { Role } from "../access/rights.ts";
import { startServer, type ServeOptions } from "../serve.ts";

export interface Answered {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
  readonly text: string;
  json(): unknown;
}
export interface Sent {
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string | string[]>>;
  readonly body?: string | Uint8Array;
}
export interface Running {
  readonly url: string;
  readonly port: number;
  /** The folder around `.whysaid`. */
  readonly cwd: string;
  readonly directory: string;
  /** JSON lines. */
  readonly logged: readonly string[];
  link(): string;
  key(role: Role, project?: string): string;
  /** Exactly these headers, and Host. */
  send(path: string, sent?: Sent): Promise<Answered>;
  /** Bytes as they are, on a socket of their own; what came back until it closed or was quiet. */
  raw(bytes: string | Uint8Array): Promise<string>;
  /** Stop it and start it again on the same port and directory. */
  restart(): Promise<void>;
  /** Hold the store as another process would that writes for long. */
  lockStore(): Promise<{ release(): void }>;
  close(): Promise<void>;
}

export async function runningServer(given: Partial<ServeOptions> = {}): Promise<Running> {
  const cwd = mkdtempSync(join(tmpdir(), "whysaid-server-"));
  const directory = join(cwd, ".whysaid");
  const logged: string[] = [];
  const options = { directory, host: "127.0.0.1", port: 0, log: createLog("info", { write: (line) => logged.push(line) }), ...given };
  let server = await startServer(options);
  const { port, host } = new URL(server.url);
  return {
    url: server.url,
    port: Number(port),
    cwd,
    directory,
    logged,
    link: () => server.link(),
    key: (role, project = "default") => new AccessKeys(directory).add({ role, project, name: "test", expiresAtMs: null }, Date.now()).secret,
    send: (path, sent = {}) => sendTo(Number(port), path, { ...sent, headers: { host, ...sent.headers } }),
    raw: (bytes) => rawTo(Number(port), bytes),
    restart: async () => {
      await server.close();
      server = await startServer({ ...options, port: Number(port) });
    },
    lockStore: async () => {
      const database = await openDatabase(join(directory, "store.db"));
      database.exec("BEGIN IMMEDIATE");
      return {
        release: () => {
          database.exec("ROLLBACK");
          database.close();
        },
      };
    },
    close: async () => {
      await server.close();
      rmSync(cwd, { recursive: true, force: true });
    },
  };
}

function sendTo(port: number, path: string, { method = "GET", headers = {}, body }: Sent): Promise<Answered> {
  return new Promise((resolve, reject) => {
    const request = httpRequest({ host: "127.0.0.1", port, path, method, headers, agent: false }, (response) => {
      const chunks: Buffer[] = [];
      response.on("data", (chunk: Buffer) => chunks.push(chunk));
      response.on("error", reject);
      response.on("end", () => {
        const bytes = Buffer.concat(chunks);
        resolve({ status: response.statusCode ?? 0, headers: response.headers, body: bytes, text: bytes.toString(), json: (): unknown => JSON.parse(bytes.toString()) });
      });
    });
    request.on("error", reject);
    request.end(body);
  });
}

function rawTo(port: number, bytes: string | Uint8Array): Promise<string> {
  return new Promise((resolve) => {
    const socket = connect(port, "127.0.0.1");
    let text = "";
    socket.setTimeout(3000, () => socket.destroy());
    socket.on("data", (chunk) => (text += chunk.toString("latin1")));
    socket.on("error", () => undefined);
    socket.on("close", () => resolve(text));
    socket.write(bytes);
  });
}
