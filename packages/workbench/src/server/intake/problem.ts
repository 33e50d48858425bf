/** An error on its way between threads: our own as they are, others without their message, which may quote what was read. */
import { WhysaidError } from "@whysaid/recorder/format";

export interface SentProblem {
  readonly code: string;
  readonly message: string;
  readonly stack?: string;
}
export function problemOf(error: unknown): SentProblem {
  if (error instanceof WhysaidError) return { code: error.code, message: error.message };
  const name = error instanceof Error ? error.name : typeof error;
  return { code: "UNEXPECTED", message: `unexpected ${name}`, stack: `${name}\n${framesOf(error)}` };
}
export const framesOf = (error: unknown): string => (error instanceof Error ? (error.stack ?? "").split("\n").filter((line) => /^\s+at /.test(line)).join("\n") : "");
