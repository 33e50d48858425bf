/** `whysaid redact` */
import { readFileSync } from "node:fs";
import { WhysaidError } from "@whysaid/recorder/format";
import { presets, type PresetName, type RedactorOptions } from "@whysaid/recorder/redact";
import { checker, type CheckedText } from "../../redaction/check.ts";
import type { CommandCall, CommandOptions } from "../command.ts";
import { exitCodes, type ExitCode } from "../exit-codes.ts";
import type { Output } from "../output.ts";
import { safe, safeLine } from "../terminal-safe.ts";

export async function run({ options, settings, output }: CommandCall): Promise<ExitCode> {
  const check = checker(settings.dir.value, redactionOf(options));
  const lines = readFileSync(0, "utf8").split("\n").filter((line) => line.trim() !== "");
  for (const [index, line] of lines.entries()) {
    const { original, checked } = check(line, index + 1);
    if (options.has("explain")) explain(original, checked, output);
    // Not escaped for terminals: offsets and texts are for programs, and JSON.stringify leaves no control byte.
    else await output.drained(`${JSON.stringify(checked)}\n`);
  }
  return exitCodes.ok;
}

function redactionOf(options: CommandOptions): RedactorOptions {
  const policy = options.text("policy");
  const level = options.text("level");
  if (policy !== undefined && !(policy in presets)) throw new WhysaidError("USAGE", `there is no policy ${policy}`, { fix: `Use one of ${Object.keys(presets).join(", ")}.` });
  if (level !== undefined && level !== "recall" && level !== "balanced" && level !== "precise") throw new WhysaidError("USAGE", `there is no level ${level}`, { fix: "Use recall, balanced or precise." });
  return { ...(policy === undefined ? {} : { policy: policy as PresetName }), ...(level === undefined ? {} : { level }) };
}

function explain(original: string, { text, spans }: CheckedText, output: Output): void {
  output.line(output.paint("stays  ", "dim") + safe(text));
  for (const { start, end, type, layer, rule } of spans) {
    output.line(`${output.paint("taken  ", "yellow")}${type.padEnd(9)} ${layer.padEnd(9)} ${rule.padEnd(24)} ${`${start}–${end}`.padEnd(10)} ${safeLine(original.slice(start, end))}`);
  }
  if (spans.length === 0) output.line(output.paint("taken  nothing", "dim"));
  output.line();
}
