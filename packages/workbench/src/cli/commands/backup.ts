/** `whysaid backup` */
import { existsSync } from "node:fs";
import { resolve } from "node:path";
import { WhysaidError } from "@whysaid/recorder/format";
import { storeLocation } from "../../ingest/open-store.ts";
import { auditExport } from "../../redaction/audit-export.ts";
import { backUp } from "../../redaction/backup.ts";
import type { CommandCall } from "../command.ts";
import { exitCodes, type ExitCode } from "../exit-codes.ts";
import { actor } from "../held-keys.ts";
import { withRecordings } from "../recordings.ts";
import { count } from "../show/amounts.ts";
import { safeJson, safeLine } from "../terminal-safe.ts";

export async function run({ options, settings, output }: CommandCall): Promise<ExitCode> {
  const to = options.text("to");
  if (to === undefined) throw new WhysaidError("USAGE", "--to is missing: where the backup goes", { fix: "For example --to /backup/whysaid-2026-11-28." });
  // What the journal holds is stored first, so that the copy has it.
  await withRecordings(settings, () => Promise.resolve());
  // Before it is made: the copy's own log says that it is one.
  if (storeLocation(settings.store.value).kind === "file" && !existsSync(to)) auditExport({ directory: settings.dir.value, about: "everything", actor: actor(), form: "backup", atMs: Date.now(), details: {} });
  const backup = await backUp(settings.dir.value, settings.store.value, resolve(to));
  if (options.has("json")) output.line(safeJson(backup));
  else output.line(`${safeLine(backup.directory)}: the store, ${count(backup.storeBytes)} bytes, and ${backup.parts.join(", ")}`);
  return exitCodes.ok;
}
