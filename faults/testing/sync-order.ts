/** Watches a real process at durability `power` with strace: is each write synced before it is acknowledged? */
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { plainNode } from "./plain-node.ts";

export interface SyncOrder {
  acknowledged: number;
  unsynced: number;
  writes: number;
  syncs: number;
}

/** null where strace is missing or not permitted. */
export function syncOrder(): SyncOrder | null {
  const folder = mkdtempSync(join(tmpdir(), "whysaid-strace-"));
  const node = plainNode();
  const trace = join(folder, "trace");
  const calls = ["openat", "write", "pwrite64", "writev", "fdatasync", "fsync", "close", "dup", "dup2"].join(",");
  const run = spawnSync("strace", ["-f", "-e", `trace=${calls}`, "-o", trace, process.execPath, node.script("power-child"), join(folder, "journal")], { stdio: ["ignore", "ignore", "ignore"], timeout: 120_000 });
  node.remove();
  const lines = run.status === 0 ? readFileSync(trace, "utf8").split("\n") : null;
  rmSync(folder, { recursive: true });
  return lines === null ? null : orderOf(lines);
}

function orderOf(lines: readonly string[]): SyncOrder {
  const order: SyncOrder = { acknowledged: 0, unsynced: 0, writes: 0, syncs: 0 };
  const segments = new Set<string>();
  const dirty = new Set<string>();
  let hasUnsyncedName = false;
  const directories = new Set<string>();
  for (const line of lines) {
    const call = /^\d+\s+(\w+)\((?:AT_FDCWD, )?("[^"]*"|\d+)(.*?)(?:\)\s+= (-?\d+).*)?$/.exec(line);
    if (call === null) continue;
    const [, name, first = "", rest = "", result = ""] = call;
    if (name === "openat" && first.endsWith('.seg"')) {
      segments.add(result);
      hasUnsyncedName = true;
    } else if (name === "openat" && !rest.includes("O_CREAT")) directories.add(result);
    else if (name === "close") {
      segments.delete(first);
      directories.delete(first);
    } else if (name === "fsync" && directories.has(first)) hasUnsyncedName = false;
    else if (name === "fdatasync" && segments.has(first)) {
      order.syncs += 1;
      dirty.delete(first);
    } else if (name === "write" && segments.has(first)) {
      order.writes += 1;
      dirty.add(first);
    } else if (name === "write" && rest.includes('"acknowledged ')) {
      order.acknowledged += 1;
      if (dirty.size > 0 || hasUnsyncedName) order.unsynced += 1;
    }
  }
  return order;
}
