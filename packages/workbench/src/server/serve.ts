/** `whysaid up`: opens the store, follows the local journal, puts the app on a port, and stops in the reverse order. */
import { createServer as createTlsServer } from "node:https";
import { readFileSync } from "node:fs";
import { isIP } from "node:net";
import type { Server } from "node:http";
import { serve } from "@hono/node-server";
import { WhysaidError } from "@whysaid/recorder/format";
import type { AlertConfig } from "../alerts/config.ts";
import { Access } from "./access/access.ts";
import { AlertWatch } from "./alerts.ts";
import { readSignInSettings, SignIn } from "./access/sign-in.ts";
import { createApp } from "./app.ts";
import { Intake } from "./intake/intake.ts";
import { logProblem, type Log } from "./log.ts";
import { createMetrics } from "./metrics.ts";
import { Reading } from "./reading/reading.ts";
import { Retention } from "./retention.ts";
import { DEFAULT_PROJECT, Rooms } from "./rooms.ts";
import type { ReplayPolicy } from "./settings.ts";

export interface ServeOptions {
  /** `.whysaid`. */
  readonly directory: string;
  readonly store?: string;
  readonly host: string;
  /** 0 takes any free one. */
  readonly port: number;
  readonly tls?: { readonly certFile: string; readonly keyFile: string };
  /** What browsers and programs call us, when it is not the address we listen on: behind a proxy. */
  readonly publicUrl?: string;
  /** Other names it answers to, with their ports: of a service in a cluster, say. */
  readonly names?: readonly string[];
  /** File that says how people sign in (access/sign-in.ts). */
  readonly oidcFile?: string;
  /** What the pages may send again; left out, nothing. */
  readonly replay?: ReplayPolicy;
  readonly now?: () => number;
  readonly log: Log;
  readonly webRoot?: string;
  /** Between two passes of the retention rules; an hour. */
  readonly retentionEveryMs?: number;
  readonly alerts?: AlertConfig;
  /** Between two looks at the alerts; five minutes. */
  readonly alertsEveryMs?: number;
}
export interface RunningServer {
  /** Where it is reached, without a trailing slash. */
  readonly url: string;
  /** A link that lets one browser in, once. */
  link(): string;
  /** Answers what came, ends the reading of journals, closes the stores. */
  close(): Promise<void>;
}

