/** `whysaid audit` */
import { existsSync } from "node:fs";
import { join } from "node:path";
import { AuditLog } from "../../redaction/audit.ts";
import type { CommandCall } from "../command.ts";
import { exitCodes, type ExitCode } from "../exit-codes.ts";
import { safeJson, safeLine } from "../terminal-safe.ts";

export async function run({ options, settings, output }: CommandCall): Promise<ExitCode> {
  const directory = settings.dir.value;
  const hasLog = existsSync(join(directory, "audit.log")) || existsSync(join(directory, "audit.head"));
  const { entries, tampered } = hasLog ? new AuditLog(directory).read() : { entries: [], tampered: [] };
  if (options.has("json")) output.line(safeJson({ entries, tampered }));
  else {
    for (const { number, atMs, actor, action, about, reason } of entries) output.line(`${String(number).padStart(4)}  ${new Date(atMs).toISOString()}  ${safeLine(actor)}  ${output.paint(action, "bold")}  ${safeLine(about)}  ${safeLine(reason)}`);
    for (const { line, what } of tampered) output.line(`${output.paint("tampered", "red")} ${line === 0 ? "head" : `line ${line}`}: ${what}`);
    output.line(tampered.length > 0 ? "the log is not what was written" : entries.length === 0 ? "nobody has revealed or erased anything here" : output.paint("the log is what was written", "green"));
  }
  return tampered.length === 0 ? exitCodes.ok : exitCodes.incomplete;
}
