/** Cases as lines and pages. */
import type { CaseHead, CaseStatus } from "../../cases/case.ts";
import { caseNamed, listCases, type CaseFilter } from "../../cases/case-store.ts";
import { currentVersion, versionsOf } from "../../cases/datasets.ts";
import { editBetween } from "../../cases/edits.ts";
import { syncCases } from "../../cases/sync.ts";
import { WhysaidError } from "@whysaid/recorder/format";
import type { CommandCall, CommandOptions } from "../command.ts";
import { exitCodes, type ExitCode } from "../exit-codes.ts";
import type { Output } from "../output.ts";
import { withRecordings } from "../recordings.ts";
import { safe, safeJson, safeLine } from "../terminal-safe.ts";
import { textDiff } from "../text-diff.ts";

const statuses: readonly string[] = ["new", "confirmed", "rejected"] satisfies readonly CaseStatus[];

export function caseFilter(options: CommandOptions): CaseFilter {
  const status = options.text("status");
  if (status !== undefined && !statuses.includes(status)) throw new WhysaidError("USAGE", `--status is one of ${statuses.join(", ")}, not ${JSON.stringify(status)}`, { fix: "For example --status new." });
  const feature = options.text("feature");
  const [label] = options.texts("label");
  return { ...(feature === undefined ? {} : { feature }), ...(status === undefined ? {} : { status: status as CaseStatus }), ...(label === undefined ? {} : { label }) };
}

export async function listed({ options, settings, output }: CommandCall): Promise<ExitCode> {
  return withRecordings(settings, async ({ store }) => {
    const outcome = await syncCases(store);
    const cases = await listCases(store, caseFilter(options));
    if (options.has("json")) {
      output.line(safeJson({ cases, derived: outcome }));
      return exitCodes.ok;
    }
    if (cases.length === 0) output.line("No case matches. Edits, retries and abandoned answers become cases; `whysaid cases add <trace>` makes one by hand.");
    for (const one of cases) output.line(rowOf(one, output));
    const waiting = cases.filter(({ status }) => status === "new").length;
    if (waiting > 0) output.note(`${waiting} wait${waiting === 1 ? "s" : ""} for review: whysaid cases review`);
    return exitCodes.ok;
  });
}

const colors = { new: "yellow", confirmed: "green", rejected: "dim" } as const;
function rowOf(one: CaseHead, output: Output): string {
  const causes = one.labels.filter(({ name }) => name.startsWith("cause:") || name.startsWith("rule:")).map(({ name }) => name.slice(name.indexOf(":") + 1));
  const head = `${one.id.slice(0, 13)}  ${output.paint(one.status.padEnd(9), colors[one.status])}  ${safeLine(one.feature.padEnd(16).slice(0, 24))}  ${one.origin.padEnd(7)}  ${String(one.traceIds.length).padStart(3)}×  ${safeLine([...new Set(causes)].slice(0, 2).join(" ").padEnd(24).slice(0, 32))}  `;
  const room = Math.max(20, output.columns - 82);
  const said = safeLine(one.said.replace(/\s+/g, " "));
  return `${head}${output.paint(said.length > room ? `${said.slice(0, room - 1)}…` : said, "dim")}`;
}

export async function shown({ options, settings, output }: CommandCall, what: string): Promise<ExitCode> {
  return withRecordings(settings, async ({ store }) => {
    await syncCases(store);
    const one = await caseNamed(store, what);
    const edit = one.expected === null ? null : editBetween(one.said, one.expected.text);
    if (options.has("json")) {
      output.line(safeJson({ ...one, edit, datasetVersions: (await versionsOf(store, one.feature)).filter(({ cases }) => cases.some(({ id }) => id === one.id)).map(({ version }) => version) }));
      return exitCodes.ok;
    }
    const { paint } = output;
    output.line(`${paint(one.id, "bold")}  ${paint(one.status, colors[one.status])}  ${safeLine(one.feature)}  revision ${one.revision}`);
    output.line(`${one.traceIds.length === 1 ? "trace" : `${one.traceIds.length} traces`}  ${one.traceIds.slice(0, 3).join(" ")}${one.traceIds.length > 3 ? " …" : ""}   whysaid why ${one.traceIds[0] ?? ""}`);
    for (const label of one.labels) output.line(`  ${paint(safeLine(label.name), "cyan")} ${paint(`by ${label.source}${label.confidence === null ? "" : ` ${label.confidence.toFixed(2)}`}`, "dim")}${label.note === null ? "" : `  ${safeLine(label.note)}`}`);
    output.line();
    for (const query of one.story.steps.flatMap((step) => (step.kind === "retrieval" && step.query !== null ? [step.query] : []))) output.line(`asked     ${safeLine(query)}`);
    output.line(`said      ${safe(one.said)}`);
    if (one.expected === null) output.line(`expected  ${paint("nothing is known; say it with --expected", "dim")}`);
    else {
      output.line(`expected  ${safe(one.expected.text)}  ${paint(`by ${one.expected.source}`, "dim")}`);
      const diff = textDiff(one.said, one.expected.text, output, true);
      if (diff !== null && one.said !== one.expected.text) output.line(`          ${diff}`);
      for (const { at, before, after } of edit?.fields ?? []) output.line(`  ${safeLine(at)}: ${safeLine(JSON.stringify(before) ?? "–")} → ${safeLine(JSON.stringify(after) ?? "–")}`);
    }
    const reviews = one.history.slice(1);
    for (const { revision, atMs, actor, status, note } of reviews) output.line(paint(`revision ${revision}  ${new Date(atMs).toISOString()}  ${safeLine(actor ?? "")} ${status}${note === null ? "" : `  ${safeLine(note)}`}`, "dim"));
    return exitCodes.ok;
  });
}

export const datasetLine = async (store: Parameters<typeof currentVersion>[0], feature: string): Promise<string> => {
  const { version, cases } = await currentVersion(store, feature, Date.now());
  return `dataset ${safeLine(feature)} version ${version}: ${cases.length} case${cases.length === 1 ? "" : "s"}`;
};
