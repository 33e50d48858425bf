/** Runs of a trace: one redacted JSON object a line in `.whysaid/runs/<trace>.jsonl`. Written by `replay`, listed by `replay --runs`. */
import { appendFileSync, existsSync, mkdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { WhysaidError } from "@whysaid/recorder/format";
import type { Moved } from "./moved.ts";
import type { ReplayAnswer } from "./answer.ts";

export interface Run {
  readonly atMs: number;
  readonly traceId: string;
  readonly generation: number;
  readonly variant: string;
  /** Whether the originals were sent; what is kept here is redacted either way. */
  readonly revealed: boolean;
  /** Without query. */
  readonly target: string;
  readonly status: number;
  readonly durationMs: number;
  readonly answer: ReplayAnswer;
  readonly moved: Moved;
}

const fileOf = (directory: string, traceId: string): string => join(directory, "runs", `${traceId}.jsonl`);

/** @throws WhysaidError `RUNS_UNWRITABLE` */
export function keepRun(directory: string, run: Run): void {
  try {
    mkdirSync(join(directory, "runs"), { recursive: true, mode: 0o700 });
    appendFileSync(fileOf(directory, run.traceId), `${JSON.stringify(run)}\n`, { mode: 0o600 });
  } catch (cause) {
    throw new WhysaidError("RUNS_UNWRITABLE", `a run cannot be kept in ${join(directory, "runs")}`, { fix: "Make the directory writable.", cause });
  }
}

/** Oldest first; a line that a crash cut is left out. */
export function runsOf(directory: string, traceId: string): readonly Run[] {
  const file = fileOf(directory, traceId);
  if (!existsSync(file)) return [];
  return readFileSync(file, "utf8").split("\n").flatMap((line) => {
    try {
      return line === "" ? [] : [JSON.parse(line) as Run];
    } catch {
      return [];
    }
  });
}
