/** `whysaid hold`: what must stay as it is, whatever retention and erasure say. */
import { WhysaidError } from "@whysaid/recorder/format";
import { AuditLog } from "../../redaction/audit.ts";
import { findSubject } from "../../redaction/erase.ts";
import { tracesOf } from "../../redaction/erase-texts.ts";
import { redactedReason } from "../../redaction/reveal.ts";
import { addHold, Holds, listHolds, removeHold, type Hold, type HoldTarget } from "../../store/holds.ts";
import type { Store } from "../../store/store.ts";
import type { CommandCall, CommandOptions } from "../command.ts";
import { exitCodes, type ExitCode } from "../exit-codes.ts";
import { actor, heldKeys } from "../held-keys.ts";
import { withRecordings } from "../recordings.ts";
import { time } from "../show/amounts.ts";
import { safeJson, safeLine } from "../terminal-safe.ts";
import { traceNamed } from "../trace-id.ts";
import { personOf } from "./erase.ts";

export function run(call: CommandCall): Promise<ExitCode> {
  const [deed, id = ""] = call.args;
  return withRecordings(call.settings, ({ store }) => (deed === "add" ? added(store, call) : deed === "remove" ? removed(store, call, id) : listed(store, call)));
}

async function added(store: Store, { options, settings, output }: CommandCall): Promise<ExitCode> {
  const directory = settings.dir.value;
  const reason = reasonOf(options, directory);
  const target = await targetOf(store, options, directory);
  const made = { target, reason, actor: actor(), atMs: Date.now() };
  // Before the hold: one that cannot be audited is not made.
  new AuditLog(directory).append({ atMs: made.atMs, actor: made.actor, action: "hold", about: aboutOf(target), reason, details: {} });
  const hold = await addHold(store, made);
  if (options.has("json")) output.line(safeJson(hold));
  else output.line(`${hold.id}  holds ${safeLine(shown(target))}`);
  return exitCodes.ok;
}

async function removed(store: Store, { options, settings, output }: CommandCall, id: string): Promise<ExitCode> {
  const directory = settings.dir.value;
  const reason = reasonOf(options, directory);
  const hold = (await listHolds(store)).find((one) => one.id === id);
  if (hold === undefined) throw new WhysaidError("NOT_FOUND", `there is no hold ${JSON.stringify(id)}`, { fix: "`whysaid hold list` shows them with their ids." });
  new AuditLog(directory).append({ atMs: Date.now(), actor: actor(), action: "release", about: `${id} ${aboutOf(hold.target)}`, reason, details: {} });
  await removeHold(store, id);
  if (options.has("json")) output.line(safeJson({ removed: id }));
  else output.line(`${id} holds nothing any more; the next \`whysaid retain\` may remove it`);
  return exitCodes.ok;
}

async function listed(store: Store, { options, output }: CommandCall): Promise<ExitCode> {
  const { all } = await Holds.of(store);
  if (options.has("json")) output.line(safeJson({ holds: all }));
  else if (all.length === 0) output.line("Nothing is held.");
  else for (const { id, target, reason, actor: by, atMs } of all) output.line(`${id}  ${time(atMs).slice(0, 16)}  ${safeLine(by)}  ${safeLine(shown(target))}  ${safeLine(reason)}`);
  return exitCodes.ok;
}

function reasonOf(options: CommandOptions, directory: string): string {
  const reason = (options.text("reason") ?? "").trim();
  if (reason.length < 3) throw new WhysaidError("REASON_MISSING", "a hold is made and ended for a reason", { fix: 'Say why in words: --reason "claim 2026-117".' });
  return redactedReason(reason, directory, {});
}

async function targetOf(store: Store, options: CommandOptions, directory: string): Promise<HoldTarget> {
  const trace = options.text("trace");
  const feature = options.text("feature");
  const subject = options.texts("subject");
  if ([trace !== undefined, feature !== undefined, subject.length > 0].filter(Boolean).length !== 1)
    throw new WhysaidError("USAGE", "a hold is on one of --trace, --feature and --subject", { fix: "For example --subject mrn=01791786." });
  if (trace !== undefined) return { by: "trace", traceId: await traceNamed(store, trace) };
  if (feature !== undefined) return { by: "feature", feature };
  const { pseudonyms } = findSubject({ directory, person: personOf(subject), keys: heldKeys(options) });
  return { by: "subject", pseudonyms: [...tracesOf(pseudonyms).own] };
}

const shown = (target: HoldTarget): string => (target.by === "trace" ? `trace ${target.traceId}` : target.by === "feature" ? `feature ${target.feature}` : `subject ${target.pseudonyms.join(" ")}`);
/** The log can't be changed when a person is erased: it names no pseudonym. */
const aboutOf = (target: Hold["target"]): string => (target.by === "subject" ? "a subject" : shown(target));
