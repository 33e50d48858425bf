/** `whysaid`: from the command line to an exit code. The launcher in bin/ comes here by way of `start.ts`. */
import { WhysaidError } from "@whysaid/recorder/format";
import { parseCommandLine } from "./arguments.ts";
import { columnsWanted, readSettings, wantsColor } from "./env.ts";
import { exitCodeOf, exitCodes, type ExitCode } from "./exit-codes.ts";
import { commandHelp, overview } from "./help.ts";
import { processOutput, type Output } from "./output.ts";
import { safe, safeJson } from "./terminal-safe.ts";
import { version } from "../version.ts";

export async function main(argv: readonly string[]): Promise<ExitCode> {
  const output = processOutput({ color: wantsColor(process.stdout.isTTY), columns: columnsWanted() });
  const wantsJson = argv.includes("--json");
  try {
    const invocation = parseCommandLine(argv);
    if (invocation.kind === "version") output.line(version);
    else if (invocation.kind === "help") output.write(invocation.command === null ? overview(output) : commandHelp(invocation.command, output));
    else {
      const { command, args, options } = invocation;
      const [{ run }, settings] = await Promise.all([command.load(), readSettings({ dir: options.text("dir"), store: options.text("store") })]);
      return await run({ args, options, settings, output });
    }
    return exitCodes.ok;
  } catch (error) {
    return report(error, output, wantsJson);
  }
}

/**
 * For people a sentence and a fix; for programs the same as JSON on standard output. An error that is not ours is a bug: it comes with its stack, but without its
 * message, which may quote what was read.
 */
function report(error: unknown, output: Output, wantsJson: boolean): ExitCode {
  const isOurs = error instanceof WhysaidError;
  const code = isOurs ? error.code : "UNEXPECTED";
  const sentence = isOurs ? error.message : `unexpected ${nameOf(error)}`;
  const fix = isOurs ? error.fix : "This is a defect of whysaid: please report it with these lines.";
  if (wantsJson) output.line(safeJson({ error: { code, sentence, fix } }));
  else {
    output.note(`${output.paint("error", "red", "bold")} ${safe(sentence)}`);
    if (!isOurs && error instanceof Error) output.note(output.paint(framesOf(error), "dim"));
    output.note(safe(fix));
  }
  return isOurs ? exitCodeOf(error.code) : exitCodes.unexpected;
}

function nameOf(error: unknown): string {
  const { name, code } = error instanceof Error ? (error as NodeJS.ErrnoException) : { name: typeof error, code: undefined };
  return code === undefined ? name : `${name} ${code}`;
}
const framesOf = ({ stack = "" }: Error): string => stack.split("\n").filter((line) => /^\s+at /.test(line)).join("\n");
