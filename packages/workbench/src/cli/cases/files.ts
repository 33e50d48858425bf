/** Cases out to files and back. */
import { WhysaidError } from "@whysaid/recorder/format";
import { casesOf, currentVersion, versionsOf } from "../../cases/datasets.ts";
import { listCases, withStory } from "../../cases/case-store.ts";
import type { Case } from "../../cases/case.ts";
import { formatNames, formats, type FormatName } from "../../cases/formats/formats.ts";
import { importedCases } from "../../cases/formats/import-cases.ts";
import { syncCases } from "../../cases/sync.ts";
import { auditExport } from "../../redaction/audit-export.ts";
import type { Store } from "../../store/store.ts";
import type { CommandCall, CommandOptions } from "../command.ts";
import { exitCodes, type ExitCode } from "../exit-codes.ts";
import { countOption } from "../filters.ts";
import { actor } from "../held-keys.ts";
import { withRecordings } from "../recordings.ts";
import { safeJson } from "../terminal-safe.ts";
import { textFile } from "../text-file.ts";
import { caseFilter } from "./reading.ts";

export async function exportCases({ options, settings, output }: CommandCall): Promise<ExitCode> {
  const format = options.text("format") ?? "whysaid";
  if (!formatNames.includes(format as FormatName)) throw new WhysaidError("USAGE", `--format is one of ${formatNames.join(", ")}, not ${JSON.stringify(format)}`, { fix: "For example --format promptfoo." });
  return withRecordings(settings, async ({ store }) => {
    await syncCases(store);
    const cases = await chosen(store, options);
    if (cases.length > 0) auditExport({ directory: settings.dir.value, about: "cases", actor: actor(), form: `cases export ${format}`, atMs: Date.now(), details: { cases: cases.length } });
    await output.drained(formats[format as FormatName](cases));
    output.note(`${cases.length} case${cases.length === 1 ? "" : "s"}`);
    return exitCodes.ok;
  });
}

/** The confirmed ones, or what the options name. */
async function chosen(store: Store, options: CommandOptions): Promise<readonly Case[]> {
  if (options.text("version") !== undefined) {
    const feature = options.text("feature");
    if (feature === undefined) throw new WhysaidError("USAGE", "--version is of a feature's dataset", { fix: "Name it with --feature." });
    await currentVersion(store, feature, Date.now());
    const wanted = countOption(options, "version", 1);
    const found = (await versionsOf(store, feature)).find(({ version }) => version === wanted);
    if (found === undefined) throw new WhysaidError("CASE_NOT_FOUND", `the dataset has no version ${wanted}`, { fix: "Versions begin at 1; leave --version out for the cases as they are now." });
    return casesOf(store, found);
  }
  const filter = caseFilter(options);
  return Promise.all((await listCases(store, { status: "confirmed", ...filter })).map((head) => withStory(store, head)));
}

export async function importCases({ options, settings, output }: CommandCall, what: string): Promise<ExitCode> {
  const text = textFile(what, "Give a file that `whysaid cases export` wrote, or - for standard input.");
  return withRecordings(
    settings,
    async ({ store }) => {
      const outcome = await importedCases(store, text, settings.dir.value);
      if (options.has("json")) output.line(safeJson(outcome));
      else {
        output.line(`${outcome.added} new, ${outcome.known} known, ${outcome.refused.length} refused`);
        for (const { line, reason } of outcome.refused.slice(0, 10)) output.note(`line ${line}: ${reason}`);
      }
      return outcome.refused.length === 0 ? exitCodes.ok : exitCodes.incomplete;
    },
    { make: true },
  );
}
