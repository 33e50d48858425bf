/** `whysaid reveal` */
import { reveal } from "../../redaction/reveal.ts";
import type { CommandCall } from "../command.ts";
import { exitCodes, type ExitCode } from "../exit-codes.ts";
import { Explainer } from "../explained.ts";
import { actor, heldKeys } from "../held-keys.ts";
import { withRecordings } from "../recordings.ts";
import { count } from "../show/amounts.ts";
import { Folding } from "../show/fold.ts";
import { Page } from "../show/page.ts";
import { showTrace } from "../show/show-trace.ts";
import { safeJson } from "../terminal-safe.ts";
import { readNamed } from "../trace-id.ts";

export async function run({ args, options, settings, output }: CommandCall): Promise<ExitCode> {
  return withRecordings(settings, async ({ store }) => {
    const explainer = new Explainer(store);
    const story = await readNamed(store, args[0] ?? "", (traceId) => explainer.explain(traceId));
    const revealed = reveal(story, { directory: settings.dir.value, traceId: story.traceId, reason: options.text("reason") ?? "", actor: actor(), atMs: Date.now(), keys: heldKeys(options) });
    if (options.has("json")) output.line(safeJson(revealed.value));
    else {
      showTrace(new Page(output, new Folding(options.has("full"), [])), revealed.value);
      output.note(`${count(revealed.revealed)} originals shown${revealed.left > 0 ? `, ${count(revealed.left)} stay pseudonyms (erased, or sealed elsewhere)` : ""}; it stands in the audit log`);
    }
    return exitCodes.ok;
  });
}
