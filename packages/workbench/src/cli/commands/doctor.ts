/** `whysaid doctor` */
import type { CommandCall } from "../command.ts";
import { exitCodes, type ExitCode } from "../exit-codes.ts";
import { environmentKey } from "../env.ts";
import { examine } from "../doctor/examine.ts";
import { showHealth } from "../doctor/health-view.ts";
import { safeJson } from "../terminal-safe.ts";

export async function run({ options, settings, output }: CommandCall): Promise<ExitCode> {
  const url = options.text("server") ?? settings.url.value;
  const health = await examine(settings, url === null ? null : { url, key: environmentKey("WHYSAID_KEY") });
  if (options.has("json")) output.line(safeJson(health));
  else showHealth(output, health);
  return health.concerns.length === 0 ? exitCodes.ok : exitCodes.incomplete;
}
