/** `whysaid show` */
import type { CommandCall } from "../command.ts";
import { exitCodes, type ExitCode } from "../exit-codes.ts";
import { withRecordings } from "../recordings.ts";
import { explained } from "../explained.ts";
import { Folding } from "../show/fold.ts";
import { Page } from "../show/page.ts";
import { showTrace } from "../show/show-trace.ts";
import { safeJson } from "../terminal-safe.ts";
import { storedTrace } from "../trace-id.ts";

export async function run({ args, options, settings, output }: CommandCall): Promise<ExitCode> {
  return withRecordings(settings, async ({ store }) => {
    const story = await explained(await storedTrace(store, args[0] ?? ""));
    if (options.has("json")) output.line(safeJson(story));
    else showTrace(new Page(output, new Folding(options.has("full"), options.texts("unfold"))), story);
    return story.complete ? exitCodes.ok : exitCodes.incomplete;
  });
}
