/** Cases from another store. Their texts go through the redactor like everything that comes in, pseudonyms stay as they are; a case that says something else afterwards gets the id of what it says then. */
import { WhysaidError } from "@whysaid/recorder/format";
import { redactedBefore } from "../../ingest/import/redacted-before.ts";
import type { Store } from "../../store/store.ts";
import { createRedactor } from "@whysaid/recorder/redact";
import type { Case } from "../case.ts";
import { putNew } from "../case-store.ts";
import { caseId } from "../content.ts";
import { readCases, type ReadCases } from "./read-cases.ts";

export interface ImportedCases {
  readonly added: number;
  /** There already: left as they are here. */
  readonly known: number;
  readonly refused: ReadCases["refused"];
}

/** @throws WhysaidError `CASES_UNREADABLE` when no line is a case */
export async function importedCases(store: Store, text: string, directory: string): Promise<ImportedCases> {
  const { cases, refused } = readCases(text);
  if (cases.length === 0 && refused.length > 0) throw new WhysaidError("CASES_UNREADABLE", `no line of the file is a case: line ${refused[0]?.line ?? 1} is ${refused[0]?.reason ?? "none"}`, { fix: "Give what `whysaid cases export` wrote in its own format." });
  const scope = redactedBefore(createRedactor({ dir: directory, vault: "none", onProblem: () => undefined }).root);
  const redacted = (value: string): string => (value === "" ? "" : scope.text(value, { signal: "completion" }));
  let added = 0;
  for (const one of cases) {
    const safe = deeply(one, redacted) as Case;
    const expected = safe.history[0]?.expected ?? null;
    if (await putNew(store, { ...safe, id: caseId({ ...safe, expected }) })) added += 1;
  }
  return { added, known: cases.length - added, refused };
}

/** Ids, hashes and words of ours hold nothing to redact, and must not be taken for something. */
const OURS = new Set(["id", "traceId", "traceIds", "spanId", "parentSpanId", "status", "origin", "source", "state", "kind", "outcome", "why", "type", "role", "protocol", "provider", "callId"]);
function deeply(value: unknown, redacted: (text: string) => string): unknown {
  if (typeof value === "string") return redacted(value);
  if (Array.isArray(value)) return value.map((one: unknown) => deeply(one, redacted));
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, OURS.has(key) ? one : deeply(one, redacted)]));
}
