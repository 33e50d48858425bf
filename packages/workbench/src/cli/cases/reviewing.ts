/** A case made by hand, and what a person says of one. Texts people type are redacted before they are kept. */
import { createInterface } from "node:readline/promises";
import { WhysaidError } from "@whysaid/recorder/format";
import { caseNamed, headNamed } from "../../cases/case-store.ts";
import { handMade } from "../../cases/hand-made.ts";
import { reviewCase, reviewQueue, type Verdict } from "../../cases/review.ts";
import { textRedactor } from "../../cases/run/originals.ts";
import { syncCases } from "../../cases/sync.ts";
import type { CommandCall, CommandOptions } from "../command.ts";
import { exitCodes, type ExitCode } from "../exit-codes.ts";
import { actor } from "../held-keys.ts";
import { withRecordings } from "../recordings.ts";
import { safe, safeJson, safeLine } from "../terminal-safe.ts";
import { textFile } from "../text-file.ts";
import { textDiff } from "../text-diff.ts";
import { readNamed } from "../trace-id.ts";
import { caseFilter, datasetLine } from "./reading.ts";

export async function addCase({ options, settings, output }: CommandCall, what: string): Promise<ExitCode> {
  return withRecordings(settings, async ({ store }) => {
    const redacted = textRedactor(settings.dir.value);
    const expected = textFile(options.text("expected"));
    const note = options.text("note");
    const made = await readNamed(store, what, (traceId) =>
      handMade(store, traceId, { expected: expected === undefined ? null : redacted(expected), note: note === undefined ? null : redacted(note), labels: options.texts("label").map(redacted), actor: actor(), atMs: Date.now() }),
    );
    if (options.has("json")) output.line(safeJson({ case: made.head, isNew: made.isNew }));
    else {
      output.line(`${made.head.id} ${made.isNew ? "made" : "was there already and is confirmed"}: ${safeLine(made.head.said.replace(/\s+/g, " ").slice(0, 80))}`);
      if (made.head.expected === null) output.line("Nothing is known of what it should have been: its rules and sources are what a run checks.");
      output.line(await datasetLine(store, made.head.feature));
    }
    return exitCodes.ok;
  });
}

export async function reviewOne(call: CommandCall, what: string): Promise<ExitCode> {
  const { options, settings, output } = call;
  return withRecordings(settings, async ({ store }) => {
    await syncCases(store);
    if (what === "") {
      const queue = await reviewQueue(store, caseFilter(options));
      if (options.has("json")) output.line(safeJson({ queue }));
      else if (queue.length === 0) output.line("Nothing waits for review.");
      else if (process.stdin.isTTY && output.isTerminal) return interactively(call, store, queue.map(({ id }) => id));
      else for (const one of queue) output.line(`${one.id.slice(0, 13)}  ${safeLine(one.feature)}  ${one.origin}  ${safeLine(one.said.replace(/\s+/g, " ").slice(0, 80))}`);
      return exitCodes.ok;
    }
    const { head } = await headNamed(store, what);
    const redacted = textRedactor(settings.dir.value);
    const note = options.text("note");
    const changed = await reviewCase(store, head.id, verdictOf(options, redacted), { actor: actor(), atMs: Date.now(), ...(note === undefined ? {} : { note: redacted(note) }), labels: options.texts("label").map(redacted) });
    if (options.has("json")) output.line(safeJson({ case: changed }));
    else output.line(`${changed.id} ${changed.status}, revision ${changed.revision}; ${await datasetLine(store, changed.feature)}`);
    return exitCodes.ok;
  });
}

function verdictOf(options: CommandOptions, redacted: (text: string) => string): Verdict {
  const expected = options.text("expected");
  const chosen = [options.has("confirm"), options.has("reject"), expected !== undefined].filter(Boolean).length;
  if (chosen !== 1) throw new WhysaidError("USAGE", "cases review <case> needs one of --confirm, --expected FILE and --reject", { fix: "For example: whysaid cases review case_1f00 --confirm" });
  if (expected !== undefined) return { verdict: "fix", expected: redacted(textFile(expected) ?? "") };
  return { verdict: options.has("reject") ? "reject" : "confirm" };
}

/** One after the other, a letter each. */
async function interactively({ settings, output }: CommandCall, store: Parameters<typeof caseNamed>[0], ids: readonly string[]): Promise<ExitCode> {
  const lines = createInterface({ input: process.stdin, output: process.stdout });
  const redacted = textRedactor(settings.dir.value);
  try {
    for (const [index, id] of ids.entries()) {
      const one = await caseNamed(store, id);
      output.line(`\n${output.paint(`${index + 1}/${ids.length}`, "dim")} ${output.paint(safeLine(one.feature), "bold")} ${one.origin}  ${one.labels.map(({ name }) => safeLine(name)).join(" ")}`);
      output.line(one.expected === null ? safe(one.said) : (textDiff(one.said, one.expected.text, output, true) ?? safe(one.expected.text)));
      const answer = (await lines.question("[c]onfirm, [f]ix expected, [r]eject, [s]kip, [q]uit? ")).trim().toLowerCase();
      if (answer === "q") break;
      const reviewer = { actor: actor(), atMs: Date.now() };
      if (answer === "c") await reviewCase(store, id, { verdict: "confirm" }, reviewer);
      else if (answer === "r") await reviewCase(store, id, { verdict: "reject" }, reviewer);
      else if (answer === "f") await reviewCase(store, id, { verdict: "fix", expected: redacted(await lines.question("It should have been: ")) }, reviewer);
    }
  } finally {
    lines.close();
  }
  return exitCodes.ok;
}
