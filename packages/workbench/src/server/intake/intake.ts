/**
 * The main thread's side of ingest: hands work to the intake thread, with a bound on what waits there. Storing takes all of a core when much comes; in its own thread it
 * never keeps a reader of the pages waiting.
 */
import type { Worker } from "node:worker_threads";
import { WhysaidError } from "@whysaid/recorder/format";
import { moduleAt } from "../../places.ts";
import { startThread } from "../thread.ts";
import { noCounts, type DeliveryCounts } from "./counts.ts";
import type { Done, FromIntake, IntakeStart, ToIntake, Work } from "./messages.ts";

/** Bytes that may wait for the store. More is refused with 503, which senders answer by keeping what they have. */
const WAITING_BYTES = 48 * 1024 * 1024;

/** What came since the start, what became of it, and what waits. */
export interface Arrivals extends DeliveryCounts {
  /** Bodies refused because too much was waiting. */
  readonly overflows: number;
  readonly waitingBytes: number;
}

interface Waiting {
  readonly bytes: number;
  readonly settle: (done: Done) => void;
}

export class Intake {
  readonly #worker: Worker;
  readonly #waiting = new Map<number, Waiting>();
  readonly #onProblem: (error: unknown) => void;
  #next = 1;
  #bytes = 0;
  #isDown = false;
  counts: DeliveryCounts = noCounts;
  /** Works refused because too much was waiting. */
  overflows = 0;

  constructor(start: IntakeStart, onProblem: (error: unknown) => void) {
    this.#onProblem = onProblem;
    this.#worker = startThread(moduleAt("./server/intake/thread.ts"), start);
    this.#worker.on("message", (message: FromIntake) => this.#take(message));
    this.#worker.on("error", (error) => this.#down(error));
    this.#worker.on("exit", () => this.#down(null));
  }

  get arrivals(): Arrivals {
    return { ...this.counts, overflows: this.overflows, waitingBytes: this.#bytes };
  }
  get waitingBytes(): number {
    return this.#bytes;
  }
  /** False once the thread died: the process should be started anew. */
  get isUp(): boolean {
    return !this.#isDown;
  }

  do(work: Work): Promise<Done> {
    const bytes = "body" in work ? work.body.byteLength : 1024;
    if (this.#isDown) return Promise.resolve({ outcome: "later", code: "STORE_UNREADABLE", why: "the server is stopping" });
    if (this.#bytes + bytes > WAITING_BYTES && this.#bytes > 0) {
      this.overflows += 1;
      return Promise.resolve({ outcome: "later", code: "STORE_LOCKED", why: "more is waiting to be stored than may wait" });
    }
    const id = this.#next;
    this.#next += 1;
    this.#bytes += bytes;
    return new Promise((resolve) => {
      this.#waiting.set(id, { bytes, settle: resolve });
      const message: ToIntake = { id, work };
      this.#worker.postMessage(message, "body" in work && isWhole(work.body) ? [work.body.buffer as ArrayBuffer] : []);
    });
  }

  /** What was handed over before is stored; then the thread ends. */
  async close(): Promise<void> {
    if (this.#isDown) return;
    const gone = new Promise<void>((resolve) => this.#worker.once("exit", () => resolve()));
    void this.do({ kind: "close" });
    await gone;
  }

  #take(message: FromIntake): void {
    if ("problem" in message) {
      const { code, message: sentence, stack } = message.problem;
      const error = code === "UNEXPECTED" ? new Error(sentence) : new WhysaidError(code, sentence, { fix: "See docs/errors.md." });
      if (stack !== undefined) error.stack = stack;
      this.#onProblem(error);
      return;
    }
    this.counts = message.counts;
    if ("id" in message) this.#settle(message.id, message.done);
  }

  #settle(id: number, done: Done): void {
    const waiting = this.#waiting.get(id);
    if (waiting === undefined) return;
    this.#waiting.delete(id);
    this.#bytes -= waiting.bytes;
    waiting.settle(done);
  }

  #down(error: unknown): void {
    this.#isDown = true;
    if (error !== null) this.#onProblem(error);
    for (const id of this.#waiting.keys()) this.#settle(id, { outcome: "later", code: "STORE_UNREADABLE", why: "the server is stopping" });
  }
}

const isWhole = (body: Uint8Array): boolean => body.byteOffset === 0 && body.byteLength === body.buffer.byteLength;
