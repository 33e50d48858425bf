/** `whysaid list` */
import type { CommandCall } from "../command.ts";
import { exitCodes, type ExitCode } from "../exit-codes.ts";
import { countOption, filterOf } from "../filters.ts";
import { withRecordings } from "../recordings.ts";
import { safeJson } from "../terminal-safe.ts";
import { traceLines } from "../trace-rows.ts";

const LIMIT = 50;

export async function run({ options, settings, output }: CommandCall): Promise<ExitCode> {
  const limit = countOption(options, "limit", LIMIT);
  const filter = filterOf(options, limit + 1);
  return withRecordings(settings, async ({ store }) => {
    const found = await store.list(filter);
    const rows = found.slice(0, limit);
    const next = found.length > limit ? (rows.at(-1)?.key ?? null) : null;
    if (options.has("json")) output.line(safeJson({ traces: rows, next }));
    else if (rows.length === 0) output.line("No trace matches.");
    else {
      for (const line of traceLines(rows, output, Date.now())) output.line(line);
      if (next !== null) output.note(`There are more: --limit ${limit * 4}, or --after ${next}`);
    }
    return exitCodes.ok;
  });
}
