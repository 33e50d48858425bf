/** Turns what SQLite throws into errors that say what to do. Around everything the store does with the database. */
import { WhysaidError } from "@whysaid/recorder/format";
import { isBusy, isDamaged } from "./driver.ts";

export class Guard {
  readonly #name: string;
  readonly #busyTimeoutMs: number;
  constructor(name: string, busyTimeoutMs: number) {
    this.#name = name;
    this.#busyTimeoutMs = busyTimeoutMs;
  }
  run<T>(work: () => T): T {
    try {
      return work();
    } catch (cause) {
      return this.rethrow(cause);
    }
  }
  rethrow(cause: unknown): never {
    if (isBusy(cause)) throw new WhysaidError("STORE_LOCKED", `the store ${this.#name} has been locked by another process for ${this.#busyTimeoutMs} ms`, { fix: "Wait for the other command to end, or stop it; nothing was lost, the journal still has what could not be stored.", cause });
    if (isDamaged(cause)) throw new WhysaidError("STORE_DAMAGED", `the store ${this.#name} is damaged: SQLite cannot read it`, { fix: "Restore it from a backup, or move it away and ingest the journal into a new one.", cause });
    throw cause;
  }
}
