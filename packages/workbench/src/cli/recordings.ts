/** What every command reads: the store, after the journal beside it has been taken in. No server has to run. */
import { existsSync } from "node:fs";
import { WhysaidError } from "@whysaid/recorder/format";
import { JOURNAL_KEPT_BYTES, type DirectoryOutcome } from "../ingest/directory.ts";
import { storeLocation } from "../ingest/open-store.ts";
import { withFreshStore, workspaceAt, type Workspace } from "../ingest/workspace.ts";
import type { Store } from "../store/store.ts";
import type { Settings } from "./env.ts";
import { progressOn } from "./progress.ts";

export interface Recordings {
  readonly store: Store;
  readonly ingested: DirectoryOutcome;
}

export const workspaceOf = (settings: Settings): Workspace => workspaceAt(settings.dir.value);
export const hasRecordings = (settings: Settings): boolean => existsSync(workspaceOf(settings).journalDir) || hasStore(settings);
const hasStore = ({ store }: Settings): boolean => storeLocation(store.value).kind === "clickhouse" || existsSync(store.value);

/**
 * Open the store, take in what the journal has new, and close it whatever `use` does.
 *
 * @param make  make directory and store where there are none (import); else their absence is an error
 * @throws WhysaidError `DIRECTORY_NOT_FOUND`, and what opening a store throws
 */
export async function withRecordings<T>(settings: Settings, use: (recordings: Recordings) => Promise<T>, { make = false }: { readonly make?: boolean } = {}): Promise<T> {
  if (!make && !hasRecordings(settings)) {
    throw new WhysaidError("DIRECTORY_NOT_FOUND", `nothing is recorded in ${settings.dir.value}`, { fix: "Run your app with the recorder here, `whysaid import` something, or point --dir or WHYSAID_DIR at the directory your app records to." });
  }
  const workspace = workspaceOf(settings);
  const progress = progressOn(process.stderr, "reading the journal, bytes");
  const work = (store: Store, ingested: DirectoryOutcome): Promise<T> => {
    progress.end();
    return use({ store, ingested });
  };
  return withFreshStore(workspace, work, {
    store: settings.store.value,
    onProgress: ({ bytes, totalBytes }) => progress.at(bytes, totalBytes),
    // Into another store than the directory's own the journal is only copied.
    removeIngested: settings.store.value === workspace.storePath,
    keepBytes: JOURNAL_KEPT_BYTES,
  });
}
