/** `whysaid diff` */
import type { CommandCall } from "../command.ts";
import { exitCodes, type ExitCode } from "../exit-codes.ts";
import { Explainer } from "../explained.ts";
import { withRecordings } from "../recordings.ts";
import { differences } from "../../reconstruct/differences.ts";
import { showDifferences } from "../show/differences-view.ts";
import { Folding } from "../show/fold.ts";
import { Page } from "../show/page.ts";
import { safeJson } from "../terminal-safe.ts";
import { readNamed } from "../trace-id.ts";

export async function run({ args, options, settings, output }: CommandCall): Promise<ExitCode> {
  return withRecordings(settings, async ({ store }) => {
    const explainer = new Explainer(store);
    const rebuild = (traceId: string) => explainer.rebuild(traceId);
    const a = await readNamed(store, args[0] ?? "", rebuild);
    const b = await readNamed(store, args[1] ?? "", rebuild);
    const found = differences(a, b);
    if (options.has("json")) output.line(safeJson({ a: a.traceId, b: b.traceId, differences: found }));
    else showDifferences(new Page(output, new Folding(options.has("full"), [])), a, b, found);
    return exitCodes.ok;
  });
}
