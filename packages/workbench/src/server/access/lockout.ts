/** Slows down who guesses keys: after ten wrong ones within a minute an address waits until the minute is over, whatever it then sends. */
const WINDOW_MS = 60_000;
const ALLOWED = 10;
/** Addresses remembered at once; a flood of them costs the oldest, never memory. */
const ADDRESSES = 10_000;

export class Lockout {
  readonly #wrong = new Map<string, { count: number; readonly untilMs: number }>();

  /** @returns how long the address must wait, in ms; 0 when it need not */
  waitMs(address: string, nowMs: number): number {
    const known = this.#wrong.get(address);
    return known === undefined || known.count < ALLOWED ? 0 : Math.max(0, known.untilMs - nowMs);
  }

  failed(address: string, nowMs: number): void {
    const known = this.#wrong.get(address);
    if (known !== undefined && known.untilMs > nowMs) {
      known.count += 1;
      return;
    }
    this.#wrong.delete(address);
    const [oldest] = this.#wrong.keys();
    if (this.#wrong.size >= ADDRESSES && oldest !== undefined) this.#wrong.delete(oldest);
    this.#wrong.set(address, { count: 1, untilMs: nowMs + WINDOW_MS });
  }
}
