/**
 * A `.whysaid/` directory: journal, store and keys of one project. Commands open it, read the journal, and only then answer, so that what was recorded a moment
 * ago is there.
 */
import { join, resolve } from "node:path";
import type { Store } from "../store/store.ts";
import { ingestDirectory, type DirectoryOutcome, type IngestProgress } from "./directory.ts";
import { openStore, storeLocation } from "./open-store.ts";

export interface Workspace {
  readonly directory: string;
  readonly journalDir: string;
  readonly storePath: string;
  readonly keysDir: string;
  readonly vaultDir: string;
}

/** @param directory  `.whysaid`, or what `WHYSAID_DIR` names */
export function workspaceAt(directory: string): Workspace {
  const root = resolve(directory);
  return { directory: root, journalDir: join(root, "journal"), storePath: join(root, "store.db"), keysDir: join(root, "keys"), vaultDir: join(root, "vault") };
}

export interface FreshStoreOptions {
  /** Another store than the workspace's own. */
  readonly store?: string;
  readonly onProgress?: (progress: IngestProgress) => void;
  /** Remove what has been stored whole from the journal. Default: keep it. */
  readonly removeIngested?: boolean;
  readonly keepBytes?: number;
}
export interface FreshStore {
  readonly store: Store;
  readonly ingested: DirectoryOutcome;
}

/**
 * The workspace's store with everything in it that the journal holds now. The caller closes it.
 *
 * @throws WhysaidError as `openStore`, and `JOURNAL_NEWER_FORMAT`
 */
export async function openFreshStore(workspace: Workspace, options: FreshStoreOptions = {}): Promise<FreshStore> {
  const { store: name = workspace.storePath, ...ingest } = options;
  const store = await openStore(name, name === workspace.storePath || storeLocation(name).kind === "clickhouse" ? { keysDir: workspace.keysDir } : {});
  try {
    return { store, ingested: await ingestDirectory(workspace.journalDir, store, ingest) };
  } catch (cause) {
    await store.close();
    throw cause;
  }
}

/** Open, read the journal, do the work, close. */
export async function withFreshStore<T>(workspace: Workspace, work: (store: Store, ingested: DirectoryOutcome) => Promise<T>, options: FreshStoreOptions = {}): Promise<T> {
  const { store, ingested } = await openFreshStore(workspace, options);
  try {
    return await work(store, ingested);
  } finally {
    await store.close();
  }
}
