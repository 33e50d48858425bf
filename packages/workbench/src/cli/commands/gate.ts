/** `whysaid gate`: does a feature record what an incident will need? An exit code for CI. */
import { WhysaidError } from "@whysaid/recorder/format";
import type { CheckedGroup } from "../../cases/report/reports.ts";
import { gate, type GateReport } from "../../gate/gate.ts";
import type { CommandCall, CommandOptions } from "../command.ts";
import { exitCodes, type ExitCode } from "../exit-codes.ts";
import { countOption, filterOf } from "../filters.ts";
import { withRecordings } from "../recordings.ts";
import type { Output } from "../output.ts";
import { report } from "../reported.ts";
import { safeJson, safeLine } from "../terminal-safe.ts";

const LIMIT = 1000;
const MIN = 0.95;

export async function run({ options, settings, output }: CommandCall): Promise<ExitCode> {
  const feature = options.text("feature");
  if (feature === undefined) throw new WhysaidError("USAGE", "gate needs --feature", { fix: "For example: whysaid gate --feature dose-summary" });
  const { sinceMs, untilMs } = filterOf(options, 1);
  const min = minOf(options);
  const limit = countOption(options, "limit", LIMIT);
  return withRecordings(settings, async ({ store }) => {
    const coverage = await gate(store, { feature, min, limit, ...(sinceMs === undefined ? {} : { sinceMs }), ...(untilMs === undefined ? {} : { untilMs }) });
    if (coverage === null) throw new WhysaidError("TRACE_NOT_FOUND", `no trace of ${feature} is stored`, { fix: "Run the feature once with the recorder; `whysaid list` shows the features." });
    if (options.has("json")) output.line(safeJson(coverage));
    else shown(output, coverage);
    report([checksOf(coverage)], options, output);
    return coverage.passes ? exitCodes.ok : exitCodes.incomplete;
  });
}

function minOf(options: CommandOptions): number {
  const text = options.text("min");
  if (text === undefined) return MIN;
  const match = /^(\d+(?:\.\d+)?)\s*(%?)$/.exec(text.trim());
  const value = match === null ? Number.NaN : Number(match[1]) / (match[2] === "%" ? 100 : 1);
  if (Number.isNaN(value) || value < 0 || value > 1) throw new WhysaidError("USAGE", `--min is a share, not ${JSON.stringify(text)}`, { fix: "For example --min 0.95 or --min 95%." });
  return value;
}

/** A signal is a check: build servers show which one a feature fails to record, and what to change. */
function checksOf({ feature, signals, min }: GateReport): CheckedGroup {
  return {
    name: `gate ${feature}`,
    checks: signals.map(({ signal, coverage, passes, captured, missing, pending, firstMissing, fix }) => ({
      name: signal,
      outcome: passes ? "passed" : "failed",
      message: passes ? null : `captured in ${Math.floor(coverage * 100)} % of ${captured + missing + pending}, ${Math.round(min * 100)} % wanted`,
      detail: passes ? null : [fix ?? "", firstMissing === null ? "" : `first missing in ${firstMissing.traceId} generations[${firstMissing.generation}]`].filter((line) => line !== "").join("\n"),
      durationMs: 0,
    })),
  };
}

function shown(output: Output, report: GateReport): void {
  const percent = (share: number): string => `${(share * 100).toFixed(share === 1 ? 0 : 1)} %`;
  output.line(output.paint(`${safeLine(report.feature)}: ${report.passes ? "passes" : "does not pass"} (${report.generations} generations of ${report.traces} traces, at least ${percent(report.min)} of each signal)`, "bold", report.passes ? "green" : "red"));
  output.line();
  output.line(output.paint(`${"".padEnd(14)}${"coverage".padEnd(10)}${"captured".padStart(9)}${"missing".padStart(9)}${"pending".padStart(9)}${"n/a".padStart(7)}${"can't".padStart(7)}  first missing`, "dim"));
  for (const { signal, coverage, captured, missing, pending, notApplicable, excused, passes, firstMissing, fix } of report.signals) {
    const numbers = `${String(captured).padStart(9)}${String(missing).padStart(9)}${String(pending).padStart(9)}${String(notApplicable).padStart(7)}${String(excused).padStart(7)}`;
    const line = `${(passes ? "✓ " : "✗ ") + signal.padEnd(12)}${percent(coverage).padEnd(10)}${numbers}  ${firstMissing === null ? "" : `${firstMissing.traceId} generations[${firstMissing.generation}]`}`;
    output.line(output.paint(line, ...(passes ? [] : (["red"] as const))));
    if (fix !== null) output.line(`  ${fix}`);
  }
  if (report.incomplete.count > 0) {
    output.line();
    output.line(`${report.incomplete.count} traces are incomplete, the newest ${report.incomplete.first}: \`whysaid show\` names the gaps.`);
  }
  for (const { what, count, of, first, fix } of report.weaknesses) {
    output.line();
    output.line(output.paint(`${count} of ${of}: ${what} (${first.traceId})`, "yellow"));
    output.line(`  ${fix}`);
  }
}
