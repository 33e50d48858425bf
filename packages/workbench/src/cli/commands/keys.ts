/** `whysaid keys` */
import { WhysaidError } from "@whysaid/recorder/format";
import { keysOf, rotateVaultKey } from "../../redaction/keys.ts";
import { redactedReason } from "../../redaction/reveal.ts";
import type { CommandCall } from "../command.ts";
import { exitCodes, type ExitCode } from "../exit-codes.ts";
import { actor } from "../held-keys.ts";
import { count } from "../show/amounts.ts";
import { safeJson } from "../terminal-safe.ts";

export async function run({ options, settings, output }: CommandCall): Promise<ExitCode> {
  const directory = settings.dir.value;
  if (options.has("rotate")) {
    const reason = (options.text("reason") ?? "").trim();
    if (reason.length < 3) throw new WhysaidError("REASON_MISSING", "a new key needs a reason", { fix: "Say why in words: --reason yearly." });
    const rotation = rotateVaultKey(directory, { actor: actor(), atMs: Date.now(), reason: redactedReason(reason, directory, {}) });
    if (options.has("json")) output.line(safeJson(rotation));
    else output.line(`the vault's key is now ${rotation.keyId}: ${count(rotation.wrapped)} data keys wrapped anew${rotation.left > 0 ? `, ${count(rotation.left)} left that none of our keys opens` : ""}. Restart the recorders; the key before is kept beside it until then.`);
    return exitCodes.ok;
  }
  const keys = keysOf(directory);
  if (options.has("json")) output.line(safeJson({ keys }));
  else for (const { name, keyId } of keys) output.line(`${name.padEnd(32)} ${keyId ?? "cannot be read by this account"}`);
  return exitCodes.ok;
}
