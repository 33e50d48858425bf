/** What the journal holds of each run, read back from its segments. */
import { readSegment, restoreBody, type RequestEntry, type ResponseEntry, type TextOf } from "@whysaid/recorder/format";
import { listSegments } from "@whysaid/recorder/journal";
import { createHash } from "node:crypto";

export interface StoredAttempt {
  readonly attempt: number;
  readonly span: string;
  /** Bodies restored to bytes; null for one that was dropped. */
  readonly request: Uint8Array | null;
  readonly response: { readonly state: string; readonly status: number | null; readonly body: Uint8Array | null } | null;
}

export const hash = (bytes: Uint8Array): string => createHash("sha256").update(bytes).digest("hex");

/** Attempts by run (the second segment of the recorded path), in order. */
export function readStored(journalDir: string, reveal: (text: string) => string = (text) => text): ReadonlyMap<string, readonly StoredAttempt[]> {
  const requests = new Map<string, { entry: RequestEntry; textOf: TextOf }>();
  const responses = new Map<string, { entry: ResponseEntry; textOf: TextOf }>();
  for (const { path } of listSegments(journalDir)) {
    const segment = readSegment(path);
    if (segment.damaged.length > 0 || segment.quarantined.length > 0 || segment.tornBytes > 0) throw new Error(`segment ${path} is damaged`);
    for (const { entry } of segment.entries) {
      if (entry.kind === "request") requests.set(`${entry.span} ${entry.attempt}`, { entry, textOf: segment.textOf });
      else if (entry.kind === "response") responses.set(`${entry.span} ${entry.attempt}`, { entry, textOf: segment.textOf });
    }
  }
  const runs = new Map<string, StoredAttempt[]>();
  for (const [key, { entry, textOf }] of requests) {
    const run = new URL(entry.url).pathname.split("/")[2] ?? "";
    const answer = responses.get(key);
    const attempts = runs.get(run) ?? [];
    runs.set(run, attempts);
    attempts.push({
      attempt: entry.attempt,
      span: entry.span,
      request: restoreBody(entry.body, textOf, reveal),
      response: answer === undefined ? null : { state: answer.entry.state, status: answer.entry.status, body: restoreBody(answer.entry.body, answer.textOf, reveal) },
    });
  }
  for (const attempts of runs.values()) attempts.sort((a, b) => a.attempt - b.attempt);
  return runs;
}
