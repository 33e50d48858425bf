/** `whysaid drift`: what changed in a feature, since which model, prompt or release, and how sure that is. */
import { WhysaidError } from "@whysaid/recorder/format";
import { inWords } from "../../gate/drift-claims.ts";
import { drift, type DriftReport } from "../../gate/drift.ts";
import type { CommandCall } from "../command.ts";
import { exitCodes, type ExitCode } from "../exit-codes.ts";
import { countOption, filterOf } from "../filters.ts";
import { withRecordings } from "../recordings.ts";
import { figureWords, sparkline } from "../show/figures.ts";
import type { Output } from "../output.ts";
import { safeJson, safeLine } from "../terminal-safe.ts";

const HOUR_MS = 3_600_000;

export async function run({ options, settings, output }: CommandCall): Promise<ExitCode> {
  const feature = options.text("feature");
  if (feature === undefined) throw new WhysaidError("USAGE", "drift needs --feature", { fix: "For example: whysaid drift --feature dose-summary" });
  const { sinceMs, untilMs } = filterOf(options, 1);
  const tags = options.texts("tag");
  const hours = options.text("span") === undefined ? undefined : countOption(options, "span", 24);
  return withRecordings(settings, async ({ store }) => {
    const report = await drift(store, { feature, ...(sinceMs === undefined ? {} : { sinceMs }), ...(untilMs === undefined ? {} : { untilMs }), ...(tags.length === 0 ? {} : { tags }), ...(hours === undefined ? {} : { bucketMs: hours * HOUR_MS }) });
    if (report === null) throw new WhysaidError("TRACE_NOT_FOUND", `no trace of ${feature} is stored`, { fix: "`whysaid list` shows the features; --since may be too late." });
    if (options.has("json")) output.line(safeJson(report));
    else shown(output, report);
    return exitCodes.ok;
  });
}

function shown(output: Output, report: DriftReport): void {
  const { changes, differences, rollouts, editedThoughPassed } = report;
  output.line(output.paint(`${safeLine(report.feature)}: ${report.traces} traces, ${day(report.sinceMs)} to ${day(report.untilMs)}`, "bold"));
  output.line();
  if (changes.length === 0) output.line(`No change that chance would not make as well (${report.comparisons} comparisons).`);
  for (const { sentence } of changes) output.line(output.paint(`● ${safeLine(sentence)}`, "yellow"));
  for (const { sentence } of differences) output.line(`○ ${safeLine(sentence)}`);
  if (editedThoughPassed !== null) output.line(output.paint(`● Passes every rule, and is edited in ${figureWords(editedThoughPassed, "")} of the ${editedThoughPassed.of} cases people acted on: the rules do not see what they correct.`, "yellow"));
  if (rollouts.length > 0) {
    output.line();
    output.line(output.paint("Roll-outs", "bold"));
    for (const { dimension, value, previous, atMs, traces } of rollouts) output.line(`  ${day(atMs)}  ${safeLine(inWords(dimension, value))}, ${traces} traces (before: ${safeLine(previous ?? "none")})`);
  }
  output.line();
  output.line(output.paint(`${"".padEnd(28)}${"overall".padEnd(24)}over time`, "dim"));
  for (const { label, overall, series, id } of report.measures) {
    const unit = id === "first-chunk" || id === "total" ? "ms" : "";
    output.line(`${safeLine(label).slice(0, 27).padEnd(28)}${figureWords(overall, unit).padEnd(24)}${sparkline(series.map(({ figure }) => (figure.kind === "share" ? figure.rate : figure.median)))}`);
  }
}
const day = (ms: number): string => new Date(ms).toISOString().slice(0, 16).replace("T", " ");
