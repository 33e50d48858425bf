/** `whysaid doctor` */
import type { CommandCall } from "../command.ts";
import { exitCodes, type ExitCode } from "../exit-codes.ts";
import { examine } from "../doctor/examine.ts";
import { showHealth } from "../doctor/health-view.ts";
import { safeJson } from "../terminal-safe.ts";

export async function run({ options, settings, output }: CommandCall): Promise<ExitCode> {
  const health = await examine(settings);
  if (options.has("json")) output.line(safeJson(health));
  else showHealth(output, health);
  return health.concerns.length === 0 ? exitCodes.ok : exitCodes.incomplete;
}
