/** `cases run`, `runs`, `compare`: a suite without a test runner, in the forms build servers read. */
import { WhysaidError } from "@whysaid/recorder/format";
import { checksOf } from "../../cases/report/results.ts";
import { loadSuite } from "../../cases/run/load-suite.ts";
import { loadCases, storeRun, type Place } from "../../cases/run/load-cases.ts";
import { runCase, type CaseResult } from "../../cases/run/run-case.ts";
import { compareRuns, listRuns, runNamed, type CaseRun } from "../../cases/run/runs.ts";
import type { CommandCall } from "../command.ts";
import { exitCodes, type ExitCode } from "../exit-codes.ts";
import { withRecordings, workspaceOf } from "../recordings.ts";
import { report } from "../reported.ts";
import { safe, safeJson, safeLine } from "../terminal-safe.ts";

export async function ranModule({ options, settings, output }: CommandCall, what: string): Promise<ExitCode> {
  const loaded = await loadSuite(what);
  const release = options.text("release");
  const suite = { ...loaded, ...(options.has("all") ? { cases: "all" as const } : {}), ...(release === undefined ? {} : { release }) };
  const place: Place = { directory: settings.dir.value, ...(settings.store.value === workspaceOf(settings).storePath ? {} : { store: settings.store.value }) };
  const { open, dataset, notRevealed } = await loadCases(suite, place);
  if (notRevealed !== null) output.note(`Pseudonyms are served: ${notRevealed}`);
  const isJson = options.has("json");
  const results: CaseResult[] = [];
  for (const one of open) {
    const result = await runCase(one, suite);
    results.push(result);
    if (isJson) continue;
    output.line(`${result.passed ? output.paint("✓", "green") : output.paint("✗", "red")} ${safeLine(result.title)}`);
    if (result.explanation !== "") output.line(safe(result.explanation).split("\n").map((line) => `    ${line}`).join("\n"));
  }
  const run = await storeRun(place, { suite, dataset, runner: "whysaid cases run", results });
  const groups = [checksOf(suite.feature, results, what)];
  if (isJson) output.line(safeJson({ run }));
  else {
    output.line(`${run.passed} of ${results.length} passed  ${output.paint(`dataset ${safeLine(suite.feature)} version ${dataset}  ${run.id.slice(0, 16)}`, "dim")}`);
    if (results.length === 0) output.note("No confirmed case of this feature: whysaid cases review");
  }
  report(groups, options, output);
  return run.failed === 0 ? exitCodes.ok : exitCodes.incomplete;
}

export async function listedRuns({ options, settings, output }: CommandCall): Promise<ExitCode> {
  return withRecordings(settings, async ({ store }) => {
    const feature = options.text("feature");
    const runs = await listRuns(store, { ...(feature === undefined ? {} : { feature }), limit: 50 });
    if (options.has("json")) output.line(safeJson({ runs }));
    else if (runs.length === 0) output.line("No run is kept.");
    else for (const run of runs) output.line(lineOf(run));
    return exitCodes.ok;
  });
}
const lineOf = (run: CaseRun): string => `${run.id.slice(0, 20)}  ${new Date(run.atMs).toISOString().slice(0, 19)}  ${safeLine(run.feature)} v${run.dataset}  ${safeLine(run.release ?? "–")}  ${run.passed}/${run.results.length} passed  ${run.runner}`;

export async function compared({ args, options, settings, output }: CommandCall, what: string): Promise<ExitCode> {
  const other = args[2];
  if (other === undefined) throw new WhysaidError("USAGE", "cases compare needs two runs", { fix: "`whysaid cases runs` lists them." });
  return withRecordings(settings, async ({ store }) => {
    const [before, after] = [await runNamed(store, what), await runNamed(store, other)];
    const comparison = compareRuns(before, after);
    if (options.has("json")) output.line(safeJson({ before: before.id, after: after.id, ...comparison }));
    else {
      output.line(`${lineOf(before)}\n${lineOf(after)}\n`);
      for (const [word, ids] of Object.entries(comparison) as [string, readonly string[]][]) if (ids.length > 0) output.line(`${word.padEnd(13)} ${ids.length}  ${ids.slice(0, 6).map((id) => id.slice(0, 13)).join(" ")}${ids.length > 6 ? " …" : ""}`);
    }
    return comparison.broken.length === 0 ? exitCodes.ok : exitCodes.incomplete;
  });
}
