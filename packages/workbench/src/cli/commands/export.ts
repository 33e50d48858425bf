/** `whysaid export`: one reconstruction a line, oldest first, so that an import meets the traces as they happened. */
import type { CommandCall } from "../command.ts";
import { exitCodes, type ExitCode } from "../exit-codes.ts";
import { Explainer } from "../explained.ts";
import { countOption, filterOf } from "../filters.ts";
import { progressOn } from "../progress.ts";
import { withRecordings } from "../recordings.ts";
import type { Store, TraceFilter } from "../../store/store.ts";
import { safeJson } from "../terminal-safe.ts";

const PAGE = 500;

export async function run({ options, settings, output }: CommandCall): Promise<ExitCode> {
  const limit = countOption(options, "limit", Number.MAX_SAFE_INTEGER);
  const filter = filterOf(options, PAGE);
  return withRecordings(settings, async ({ store }) => {
    const traceIds = await matching(store, filter, limit);
    const explainer = new Explainer(store);
    const progress = progressOn(process.stderr, "exporting");
    for (const [index, traceId] of traceIds.toReversed().entries()) {
      const story = await explainer.explain(traceId);
      if (story !== null) await output.drained(`${safeJson(story)}\n`);
      progress.at(index + 1, traceIds.length);
    }
    progress.end();
    return exitCodes.ok;
  });
}

/** Ids only: the newest `limit` of them, newest first. */
async function matching(store: Store, filter: TraceFilter, limit: number): Promise<readonly string[]> {
  const found: string[] = [];
  for (let after: string | undefined; found.length < limit; ) {
    const rows = await store.list({ ...filter, limit: Math.min(PAGE, limit - found.length), ...(after === undefined ? {} : { after }) });
    found.push(...rows.map((row) => row.traceId));
    after = rows.at(-1)?.key;
    if (rows.length < PAGE || after === undefined) break;
  }
  return found;
}
