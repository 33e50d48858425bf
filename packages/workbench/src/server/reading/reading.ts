/**
 * The main thread's side of rebuilding and explaining traces. A trace of megabytes takes seconds of a core to explain: in threads of their own that keeps nobody else waiting. Three of them,
 * so that a story does not wait for the causes of another, nor either for the first look at a thousand traces' failures. They start when first needed.
 */
import type { Worker } from "node:worker_threads";
import { WhysaidError } from "@whysaid/recorder/format";
import { moduleAt } from "../../places.ts";
import { startThread } from "../thread.ts";
import type { FromReading, Question, ReadingStart, ToReading } from "./messages.ts";

/** A thread that is busy longer when the server stops is ended where it is: it only reads. */
const STOP_MS = 3000;
/** A story begun before its page asked for it is given to that page, not to one that asks later: the trace may have changed. */
const AHEAD_MS = 3000;

export class Reading {
  readonly #stories: ReadingThread;
  readonly #causes: ReadingThread;
  readonly #failures: ReadingThread;
  #ahead: { readonly project: string; readonly traceId: string; readonly beganMs: number; readonly story: Promise<string | null> } | null = null;

  constructor(start: ReadingStart, onProblem: (error: unknown) => void) {
    this.#stories = new ReadingThread(start, onProblem);
    this.#causes = new ReadingThread(start, onProblem);
    this.#failures = new ReadingThread(start, onProblem);
  }

  /** Start what a page will need while the browser still loads its scripts: a trace's, or the first one. */
  warm(page: "trace" | "home"): void {
    if (page === "home") {
      this.#failures.start();
      return;
    }
    this.#stories.start();
    this.#causes.start();
  }

  /** Begin a trace's story, which its page will ask for once the browser has loaded the scripts. */
  begin(project: string, traceId: string): void {
    const story = this.#stories.ask(project, { kind: "page", traceId });
    // Who asks for it is told.
    story.catch(() => undefined);
    this.#ahead = { project, traceId, beganMs: performance.now(), story };
  }

  /**
   * @returns the answer as JSON text; null when the store has no such trace
   * @throws WhysaidError as reading a store does; `STORE_UNREADABLE` while the server stops
   */
  ask(project: string, question: Question): Promise<string | null> {
    const ahead = this.#ahead;
    if (question.kind === "page" && ahead?.traceId === question.traceId && ahead.project === project) {
      this.#ahead = null;
      if (performance.now() - ahead.beganMs <= AHEAD_MS) return ahead.story;
    }
    return this.#threadFor(question.kind).ask(project, question);
  }

  async close(): Promise<void> {
    await Promise.all([this.#stories.close(), this.#causes.close(), this.#failures.close()]);
  }

  #threadFor(kind: Question["kind"]): ReadingThread {
    if (kind === "issues") return this.#failures;
    return kind === "page" || kind === "text" ? this.#stories : this.#causes;
  }
}

interface Waiting {
  readonly resolve: (json: string | null) => void;
  readonly reject: (error: unknown) => void;
}

class ReadingThread {
  readonly #begin: ReadingStart;
  readonly #onProblem: (error: unknown) => void;
  readonly #waiting = new Map<number, Waiting>();
  #worker: Worker | null = null;
  #next = 1;
  #isClosed = false;

  constructor(start: ReadingStart, onProblem: (error: unknown) => void) {
    this.#begin = start;
    this.#onProblem = onProblem;
  }

  start(): Worker | null {
    if (this.#worker !== null || this.#isClosed) return this.#worker;
    const worker = startThread(moduleAt("./server/reading/thread.ts"), this.#begin);
    worker.on("message", (message: FromReading) => this.#take(message));
    worker.on("error", (error) => this.#onProblem(error));
    // Gone, of memory perhaps: who waits is told, and the next question starts another.
    worker.on("exit", () => {
      this.#worker = null;
      for (const { reject } of this.#waiting.values()) reject(stopped());
      this.#waiting.clear();
    });
    this.#worker = worker;
    return worker;
  }

  ask(project: string, question: Question): Promise<string | null> {
    const worker = this.start();
    if (worker === null || this.#isClosed) return Promise.reject(stopped());
    const id = this.#next;
    this.#next += 1;
    return new Promise((resolve, reject) => {
      this.#waiting.set(id, { resolve, reject });
      const message: ToReading = { id, project, question };
      worker.postMessage(message, []);
    });
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    const worker = this.#worker;
    if (worker === null) return;
    const gone = new Promise<void>((resolve) => worker.once("exit", () => resolve()));
    const message: ToReading = "close";
    worker.postMessage(message, []);
    const late = setTimeout(() => void worker.terminate(), STOP_MS);
    await gone;
    clearTimeout(late);
  }

  #take(message: FromReading): void {
    const waiting = this.#waiting.get(message.id);
    if (waiting === undefined) return;
    this.#waiting.delete(message.id);
    if ("json" in message) return waiting.resolve(message.json);
    const { code, message: sentence, fix, stack } = message.problem;
    const error = code === "UNEXPECTED" ? new Error(sentence) : new WhysaidError(code, sentence, { fix: fix ?? "See docs/errors.md." });
    if (stack !== undefined) error.stack = stack;
    waiting.reject(error);
  }
}

const stopped = (): WhysaidError => new WhysaidError("STORE_UNREADABLE", "the server is stopping, or a trace was too large for it", { fix: "Ask again in a moment." });
