/**
 * Does the process that writes a segment still run? Answered from the segment's header, without locks: a lock file outlives a SIGKILL, and
 * Node has no `flock`.
 */
import { createHash } from "node:crypto";
import { readFileSync, readlinkSync } from "node:fs";
import type { WriterEntry } from "../format/index.ts";

/**
 * - `running`   the process of that pid started when the header says
 * - `gone`      there is no such process here any more: the segment is an orphan unless its last entry is `writer-end`
 * - `elsewhere` written on another machine, in another container or before a reboot: pids mean nothing, only the file's age tells
 */
export type WriterState = "running" | "gone" | "elsewhere";

type Identity = Pick<WriterEntry, "pid" | "processStart" | "place">;

export function writerState(header: Identity): WriterState {
  const place = placeOfProcesses();
  if (header.place !== undefined && header.place !== place) return "elsewhere";
  if (!exists(header.pid)) return "gone";
  const stat = readStat(header.pid);
  if (stat === null) return "running";
  // A zombie has ended; its parent has only not asked yet how.
  return stat.state !== "Z" && (header.processStart === null || stat.start === header.processStart) ? "running" : "gone";
}

/** False only where the writer is known to be gone. */
export const isWriterAlive = (header: Identity): boolean => writerState(header) !== "gone";

/** Clock ticks since boot at which this process started. It tells a pid from the same pid used again. null where there is no `/proc`. */
export const ownProcessStart = (): number | null => readStat("self")?.start ?? null;

function readStat(pid: number | "self"): { readonly state: string; readonly start: number } | null {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "latin1");
    // Field 2 is the program's name in parentheses and may hold spaces and parentheses itself; state is field 3, start 22 (proc(5)).
    const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
    const start = Number(fields[19]);
    return Number.isSafeInteger(start) ? { state: fields[0] ?? "", start } : null;
  } catch {
    return null;
  }
}

let cachedPlace: string | null | undefined;

/** Where this process's pids are valid: 16 hex digits of a hash over the boot id and the pid namespace; it names no machine. null where there is no `/proc`. */
export function placeOfProcesses(): string | null {
  cachedPlace ??= readPlace();
  return cachedPlace;
}

function readPlace(): string | null {
  try {
    const boot = readFileSync("/proc/sys/kernel/random/boot_id", "latin1").trim();
    return createHash("sha256").update(`${boot} ${readlinkSync("/proc/self/ns/pid")}`).digest("hex").slice(0, 16);
  } catch {
    return null;
  }
}

function exists(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (cause) {
    return (cause as NodeJS.ErrnoException).code === "EPERM";
  }
}
