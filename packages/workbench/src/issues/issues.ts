/**
 * Failures that recur, grouped by fingerprint: first and last seen, how many traces, resolved or open. A resolved one reopens by itself when a trace begun later shows it again.
 *
 * A trace is diagnosed once: what was found is kept by the hour it began in, with a signature of the trace's row, and looked at again only when the row says otherwise
 * (a late action, a validation, an answer that came). Reading 100,000 traces again costs their rows, not their diagnosis.
 */
import { createHash } from "node:crypto";
import { setImmediate } from "node:timers/promises";
import { WhysaidError } from "@whysaid/recorder/format";
import { Explainer } from "../diagnose/explainer.ts";
import type { DocumentPut } from "../store/documents.ts";
import type { Store, TraceRow } from "../store/store.ts";
import { fingerprintsOf, type Fingerprint } from "./fingerprint.ts";

export interface Issue extends Fingerprint {
  readonly title: string;
  readonly state: "open" | "resolved" | "reopened";
  readonly firstSeenMs: number;
  readonly lastSeenMs: number;
  /** Traces it was seen in. */
  readonly count: number;
  /** The newest of them, newest first. */
  readonly traceIds: readonly string[];
  readonly resolvedAtMs: number | null;
  readonly note: string | null;
}
export interface IssueOptions {
  readonly feature?: string;
  /** Traces begun at or after; rounded down to the hour. */
  readonly sinceMs?: number;
  readonly onProgress?: (traces: number) => void;
}
export interface IssueReport {
  readonly issues: readonly Issue[];
  readonly traces: number;
  /** Of them, those that were new or had changed. */
  readonly diagnosed: number;
}

/** What is kept of an hour: trace id → signature of its row and ids of its fingerprints. */
type Hour = Readonly<Record<string, readonly [signature: string, ...fingerprints: string[]]>>;
/** What is kept of an issue. */
interface Kept extends Fingerprint {
  readonly title: string;
  readonly resolvedAtMs: number | null;
  readonly note: string | null;
}
interface Seen {
  count: number;
  firstSeenMs: number;
  lastSeenMs: number;
  /** Newest first. */
  readonly traceIds: string[];
}

const HOUR_MS = 3_600_000;
const PAGE = 1000;
const EXAMPLES = 20;
const HOURS = "issue-hours";
const ISSUES = "issue";

/** Newest failures first. */
export async function issues(store: Store, options: IssueOptions = {}): Promise<IssueReport> {
  const scan = new Scan(store);
  const sinceMs = options.sinceMs === undefined ? undefined : Math.floor(options.sinceMs / HOUR_MS) * HOUR_MS;
  let hour: TraceRow[] = [];
  let traces = 0;
  for (let after: string | undefined; ; ) {
    const rows = await store.list({ limit: PAGE, ...(sinceMs === undefined ? {} : { sinceMs }), ...(after === undefined ? {} : { after }) });
    for (const row of rows) {
      if (hour[0] !== undefined && hourOf(hour[0]) !== hourOf(row)) {
        await scan.hour(hour);
        hour = [];
      }
      hour.push(row);
    }
    traces += rows.length;
    options.onProgress?.(traces);
    after = rows.at(-1)?.key;
    if (after === undefined || rows.length < PAGE) break;
  }
  if (hour.length > 0) await scan.hour(hour);
  const found = await scan.issues();
  return { issues: options.feature === undefined ? found : found.filter(({ feature }) => feature === options.feature), traces, diagnosed: scan.diagnosed };
}

/**
 * @param id  an issue's id, or its beginning
 * @throws WhysaidError `ISSUE_NOT_FOUND`; `USAGE` when several begin so
 */
export async function resolveIssue(store: Store, id: string, nowMs: number, note: string | null = null): Promise<void> {
  await change(store, id, (kept) => ({ ...kept, resolvedAtMs: nowMs, note: note ?? kept.note }));
}
export async function reopenIssue(store: Store, id: string): Promise<void> {
  await change(store, id, (kept) => ({ ...kept, resolvedAtMs: null }));
}

