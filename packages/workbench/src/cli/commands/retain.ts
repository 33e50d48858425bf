/** `whysaid retain`: what the rules say must go, and with --yes its removal. */
import { WhysaidError } from "@whysaid/recorder/format";
import { ingestDirectory } from "../../ingest/directory.ts";
import { AuditLog } from "../../redaction/audit.ts";
import { redactedReason } from "../../redaction/reveal.ts";
import { planRetention, retain, type Going } from "../../retention/retain.ts";
import type { Thinning } from "../../retention/thinning.ts";
import { addRule, listRules, removeRule, ruleId, type RetentionRule } from "../../retention/rules.ts";
import type { Store } from "../../store/store.ts";
import type { CommandCall, CommandOptions } from "../command.ts";
import { exitCodes, type ExitCode } from "../exit-codes.ts";
import { actor } from "../held-keys.ts";
import { withRecordings, workspaceOf } from "../recordings.ts";
import { ago, count } from "../show/amounts.ts";
import { safeJson, safeLine } from "../terminal-safe.ts";

export function run(call: CommandCall): Promise<ExitCode> {
  const [deed, id = ""] = call.args;
  return withRecordings(call.settings, ({ store }) => (deed === "add" ? added(store, call) : deed === "list" ? listed(store, call) : deed === "remove" ? removed(store, call, id) : applied(store, call)));
}

async function added(store: Store, call: CommandCall): Promise<ExitCode> {
  const rule = ruleIn(call.options, ruleId());
  if (rule === null) throw noLimit();
  audit(call, "retention-rule", `${rule.id}: ${shown(rule)}`, {});
  await addRule(store, rule);
  call.output.line(call.options.has("json") ? safeJson(rule) : `${rule.id}  ${safeLine(shown(rule))}`);
  return exitCodes.ok;
}

async function listed(store: Store, { options, output }: CommandCall): Promise<ExitCode> {
  const rules = await listRules(store);
  if (options.has("json")) output.line(safeJson({ rules }));
  else if (rules.length === 0) output.line("No rules: everything is kept.");
  else for (const rule of rules) output.line(`${rule.id}  ${safeLine(shown(rule))}`);
  return exitCodes.ok;
}

async function removed(store: Store, call: CommandCall, id: string): Promise<ExitCode> {
  const rule = (await listRules(store)).find((one) => one.id === id);
  if (rule === undefined) throw new WhysaidError("NOT_FOUND", `there is no rule ${JSON.stringify(id)}`, { fix: "`whysaid retain list` shows them with their ids." });
  audit(call, "retention-rule", `${id} removed: ${shown(rule)}`, {});
  await removeRule(store, id);
  call.output.line(call.options.has("json") ? safeJson({ removed: id }) : `${id} removes nothing any more`);
  return exitCodes.ok;
}

async function applied(store: Store, call: CommandCall): Promise<ExitCode> {
  const { options, settings, output } = call;
  const given = ruleIn(options, "given");
  const rules = given === null ? await listRules(store) : [given];
  if (rules.length === 0 && !options.has("json")) output.line("No rules: everything is kept. `whysaid retain add --older-than 90d` makes one.");
  const nowMs = Date.now();
  if (!options.has("yes")) {
    const plan = await planRetention(store, rules, nowMs);
    if (options.has("json")) output.line(safeJson({ removed: 0, ...plan }));
    else {
      for (const one of plan.going) output.line(`${safeLine(shown(one.rule))}: ${amounts(one, nowMs)}`);
      for (const one of plan.thinning) output.line(thinningLine(one));
      const all = plan.going.reduce((sum, { traces }) => sum + traces, 0);
      const thinned = plan.thinning.reduce((sum, one) => sum + one.thinned, 0);
      if (rules.length > 0) output.line(`${count(all)} of ${count(plan.traces)} traces would be removed${thinned > 0 ? `, ${count(thinned)} thinned` : ""}${all + thinned > 0 ? "; add --yes to do it. It cannot be undone." : "."}`);
    }
    return exitCodes.ok;
  }
  const outcome = await retain(store, rules, { nowMs, onRemoving: ({ rule, traces, held }) => audit(call, "retain", shown(rule), { traces, held }), onThinning: (traces) => audit(call, "retain", "thinned", { traces }) });
  const workspace = workspaceOf(settings);
  // The journal is a second copy of what was removed: what of it is stored whole goes too.
  if ((outcome.removed > 0 || outcome.thinning.some(({ thinned }) => thinned > 0)) && settings.store.value === workspace.storePath) await ingestDirectory(workspace.journalDir, store, { removeIngested: true });
  if (options.has("json")) output.line(safeJson(outcome));
  else {
    for (const one of outcome.going) output.line(`${safeLine(shown(one.rule))}: ${amounts(one, nowMs)}`);
    for (const one of outcome.thinning) output.line(thinningLine(one));
    output.line(`removed ${count(outcome.removed)} of ${count(outcome.traces)} traces; the store has ${count(outcome.leftBytes)} bytes, it had ${count(outcome.storedBytes)}`);
  }
  return exitCodes.ok;
}

