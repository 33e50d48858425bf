/** `whysaid keys`: the keys of the directory by id, a new one for the vault, and the access keys of the server. */
import { WhysaidError } from "@whysaid/recorder/format";
import { AuditLog } from "../../redaction/audit.ts";
import { keysOf, rotateVaultKey } from "../../redaction/keys.ts";
import { redactedReason } from "../../redaction/reveal.ts";
import { AccessKeys, type AccessKey } from "../../server/access/keys.ts";
import { isRole, roles } from "../../server/access/rights.ts";
import { DEFAULT_PROJECT, isProjectName } from "../../server/rooms.ts";
import type { CommandCall, CommandOptions } from "../command.ts";
import { exitCodes, type ExitCode } from "../exit-codes.ts";
import { actor } from "../held-keys.ts";
import { count } from "../show/amounts.ts";
import { safeJson, safeLine } from "../terminal-safe.ts";

export async function run(call: CommandCall): Promise<ExitCode> {
  const [deed, id] = call.args;
  switch (deed ?? "") {
    case "add":
      return added(call);
    case "list":
      return listed(call);
    case "revoke":
      return revoked(call, id ?? "");
    default:
      return call.options.has("rotate") ? rotated(call) : ofDirectory(call);
  }
}

function added({ options, settings, output }: CommandCall): ExitCode {
  const directory = settings.dir.value;
  const role = options.text("role");
  if (!isRole(role)) throw new WhysaidError("USAGE", `--role is one of ${roles.join(", ")}`, { fix: "For example --role ingest." });
  const project = options.text("project") ?? DEFAULT_PROJECT;
  if (!isProjectName(project)) throw new WhysaidError("USAGE", "a project's name is lowercase letters, digits and hyphens", { fix: "For example --project neonatal-ward." });
  const nowMs = Date.now();
  const name = options.text("name") ?? role;
  // In the log before the key exists: one that can't be audited is not made.
  audit(directory, "key-add", `${role} in ${project}`, name, nowMs);
  const { key, secret } = new AccessKeys(directory).add({ role, project, name, expiresAtMs: expiry(options, nowMs) }, nowMs);
  if (options.has("json")) output.line(safeJson({ ...key, key: secret }));
  else {
    output.line(secret);
    output.note(`This is the only time it is shown. Role ${role}, project ${project}, ${key.expiresAtMs === null ? "never expires" : `expires ${new Date(key.expiresAtMs).toISOString().slice(0, 10)}`}; \`whysaid keys revoke ${key.id}\` ends it.`);
  }
  return exitCodes.ok;
}

function listed({ options, settings, output }: CommandCall): ExitCode {
  const keys = new AccessKeys(settings.dir.value).list();
  if (options.has("json")) output.line(safeJson({ keys }));
  else if (keys.length === 0) output.line("No access keys: the server listens on this machine only, and apps on it need none.");
  else for (const key of keys) output.line(`${key.id}  ${key.role.padEnd(6)}  ${key.project.padEnd(16)}  ${stateOf(key, Date.now()).padEnd(18)}  ${safeLine(key.name)}`);
  return exitCodes.ok;
}

function revoked({ options, settings, output }: CommandCall, id: string): ExitCode {
  const directory = settings.dir.value;
  const keys = new AccessKeys(directory);
  const known = keys.list().find((key) => key.id === id);
  if (known === undefined) throw new WhysaidError("NOT_FOUND", `there is no access key ${JSON.stringify(id)}`, { fix: "`whysaid keys list` shows their ids." });
  const nowMs = Date.now();
  audit(directory, "key-revoke", id, known.name, nowMs);
  keys.revoke(id, nowMs);
  if (options.has("json")) output.line(safeJson({ revoked: id }));
  else output.line(`${id} opens nothing any more; a running server has noticed.`);
  return exitCodes.ok;
}

const audit = (directory: string, action: "key-add" | "key-revoke", about: string, reason: string, atMs: number): void =>
  new AuditLog(directory).append({ atMs, actor: actor(), action, about, reason: redactedReason(reason, directory, {}), details: {} });

function stateOf({ revokedAtMs, expiresAtMs }: AccessKey, nowMs: number): string {
  if (revokedAtMs !== null) return "revoked";
  if (expiresAtMs === null) return "good";
  return expiresAtMs <= nowMs ? "expired" : `good to ${new Date(expiresAtMs).toISOString().slice(0, 10)}`;
}

function expiry(options: CommandOptions, nowMs: number): number | null {
  const text = options.text("expires");
  if (text === undefined) return null;
  const days = /^(\d{1,4})d$/.exec(text)?.[1];
  if (days === undefined) throw new WhysaidError("USAGE", `--expires is a number of days, not ${JSON.stringify(text)}`, { fix: "For example --expires 90d." });
  return nowMs + Number(days) * 86_400_000;
}

function rotated({ options, settings, output }: CommandCall): ExitCode {
  const directory = settings.dir.value;
  const reason = (options.text("reason") ?? "").trim();
  if (reason.length < 3) throw new WhysaidError("REASON_MISSING", "a new key needs a reason", { fix: "Say why in words: --reason yearly." });
  const rotation = rotateVaultKey(directory, { actor: actor(), atMs: Date.now(), reason: redactedReason(reason, directory, {}) });
  if (options.has("json")) output.line(safeJson(rotation));
  else output.line(`the vault's key is now ${rotation.keyId}: ${count(rotation.wrapped)} data keys wrapped anew${rotation.left > 0 ? `, ${count(rotation.left)} left that none of our keys opens` : ""}. Restart the recorders; the key before is kept beside it until then.`);
  return exitCodes.ok;
}

function ofDirectory({ options, settings, output }: CommandCall): ExitCode {
  const keys = keysOf(settings.dir.value);
  if (options.has("json")) output.line(safeJson({ keys }));
  else for (const { name, keyId } of keys) output.line(`${name.padEnd(32)} ${keyId ?? "cannot be read by this account"}`);
  return exitCodes.ok;
}
