import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { digestOf } from "../ingest/digest.ts";
import { openSqliteStore } from "../store/sqlite/open-sqlite.ts";
import type { Store } from "../store/store.ts";
import { addCall, HandSegment, t, traceOf } from "../store/testing/batches.ts";
import { issues, reopenIssue, resolveIssue } from "./issues.ts";

const directory = mkdtempSync(join(tmpdir(), "whysaid-issues-"));
const HOUR_MS = 3_600_000;
const startMs = 1_700_000_000_000;
let store: Store;
const segment = new HandSegment();
let written = 0;
/** Puts into the store what was added to the segment since. */
async function ingest(): Promise<void> {
  await store.ingest(segment.batch(segment.entries.slice(written)));
  written = segment.entries.length;
}
beforeAll(async () => {
  store = await openSqliteStore(join(directory, "store.db"), { digestOf });
  for (let n = 0; n < 30; n += 1) addCall(segment, { trace: traceOf(n), atMs: startMs + n * HOUR_MS, ...(n % 10 === 0 ? { failedRule: "dose_range" } : {}) });
  await ingest();
});
afterAll(async () => {
  await store.close();
  rmSync(directory, { recursive: true, force: true });
});

describe("issues", () => {
  const doseRange = async (): Promise<Awaited<ReturnType<typeof issues>>["issues"][number]> => {
    const found = (await issues(store)).issues.find(({ about }) => about === "dose_range");
    if (found === undefined) throw new Error("dose_range is an issue");
    return found;
  };
  test("a rule that fails in three traces is one issue with its first, its last and its traces", async () => {
    const report = await issues(store);
    expect(report).toMatchObject({ traces: 30, diagnosed: 30 });
    expect(await doseRange()).toMatchObject({ cause: "rule-failed", feature: "dose-summary", title: "dose_range fails", state: "open", count: 3, firstSeenMs: startMs, lastSeenMs: startMs + 20 * HOUR_MS, traceIds: [traceOf(20), traceOf(10), traceOf(0)] });
  });
  test("a trace is diagnosed once, and again when something came to it", async () => {
    expect((await issues(store)).diagnosed).toBe(0);
    segment.add((ref) => ({ kind: "action", atMs: startMs + 90 * HOUR_MS, trace: traceOf(5), action: "edit", before: ref("The dose is 3 mg per kilogram, given twice a day."), after: ref("The dose is 2 mg per kilogram, given twice a day."), user: null, note: null, actionId: t("a1") }));
    await ingest();
    const report = await issues(store);
    expect(report.diagnosed).toBe(1);
    expect(report.issues.find(({ traceIds }) => traceIds.includes(traceOf(5)))).toBeDefined();
  });
  test("a resolved issue stays so until a later trace shows it again", async () => {
    const { id } = await doseRange();
    await resolveIssue(store, id.slice(0, 6), startMs + 40 * HOUR_MS, "rounded in the parser");
    expect(await doseRange()).toMatchObject({ state: "resolved", note: "rounded in the parser" });
    addCall(segment, { trace: traceOf(77), atMs: startMs + 50 * HOUR_MS, failedRule: "dose_range" });
    await ingest();
    expect(await doseRange()).toMatchObject({ state: "reopened", count: 4, lastSeenMs: startMs + 50 * HOUR_MS });
    await reopenIssue(store, id);
    expect(await doseRange()).toMatchObject({ state: "open", resolvedAtMs: null });
  });
  test("an issue nobody has seen cannot be resolved", async () => {
    await expect(resolveIssue(store, "ffffffff", 1)).rejects.toMatchObject({ code: "ISSUE_NOT_FOUND" });
  });
  test("by feature and time only those are told", async () => {
    expect((await issues(store, { feature: "nothing" })).issues).toEqual([]);
    expect((await issues(store, { sinceMs: startMs + 45 * HOUR_MS })).issues).toMatchObject([{ about: "dose_range", count: 1 }]);
  });
});
