import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, expect, test } from "vitest";
import { digestOf } from "../ingest/digest.ts";
import { openSqliteStore } from "../store/sqlite/open-sqlite.ts";
import { ruleFor, type RetentionRule } from "./rules.ts";
import { retentionFacts, searchedRetentionFacts } from "./testing/retention-facts.ts";

let folder = "";
afterEach(() => rmSync(folder, { recursive: true, force: true }));

test.each([...retentionFacts, ...searchedRetentionFacts])("%s", async (_fact, proof) => {
  folder = mkdtempSync(join(tmpdir(), "whysaid-retain-"));
  const store = await openSqliteStore(join(folder, "store.db"), { digestOf });
  await expect(proof(store)).resolves.toBeUndefined();
  await store.close();
});

test("of two rules that say as much about a trace the stricter decides", () => {
  const rule = (id: string, maxAgeMs: number | null): RetentionRule => ({ id, feature: "triage", environment: null, maxAgeMs, maxBytes: null, keepShare: null });
  expect(ruleFor([rule("a", 3), rule("b", 2), rule("c", null), rule("d", 4)], { feature: "triage", environment: null })?.id).toBe("b");
  expect(ruleFor([rule("a", 3)], { feature: "dose", environment: null })).toBeUndefined();
});
