/** Takes in what local apps write to a project's journal, as it is written. */
import { setTimeout as wait } from "node:timers/promises";
import { JOURNAL_KEPT_BYTES, JournalIngest, type DirectoryOutcome } from "../ingest/directory.ts";
import { storeLocation } from "../ingest/open-store.ts";
import type { Workspace } from "../ingest/workspace.ts";
import type { Store } from "../store/store.ts";

/** Between two looks at the directory: what was recorded shows on the pages within half a second. */
const LOOK_MS = 300;
/** After a pass that failed, e.g. a locked store: the journal keeps what it has. */
const RETRY_MS = 2000;

export class Tail {
  readonly #stop = new AbortController();
  readonly #ended: Promise<void>;

  /**
   * Segments that are stored whole go once the journal is large: an app that runs for months never meets its cap.
   *
   * @param onProblem  told of each pass that failed; the next one tries again
   */
  constructor(workspace: Workspace, store: Store, onStored: (outcome: DirectoryOutcome) => void, onProblem: (error: unknown) => void) {
    const ingest = new JournalIngest(workspace.journalDir, store, { removeIngested: store.name === workspace.storePath || storeLocation(store.name).kind === "clickhouse", keepBytes: JOURNAL_KEPT_BYTES });
    this.#ended = this.#run(ingest, onStored, onProblem);
  }

  /** Ends after the pass that is running. */
  async close(): Promise<void> {
    this.#stop.abort();
    await this.#ended;
  }

  async #run(ingest: JournalIngest, onStored: (outcome: DirectoryOutcome) => void, onProblem: (error: unknown) => void): Promise<void> {
    const { signal } = this.#stop;
    while (!signal.aborted) {
      let pauseMs = LOOK_MS;
      try {
        onStored(await ingest.pass());
      } catch (error) {
        onProblem(error);
        pauseMs = RETRY_MS;
      }
      await wait(pauseMs, undefined, { signal }).catch(() => undefined);
    }
  }
}
