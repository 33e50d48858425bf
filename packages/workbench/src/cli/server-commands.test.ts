/** Keys and the sidecar, run as an operator runs them, against a real server. */
import { join } from "node:path";
import { createRecorder } from "@whysaid/recorder";
import { afterAll, beforeAll, expect, test } from "vitest";
import { AuditLog } from "../redaction/audit.ts";
import { runningServer, type Running } from "../server/testing/running.ts";
import { newFolder, whysaid, type Folder } from "./testing/whysaid.ts";

let server: Running;
let machine: Folder;
beforeAll(async () => {
  server = await runningServer();
  machine = newFolder();
});
afterAll(async () => {
  await server.close();
  machine.remove();
});

test("a key is made, ships a machine's journal, reads nothing, is listed without its secret, and revoked in the running server", async () => {
  const made = JSON.parse((await whysaid(["keys", "add", "--role", "ingest", "--name", "ward app", "--expires", "90d", "--json"], { cwd: server.cwd })).stdout) as { id: string; key: string };
  const recorder = createRecorder({ dir: join(machine.path, ".whysaid") });
  const { traceId } = recorder.generation({ completion: { text: "good evening" } } as never);
  await recorder.close();
  const shipped = await whysaid(["ship", "--to", server.url, "--once", "--json"], { cwd: machine.path, env: { WHYSAID_KEY: made.key } });
  expect(JSON.parse(shipped.stdout)).toMatchObject({ isWhole: true });
  expect((await server.send("/api/me", { headers: { authorization: `Bearer ${made.key}` } })).status).toBe(403);
  const read = JSON.parse((await whysaid(["keys", "add", "--role", "read", "--json"], { cwd: server.cwd })).stdout) as { key: string };
  expect((await server.send(`/api/traces/${traceId}`, { headers: { authorization: `Bearer ${read.key}` } })).text).toContain("good evening");
  const listed = (await whysaid(["keys", "list"], { cwd: server.cwd })).stdout;
  expect(listed).toContain("ward app");
  expect(listed).not.toContain(made.key.slice(13));
  expect((await whysaid(["keys", "revoke", made.id], { cwd: server.cwd })).code).toBe(0);
  expect((await server.send("/v1/journal/cursors", { method: "POST", headers: { authorization: `Bearer ${made.key}` }, body: '{"segments":[]}' })).status).toBe(401);
  expect(new AuditLog(server.directory).read()).toMatchObject({ tampered: [], entries: [{ action: "key-add" }, { action: "key-add" }, { action: "key-revoke", about: made.id }] });
});

test("a role that is none, and a key that is none, are refused", async () => {
  expect((await whysaid(["keys", "add", "--role", "root"], { cwd: server.cwd })).code).toBe(2);
  expect((await whysaid(["keys", "revoke", "00000000"], { cwd: server.cwd })).code).toBe(3);
});
