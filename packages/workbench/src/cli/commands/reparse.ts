/** `whysaid reparse`: a parser and its rules, as they are now, over what was answered then. */
import { existsSync } from "node:fs";
import { basename, resolve } from "node:path";
import { WhysaidError } from "@whysaid/recorder/format";
import type { Cell, Matrix } from "../../reconstruct/reparse/matrix.ts";
import { keepReparse, reparseFeature } from "../../replay/reparse-feature.ts";
import type { CommandCall } from "../command.ts";
import { reparseEnvironment } from "../env.ts";
import { exitCodes, type ExitCode } from "../exit-codes.ts";
import { countOption, filterOf } from "../filters.ts";
import { withRecordings } from "../recordings.ts";
import type { Output } from "../output.ts";
import { safeJson, safeLine } from "../terminal-safe.ts";

const SHOWN_TRACES = 5;

export async function run({ args, options, settings, output }: CommandCall): Promise<ExitCode> {
  const module = resolve(args[0] ?? "");
  if (!existsSync(module)) throw new WhysaidError("FILE_UNREADABLE", `there is no module ${module}`, { fix: "Name a file that exports parse(raw)." });
  const feature = options.text("feature");
  if (feature === undefined) throw new WhysaidError("USAGE", "reparse needs --feature", { fix: "For example: whysaid reparse ./src/dose.ts --feature dose-summary" });
  return withRecordings(settings, async ({ store }) => {
    const { limit: _, ...filter } = filterOf(options, 1);
    const { perSecond, ...matrix } = await reparseFeature(store, { feature, filter, runner: { module, timeoutMs: countOption(options, "timeout", 1000), maxMemoryMb: countOption(options, "memory", 256), env: reparseEnvironment() } });
    const { id } = await keepReparse(store, { feature, module: basename(module), atMs: Date.now(), matrix });
    if (options.has("json")) output.line(safeJson({ id, feature, module, ...matrix, perSecond }));
    else shown(output, matrix);
    return matrix.broken > 0 ? exitCodes.incomplete : exitCodes.ok;
  });
}

function shown(output: Output, { completions, fixed, broken, unchanged, parsed, rules }: Matrix): void {
  output.line(output.paint(`${fixed} fixed, ${broken} broken, ${unchanged} unchanged of ${completions} completions`, "bold", ...(broken > 0 ? (["red"] as const) : [])));
  table(output, "parse", parsed);
  for (const { rule, cells } of rules) table(output, rule, cells);
}

function table(output: Output, title: string, cells: readonly Cell[]): void {
  output.line();
  output.line(output.paint(safeLine(title), "bold"));
  output.line(output.paint(`  ${"before".padEnd(13)} ${"after".padEnd(9)} ${"traces".padStart(7)}`, "dim"));
  for (const { before, after, traces } of cells) {
    const isWorse = (before === "parsed" && after !== "parsed") || (before === "passed" && after === "failed");
    const ids = before === after ? "" : `  ${traces.slice(0, SHOWN_TRACES).join(" ")}${traces.length > SHOWN_TRACES ? " …" : ""}`;
    output.line(output.paint(`  ${before.padEnd(13)} ${after.padEnd(9)} ${String(traces.length).padStart(7)}${ids}`, ...(isWorse ? (["red"] as const) : [])));
  }
}
