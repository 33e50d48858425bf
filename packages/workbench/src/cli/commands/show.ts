/** `whysaid show` */
import type { CommandCall } from "../command.ts";
import { exitCodes, type ExitCode } from "../exit-codes.ts";
import { withRecordings } from "../recordings.ts";
import { Explainer } from "../explained.ts";
import { Folding } from "../show/fold.ts";
import { Page } from "../show/page.ts";
import { showTrace } from "../show/show-trace.ts";
import { safeJson } from "../terminal-safe.ts";
import { readNamed } from "../trace-id.ts";

export async function run({ args, options, settings, output }: CommandCall): Promise<ExitCode> {
  return withRecordings(settings, async ({ store }) => {
    const explainer = new Explainer(store);
    const story = await readNamed(store, args[0] ?? "", (traceId) => explainer.explain(traceId));
    if (options.has("json")) output.line(safeJson(story));
    else showTrace(new Page(output, new Folding(options.has("full"), options.texts("unfold"))), story);
    return story.complete ? exitCodes.ok : exitCodes.incomplete;
  });
}
