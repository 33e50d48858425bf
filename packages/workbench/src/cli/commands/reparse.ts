/** `whysaid reparse`: a parser and its rules, as they are now, over what was answered then. */
import { existsSync } from "node:fs";
import { resolve } from "node:path";
import { WhysaidError } from "@whysaid/recorder/format";
import { completionOf, matrixOf, type Cell, type Completion, type Matrix } from "../../reconstruct/reparse/matrix.ts";
import { reparsed } from "../../reconstruct/reparse/runner.ts";
import { reconstruct } from "../../reconstruct/reconstruct.ts";
import type { Store } from "../../store/store.ts";
import type { CommandCall } from "../command.ts";
import { reparseEnvironment } from "../env.ts";
import { exitCodes, type ExitCode } from "../exit-codes.ts";
import { countOption, filterOf } from "../filters.ts";
import { withRecordings } from "../recordings.ts";
import type { Output } from "../output.ts";
import { safeJson, safeLine } from "../terminal-safe.ts";

const PAGE = 500;
const SHOWN_TRACES = 5;

export async function run({ args, options, settings, output }: CommandCall): Promise<ExitCode> {
  const module = resolve(args[0] ?? "");
  if (!existsSync(module)) throw new WhysaidError("FILE_UNREADABLE", `there is no module ${module}`, { fix: "Name a file that exports parse(raw)." });
  const feature = options.text("feature");
  if (feature === undefined) throw new WhysaidError("USAGE", "reparse needs --feature", { fix: "For example: whysaid reparse ./src/dose.ts --feature dose-summary" });
  return withRecordings(settings, async ({ store }) => {
    const completions: Completion[] = [];
    for await (const one of completionsOf(store, (after) => ({ ...filterOf(options, PAGE), ...(after === null ? {} : { after }) }))) completions.push(one);
    if (completions.length === 0) throw new WhysaidError("TRACE_NOT_FOUND", `no completion of ${feature} is stored`, { fix: "`whysaid list` shows the features; --since may be too late." });
    const started = performance.now();
    const results = await reparsed(completions.map(({ raw }) => raw), { module, timeoutMs: countOption(options, "timeout", 1000), maxMemoryMb: countOption(options, "memory", 256), env: reparseEnvironment() });
    const seconds = (performance.now() - started) / 1000;
    const matrix = matrixOf(completions, results);
    if (options.has("json")) output.line(safeJson({ feature, module, ...matrix, perSecond: Math.round(completions.length / seconds) }));
    else shown(output, matrix);
    return matrix.broken > 0 ? exitCodes.incomplete : exitCodes.ok;
  });
}

async function* completionsOf(store: Store, filter: (after: string | null) => Parameters<Store["list"]>[0]): AsyncIterable<Completion> {
  let after: string | null = null;
  for (;;) {
    const rows = await store.list(filter(after));
    for (const { traceId } of rows) {
      const trace = await store.trace(traceId);
      if (trace === null) continue;
      const all = reconstruct(trace).generations;
      // What the trace's parser read; where none ran, every answer that has text.
      const read = all.filter(({ signals }) => signals.parsed.state === "captured");
      for (const generation of read.length > 0 ? read : all) {
        const completion = completionOf(traceId, generation);
        if (completion !== null) yield completion;
      }
    }
    after = rows.at(-1)?.key ?? null;
    if (after === null || rows.length < PAGE) return;
  }
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
