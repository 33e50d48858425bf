/** `whysaid why` */
import type { CommandCall } from "../command.ts";
import { exitCodes, type ExitCode } from "../exit-codes.ts";
import { Explainer } from "../explained.ts";
import { withRecordings } from "../recordings.ts";
import { findings } from "../show/findings.ts";
import { Folding } from "../show/fold.ts";
import { Page } from "../show/page.ts";
import { safeJson, safeLine } from "../terminal-safe.ts";
import { readNamed } from "../trace-id.ts";

export async function run({ args, options, settings, output }: CommandCall): Promise<ExitCode> {
  return withRecordings(settings, async ({ store }) => {
    const explainer = new Explainer(store);
    const story = await readNamed(store, args[0] ?? "", (traceId) => explainer.explain(traceId));
    if (options.has("json")) output.line(safeJson({ traceId: story.traceId, findings: story.findings, provenance: story.provenance }));
    else {
      const page = new Page(output, new Folding(false, []));
      output.line(`${output.paint(safeLine(story.feature ?? "no feature named"), "bold")}  ${story.traceId}`);
      output.line();
      if (story.findings.length === 0) page.words("No likely cause: nothing in this recording speaks against its answer.");
      findings(page, story, Infinity);
    }
    return story.complete ? exitCodes.ok : exitCodes.incomplete;
  });
}
