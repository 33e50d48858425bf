import { afterEach, expect, test } from "vitest";
import { recordDose, wardRecorder } from "../cli/testing/whysaid.ts";
import { AuditLog } from "../redaction/audit.ts";
import { addRule } from "../retention/rules.ts";
import { openFreshStore, workspaceAt } from "../ingest/workspace.ts";
import { runningServer, type Running } from "./testing/running.ts";

let server: Running | undefined;
afterEach(() => server?.close());

test("a running server applies the rules its store has, and says so in the audit log", async () => {
  server = await runningServer({ retentionEveryMs: 100 });
  const recorder = wardRecorder(server.cwd, () => '{"dose":1}');
  const traceId = await recordDose(recorder);
  await recorder.close();
  const { store } = await openFreshStore(workspaceAt(server.directory));
  expect((await store.list({ limit: 9 })).map((row) => row.traceId)).toEqual([traceId]);
  await addRule(store, { id: "rule_1", feature: null, environment: null, maxAgeMs: null, maxBytes: 1, keepShare: null });
  while ((await store.list({ limit: 1 })).length > 0) await new Promise((resolve) => setTimeout(resolve, 50));
  await store.close();
  expect(new AuditLog(server.directory).read()).toMatchObject({ tampered: [], entries: [{ action: "retain", details: { traces: 1 } }] });
});
