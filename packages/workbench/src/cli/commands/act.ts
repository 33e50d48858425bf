/** `whysaid act`: a user action from the shell, written through the recorder like any other, so that it is redacted and journaled the same way. */
import { WhysaidError, isTraceId, type UserAction } from "@whysaid/recorder/format";
import { createRecorder } from "@whysaid/recorder";
import type { CommandCall } from "../command.ts";
import { exitCodes, type ExitCode } from "../exit-codes.ts";
import { hasRecordings, withRecordings } from "../recordings.ts";
import { safeJson } from "../terminal-safe.ts";
import { textFile } from "../text-file.ts";
import { traceNamed } from "../trace-id.ts";

export async function run({ args, options, settings, output }: CommandCall): Promise<ExitCode> {
  const [typed = "", action = ""] = args;
  const before = textFile(options.text("before"));
  const after = textFile(options.text("after"));
  const { traceId, isKnown } = await named(typed, settings);
  const problems: { readonly code: string; readonly message: string }[] = [];
  const recorder = createRecorder({ dir: settings.dir.value, onProblem: (problem) => problems.push(problem) });
  const note = options.text("note");
  const id = options.text("id");
  recorder.action(traceId, action as UserAction, { ...(before === undefined ? {} : { before }), ...(after === undefined ? {} : { after }), ...(note === undefined ? {} : { note }), ...(id === undefined ? {} : { id }) });
  await recorder.close();
  const [problem] = problems;
  if (problem !== undefined) throw new WhysaidError(problem.code, problem.message, { fix: "See docs/errors.md; nothing was recorded unless the message says so." });
  if (options.has("json")) output.line(safeJson({ traceId, action }));
  else output.line(`${action} recorded for ${traceId}${isKnown ? "" : " (not here yet: it joins when its call arrives)"}`);
  return exitCodes.ok;
}

/** A whole id may come before its call does; an abbreviated one must be known. */
async function named(typed: string, settings: CommandCall["settings"]): Promise<{ readonly traceId: string; readonly isKnown: boolean }> {
  const whole = typed.trim().toLowerCase();
  if (isTraceId(whole) && !hasRecordings(settings)) return { traceId: whole, isKnown: false };
  return withRecordings(settings, async ({ store }) => {
    const traceId = await traceNamed(store, typed);
    return { traceId, isKnown: (await store.tracesStartingWith(traceId, 1)).length > 0 };
  });
}
