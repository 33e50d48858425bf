/** `whysaid replay`: the recorded request sent again, as it was or changed, and how the answer's values moved. */
import { WhysaidError } from "@whysaid/recorder/format";
import { defaultCaps } from "../../reconstruct/replay/cost.ts";
import { runsOf } from "../../reconstruct/replay/runs.ts";
import { planOf, shownUrl, type Order, type Plan } from "../../replay/plan.ts";
import { answerBefore, replayTrace } from "../../replay/replay-trace.ts";
import type { CommandCall, CommandOptions } from "../command.ts";
import { environmentKey } from "../env.ts";
import { exitCodes, type ExitCode } from "../exit-codes.ts";
import { countOption } from "../filters.ts";
import { actor } from "../held-keys.ts";
import type { Output } from "../output.ts";
import { withRecordings } from "../recordings.ts";
import { answerLines, runLines } from "../replay/view.ts";
import { safe, safeJson, safeLine } from "../terminal-safe.ts";
import { readNamed } from "../trace-id.ts";

export async function run(call: CommandCall): Promise<ExitCode> {
  const { args, options, settings } = call;
  return withRecordings(settings, async ({ store }) => {
    const { traceId, trace } = await readNamed(store, args[0] ?? "", async (id) => {
      const found = await store.trace(id);
      return found === null ? null : { traceId: id, trace: found };
    });
    if (options.has("runs")) return listed(call, traceId);
    const plan = planOf(trace, orderOf(call));
    return options.has("dry-run") ? dryRun(call, plan) : sent(call, plan);
  });
}

function orderOf({ options, settings }: CommandCall): Order {
  const keyFile = options.text("vault-key");
  // A dry run shows what is redacted: there is nothing to reveal for it.
  const reveals = options.has("reveal") && !options.has("dry-run");
  return {
    generation: generationOption(options),
    changes: { model: options.text("model") ?? null, set: options.texts("set"), without: options.texts("without") },
    calls: countOption(options, "n", 1),
    target: options.text("target") ?? null,
    revealing: reveals ? { directory: settings.dir.value, reason: options.text("reason") ?? "", actor: actor(), atMs: Date.now(), keys: keyFile === undefined ? {} : { vault: { file: keyFile, create: false } } } : null,
  };
}

function generationOption(options: CommandOptions): number | null {
  const text = options.text("generation");
  if (text === undefined) return null;
  if (!/^\d+$/.test(text)) throw new WhysaidError("USAGE", `--generation is a whole number from 0, not ${JSON.stringify(text)}`, { fix: "`whysaid show` counts them as generations[0], generations[1], …" });
  return Number(text);
}

function dryRun({ options, output }: CommandCall, { variant, asked, url, calls, cost }: Plan): ExitCode {
  if (options.has("json")) output.line(safeJson({ variant, generation: asked.index, url: shownUrl(url), calls, estimate: cost, body: asked.body }));
  else {
    output.line(`${output.paint("would send", "bold")} ${calls} × POST ${safeLine(shownUrl(url))}  (${safeLine(variant)})`);
    output.line(`about ${cost.inputTokens} tokens in and at most ${cost.outputTokens} out each, ${cost.totalTokens} in all; nothing was sent`);
    output.line(safe(asked.body));
  }
  return exitCodes.ok;
}

async function sent({ options, output, settings }: CommandCall, plan: Plan): Promise<ExitCode> {
  const caps = { maxCalls: countOption(options, "max-calls", defaultCaps.maxCalls), maxTokens: countOption(options, "max-tokens-total", defaultCaps.maxTokens) };
  const isJson = options.has("json");
  let isFirst = true;
  const { before, runs, stoppedAt } = await replayTrace(plan, {
    directory: settings.dir.value,
    caps,
    allowLoopback: options.has("allow-loopback"),
    keyName: options.text("key-env") ?? null,
    keyOf: environmentKey,
    now: Date.now,
    onRun: (made) => {
      if (isJson) return;
      if (isFirst) recorded(output, plan);
      isFirst = false;
      runLines(output, made);
    },
  });
  if (stoppedAt !== null) output.note(`Stopped after ${runs.length} of ${plan.calls} calls: ${stoppedAt} tokens are more than --max-tokens-total ${caps.maxTokens}.`);
  if (isJson) output.line(safeJson({ traceId: plan.story.traceId, generation: plan.asked.index, revealed: plan.isRevealed, before, runs }));
  return runs.length === plan.calls && runs.every(({ answer }) => answer.error === null) ? exitCodes.ok : exitCodes.incomplete;
}

function recorded(output: Output, plan: Plan): void {
  const { text, toolCalls } = answerBefore(plan);
  if (!plan.isRevealed) output.note("The redacted text is sent: names and identifiers go out as pseudonyms. --reveal --reason sends the originals.");
  else if (plan.originals.left > 0) output.note(`${plan.originals.left} pseudonyms could not be revealed and are sent as they are.`);
  answerLines(output, { variant: `recorded (generation ${plan.asked.index})`, text: [text, ...toolCalls.map((one) => `→ ${one.name}(${one.arguments})`)].filter((line) => line !== "").join("\n") });
  output.line();
}

function listed({ options, output, settings }: CommandCall, traceId: string): ExitCode {
  const runs = runsOf(settings.dir.value, traceId);
  if (options.has("json")) output.line(safeJson({ traceId, runs }));
  else if (runs.length === 0) output.line("No run of this trace is kept.");
  else for (const made of runs) {
    output.line(output.paint(new Date(made.atMs).toISOString(), "dim"));
    runLines(output, made);
  }
  return exitCodes.ok;
}
