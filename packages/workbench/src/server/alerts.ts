/** Looks at the alerts every few minutes while the server runs, over the default project. One look at a time; a receiver that is away holds up nothing but this. */
import { setTimeout as wait } from "node:timers/promises";
import type { AlertConfig } from "../alerts/config.ts";
import { check } from "../alerts/check.ts";
import { DEFAULT_PROJECT, type Rooms } from "./rooms.ts";

const EVERY_MS = 300_000;
/** A server that was just started has a journal to take in first. */
const FIRST_MS = 60_000;

export interface AlertWatchOptions {
  readonly config: AlertConfig;
  readonly rooms: Rooms;
  /** Default: five minutes. */
  readonly everyMs?: number;
  readonly now: () => number;
  readonly onProblem: (error: unknown) => void;
}

export class AlertWatch {
  readonly #options: AlertWatchOptions;
  readonly #stop = new AbortController();
  readonly #ended: Promise<void>;

  constructor(options: AlertWatchOptions) {
    this.#options = options;
    this.#ended = this.#run();
  }

  /** Waits for a message that is on its way; tries again with none. */
  async close(): Promise<void> {
    this.#stop.abort();
    await this.#ended;
  }

  async #run(): Promise<void> {
    const { everyMs = EVERY_MS, config, rooms, now, onProblem } = this.#options;
    const { signal } = this.#stop;
    for (let pauseMs = Math.min(everyMs, FIRST_MS); ; pauseMs = everyMs) {
      await wait(pauseMs, undefined, { signal, ref: false }).catch(() => undefined);
      if (signal.aborted) return;
      try {
        const { store } = await rooms.room(DEFAULT_PROJECT);
        const { undelivered } = await check(store, config, { nowMs: now(), signal });
        for (const { error } of undelivered) onProblem(error);
      } catch (error) {
        onProblem(error);
      }
    }
  }
}
