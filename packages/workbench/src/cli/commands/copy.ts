/** `whysaid copy` */
import { WhysaidError } from "@whysaid/recorder/format";
import { copyStore } from "../../ingest/copy-store.ts";
import { openStore, storeLocation } from "../../ingest/open-store.ts";
import type { CommandCall } from "../command.ts";
import { exitCodes, type ExitCode } from "../exit-codes.ts";
import { progressOn } from "../progress.ts";
import { workspaceOf } from "../recordings.ts";
import { count } from "../show/amounts.ts";
import { safeJson } from "../terminal-safe.ts";

export async function run({ options, settings, output }: CommandCall): Promise<ExitCode> {
  const from = options.text("from") ?? settings.store.value;
  const to = options.text("to");
  if (to === undefined) throw new WhysaidError("USAGE", "--to is missing: where to copy to", { fix: "For example --to clickhouse://user:password@host:8123/whysaid." });
  const { keysDir, storePath } = workspaceOf(settings);
  const open = (store: string): ReturnType<typeof openStore> => openStore(store, store === storePath || storeLocation(store).kind === "clickhouse" ? { keysDir } : {});
  const source = await open(from);
  try {
    const target = await open(to);
    try {
      const progress = progressOn(process.stderr, "copying traces");
      const outcome = await copyStore(source, target, { onProgress: ({ traces, total }) => progress.at(traces, total), fromStart: options.has("from-start") });
      progress.end();
      if (options.has("json")) output.line(safeJson({ from: source.name, to: target.name, ...outcome }));
      else {
        output.line(`${count(outcome.traces)} traces copied and read back: ${count(outcome.stored)} entries new, ${count(outcome.duplicates)} there before, ${count(outcome.documents)} documents.`);
        for (const traceId of outcome.different.slice(0, 100)) output.line(`${output.paint("different", "red")} ${traceId}`);
      }
      return outcome.different.length === 0 ? exitCodes.ok : exitCodes.incomplete;
    } finally {
      await target.close();
    }
  } finally {
    await source.close();
  }
}
