/**
 * Sessions of the pages: a signed cookie that says who and until when. Nothing is kept on the server, so that any of several can read it; the signing key is
 * `keys/session.key` of the directory (a new one ends all sessions).
 */
import { join } from "node:path";
import type { Context } from "hono";
import { deleteCookie, getSignedCookie, setSignedCookie } from "hono/cookie";
import { derivedKey, readKey } from "@whysaid/recorder/redact";
import type { Identity } from "./identity.ts";
import { isRole } from "./rights.ts";

const VALID_MS = 12 * 3_600_000;

interface Ticket {
  readonly actor: string;
  readonly role: string;
  readonly project: string;
  readonly untilMs: number;
}

export class Sessions {
  readonly #key: Buffer;
  readonly #name: string;
  readonly #isSecure: boolean;

  /** @param isSecure  the browser comes over https, to us or to a proxy in front */
  constructor(directory: string, port: number, isSecure: boolean) {
    this.#key = derivedKey(readKey({ file: join(directory, "keys", "session.key"), create: true }), "session");
    // Cookies know no ports: two servers on one machine must not overwrite each other's.
    this.#name = isSecure ? "__Host-whysaid" : `whysaid-${port}`;
    this.#isSecure = isSecure;
  }

  async begin(context: Context, { actor, role, project }: Pick<Identity, "actor" | "role" | "project">, nowMs: number): Promise<void> {
    const ticket: Ticket = { actor, role, project, untilMs: nowMs + VALID_MS };
    const value = Buffer.from(JSON.stringify(ticket)).toString("base64url");
    await setSignedCookie(context, this.#name, value, this.#key, { path: "/", httpOnly: true, sameSite: "Strict", secure: this.#isSecure, maxAge: VALID_MS / 1000 });
  }

  /** null for none, one that ran out, or one we did not sign */
  async read(context: Context, nowMs: number): Promise<Identity | null> {
    const value = await getSignedCookie(context, this.#key, this.#name);
    if (typeof value !== "string") return null;
    try {
      const { actor, role, project, untilMs } = JSON.parse(Buffer.from(value, "base64url").toString()) as Ticket;
      return isRole(role) && untilMs > nowMs ? { actor, role, project, by: "session" } : null;
    } catch {
      return null;
    }
  }

  end(context: Context): void {
    deleteCookie(context, this.#name, { path: "/", secure: this.#isSecure });
  }
}
