/**
 * Turns at SQLite's one writer: each is a transaction, taken back whole when the work in it throws. SQLite's own waiting looks every 100 ms, and would find the lock
 * taken each time by one who works through a backlog; here everybody looks every millisecond, and who has held it for long pauses.
 */
import { setTimeout } from "node:timers/promises";
import { isBusy, type Database } from "./driver.ts";
import type { Guard } from "./guard.ts";

/** After this long in transactions a writer pauses, so that others get their turn. */
const HOLD_MS = 200;
const PAUSE_MS = 4;

export class WriteTurns {
  readonly #database: Database;
  readonly #guard: Guard;
  readonly #busyTimeoutMs: number;
  #heldMs = 0;

  constructor(database: Database, guard: Guard, busyTimeoutMs: number) {
    this.#database = database;
    this.#guard = guard;
    this.#busyTimeoutMs = busyTimeoutMs;
  }

  /**
   * @param onRollback  called before the error goes on: what was remembered of the transaction is not in the store
   * @throws WhysaidError `STORE_LOCKED` when the turn did not come in time, and what the work throws
   */
  async take<T>(work: () => T, onRollback: () => void = () => {}): Promise<T> {
    for (const deadlineMs = performance.now() + this.#busyTimeoutMs; !this.#begins(deadlineMs); ) await setTimeout(1);
    const startedMs = performance.now();
    const result = this.#guard.run(() => {
      try {
        const result = work();
        this.#database.exec("COMMIT");
        return result;
      } catch (cause) {
        this.#database.exec("ROLLBACK");
        onRollback();
        throw cause;
      }
    });
    this.#heldMs += performance.now() - startedMs;
    if (this.#heldMs > HOLD_MS) {
      // Lock after lock without a pause would keep another writer out until it gave up.
      this.#heldMs = 0;
      await setTimeout(PAUSE_MS);
    }
    return result;
  }

  #begins(deadlineMs: number): boolean {
    this.#database.exec("PRAGMA busy_timeout = 0");
    try {
      this.#database.exec("BEGIN IMMEDIATE");
      return true;
    } catch (cause) {
      if (isBusy(cause) && performance.now() < deadlineMs) return false;
      return this.#guard.rethrow(cause);
    } finally {
      this.#database.exec(`PRAGMA busy_timeout = ${this.#busyTimeoutMs}`);
    }
  }
}
