/**
 * Journal → server. Reads segments behind the writer, posts them in parts, goes on where the server says it stands; what is stored whole and has no writer any more leaves the
 * disk. In an app's process it works in slices of about a millisecond between the app's own, and its timers keep nothing alive.
 *
 * Nothing is lost by it and nothing twice: the server counts each entry once by writer and sequence, so an answer that never came costs a second sending.
 */
import { setTimeout as wait } from "node:timers/promises";
import type { TextRef } from "../../format/body.ts";
import { WhysaidError, type RecorderErrorCode } from "../../format/errors.ts";
import type { WriterId } from "../../format/ids.ts";
import { wireHashKey } from "../../format/part.ts";
import { listSegments, type ListedSegment } from "../directory.ts";
import { writerState } from "../liveness.ts";
import { removeSegment } from "../removal.ts";
import { KnownHashes } from "./known-hashes.ts";
import { removeShipped } from "./leaving.ts";
import { postTo, type Post, type Posted } from "./post.ts";
import { headerOf, PART_BYTES, partAfter } from "./segment-part.ts";

export interface ShipperOptions {
  /** The journal's directory. */
  readonly directory: string;
  readonly url: string;
  readonly key: string | null;
  /** This process's own writer: with it the segments of other live writers are left to them. null ships everybody's (the sidecar). */
  readonly own: WriterId | null;
  /** Called once per kind of failure, and again after it worked in between. */
  readonly onProblem?: (problem: WhysaidError<RecorderErrorCode>) => void;
  /** Between two looks at the directory. */
  readonly lookMs?: number;
  /** Keep what is shipped on disk. Default false. */
  readonly keep?: boolean;
}
export interface ShipCounts {
  /** Entries the server has confirmed, bytes sent for them, and parts it asked texts of. */
  readonly entries: number;
  readonly bytes: number;
  readonly asked: number;
  readonly failures: number;
  readonly removed: number;
}

const LOOK_MS = 250;
/** Between tries while the server is away: doubled up to the longest, each time a random share of it, so that a thousand apps don't come back at once. */
const FIRST_RETRY_MS = 250;
const LONGEST_RETRY_MS = 10_000;
/** A server that says no (a wrong key, another program on that port) is asked again this often. */
const REFUSED_MS = 15_000;
/** Of one part from the sidecar, which keeps no app waiting: the server stores a part in one transaction, and traces whole in it are written once. */
const BACKLOG_BYTES = 2 * 1024 * 1024;
/** After each part the app gets this share of time at least. */
const PAUSE_MS = 2;

export class Shipper {
  readonly #options: ShipperOptions;
  readonly #post: Post;
  readonly #hashKey: string;
  readonly #hashes = new KnownHashes();
  readonly #cursors = new Map<string, number>();
  readonly #stop = new AbortController();
  #counts = { entries: 0, bytes: 0, asked: 0, failures: 0, removed: 0 };
  #running: Promise<void> | null = null;
  #told: string | null = null;
  #retryMs = FIRST_RETRY_MS;

  constructor(options: ShipperOptions) {
    this.#options = options;
    this.#post = postTo(options.url, options.key, options.own === null);
    this.#hashKey = wireHashKey(options.key);
  }

  get counts(): ShipCounts {
    return this.#counts;
  }

  /** Ship from now on until `close`. */
  start(): void {
    this.#running ??= this.#run();
  }

  /**
   * Everything that is in the directory now is with the server when this resolves true; false when that did not happen in time.
   */
  async flush(withinMs: number): Promise<boolean> {
    const deadlineMs = performance.now() + withinMs;
    // A pass that runs may have looked at the directory before what is to be flushed was there.
    // Who waits for this wants the process to: nothing else of shipping keeps it alive.
    const hold = setInterval(() => undefined, 1000);
    try {
      await this.#passing;
      while (performance.now() < deadlineMs && !this.#stop.signal.aborted) {
        if ((await this.pass()) === "all") return true;
        await wait(Math.min(50, Math.max(1, deadlineMs - performance.now())));
      }
      return false;
    } finally {
      clearInterval(hold);
    }
  }

  /** One try to ship all there is. `later`: the server can't now; `refused`: it won't. */
  pass(): Promise<"all" | "later" | "refused"> {
    this.#passing ??= this.#pass().finally(() => (this.#passing = null));
    return this.#passing;
  }
  #passing: Promise<"all" | "later" | "refused"> | null = null;

  async close(): Promise<void> {
    this.#stop.abort();
    await this.#running;
    this.#post.close();
  }

  async #run(): Promise<void> {
    const { signal } = this.#stop;
    const { lookMs = LOOK_MS, own } = this.#options;
    while (!signal.aborted) {
      const outcome = await this.pass();
      const pauseMs = outcome === "all" ? lookMs : outcome === "refused" ? REFUSED_MS : Math.random() * this.#retryMs + 20;
      if (outcome === "later") this.#retryMs = Math.min(LONGEST_RETRY_MS, this.#retryMs * 2);
      await wait(Math.max(pauseMs, this.#askedMs), undefined, { signal, ref: own === null }).catch(() => undefined);
    }
  }
  /** What the server's last Retry-After asked for. */
  #askedMs = 0;

  async #pass(): Promise<"all" | "later" | "refused"> {
    this.#askedMs = 0;
    try {
      const listed = listSegments(this.#options.directory);
      for (const segment of await this.#located(this.#mine(listed))) {
        const outcome = await this.#ship(segment);
        if (outcome !== "all") return outcome;
        this.#removeIfWhole(segment, listed.filter(({ writer }) => writer === segment.writer));
      }
      this.#told = null;
      this.#retryMs = FIRST_RETRY_MS;
      return "all";
    } catch (cause) {
      return this.#failed("later", "the server cannot be reached", cause);
    }
  }

  /** Ours, and those nobody else will ship: their process is gone, or the directory was carried here. */
  #mine(segments: readonly ListedSegment[]): readonly ListedSegment[] {
    const { own } = this.#options;
    return own === null ? segments : segments.filter((segment) => segment.writer === own || this.#isLeft(segment));
  }
  readonly #left = new Map<string, boolean>();
  #isLeft(segment: ListedSegment): boolean {
    const known = this.#left.get(segment.path);
    if (known === true) return true;
    const header = headerOf(segment.path);
    const isLeft = header !== null && writerState(header) === "gone";
    if (isLeft) this.#left.set(segment.path, true);
    return isLeft;
  }

