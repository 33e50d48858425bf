/** `whysaid migrate` */
import { migrateStore } from "../../ingest/migrate-store.ts";
import { workspaceOf } from "../recordings.ts";
import type { CommandCall } from "../command.ts";
import { exitCodes, type ExitCode } from "../exit-codes.ts";
import { safeJson } from "../terminal-safe.ts";

export async function run({ options, settings, output }: CommandCall): Promise<ExitCode> {
  const { store, from, to } = await migrateStore(settings.store.value, workspaceOf(settings).keysDir);
  if (options.has("json")) output.line(safeJson({ store, from, to }));
  else output.line(from === to ? `${store} has version ${to} already.` : `${store} is at version ${to} now${from === 0 ? "" : `, from ${from}`}.`);
  return exitCodes.ok;
}
