/**
 * Only our own pages and programs are answered. A page of another site can make a browser send requests here (CSRF), or make its own name resolve to this machine
 * (DNS rebinding): told by Host, Origin and Sec-Fetch, which no script can set.
 */
import type { HttpBindings } from "@hono/node-server";
import type { MiddlewareHandler } from "hono";
import { refusal } from "../refusal.ts";

export interface OriginRules {
  /** Host header values that are ours, lowercase, with port where it is not the scheme's own. */
  readonly hosts: ReadonlySet<string>;
  /** Paths other origins may post to (a browser helper with a ticket): no cookie counts there. */
  readonly isOpen: (path: string) => boolean;
}

export const originGuard = ({ hosts, isOpen }: OriginRules): MiddlewareHandler => async (context, next) => {
  const host = context.req.header("host")?.toLowerCase();
  if (host === undefined || !hosts.has(host)) return refuse("this server does not go by that name");
  // Only proxies are sent whole addresses, and what one names would win over Host.
  if (!(context.env as Partial<HttpBindings>).incoming?.url?.startsWith("/")) return refuse("this server is no proxy");
  if (isOpen(context.req.path)) return next();
  const origin = context.req.header("origin");
  if (origin !== undefined && !isOurs(origin, host)) return refuse("the request comes from another site");
  const site = context.req.header("sec-fetch-site");
  const isFromElsewhere = site !== undefined && site !== "same-origin" && site !== "none";
  if (isFromElsewhere && !isNavigation(context.req.raw)) return refuse("the request comes from another site");
  // A browser that says where it comes from has been heard; a session's cookie alone proves no intent.
  const isUnsafe = !["GET", "HEAD", "OPTIONS"].includes(context.req.method);
  if (isUnsafe && context.req.header("cookie") !== undefined && origin === undefined && site === undefined) return refuse("a change from a browser must say where it comes from");
  return next();
};

const isOurs = (origin: string, host: string): boolean => URL.canParse(origin) && /^https?:$/.test(new URL(origin).protocol) && new URL(origin).host === host;

/** A link somebody follows to a page of ours. It carries no session (SameSite=Strict), and what it shows is empty until the page itself asks. */
const isNavigation = ({ method, headers, url }: Request): boolean =>
  method === "GET" && headers.get("sec-fetch-mode") === "navigate" && headers.get("sec-fetch-dest") === "document" && !/^\/(?:api|v1|open|otel|metrics)(?:\/|$)/.test(new URL(url).pathname);

const refuse = (sentence: string): Response => refusal(403, "REQUEST_REFUSED", sentence, "Open the address that `whysaid up` printed; behind a proxy, name its public address with --public-url.");
