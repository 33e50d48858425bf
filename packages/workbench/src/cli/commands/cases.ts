/** `whysaid cases …`: the review queue and the runs on a command line; what each does stands in `workbench/src/cases`. */
import { WhysaidError } from "@whysaid/recorder/format";
import type { CommandCall } from "../command.ts";
import type { caseVerbs } from "../case-commands.ts";
import type { ExitCode } from "../exit-codes.ts";
import { addCase, reviewOne } from "../cases/reviewing.ts";
import { exportCases, importCases } from "../cases/files.ts";
import { listed, shown } from "../cases/reading.ts";
import { compared, listedRuns, ranModule } from "../cases/running.ts";

type Verb = (typeof caseVerbs)[number];
const verbs: Readonly<Record<Verb, (call: CommandCall, what: string) => Promise<ExitCode>>> = { list: listed, show: shown, add: addCase, review: reviewOne, export: exportCases, import: importCases, run: ranModule, runs: listedRuns, compare: compared };
const needsWhat: Readonly<Partial<Record<Verb, string>>> = { add: "a trace", show: "a case", import: "a file", run: "a module that exports a suite", compare: "two runs" };

export async function run(call: CommandCall): Promise<ExitCode> {
  const verb = call.args[0] as Verb;
  const what = call.args[1] ?? "";
  const needed = needsWhat[verb];
  if (needed !== undefined && what === "") throw new WhysaidError("USAGE", `cases ${verb} needs ${needed}`, { fix: "`whysaid cases --help` shows examples." });
  return verbs[verb](call, what);
}
