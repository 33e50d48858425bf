/** Recorded by a process with a directory of its own, shipped to a server before ClickHouse, read from it by who may. */
import { execFile } from "node:child_process";
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, expect, test } from "vitest";
import { sourceFlags } from "../cli/testing/whysaid.ts";
import { digestOf } from "../ingest/digest.ts";
import { freshClickhouse, type FreshClickhouse } from "../store/testing/clickhouse.ts";
import { runningServer, type Running } from "./testing/running.ts";

const shared = mkdtempSync(join(tmpdir(), "whysaid-ship-"));
let clickhouse: FreshClickhouse;
let server: Running;
beforeAll(async () => {
  clickhouse = await freshClickhouse(digestOf, join(shared, "keys"));
  server = await runningServer({ directory: shared, store: clickhouse.address });
});
afterAll(async () => {
  await server.close();
  await clickhouse.drop();
  rmSync(shared, { recursive: true, force: true });
});

test("what one machine records another reads by its role, and nobody else", async () => {
  const { AccessKeys } = await import("./access/keys.ts");
  const keys = new AccessKeys(shared);
  const key = (role: "ingest" | "read" | "admin"): string => keys.add({ role, project: "default", name: role, expiresAtMs: null }, Date.now()).secret;
  const machine = join(shared, "machine");
  const script = `import { createRecorder } from "@whysaid/recorder"; const r = createRecorder({ dir: ${JSON.stringify(machine)}, url: ${JSON.stringify(server.url)}, key: ${JSON.stringify(key("ingest"))} }); const { traceId } = r.generation({ feature: "dose", subject: { mrn: "4200017" }, completion: { text: "MRN 4200017 weighs 2.1 kg" } }); await r.flush(); await r.close(); process.stdout.write(traceId);`;
  const { stdout: traceId } = await promisify(execFile)(process.execPath, [...sourceFlags, "--input-type=module", "-e", script], { cwd: import.meta.dirname });
  const get = (path: string, secret?: string): ReturnType<Running["send"]> => server.send(path, secret === undefined ? {} : { headers: { authorization: `Bearer ${secret}` } });
  const reader = key("read");
  const story = await get(`/api/traces/${traceId}`, reader);
  expect([story.status, story.text.includes("weighs 2.1 kg"), story.text.includes("4200017")]).toEqual([200, true, false]);
  const found = await server.send("/api/find", { method: "POST", headers: { authorization: `Bearer ${reader}`, "content-type": "application/json" }, body: JSON.stringify({ text: "weighs 2.1 kg" }) });
  expect(found.text).toContain(traceId);
  expect((await get(`/api/traces/${traceId}`)).status).toBe(401);
  expect((await get(`/api/traces/${traceId}`, key("ingest"))).status).toBe(403);
  expect((await get("/api/audit", reader)).status).toBe(403);
  expect((await get("/api/audit", key("admin"))).status).toBe(200);
  expect(existsSync(join(shared, "store.db"))).toBe(false);
});