async function change(store: Store, id: string, edit: (kept: Kept) => Kept): Promise<void> {
  for (;;) {
    const [found, other] = await store.documents.list(ISSUES, { prefix: id, limit: 2 });
    if (found === undefined) throw new WhysaidError("ISSUE_NOT_FOUND", `there is no issue ${id}`, { fix: "`whysaid issues` lists them with their ids." });
    if (other !== undefined) throw new WhysaidError("USAGE", `several issues begin with ${id}`, { fix: "Give more digits of the id." });
    const put: DocumentPut = await store.documents.put({ kind: ISSUES, id: found.id, body: edit(found.body as Kept) }, found.version);
    if (put.outcome === "saved") return;
  }
}

const hourOf = ({ startedAtMs }: TraceRow): number => Math.floor(startedAtMs / HOUR_MS);
/** Ids sort like the hours. */
const hourId = (hour: number): string => String(hour).padStart(12, "0");

class Scan {
  readonly #store: Store;
  readonly #explainer: Explainer;
  readonly #seen = new Map<string, Seen>();
  diagnosed = 0;

  constructor(store: Store) {
    this.#store = store;
    this.#explainer = new Explainer(store);
  }

  /** @param rows  all traces of one hour, newest first */
  async hour(rows: readonly TraceRow[]): Promise<void> {
    const id = hourId(hourOf(rows[0] as TraceRow));
    const document = await this.#store.documents.get(HOURS, id);
    const known = (document?.body ?? {}) as Hour;
    const now: Record<string, readonly [string, ...string[]]> = {};
    let isChanged = Object.keys(known).length !== rows.length;
    // Oldest first: the earlier traces that a diagnosis compares with were rebuilt just before.
    for (const row of rows.toReversed()) {
      const signature = signatureOf(row);
      const before = known[row.traceId];
      if (before?.[0] === signature) {
        now[row.traceId] = before;
        continue;
      }
      isChanged = true;
      now[row.traceId] = [signature, ...(await this.#diagnose(row.traceId))];
    }
    for (const row of rows) this.#count(row, now[row.traceId]?.slice(1) ?? []);
    // Somebody else who scans at the same time has found the same.
    if (isChanged) await this.#store.documents.put({ kind: HOURS, id, body: now });
  }

  async #diagnose(traceId: string): Promise<readonly string[]> {
    this.diagnosed += 1;
    // A server answers others between two traces.
    await setImmediate();
    const story = await this.#explainer.explain(traceId);
    if (story === null) return [];
    const fingerprints = fingerprintsOf(story);
    for (const one of fingerprints) {
      if (this.#seen.has(one.id)) continue;
      const title = one.cause === "rule-failed" ? `${one.about ?? "a rule"} fails` : (story.findings[0]?.title ?? one.cause);
      await this.#store.documents.put({ kind: ISSUES, id: one.id, body: { ...one, title, resolvedAtMs: null, note: null } satisfies Kept }, 0);
    }
    return fingerprints.map(({ id }) => id);
  }

  #count({ startedAtMs, traceId }: TraceRow, fingerprints: readonly string[]): void {
    for (const id of fingerprints) {
      const seen = this.#seen.get(id) ?? { count: 0, firstSeenMs: startedAtMs, lastSeenMs: startedAtMs, traceIds: [] };
      this.#seen.set(id, seen);
      seen.count += 1;
      seen.firstSeenMs = Math.min(seen.firstSeenMs, startedAtMs);
      seen.lastSeenMs = Math.max(seen.lastSeenMs, startedAtMs);
      if (seen.traceIds.length < EXAMPLES) seen.traceIds.push(traceId);
    }
  }

  async issues(): Promise<readonly Issue[]> {
    const found: Issue[] = [];
    for (const [id, seen] of this.#seen) {
      const document = await this.#store.documents.get(ISSUES, id);
      if (document === null) continue;
      const kept = document.body as Kept;
      const isBack = kept.resolvedAtMs !== null && seen.lastSeenMs > kept.resolvedAtMs;
      found.push({ ...kept, ...seen, state: kept.resolvedAtMs === null ? "open" : isBack ? "reopened" : "resolved" });
    }
    return found.sort((a, b) => b.lastSeenMs - a.lastSeenMs || b.count - a.count || (a.id < b.id ? -1 : 1));
  }
}

/** What a row says, but for the answer's text, which never changes without it. */
function signatureOf({ key: _key, answer: _answer, ...row }: TraceRow): string {
  return createHash("sha256").update(JSON.stringify(row)).digest("base64url").slice(0, 12);
}