  /** Ask where the server stands with segments we have not shipped before. */
  async #located(segments: readonly ListedSegment[]): Promise<readonly ListedSegment[]> {
    const fresh = segments.map(sourceOf).filter((source) => !this.#cursors.has(source));
    if (fresh.length > 0) {
      const answer = await this.#post("/v1/journal/cursors", "application/json", Buffer.from(JSON.stringify({ segments: fresh.slice(0, 10_000) })));
      if (answer.status !== 200) throw new Refused(answer);
      const cursors = ((answer.body ?? {}) as { readonly cursors?: Readonly<Record<string, unknown>> }).cursors ?? {};
      for (const source of fresh) {
        const cursor = Object.hasOwn(cursors, source) ? cursors[source] : 0;
        this.#cursors.set(source, typeof cursor === "number" ? cursor : 0);
      }
    }
    return segments;
  }

  async #ship(segment: ListedSegment): Promise<"all" | "later" | "refused"> {
    const source = sourceOf(segment);
    let missing: ReadonlySet<TextRef> = new Set();
    let isAsked = false;
    let cursor = this.#cursors.get(source) ?? 0;
    while (cursor < segment.bytes && !this.#stop.signal.aborted) {
      const part = partAfter({ segment, from: cursor, partBytes: this.#options.own === null ? BACKLOG_BYTES : PART_BYTES, hashKey: this.#hashKey, hasHash: (hash) => this.#hashes.has(hash), missing, isAsked });
      if (part === null) break;
      const answer = await this.#post("/v1/journal", "application/vnd.whysaid.journal", part.body);
      const asked = missingIn(answer);
      if (asked !== null && !isAsked) {
        this.#counts.asked += 1;
        missing = asked;
        isAsked = true;
        continue;
      }
      if (answer.status !== 200) return this.#refused(answer);
      this.#counts.entries += part.entries;
      this.#counts.bytes += part.body.length;
      this.#hashes.add(part.hashes);
      missing = new Set();
      isAsked = false;
      cursor = part.to;
      this.#cursors.set(source, cursor);
      await wait(PAUSE_MS, undefined, { ref: this.#options.own === null });
    }
    return "all";
  }

  #removeIfWhole(segment: ListedSegment, ofWriter: readonly ListedSegment[]): void {
    const cursor = this.#cursors.get(sourceOf(segment)) ?? 0;
    if (this.#options.keep === true || cursor === 0) return;
    const isNewest = ofWriter.at(-1)?.segment === segment.segment;
    const isGoneOn = !isNewest || this.#isLeft(segment);
    // The sidecar may take its time: it also judges writers on other machines, by reading what they left.
    const isRemoved = removeShipped(segment, cursor, isGoneOn, ofWriter.length === 1) || (this.#options.own === null && isNewest && cursor === segment.bytes && removeSegment(segment.path, cursor));
    if (!isRemoved) return;
    this.#counts.removed += 1;
    this.#cursors.delete(sourceOf(segment));
    this.#left.delete(segment.path);
  }

  #refused(answer: Posted): "later" | "refused" {
    this.#askedMs = (answer.retryAfterS ?? 0) * 1000;
    const isLater = answer.status === 503 || answer.status === 429 || answer.status === 502 || answer.status === 504;
    return this.#failed(isLater ? "later" : "refused", isLater ? `the server cannot store now (${answer.status})` : `the server refuses the journal (${answer.status})`, undefined);
  }

  #failed(outcome: "later" | "refused", sentence: string, cause: unknown): "later" | "refused" {
    if (cause instanceof Refused) return this.#refused(cause.answer);
    this.#counts.failures += 1;
    if (this.#told !== sentence) {
      this.#told = sentence;
      try {
        this.#options.onProblem?.(new WhysaidError("SHIPPING_FAILED", sentence, { fix: "Check WHYSAID_URL and WHYSAID_KEY. Nothing is lost: the journal keeps it, and it is sent again.", cause }));
      } catch {
        // Who is told may throw; shipping goes on.
      }
    }
    return outcome;
  }
}

class Refused extends Error {
  readonly answer: Posted;
  constructor(answer: Posted) {
    super("refused");
    this.answer = answer;
  }
}

const sourceOf = ({ writer, segment }: ListedSegment): string => `${writer}-${segment}`;

function missingIn({ status, body }: Posted): ReadonlySet<TextRef> | null {
  if (status !== 409) return null;
  const { missing } = (body ?? {}) as { readonly missing?: unknown };
  return Array.isArray(missing) ? new Set(missing.filter((ref): ref is TextRef => Number.isSafeInteger(ref))) : null;
}
