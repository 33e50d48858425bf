/** `whysaid ship`: the sidecar. Ships a directory's journal to a server, also what processes left that died. */
import { setTimeout as wait } from "node:timers/promises";
import { WhysaidError } from "@whysaid/recorder/format";
import { journalBytes, Shipper } from "@whysaid/recorder/journal";
import { environmentKey } from "../env.ts";
import type { CommandCall } from "../command.ts";
import { exitCodes, type ExitCode } from "../exit-codes.ts";
import { workspaceOf } from "../recordings.ts";
import { count } from "../show/amounts.ts";
import { safeJson } from "../terminal-safe.ts";

/** With --once: a server that is starting gets this long. */
const ONCE_MS = 15_000;

export async function run({ options, settings, output }: CommandCall): Promise<ExitCode> {
  const url = options.text("to") ?? settings.url.value;
  if (url === null || !URL.canParse(url)) throw new WhysaidError("USAGE", "there is no server to ship to", { fix: "Name it with --to URL or WHYSAID_URL; the key is read from WHYSAID_KEY." });
  const { journalDir } = workspaceOf(settings);
  const shipper = new Shipper({ directory: journalDir, url, key: environmentKey("WHYSAID_KEY") ?? null, own: null, keep: options.has("keep"), onProblem: (problem) => output.note(`${problem.message}. ${problem.fix}`) });
  const isOnce = options.has("once");
  let isWhole = true;
  if (isOnce) isWhole = await shipper.flush(ONCE_MS);
  else {
    const stop = new AbortController();
    for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => stop.abort());
    if (!options.has("json")) output.line(`shipping ${journalDir} to ${new URL(url).origin}`);
    shipper.start();
    await wait(2 ** 31 - 1, undefined, { signal: stop.signal }).catch(() => undefined);
    isWhole = await shipper.flush(5000);
  }
  await shipper.close();
  const left = journalBytes(journalDir);
  if (options.has("json")) output.line(safeJson({ ...shipper.counts, isWhole, leftBytes: left }));
  else output.line(`${count(shipper.counts.entries)} entries shipped, ${count(shipper.counts.removed)} segments removed from disk${isWhole ? "" : "; the rest stays in the journal"}`);
  return isWhole ? exitCodes.ok : exitCodes.incomplete;
}
