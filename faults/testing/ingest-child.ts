/** Child of `faults/ingest.ts`: opens the store, says so, reads the journal into it in small transactions, says that it is done. */
import { ingestDirectory } from "../../packages/workbench/src/ingest/directory.ts";
import { openStore } from "../../packages/workbench/src/ingest/open-store.ts";
import { workspaceAt } from "../../packages/workbench/src/ingest/workspace.ts";

const workspace = workspaceAt(process.argv[2] ?? "");
const store = await openStore(workspace.storePath);
process.stdout.write("open\n");
const { stored } = await ingestDirectory(workspace.journalDir, store, { batchEntries: 60 });
await store.close();
process.stdout.write(`done ${stored}\n`);
