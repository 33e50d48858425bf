/** `whysaid import` */
import { createInterface } from "node:readline";
import { createRedactor } from "@whysaid/recorder/redact";
import type { CommandCall } from "../command.ts";
import { exitCodes, type ExitCode } from "../exit-codes.ts";
import { importFile, importLines, type ImportOutcome } from "../../ingest/import/import-file.ts";
import type { Output } from "../output.ts";
import { progressOn } from "../progress.ts";
import { withRecordings } from "../recordings.ts";
import { count } from "../show/amounts.ts";
import { safeJson, safeLine } from "../terminal-safe.ts";

const SHOWN = 20;

export async function run({ args, options, settings, output }: CommandCall): Promise<ExitCode> {
  const [file = "-"] = args;
  const feature = options.text("feature");
  return withRecordings(
    settings,
    async ({ store }) => {
      const progress = progressOn(process.stderr, "importing, records");
      const redactor = createRedactor({ dir: settings.dir.value, onProblem: (problem) => output.note(`${output.paint("!", "yellow")} ${safeLine(problem.message)}`) });
      const given = { scope: redactor.root, ...(feature === undefined ? {} : { feature }), onProgress: ({ records }: { readonly records: number }) => progress.at(records, null) };
      const outcome = file === "-" ? await importLines(createInterface({ input: process.stdin, crlfDelay: Infinity }), store, given, "standard input") : await importFile(file, store, given);
      progress.end();
      if (options.has("json")) output.line(safeJson(outcome));
      else report(outcome, output);
      return outcome.refused.length === 0 ? exitCodes.ok : exitCodes.incomplete;
    },
    { make: true },
  );
}

function report({ records, traces, duplicates, refused }: ImportOutcome, output: Output): void {
  output.line(`${count(records)} ${records === 1 ? "record" : "records"} read, ${count(traces.length)} ${traces.length === 1 ? "trace" : "traces"} new${duplicates > 0 ? `, ${count(duplicates)} already there` : ""}`);
  for (const { line, reason } of refused.slice(0, SHOWN)) output.line(`${output.paint("left out", "yellow")} line ${count(line)}: ${safeLine(reason)}`);
  if (refused.length > SHOWN) output.line(`… and ${count(refused.length - SHOWN)} more`);
  const [first] = traces;
  if (first !== undefined) output.line(`Look at one: whysaid show ${first}`);
}
