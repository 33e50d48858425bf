/**
 * The completeness alarm: a model host reached through `node:http`, `node:https` or undici and not through the recorder is a problem, told once per host. What was
 * sent there is not guessed at.
 */
import { subscribe } from "node:diagnostics_channel";
import type { Internals } from "../capture/recorder.ts";
import { isModelHost } from "../wire/recognize.ts";

/** Node's own HTTP client, and undici, which is under `fetch` too. */
interface HttpStart {
  readonly request?: { readonly protocol?: string; readonly host?: string; readonly path?: string; getHeader?(name: string): unknown };
}
interface Http2Start {
  readonly headers?: Readonly<Record<string, string | undefined>>;
}
interface UndiciCreate {
  readonly request?: { readonly origin?: string | URL; readonly path?: string };
}

export function watchUnrecorded({ internals: { core, exchanges, baseUrls } }: { readonly internals: Internals }): void {
  const look = (through: string, origin: string, path: string): void => {
    core.safely("look for unrecorded calls", () => {
      const url = `${origin}${path}`;
      if (!isModelHost(url, baseUrls) || exchanges.open.isAsking(url)) return;
      const { host } = new URL(url);
      core.problem({
        code: "UNRECORDED_PATH",
        sentence: `${host} was called through ${through} and not through the recorder`,
        fix: "Give that client `recorder.fetch`, or record it by hand with `recorder.generation()`; for the AWS SDK, `recordBedrock`.",
        subject: host,
      });
    });
  };
  subscribe("http.client.request.start", (message) => {
    const { request } = message as HttpStart;
    const host = request?.getHeader?.("host") ?? request?.host;
    if (typeof host === "string") look("node:http", `${request?.protocol ?? "http:"}//${host}`, request?.path ?? "/");
  });
  // From Node 24 on; the AWS SDK speaks HTTP/2.
  subscribe("http2.client.stream.start", (message) => {
    const { headers } = message as Http2Start;
    look("node:http2", `${headers?.[":scheme"] ?? "https"}://${headers?.[":authority"] ?? ""}`, headers?.[":path"] ?? "/");
  });
  subscribe("undici:request:create", (message) => {
    const { request } = message as UndiciCreate;
    if (request?.origin !== undefined) look("undici", String(request.origin), request.path ?? "/");
  });
}
