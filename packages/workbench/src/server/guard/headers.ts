/** Headers of every answer: nothing off-origin is loaded, nothing inline runs, nobody frames us, nothing recorded is cached. */
import { randomBytes } from "node:crypto";
import type { MiddlewareHandler } from "hono";
import type { Env } from "../env.ts";

/** Stands in the built pages where a nonce belongs (Vite's `html.cspNonce`). */
export const NONCE_PLACEHOLDER = "__WHYSAID_NONCE__";

export const safeHeaders = (): MiddlewareHandler<Env> => async (context, next) => {
  const nonce = randomBytes(16).toString("base64");
  context.set("nonce", nonce);
  await next();
  const { headers } = context.res;
  headers.set(
    "content-security-policy",
    `default-src 'none'; script-src 'self' 'nonce-${nonce}' 'wasm-unsafe-eval'; style-src 'self' 'nonce-${nonce}'; img-src 'self' data: blob:; font-src 'self'; connect-src 'self'; worker-src 'self'; manifest-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'`,
  );
  headers.set("x-content-type-options", "nosniff");
  headers.set("x-frame-options", "DENY");
  headers.set("referrer-policy", "no-referrer");
  headers.set("cross-origin-opener-policy", "same-origin");
  if (!headers.has("cross-origin-resource-policy")) headers.set("cross-origin-resource-policy", "same-origin");
  if (!headers.has("cache-control")) headers.set("cache-control", "no-store");
};
