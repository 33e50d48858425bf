/** `import` of OTLP export requests: what a collector or exporter wrote to a file, or what a proxy kept of a request's body. */
import { closeSync, openSync, readFileSync, readSync } from "node:fs";
import { WhysaidError, type TraceId } from "@whysaid/recorder/format";
import type { Store } from "../../store/store.ts";
import { otlpBatches } from "../otlp/entries.ts";
import { looksLikeOtlp, recordsOf } from "../otlp/request.ts";
import { MalformedOtlpJson } from "../otlp/spans-json.ts";
import { MalformedProtobuf } from "../otlp/wire.ts";
import type { ImportOptions, ImportOutcome } from "./import-file.ts";

/** False for a file that can't be opened: who reads it whole will say so. */
export function isOtlpFile(path: string): boolean {
  let fd: number;
  try {
    fd = openSync(path, "r");
  } catch {
    return false;
  }
  try {
    const head = Buffer.alloc(400);
    return looksLikeOtlp(head.subarray(0, readSync(fd, head, 0, head.length, 0)));
  } catch {
    return false;
  } finally {
    closeSync(fd);
  }
}

/** @throws WhysaidError `IMPORT_UNREADABLE` when the file is no request or holds no span of a model call */
export async function importOtlp(path: string, store: Store, options: ImportOptions): Promise<ImportOutcome> {
  try {
    const records = recordsOf(readFileSync(path));
    const { batches, traces, refused } = otlpBatches(records, options.scope, options.feature ?? null);
    if (batches.length === 0) throw unreadable(path, "it holds no span of a model call, a tool or a retrieval");
    const fresh: TraceId[] = [];
    for (const trace of traces) if ((await store.tracesStartingWith(trace, 1)).length === 0) fresh.push(trace);
    await store.ingest(batches);
    options.onProgress?.({ records: batches.length, bytes: 0 });
    return { records: batches.length, traces: fresh, duplicates: traces.length - fresh.length, refused: Array.from({ length: refused }, (_, at) => ({ line: at + 1, reason: "a span without valid ids" })) };
  } catch (cause) {
    if (cause instanceof MalformedProtobuf || cause instanceof MalformedOtlpJson) throw unreadable(path, cause.message, cause);
    throw cause;
  }
}

const unreadable = (path: string, why: string, cause?: Error): WhysaidError =>
  new WhysaidError("IMPORT_UNREADABLE", `${path} cannot be imported as OTLP: ${why}`, { fix: "Name the body of an OTLP traces or logs request (protobuf or JSON, gzip or not); see docs/otlp.md.", ...(cause === undefined ? {} : { cause }) });
