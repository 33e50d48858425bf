/** The face of `whysaid` for programs: open a directory of recordings, rebuild a trace, compare two. The command line is `bin/whysaid.js`. */
export type { WhysaidConfig } from "./cli/env.ts";
export { openFreshStore, withFreshStore, workspaceAt, type FreshStore, type FreshStoreOptions, type Workspace } from "./ingest/workspace.ts";
export { differences, type Difference } from "./reconstruct/differences.ts";
export { reconstruct } from "./reconstruct/reconstruct.ts";
export type { Documents, DocumentFilter, DocumentPut, NewDocument, StoredDocument } from "./store/documents.ts";
export type { Damage, Store, StoreCounts, StoredEntry, StoredTrace, TraceFilter, TraceRow } from "./store/store.ts";
export { version } from "./version.ts";
