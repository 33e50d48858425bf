/** `whysaid replay`: the recorded request sent again, as it was or changed, and how the answer's values moved. */
import { WhysaidError, type Reconstruction } from "@whysaid/recorder/format";
import { diagnose } from "../../diagnose/diagnose.ts";
import { decodedAnswer, storyWith, type ReplayAnswer } from "../../reconstruct/replay/answer.ts";
import { checkCaps, defaultCaps, estimate, spentTokens } from "../../reconstruct/replay/cost.ts";
import { defaultKeyName, keyHeader, resentHeaders } from "../../reconstruct/replay/headers.ts";
import { moved } from "../../reconstruct/replay/moved.ts";
import { recordedRequest, type RecordedRequest } from "../../reconstruct/replay/request.ts";
import { keepRun, runsOf, type Run } from "../../reconstruct/replay/runs.ts";
import { send } from "../../reconstruct/replay/send.ts";
import { checkedTarget, targetUrl, type Target } from "../../reconstruct/replay/target.ts";
import { reconstruct } from "../../reconstruct/reconstruct.ts";
import type { CommandCall, CommandOptions } from "../command.ts";
import { environmentKey } from "../env.ts";
import { exitCodes, type ExitCode } from "../exit-codes.ts";
import { countOption } from "../filters.ts";
import { withRecordings } from "../recordings.ts";
import { answerRedactor } from "../replay/originals.ts";
import { planned, type Plan } from "../replay/plan.ts";
import { answerLines, runLines } from "../replay/view.ts";
import { safe, safeJson, safeLine } from "../terminal-safe.ts";
import { readNamed } from "../trace-id.ts";

export async function run(call: CommandCall): Promise<ExitCode> {
  const { args, options, settings } = call;
  return withRecordings(settings, async ({ store }) => {
    const trace = await readNamed(store, args[0] ?? "", (traceId) => store.trace(traceId));
    const story = reconstruct(trace);
    if (options.has("runs")) return listed(call, story.traceId);
    const request = recordedRequest(trace, story, generationOption(options));
    const plan = planned(call, story, request);
    const url = targetUrl(plan.url, options.text("target") ?? null);
    if (options.has("dry-run")) return dryRun(call, plan, url);
    // A recording that takes nothing is compared with an answer as it is.
    const isOff = trace.writers.length > 0 && trace.writers.every((one) => one.kind === "writer" && one.redaction.policy === "off");
    const redacted = isOff ? (text: string) => text : answerRedactor(settings.dir.value, plan.asked.body, plan.originals.declared);
    return sent(call, { story, request, plan, url, redacted });
  });
}

const callsOf = (options: CommandOptions): number => countOption(options, "n", 1);
function generationOption(options: CommandOptions): number | null {
  const text = options.text("generation");
  if (text === undefined) return null;
  if (!/^\d+$/.test(text)) throw new WhysaidError("USAGE", `--generation is a whole number from 0, not ${JSON.stringify(text)}`, { fix: "`whysaid show` counts them as generations[0], generations[1], …" });
  return Number(text);
}

function dryRun({ options, output }: CommandCall, plan: Plan, url: URL): ExitCode {
  const calls = callsOf(options);
  const cost = estimate(plan.asked.body, calls);
  if (options.has("json")) output.line(safeJson({ variant: plan.variant, generation: plan.asked.index, url: shownUrl(url), calls, estimate: cost, body: plan.asked.body }));
  else {
    output.line(`${output.paint("would send", "bold")} ${calls} × POST ${safeLine(shownUrl(url))}  (${safeLine(plan.variant)})`);
    output.line(`about ${cost.inputTokens} tokens in and at most ${cost.outputTokens} out each, ${cost.totalTokens} in all; nothing was sent`);
    output.line(safe(plan.asked.body));
  }
  return exitCodes.ok;
}

interface Prepared {
  readonly story: Reconstruction;
  readonly request: RecordedRequest;
  readonly plan: Plan;
  readonly url: URL;
  readonly redacted: (text: string) => string;
}

