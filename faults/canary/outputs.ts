/** What the workbench says of a recording, in every form that leaves it: written where the search looks. */
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { bundle } from "../../packages/workbench/src/bundle/bundle.ts";
import { Explainer } from "../../packages/workbench/src/diagnose/explainer.ts";
import { ingestDirectory } from "../../packages/workbench/src/ingest/directory.ts";
import { openStore } from "../../packages/workbench/src/ingest/open-store.ts";
import { otlpRequest } from "../../packages/workbench/src/reconstruct/otlp-request.ts";

export interface ReadBack {
  readonly traces: number;
  readonly markers: number;
  readonly pseudonyms: number;
}
/** Bundles of more traces would only say the same again. */
const BUNDLED = 30;

/** Ingest the journal beside `store.db`, where there is one, and write each trace as `export` does (both formats) and as a ticket's file. */
export async function saidOf(dir: string, printed: string): Promise<ReadBack> {
  mkdirSync(printed, { recursive: true });
  const store = await openStore(join(dir, "store.db"), { keysDir: join(dir, "keys") });
  try {
    await ingestDirectory(join(dir, "journal"), store);
    const ids = await store.tracesStartingWith("", 1_000_000);
    const explainer = new Explainer(store);
    let lines = "";
    let spans = "";
    for (const [index, id] of ids.entries()) {
      const story = await explainer.explain(id);
      if (story === null) continue;
      lines += `${JSON.stringify(story)}\n`;
      spans += `${JSON.stringify(otlpRequest(story))}\n`;
      if (index < BUNDLED) for (const format of ["html", "md"] as const) writeFileSync(join(printed, `bundle-${index}.${format}`), bundle(story, { format, atMs: 0 }));
    }
    writeFileSync(join(printed, "export.jsonl"), lines);
    writeFileSync(join(printed, "export-otlp.jsonl"), spans);
    return { traces: ids.length, markers: lines.split("⟦DROPPED:").length - 1, pseudonyms: lines.split("⟦").length - 1 };
  } finally {
    await store.close();
  }
}
