/** When to try again what failed: soon, but so that failing takes no more than a twentieth of the app's time. By the monotonic clock, so that a clock jump neither stops nor floods it. */
const COST_FACTOR = 20;

export class Retry {
  readonly #floorMs: number;
  #againAtMs = 0;

  /** @param floorMs  never sooner than this after a failure */
  constructor(floorMs: number) {
    this.#floorMs = floorMs;
  }

  allows(): boolean {
    return this.#againAtMs === 0 || performance.now() >= this.#againAtMs;
  }
  failed(startedMs: number): void {
    const nowMs = performance.now();
    this.#againAtMs = nowMs + Math.max(this.#floorMs, COST_FACTOR * (nowMs - startedMs));
  }
  succeeded(): void {
    this.#againAtMs = 0;
  }
}
