/**
 * Slows down who guesses keys: after ten different wrong ones within a minute an address waits until the minute is over, whatever it then sends. The same wrong one again is no guess but an app
 * with an old key, and behind a proxy everybody has its address.
 */
import { createHash } from "node:crypto";

const WINDOW_MS = 60_000;
const ALLOWED = 10;
/** Addresses remembered at once; a flood of them costs the oldest, never memory. */
const ADDRESSES = 10_000;

export class Lockout {
  readonly #wrong = new Map<string, { readonly keys: Set<string>; readonly untilMs: number }>();

  /** @returns how long the address must wait, in ms; 0 when it need not */
  waitMs(address: string, nowMs: number): number {
    const known = this.#wrong.get(address);
    return known === undefined || known.keys.size < ALLOWED ? 0 : Math.max(0, known.untilMs - nowMs);
  }

  /** @param secret  the wrong key; a few bytes of its hash are kept for the minute */
  failed(address: string, secret: string, nowMs: number): void {
    const key = createHash("sha256").update(secret).digest("base64").slice(0, 12);
    const known = this.#wrong.get(address);
    if (known !== undefined && known.untilMs > nowMs) {
      if (known.keys.size < ALLOWED) known.keys.add(key);
      return;
    }
    this.#wrong.delete(address);
    const [oldest] = this.#wrong.keys();
    if (this.#wrong.size >= ADDRESSES && oldest !== undefined) this.#wrong.delete(oldest);
    this.#wrong.set(address, { keys: new Set([key]), untilMs: nowMs + WINDOW_MS });
  }
}
