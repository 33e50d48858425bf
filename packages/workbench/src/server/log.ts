/**
 * The server's log: one JSON line a request or problem on stderr, by pino. Nothing recorded is in it: of a request its method, route pattern, status, time and who asked; of an
 * error its code, or for a defect its kind and where in our code it happened. Paths and queries are not logged as they came, for a search term stands in them.
 */
import { WhysaidError } from "@whysaid/recorder/format";
import { pino, type DestinationStream, type Logger } from "pino";
import { framesOf } from "./intake/problem.ts";

export type Log = Logger;
export const levels = ["debug", "info", "warn", "error", "silent"] as const;
export type Level = (typeof levels)[number];

export const createLog = (level: Level, destination: DestinationStream): Log => pino({ level, base: null, timestamp: pino.stdTimeFunctions.isoTime, formatters: { level: (label) => ({ level: label }) } }, destination);

export function logProblem(log: Log, error: unknown): void {
  if (error instanceof WhysaidError) log.warn({ code: error.code }, error.message);
  else log.error({ code: "UNEXPECTED", kind: error instanceof Error ? error.name : typeof error, at: framesOf(error).split("\n").map((line) => line.trim()).slice(0, 12) }, "unexpected");
}
