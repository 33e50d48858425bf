/** Rebuilding one trace by its id: its entries, every text re-hashed, both bodies put together. Warm, and with the file evicted from the page cache. */
import { spawnSync } from "node:child_process";
import { renderBody, type TextOf } from "@whysaid/recorder/format";
import { openStore } from "../../packages/workbench/src/ingest/open-store.ts";
import { refsOf } from "../../packages/workbench/src/store/packing/entry-refs.ts";
import type { Store } from "../../packages/workbench/src/store/store.ts";

/** @returns units of the bodies, so that a check can see that they are whole */
export async function rebuild(store: Store, traceId: string): Promise<number> {
  const trace = await store.trace(traceId);
  if (trace === null) throw new Error(`trace ${traceId} is not in the store`);
  const textOf: TextOf = trace.textOf;
  let units = 0;
  for (const { entry } of trace.entries) {
    if (entry.kind === "request" || entry.kind === "response") {
      const body = renderBody(entry.body, textOf);
      units += body.form === "text" ? body.text.length : 0;
    } else for (const ref of refsOf(entry)) units += textOf(ref).length;
  }
  return units;
}

export interface Times {
  readonly p50: number;
  readonly p99: number;
  readonly count: number;
}
export function quantiles(times: readonly number[]): Times {
  const sorted = times.toSorted((a, b) => a - b);
  const at = (q: number): number => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * q))] ?? Number.NaN;
  return { p50: at(0.5), p99: at(0.99), count: sorted.length };
}

export async function warmTimes(store: Store, traces: readonly string[]): Promise<Times> {
  for (const trace of traces.slice(0, 50)) await rebuild(store, trace);
  const times: number[] = [];
  for (const trace of traces) {
    const started = performance.now();
    await rebuild(store, trace);
    times.push(performance.now() - started);
  }
  return quantiles(times);
}

/** A fresh opening for each lookup, its file's pages dropped before. null where pages can't be dropped. */
export async function coldTimes(path: string, traces: readonly string[]): Promise<Times | null> {
  const times: number[] = [];
  for (const trace of traces) {
    // dd asks the kernel to forget the file's pages (posix_fadvise DONTNEED); nothing is copied.
    if (spawnSync("dd", [`if=${path}`, "iflag=nocache", "count=0"]).status !== 0) return null;
    const store = await openStore(path);
    const started = performance.now();
    await rebuild(store, trace);
    times.push(performance.now() - started);
    await store.close();
  }
  return quantiles(times);
}