function amounts({ traces, held, oldestMs, newestMs }: Going, nowMs: number): string {
  const begun = oldestMs === null || newestMs === null ? "" : `, begun ${ago(nowMs - oldestMs)} to ${ago(nowMs - newestMs)} ago`;
  return `${count(traces)} traces${begun}${held === 0 ? "" : `; ${count(held)} more are held`}`;
}

const thinningLine = ({ rule, seen, thinned, remarkable, sampled, held }: Thinning): string =>
  `${safeLine(shown(rule))}: of ${count(seen)} traces ${count(thinned)} thinned, ${count(remarkable)} kept for what they are, ${count(sampled)} as the sample${held === 0 ? "" : `, ${count(held)} held`}`;

function audit({ options, settings }: CommandCall, action: "retain" | "retention-rule", about: string, details: Readonly<Record<string, number>>): void {
  const directory = settings.dir.value;
  const reason = (options.text("reason") ?? "").trim();
  new AuditLog(directory).append({ atMs: Date.now(), actor: actor(), action, about, reason: reason === "" ? "retention" : redactedReason(reason, directory, {}), details });
}

/** @returns null when no limit is given */
function ruleIn(options: CommandOptions, id: string): RetentionRule | null {
  const age = options.text("older-than");
  const keep = options.text("keep");
  if (keep !== undefined && age === undefined) throw new WhysaidError("USAGE", "--keep needs an age", { fix: "For example --older-than 7d --keep 10%." });
  const size = options.text("max-size");
  const [feature = null, environment = null] = [options.text("feature"), options.text("environment")];
  if (age === undefined && size === undefined) {
    if (feature !== null || environment !== null) throw noLimit();
    return null;
  }
  if (size !== undefined && (feature !== null || environment !== null || age !== undefined))
    throw new WhysaidError("USAGE", "--max-size is the whole store's, and a rule of its own", { fix: "Limit a feature or an environment by --older-than." });
  return { id, feature, environment, maxAgeMs: age === undefined ? null : ageOf(age), maxBytes: size === undefined ? null : bytesOf(size), keepShare: keep === undefined ? null : shareOf(keep) };
}
const noLimit = (): WhysaidError => new WhysaidError("USAGE", "a rule needs a limit", { fix: "Give --older-than 90d, or --max-size 20GB." });

const unitMs: Readonly<Record<string, number>> = { h: 3_600_000, d: 86_400_000, w: 604_800_000, y: 31_557_600_000 };
function ageOf(text: string): number {
  const [, n, unit = ""] = /^(\d{1,5})(h|d|w|y)$/.exec(text) ?? [];
  if (n === undefined || Number(n) === 0) throw new WhysaidError("USAGE", `--older-than is an age, not ${JSON.stringify(text)}`, { fix: "For example 36h, 90d, 26w or 10y." });
  return Number(n) * (unitMs[unit] ?? 0);
}
function shareOf(text: string): number {
  const percent = Number(/^(\d{1,2}(?:\.\d{1,3})?)%$/.exec(text)?.[1] ?? Number.NaN);
  if (Number.isNaN(percent)) throw new WhysaidError("USAGE", `--keep is a share below 100%, not ${JSON.stringify(text)}`, { fix: "For example --keep 10%, or --keep 0% for nothing but what matters." });
  return percent / 100;
}
const unitBytes: Readonly<Record<string, number>> = { MB: 1e6, GB: 1e9, TB: 1e12 };
function bytesOf(text: string): number {
  const [, n, unit = ""] = /^(\d{1,6}(?:\.\d{1,3})?)(MB|GB|TB)$/i.exec(text) ?? [];
  if (n === undefined || Number(n) === 0) throw new WhysaidError("USAGE", `--max-size is a size, not ${JSON.stringify(text)}`, { fix: "For example 500MB, 20GB or 1.5TB." });
  return Number(n) * (unitBytes[unit.toUpperCase()] ?? 0);
}

function shown({ feature, environment, maxAgeMs, maxBytes, keepShare }: RetentionRule): string {
  const of = [...(feature === null ? [] : [`feature ${feature}`]), ...(environment === null ? [] : [`environment ${environment}`])].join(", ");
  return maxBytes === null ? `${of === "" ? "everything" : of} older than ${ago(maxAgeMs ?? 0)}${keepShare === null ? "" : `: keep what matters whole, and ${Number((keepShare * 100).toFixed(3))} % of the rest`}` : `the oldest beyond ${count(maxBytes)} bytes`;
}
