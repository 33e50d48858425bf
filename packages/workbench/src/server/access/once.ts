/** One-time links: whoever started the server on this machine is let into the pages by a link that works once, for ten minutes. */
import { createHash, randomBytes, timingSafeEqual } from "node:crypto";

const VALID_MS = 10 * 60_000;
const digest = (token: string): Buffer => createHash("sha256").update(token).digest();

export class OnceLinks {
  readonly #open = new Map<string, number>();

  /** @returns the token for `/open?once=` */
  make(nowMs: number): string {
    const token = randomBytes(32).toString("base64url");
    this.#open.set(digest(token).toString("hex"), nowMs + VALID_MS);
    return token;
  }

  /** True once. */
  take(token: string, nowMs: number): boolean {
    const given = digest(token);
    for (const [hash, untilMs] of this.#open) {
      if (untilMs <= nowMs) this.#open.delete(hash);
      else if (timingSafeEqual(Buffer.from(hash, "hex"), given)) return this.#open.delete(hash);
    }
    return false;
  }
}
