import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { digestOf } from "../ingest/digest.ts";
import { openSqliteStore } from "../store/sqlite/open-sqlite.ts";
import { addCall, HandSegment, t, traceOf } from "../store/testing/batches.ts";
import { drift, driftOf } from "./drift.ts";
import { countsOf, DAY_MS, type Traffic } from "./testing/traffic.ts";

describe("drift", () => {
  test("names the prompt a rule began to fail with, by how much, and nothing else", () => {
    const report = driftOf(countsOf({ days: 20, perDay: 400, seed: 1, visit: (day) => ({ promptVersion: day < 12 ? "v14" : "v15" }), failing: ({ promptVersion }) => (promptVersion === "v15" ? 0.05 : 0.012) }));
    expect(report.changes.filter(({ measure }) => measure === "rule:dose_range")).toMatchObject([{ dimension: "promptVersion", value: "v15", previous: "v14", atMs: 12 * DAY_MS }]);
    expect(new Set(report.changes.map(({ measure }) => measure))).toEqual(new Set(["rule:dose_range", "failed"]));
    expect(report.changes[0]?.sentence).toMatch(/^dose_range fails: 1\.\d % → [45]\.\d % \[\d\.\d, \d\.\d\] since prompt v15 \(1970-01-13\)$/);
    expect(report.rollouts).toMatchObject([{ dimension: "promptVersion", value: "v15", previous: "v14" }]);
    expect(report.differences).toEqual([]);
  });
  test("tells what came at the same time and explains as much", () => {
    const report = driftOf(countsOf({ days: 20, perDay: 400, seed: 2, visit: (day) => ({ promptVersion: day < 12 ? "v14" : "v15", model: day < 12 ? "a-2024-01-01" : "b-2025-01-01" }), failing: ({ promptVersion }) => (promptVersion === "v15" ? 0.06 : 0.01) }));
    const [change] = report.changes;
    expect([change?.dimension, ...(change?.alongside ?? []).map(({ dimension }) => dimension)].sort((a, b) => (String(a) < String(b) ? -1 : 1))).toEqual(["model", "promptVersion"]);
    expect(change?.sentence).toContain("came at the same time");
  });
  test("finds a change that no recorded version explains, and says so", () => {
    const report = driftOf(countsOf({ days: 20, perDay: 300, seed: 3, totalMs: ({ day }) => (day < 9 ? 900 : 2400) }));
    expect(report.changes).toMatchObject([{ measure: "total", dimension: null, atMs: 9 * DAY_MS }]);
    expect(report.changes[0]?.sentence).toMatch(/^total time: \d{3} ms → 2,\d{3} ms \[.*\] since 1970-01-10, where no recorded version changed$/);
  });
  test("a day by the hour: tokens that double with a prompt are named with it, however few traces an hour has", () => {
    const hourly = countsOf({ days: 22, perDay: 6, seed: 6, visit: (hour, random) => ({ promptVersion: hour < 8 || (hour === 8 && random() < 0.5) ? "v13" : "v14" }), inputTokens: ({ promptVersion }) => (promptVersion === "v14" ? 1600 : 800) });
    expect(driftOf(hourly).changes).toMatchObject([{ measure: "input-tokens", dimension: "promptVersion", value: "v14", previous: "v13" }]);
  });
  test("a roll-out after the change is not taken for it: compared is with what stood just before", () => {
    const confounded = (seed: number, model: number): Traffic => ({ days: 24, perDay: 40, seed, visit: (day) => ({ promptVersion: day < 8 ? "v13" : "v14", model: day < 14 ? "a-2024-01-01" : "b-2025-01-01" }), failing: ({ promptVersion, day }) => (promptVersion === "v13" ? 0.02 : day < 14 ? 0.3 : model) });
    const only = driftOf(countsOf(confounded(7, 0.3))).changes.filter(({ measure }) => measure === "rule:dose_range");
    expect(only.map(({ dimension, value }) => [dimension, value])).toEqual([["promptVersion", "v14"]]);
    // Where both change something, both are told, each by its own.
    const both = driftOf(countsOf(confounded(8, 0.8))).changes.filter(({ measure }) => measure === "rule:dose_range");
    expect(new Set(both.map(({ value }) => value))).toEqual(new Set(["v14", "b-2025-01-01"]));
  });
  test("tells a ward apart whose answers fail more often all along", () => {
    const report = driftOf(countsOf({ days: 14, perDay: 400, seed: 4, failing: ({ tags }) => (tags["ward"] === "nicu" ? 0.05 : 0.005) }));
    expect(report.changes).toEqual([]);
    expect(report.differences.find(({ measure }) => measure === "rule:dose_range")).toMatchObject({ dimension: "tag:ward" });
    expect(report.differences[0]?.sentence).toMatch(/^dose_range fails: \d\.\d % \[.*\] with ward=(?:nicu|general), \d\.\d % without$/);
  });
  test("calls out a feature that passes every rule and is edited in most cases", () => {
    const often = driftOf(countsOf({ days: 5, perDay: 100, seed: 5, failing: () => 0, edited: () => 0.8 }));
    expect(often.editedThoughPassed?.rate).toBeGreaterThan(0.7);
    expect(driftOf(countsOf({ days: 5, perDay: 100, seed: 5, edited: () => 0.3 })).editedThoughPassed).toBeNull();
  });
  test("conversations that fail as a whole are no evidence by the trace", () => {
    const told = Array.from({ length: 20 }, (_, seed) => driftOf(countsOf({ days: 20, perDay: 200, seed: 100 + seed, conversation: 20, failing: () => 0.1, visit: (day) => ({ release: day < 10 ? "r1" : "r2" }) })).changes.length);
    expect(told.filter((changes) => changes > 0).length).toBeLessThanOrEqual(3);
  });

  const directory = mkdtempSync(join(tmpdir(), "whysaid-drift-"));
  afterAll(() => rmSync(directory, { recursive: true, force: true }));
  test("reads a store: roll-outs, tags with few values, spans of time by the length", async () => {
    const store = await openSqliteStore(join(directory, "store.db"), { digestOf });
    const segment = new HandSegment();
    for (let n = 0; n < 120; n += 1) {
      addCall(segment, { trace: traceOf(n), atMs: 1_700_000_000_000 + n * 3_600_000, promptVersion: n < 60 ? "v1" : "v2", ...(n >= 60 && n % 2 === 0 ? { failedRule: "dose_range" } : {}), tags: { ward: n % 3 === 0 ? "nicu" : "general", request: `q${n}` } });
    }
    segment.add(() => ({ kind: "action", atMs: 1_800_000_000_000, trace: traceOf(5), action: "edit", before: null, after: null, user: null, note: null, actionId: t("a1") }));
    await store.ingest(segment.batch());
    const report = await drift(store, { feature: "dose-summary" });
    expect(report).toMatchObject({ traces: 120, bucketMs: 6 * 3_600_000 });
    expect(report?.dimensions.map(({ dimension }) => dimension)).toEqual(["model", "promptVersion", "release", "tag:ward"]);
    expect(report?.changes[0]).toMatchObject({ measure: "rule:dose_range", dimension: "promptVersion", value: "v2", before: { count: 0, of: 60 }, after: { count: 30, of: 60 } });
    expect(await drift(store, { feature: "nothing" })).toBeNull();
    await store.close();
  });
});