/** @throws WhysaidError `SERVER_ADDRESS_REFUSED`, `SERVER_PORT_TAKEN`, and what opening a store throws */
export async function startServer(options: ServeOptions): Promise<RunningServer> {
  const { directory, host, port, tls, publicUrl, now = Date.now, log, webRoot } = options;
  const onProblem = (error: unknown): void => logProblem(log, error);
  const isLoopback = isLoopbackHost(host);
  const isSecure = tls !== undefined || publicUrl?.startsWith("https:") === true;
  const signInSettings = options.oidcFile === undefined ? null : readSignInSettings(options.oidcFile);
  const access = new Access({ directory, port, isSecure, isLoopback, hasSignIn: signInSettings !== null, now });
  if (!isLoopback && !access.keys.hasAny(now()))
    throw new WhysaidError("SERVER_ADDRESS_REFUSED", `without keys the server listens on this machine only, not on ${host}`, { fix: "Make keys first: `whysaid keys add --role admin --name …`." });
  const rooms = new Rooms({ directory, ...(options.store === undefined ? {} : { store: options.store }), onOpen: ({ project }) => void intake.do({ kind: "follow", project }) });
  const intake = new Intake({ directory, store: options.store ?? null }, onProblem);
  const reading = new Reading({ directory, store: options.store ?? null }, onProblem);
  const retention = new Retention({ directory, rooms, onProblem, ...(options.store === undefined ? {} : { store: options.store }), ...(options.retentionEveryMs === undefined ? {} : { everyMs: options.retentionEveryMs }) });
  const alerts = options.alerts === undefined ? null : new AlertWatch({ config: options.alerts, rooms, now, onProblem, ...(options.alertsEveryMs === undefined ? {} : { everyMs: options.alertsEveryMs }) });
  const close = async (): Promise<void> => {
    await alerts?.close();
    await retention.close();
    await reading.close();
    await intake.close();
    await rooms.close();
  };
  await Promise.all([intake.do({ kind: "follow", project: DEFAULT_PROJECT }), rooms.room(DEFAULT_PROJECT)]).catch(async (cause: unknown) => {
    await close();
    throw cause;
  });
  const hosts = new Set<string>();
  let isStopping = false;
  // What still works on an answer nobody waits for meets a closed store: no defect.
  let isCutOff = false;
  const isReady = async (): Promise<boolean> => {
    if (isStopping || !intake.isUp) return false;
    try {
      await (await rooms.room(DEFAULT_PROJECT)).store.cursors();
      return true;
    } catch (error) {
      onProblem(error);
      return false;
    }
  };
  let url = "";
  const signIn = signInSettings === null ? undefined : new SignIn({ settings: signInSettings, directory, port, isSecure, sessions: access.sessions, url: () => url, now, onProblem });
  const app = createApp({ access, rooms, reading, settings: { replay: options.replay ?? null, keys: access.keys, now }, intake, metrics: createMetrics(intake), log, hosts, isReady, now, onDefect: (error) => void (isCutOff || onProblem(error)), ...(signIn === undefined ? {} : { signIn }), ...(webRoot === undefined ? {} : { webRoot }) });
  const server = await listening(app.fetch, options).catch(async (cause: unknown) => {
    await close();
    throw cause;
  });
  const address = server.address();
  const bound = typeof address === "object" && address !== null ? address.port : port;
  for (const name of [...hostNames(host, bound, publicUrl), ...(options.names ?? [])]) hosts.add(name.toLowerCase());
  url = publicUrl?.replace(/\/+$/, "") ?? `${tls === undefined ? "http" : "https"}://${isIP(host) === 6 ? `[${host}]` : host}:${bound}`;
  return {
    url,
    link: () => `${url}/open?once=${access.links.make(now())}`,
    close: async () => {
      isStopping = true;
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      server.closeIdleConnections();
      const late = setTimeout(() => {
        isCutOff = true;
        server.closeAllConnections();
      }, STOP_MS);
      await closed;
      clearTimeout(late);
      isCutOff = true;
      await close();
    },
  };
}

/** Requests that are being answered when we stop get this long. */
const STOP_MS = 5000;

type Fetch = (request: Request) => Response | Promise<Response>;

function listening(fetch: Fetch, { host, port, tls }: ServeOptions): Promise<Server> {
  return new Promise((resolve, reject) => {
    const limits = { maxHeaderSize: 16 * 1024, requestTimeout: 120_000, headersTimeout: 20_000 };
    const secure = tls === undefined ? {} : { createServer: createTlsServer, serverOptions: { ...limits, cert: readFileSync(tls.certFile), key: readFileSync(tls.keyFile) } };
    const server = serve({ fetch, hostname: host, port, serverOptions: limits, ...secure }, () => resolve(server as Server));
    server.on("error", (cause: NodeJS.ErrnoException) => {
      const isTaken = cause.code === "EADDRINUSE";
      reject(new WhysaidError(isTaken ? "SERVER_PORT_TAKEN" : "SERVER_ADDRESS_REFUSED", isTaken ? `port ${port} is taken` : `the server cannot listen on ${host}:${port}`, { fix: isTaken ? "Is whysaid up already? Else name another with --port." : "Name an address of this machine with --host, and a port above 1023 with --port.", cause }));
    });
  });
}

export const isLoopbackHost = (host: string): boolean => host === "localhost" || host === "::1" || /^127(?:\.\d{1,3}){3}$/.test(host);

/** What the Host header may say. A wildcard address has no name of its own: then only --public-url and loopback count. */
function hostNames(host: string, port: number, publicUrl: string | undefined): readonly string[] {
  const names = [`127.0.0.1:${port}`, `localhost:${port}`, `[::1]:${port}`, `${isIP(host) === 6 ? `[${host}]` : host.toLowerCase()}:${port}`];
  return publicUrl === undefined ? names : [...names, new URL(publicUrl).host];
}
