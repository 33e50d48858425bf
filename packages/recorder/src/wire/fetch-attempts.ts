/**
 * Which calls of `fetch` are one generation: a client that retries sends the same body to the same place again after an attempt that failed, or
 * says so in a header. Kept for a few minutes and a few dozen calls; a retry that comes later is a generation of its own.
 */
import type { SpanId, TraceId } from "../format/ids.ts";

export interface Attempt {
  readonly trace: TraceId;
  readonly span: SpanId;
  readonly parent: SpanId | undefined;
  /** 1 for the first. */
  readonly number: number;
}
export interface Asked {
  readonly url: string;
  /** The body's text, or undefined for one that is not compared (too large to be kept for it). */
  readonly body: string | undefined;
  /** What the trace is known by in this process; undefined outside of any. */
  readonly owner: object | undefined;
}

interface Failed extends Asked, Attempt {
  readonly atMs: number;
  /** True when only a client's own retry counter may join it: the app aborted, which is no reason to think the next call a retry. */
  readonly counterOnly: boolean;
}

const KEPT = 64;
const FORGOTTEN_AFTER_MS = 10 * 60_000;

/** Statuses clients retry: the provider asks for it or is at fault. */
export const isRetryable = (status: number): boolean => status === 408 || status === 409 || status === 425 || status === 429 || status >= 500;

/** The OpenAI and Anthropic clients send `x-stainless-retry-count: 0`, then 1, 2, …; the AWS SDK `amz-sdk-request: attempt=1; max=3`. */
export const retryCountOf = (header: (name: string) => string | null): number | undefined => {
  const count = header("x-stainless-retry-count");
  if (count !== null) return /^\d{1,3}$/.test(count) ? Number(count) : undefined;
  const attempt = /^attempt=(\d{1,3})\b/.exec(header("amz-sdk-request") ?? "")?.[1];
  return attempt === undefined ? undefined : Math.max(0, Number(attempt) - 1);
};

export class Attempts {
  readonly #failed: Failed[] = [];

  /** The failed attempt this call repeats; it is given once. */
  take(asked: Asked, retryCount: number | undefined, atMs: number): Attempt | undefined {
    if (this.#failed.length === 0 || retryCount === 0 || (retryCount === undefined && asked.body === undefined)) return undefined;
    const at = this.#failed.findLastIndex(
      (one) =>
        atMs - one.atMs < FORGOTTEN_AFTER_MS && one.owner === asked.owner && one.url === asked.url && (retryCount === undefined ? !one.counterOnly : one.number === retryCount) && one.body === asked.body,
    );
    return at < 0 ? undefined : this.#failed.splice(at, 1)[0];
  }

  failed(asked: Asked, attempt: Attempt, atMs: number, counterOnly: boolean): void {
    this.#failed.push({ ...asked, ...attempt, atMs, counterOnly });
    if (this.#failed.length > KEPT) this.#failed.shift();
  }
}
