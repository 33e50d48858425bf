/** The door: tells who sent a request, and refuses who may not. Every route but the public ones goes through `require`. */
import { existsSync } from "node:fs";
import { join } from "node:path";
import { getConnInfo } from "@hono/node-server/conninfo";
import type { Context } from "hono";
import { derivedKey, readKey } from "@whysaid/recorder/redact";
import type { Identity } from "./identity.ts";
import { AccessKeys } from "./keys.ts";
import { Lockout } from "./lockout.ts";
import { OnceLinks } from "./once.ts";
import { mayDo, type Right } from "./rights.ts";
import { Sessions } from "./session.ts";
import { SIGN_IN_PATH } from "./sign-in.ts";
import { refusal } from "../refusal.ts";
import { DEFAULT_PROJECT } from "../rooms.ts";

export interface AccessOptions {
  readonly directory: string;
  readonly port: number;
  readonly isSecure: boolean;
  readonly isLoopback: boolean;
  /** People can sign in at `/auth/login`. */
  readonly hasSignIn: boolean;
  readonly now: () => number;
}

export class Access {
  readonly keys: AccessKeys;
  readonly sessions: Sessions;
  readonly links: OnceLinks = new OnceLinks();
  readonly #lockout = new Lockout();
  readonly #options: AccessOptions;

  constructor(options: AccessOptions) {
    this.#options = options;
    this.keys = new AccessKeys(options.directory);
    this.sessions = new Sessions(options.directory, options.port, options.isSecure);
  }

  /** What tickets naming this key are signed with, and whose project they write to; null for a key that opens nothing (any more). */
  ticketKey(keyId: string, nowMs: number): { readonly signingKey: Buffer; readonly project: string } | null {
    if (keyId !== "local") return this.keys.ticketKey(keyId, nowMs);
    const file = join(this.#options.directory, "keys", "ticket.key");
    if (!this.#options.isLoopback || !existsSync(file)) return null;
    return { signingKey: derivedKey(readKey({ file, create: false }), "ticket"), project: DEFAULT_PROJECT };
  }

  /** @returns who it is, or the answer that refuses them */
  async require(context: Context, right: Right): Promise<Identity | Response> {
    const nowMs = this.#options.now();
    const address = addressOf(context);
    const waitMs = this.#lockout.waitMs(address, nowMs);
    if (waitMs > 0) return refusal(429, "LOCKED_OUT", "too many wrong keys from this address", "Wait a minute, then use a key that `whysaid keys list` shows as good.", { "retry-after": String(Math.ceil(waitMs / 1000)) });
    // A developer's own machine: apps may record without a key until the first is made, and exporters that insist on one may send any.
    if (right === "ingest" && this.#options.isLoopback && !this.keys.hasAny(nowMs)) return { actor: "this machine", role: "ingest", project: DEFAULT_PROJECT, by: "loopback" };
    const secret = keyIn(context);
    if (secret !== null) {
      const verdict = this.keys.judge(secret, nowMs);
      if (verdict.outcome === "good") return allowed({ actor: `key ${verdict.key.id}`, role: verdict.key.role, project: verdict.key.project, by: "key" }, right);
      // An expired or a revoked key was no guess.
      if (verdict.outcome === "unknown") this.#lockout.failed(address, secret, nowMs);
      return refusal(401, "NOT_SIGNED_IN", verdict.outcome === "unknown" ? "there is no such key" : `the key is ${verdict.outcome}`, "Use a key that `whysaid keys list` shows as good.", challenge);
    }
    const session = await this.sessions.read(context, nowMs);
    if (session !== null) return allowed(session, right);
    return refusal(401, "NOT_SIGNED_IN", "this needs a key or a session", this.#options.hasSignIn ? `Open ${SIGN_IN_PATH} to sign in, or send \`Authorization: Bearer <key>\`.` : "Send `Authorization: Bearer <key>`, or open the link that `whysaid up` printed.", challenge);
  }
}

const challenge = { "www-authenticate": 'Bearer realm="whysaid"' };

function allowed(identity: Identity, right: Right): Identity | Response {
  return mayDo(identity.role, right) ? identity : refusal(403, "NOT_ALLOWED", `the role ${identity.role} may not do this; it takes ${right}`, `Use a key or session with the right \`${right}\`.`);
}

/**
 * A bearer key, or where other tools' exporters put theirs: Basic's password (Langfuse), `x-api-key` (LangSmith). Query strings are no place for keys: they end up in logs.
 */
export function keyIn(context: Context): string | null {
  const header = context.req.header("authorization");
  if (header !== undefined) {
    const [, scheme, value] = /^(Bearer|Basic) +(\S+)$/i.exec(header) ?? [];
    if (scheme === undefined || value === undefined) return "";
    return scheme.toLowerCase() === "bearer" ? value : Buffer.from(value, "base64").toString("utf8").replace(/^[^:]*:/, "");
  }
  return context.req.header("x-api-key") ?? null;
}

/** Of the connection: `X-Forwarded-For` is whatever somebody wrote. */
function addressOf(context: Context): string {
  try {
    return getConnInfo(context).remote.address ?? "unknown";
  } catch {
    return "unknown";
  }
}
