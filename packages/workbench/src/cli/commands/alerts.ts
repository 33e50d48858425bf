/** `whysaid alerts`: what the rules of `whysaid.config.ts` say now, told to their receivers where it changed; and whether a receiver can be reached. */
import { randomBytes } from "node:crypto";
import { WhysaidError } from "@whysaid/recorder/format";
import { alertConfig, type AlertConfig } from "../../alerts/config.ts";
import { check, type Checked } from "../../alerts/check.ts";
import { deliver } from "../../alerts/deliver.ts";
import { testMessage } from "../../alerts/message.ts";
import { keptAlerts } from "../../alerts/state.ts";
import type { alertVerbs } from "../judging-commands.ts";
import type { CommandCall } from "../command.ts";
import { exitCodes, type ExitCode } from "../exit-codes.ts";
import type { Output } from "../output.ts";
import { withRecordings } from "../recordings.ts";
import { time } from "../show/amounts.ts";
import { safeJson, safeLine } from "../terminal-safe.ts";

type Verb = (typeof alertVerbs)[number];
const verbs: Readonly<Record<Verb, (call: CommandCall, config: AlertConfig) => Promise<ExitCode>>> = { check: checked, list: listed, test: tested };

export async function run(call: CommandCall): Promise<ExitCode> {
  const config = alertConfig(call.settings.alerts);
  if (config === null) throw new WhysaidError("USAGE", "no alerts are configured", { fix: "Put `alerts` into whysaid.config.ts: docs/alerts.md has an example." });
  return verbs[call.args[0] as Verb](call, config);
}

async function checked({ options, settings, output }: CommandCall, config: AlertConfig): Promise<ExitCode> {
  return withRecordings(settings, async ({ store }) => {
    const found = await check(store, config, { nowMs: Date.now(), isDry: options.has("dry-run") });
    if (options.has("json")) output.line(safeJson(plainly(found)));
    else shown(output, found, options.has("dry-run"));
    return found.undelivered.length > 0 || found.observations.some(({ state }) => state === "firing") ? exitCodes.incomplete : exitCodes.ok;
  });
}

const plainly = ({ observations, told, undelivered }: Checked): unknown => ({
  observations: observations.map(({ rule, feature, model, state, judgement, sinceMs, untilMs }) => ({ rule: rule.name, measure: rule.measure, feature, model, state, figure: judgement?.figure ?? null, before: judgement?.before ?? null, sinceMs, untilMs })),
  told,
  undelivered: undelivered.map(({ target, error }) => ({ target, code: error.code, sentence: error.message })),
});

const marks = { firing: "✗", quiet: "✓", unknown: "?" } as const;
function shown(output: Output, { observations, told, undelivered }: Checked, isDry: boolean): void {
  for (const { rule, feature, model, state, judgement } of observations) {
    const figure = judgement === null ? "" : judgement.figure.kind === "share" ? `${judgement.figure.count} of ${judgement.figure.of}` : `median ${judgement.figure.median === null ? "–" : Math.round(judgement.figure.median)} of ${judgement.figure.of}`;
    const line = [`${marks[state]} ${safeLine(rule.name)}`, safeLine(feature), model === null ? "" : safeLine(model), figure, state === "unknown" ? "too few to say" : ""].filter((text) => text !== "").join("  ");
    output.line(state === "firing" ? output.paint(line, "red") : line);
  }
  if (observations.length === 0) output.line("No feature has traces in the time the rules look at.");
  for (const { event, sentence, targets } of told) output.line(`${isDry ? "would tell" : "told"} ${targets.map(safeLine).join(", ")}: ${event} ${sentence}`);
  for (const { target, error } of undelivered) output.note(`${safeLine(target)}: ${error.message}. ${error.fix}`);
}

async function listed({ options, settings, output }: CommandCall, config: AlertConfig): Promise<ExitCode> {
  return withRecordings(settings, async ({ store }) => {
    const kept = [...(await keptAlerts(store)).values()].map(({ alert }) => alert);
    const rules = config.rules.map((rule) => ({ ...rule, alerts: kept.filter((one) => one.rule === rule.name).map(({ feature, model, state, sinceMs, pending }) => ({ feature, model, state, sinceMs, undelivered: pending.length })) }));
    // A webhook's path is a secret.
    const targets = Object.entries(config.targets).map(([name, { url, format }]) => ({ name, host: new URL(url).host, format }));
    if (options.has("json")) output.line(safeJson({ rules, targets }));
    else {
      for (const { name, measure, feature, alerts } of rules) {
        output.line(`${safeLine(name)}  ${safeLine(measure)}  ${safeLine(feature ?? "every feature")}`);
        for (const one of alerts) output.line(`  ${marks[one.state]} ${safeLine(one.feature)}${one.model === null ? "" : `  ${safeLine(one.model)}`}  since ${time(one.sinceMs).slice(0, 16)}${one.undelivered > 0 ? `  ${one.undelivered} not delivered yet` : ""}`);
      }
      for (const { name, host, format } of targets) output.line(`→ ${safeLine(name)}  ${safeLine(host)}  ${format}`);
    }
    return exitCodes.ok;
  });
}

async function tested({ args, options, output }: CommandCall, { targets }: AlertConfig): Promise<ExitCode> {
  const named = args[1];
  if (named !== undefined && !Object.hasOwn(targets, named)) throw new WhysaidError("USAGE", `there is no target ${JSON.stringify(named)}`, { fix: `The targets are ${Object.keys(targets).join(", ")}.` });
  const outcomes: { target: string; error: WhysaidError | null }[] = [];
  for (const [name, target] of Object.entries(targets)) {
    if (named !== undefined && name !== named) continue;
    const error = await deliver(testMessage(`test-${randomBytes(6).toString("hex")}`, Date.now()), target).then(() => null, (cause: unknown) => cause);
    if (error !== null && !(error instanceof WhysaidError)) throw error;
    outcomes.push({ target: name, error });
  }
  if (options.has("json")) output.line(safeJson({ targets: outcomes.map(({ target, error }) => ({ target, delivered: error === null, ...(error === null ? {} : { code: error.code, sentence: error.message }) })) }));
  else for (const { target, error } of outcomes) output.line(error === null ? `✓ ${safeLine(target)} took it` : `✗ ${safeLine(target)}: ${error.message}. ${error.fix}`);
  return outcomes.every(({ error }) => error === null) ? exitCodes.ok : exitCodes.incomplete;
}