async function sent({ options, output, settings }: CommandCall, { story, request, plan, url, redacted }: Prepared): Promise<ExitCode> {
  const calls = callsOf(options);
  const one = estimate(plan.outgoing, 1);
  const caps = { maxCalls: countOption(options, "max-calls", defaultCaps.maxCalls), maxTokens: countOption(options, "max-tokens-total", defaultCaps.maxTokens) };
  checkCaps(calls, estimate(plan.outgoing, calls), caps);
  const target = await checkedTarget(url, { base: options.text("target") ?? null, allowLoopback: options.has("allow-loopback") });
  const headers = { ...resentHeaders(request.entry.headers), ...credentials(options, request, target) };
  const before = recordedAnswer(request);
  const provenanceBefore = diagnose(storyWith(story, { index: request.index, body: request.body, chunksGone: [] }, before)).provenance;
  const isJson = options.has("json");
  if (!isJson) {
    if (!options.has("reveal")) output.note("The redacted text is sent: names and identifiers go out as pseudonyms. --reveal --reason sends the originals.");
    else if (plan.originals.left > 0) output.note(`${plan.originals.left} pseudonyms could not be revealed and are sent as they are.`);
    answerLines(output, { variant: `recorded (generation ${request.index})`, text: [before.text, ...before.toolCalls.map((one_) => `→ ${one_.name}(${one_.arguments})`)].filter((text) => text !== "").join("\n") });
    output.line();
  }
  const runs: Run[] = [];
  let spent = 0;
  for (let index = 0; index < calls; index += 1) {
    const wire = await send(target, headers, plan.outgoing);
    const answer = redactedAnswer(decodedAnswer(request.entry.protocol, wire), redacted);
    const provenance = diagnose(storyWith(story, plan.asked, answer)).provenance;
    const made: Run = { atMs: Date.now(), traceId: story.traceId, generation: request.index, variant: redactedName(plan.variant, redacted), revealed: options.has("reveal"), target: shownUrl(url), status: wire.status, durationMs: wire.durationMs, answer, moved: moved(provenanceBefore, provenance) };
    keepRun(settings.dir.value, made);
    runs.push(made);
    if (!isJson) runLines(output, made);
    spent += spentTokens(answer.usage, one);
    if (spent > caps.maxTokens) {
      output.note(`Stopped after ${index + 1} of ${calls} calls: ${spent} tokens are more than --max-tokens-total ${caps.maxTokens}.`);
      break;
    }
  }
  if (isJson) output.line(safeJson({ traceId: story.traceId, generation: request.index, revealed: options.has("reveal"), before: { ...before, provenance: provenanceBefore }, runs }));
  return runs.length === calls && runs.every(({ answer }) => answer.error === null) ? exitCodes.ok : exitCodes.incomplete;
}

/** What is set by hand may hold a name; what is recorded is redacted already. */
const redactedName = (variant: string, redacted: (text: string) => string): string => (variant.includes("set ") ? redacted(variant) : variant);

function recordedAnswer({ generation: { signals } }: RecordedRequest): Pick<ReplayAnswer, "text" | "toolCalls"> {
  return {
    text: signals.completion.state === "captured" ? signals.completion.value.text : "",
    toolCalls: signals.toolCalls.state === "captured" ? signals.toolCalls.value.map((tool) => ({ name: tool.name, arguments: tool.arguments })) : [],
  };
}

function redactedAnswer(answer: ReplayAnswer, redacted: (text: string) => string): ReplayAnswer {
  const orNull = (text: string | null): string | null => (text === null ? null : redacted(text));
  return { ...answer, text: redacted(answer.text), refusal: orNull(answer.refusal), error: orNull(answer.error), toolCalls: answer.toolCalls.map((one) => ({ name: one.name, arguments: redacted(one.arguments) })) };
}

/** A variable named by hand must be set; the provider's usual one may be absent, and is sent to that provider's own host only. */
function credentials(options: CommandOptions, request: RecordedRequest, { url }: Target): Record<string, string> {
  const named = options.text("key-env");
  const name = named ?? defaultKeyName(url);
  const key = name === null ? undefined : environmentKey(name);
  if (name !== null && key === undefined) throw new WhysaidError("REPLAY_KEY_MISSING", `the environment variable ${name} is not set`, { fix: "Put the provider's API key in it, or name another with --key-env." });
  return key === undefined ? {} : keyHeader(request.entry.protocol, url, key);
}

const shownUrl = (url: URL): string => `${url.origin}${url.pathname}`;

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
