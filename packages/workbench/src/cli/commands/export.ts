/** `whysaid export`: one reconstruction a line, oldest first, so that an import meets the traces as they happened; or each as an OTLP request, printed or posted. */
import { WhysaidError, type Reconstruction } from "@whysaid/recorder/format";
import { auditExport } from "../../redaction/audit-export.ts";
import type { CommandCall, CommandOptions } from "../command.ts";
import { exitCodes, type ExitCode } from "../exit-codes.ts";
import { Explainer } from "../explained.ts";
import { countOption, filterOf } from "../filters.ts";
import { actor } from "../held-keys.ts";
import { progressOn } from "../progress.ts";
import { withRecordings } from "../recordings.ts";
import { otlpHeaders } from "../env.ts";
import { postOtlp } from "../post-otlp.ts";
import { otlpRequest } from "../../reconstruct/otlp-request.ts";
import type { Store, TraceFilter } from "../../store/store.ts";
import { safeJson } from "../terminal-safe.ts";

const PAGE = 500;

export async function run({ options, settings, output }: CommandCall): Promise<ExitCode> {
  const write = writerOf(options, output);
  const limit = countOption(options, "limit", Number.MAX_SAFE_INTEGER);
  const filter = filterOf(options, PAGE);
  return withRecordings(settings, async ({ store }) => {
    const traceIds = await matching(store, filter, limit);
    if (traceIds.length > 0) auditExport({ directory: settings.dir.value, about: chosenBy(filter), actor: actor(), form: `export ${options.text("format") ?? "json"}${options.text("to") === undefined ? "" : " to a receiver"}`, atMs: Date.now(), details: { traces: traceIds.length } });
    const explainer = new Explainer(store);
    const progress = progressOn(process.stderr, "exporting");
    for (const [index, traceId] of traceIds.toReversed().entries()) {
      const story = await explainer.explain(traceId);
      if (story !== null) await write(story);
      progress.at(index + 1, traceIds.length);
    }
    progress.end();
    return exitCodes.ok;
  });
}

/** What was chosen by, not by which words: a conversation or a tag may name somebody, and the log can't be changed when they are erased. */
function chosenBy(filter: TraceFilter): string {
  const names = Object.keys(filter).filter((name) => name !== "limit");
  return names.length === 0 ? "all traces" : `traces by ${names.join(", ")}`;
}

/** Where one reconstruction goes. */
function writerOf(options: CommandOptions, output: CommandCall["output"]): (story: Reconstruction) => Promise<void> {
  const format = options.text("format") ?? "json";
  const to = options.text("to");
  if (format !== "json" && format !== "otlp") throw new WhysaidError("USAGE", `there is no export format ${format}`, { fix: "Say json or otlp." });
  if (to !== undefined && (format !== "otlp" || !URL.canParse(to))) throw new WhysaidError("USAGE", "--to takes the address of an OTLP receiver, with --format otlp", { fix: "For example --format otlp --to http://127.0.0.1:4318/v1/traces." });
  if (format === "json") return (story) => output.drained(`${safeJson(story)}\n`);
  if (to === undefined) return (story) => output.drained(`${safeJson(otlpRequest(story))}\n`);
  return (story) => postOtlp(new URL(to), otlpHeaders(), otlpRequest(story));
}

/** Ids only: the newest `limit` of them, newest first. */
async function matching(store: Store, filter: TraceFilter, limit: number): Promise<readonly string[]> {
  const found: string[] = [];
  for (let after: string | undefined; found.length < limit; ) {
    const rows = await store.list({ ...filter, limit: Math.min(PAGE, limit - found.length), ...(after === undefined ? {} : { after }) });
    found.push(...rows.map((row) => row.traceId));
    after = rows.at(-1)?.key;
    if (rows.length < PAGE || after === undefined) break;
  }
  return found;
}
