/** `whysaid issues`: what keeps failing, grouped; resolved here, reopened by itself. */
import { WhysaidError } from "@whysaid/recorder/format";
import { issues, reopenIssue, resolveIssue, type Issue } from "../../issues/issues.ts";
import type { CommandCall } from "../command.ts";
import { exitCodes, type ExitCode } from "../exit-codes.ts";
import { countOption, filterOf } from "../filters.ts";
import type { Output } from "../output.ts";
import { progressOn } from "../progress.ts";
import { withRecordings } from "../recordings.ts";
import { safeJson, safeLine } from "../terminal-safe.ts";

const LIMIT = 30;

export async function run({ options, settings, output }: CommandCall): Promise<ExitCode> {
  const { sinceMs } = filterOf(options, 1);
  const limit = countOption(options, "limit", LIMIT);
  const feature = options.text("feature");
  const resolved = options.text("resolve");
  const reopened = options.text("reopen");
  if (resolved !== undefined && reopened !== undefined) throw new WhysaidError("USAGE", "an issue is resolved or reopened, not both", { fix: "Give one of --resolve and --reopen." });
  return withRecordings(settings, async ({ store }) => {
    if (resolved !== undefined) await resolveIssue(store, resolved, Date.now(), options.text("note") ?? null);
    if (reopened !== undefined) await reopenIssue(store, reopened);
    const progress = progressOn(process.stderr, "reading traces");
    const total = (await store.counts()).traces;
    const report = await issues(store, { ...(sinceMs === undefined ? {} : { sinceMs }), ...(feature === undefined ? {} : { feature }), onProgress: (traces) => progress.at(traces, total) });
    progress.end();
    const wanted = report.issues.filter(({ state }) => options.has("all") || state !== "resolved");
    if (options.has("json")) output.line(safeJson({ ...report, issues: wanted.slice(0, limit) }));
    else shown(output, wanted, limit, report.issues.length - wanted.length);
    return exitCodes.ok;
  });
}

function shown(output: Output, found: readonly Issue[], limit: number, hidden: number): void {
  if (found.length === 0) output.line("Nothing fails.");
  for (const { id, feature, cause, about, title, state, count, firstSeenMs, lastSeenMs, traceIds, note } of found.slice(0, limit)) {
    output.line(output.paint(`${id.slice(0, 8)}  ${String(count).padStart(5)}×  ${cause}${about === null ? "" : ` · ${safeLine(about)}`}`, "bold", ...(state === "reopened" ? (["red"] as const) : [])));
    output.line(`  ${safeLine(title)}`);
    output.line(output.paint(`  ${safeLine(feature ?? "no feature")} · ${state} · first ${day(firstSeenMs)}, last ${day(lastSeenMs)} · ${traceIds[0] ?? ""}${note === null ? "" : ` · ${safeLine(note)}`}`, "dim"));
  }
  if (found.length > limit) output.note(`There are ${found.length - limit} more: --limit ${found.length}`);
  if (hidden > 0) output.note(`${hidden} resolved are not shown: --all`);
}
const day = (ms: number): string => new Date(ms).toISOString().slice(0, 16).replace("T", " ");
