/** Keys and the sidecar, run as an operator runs them, against a real server. */
import { join } from "node:path";
import { createRecorder } from "@whysaid/recorder";
import { afterAll, beforeAll, expect, test } from "vitest";
import { AuditLog } from "../redaction/audit.ts";
import { runningServer, type Running } from "../server/testing/running.ts";
import { examine, type Health } from "./doctor/examine.ts";
import { readSettings } from "./env.ts";
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

test("doctor shows what the server has of this machine and in all, as far as the key may know, and says by its code what it may not", async () => {
  const here = newFolder();
  const recorder = createRecorder({ dir: join(here.path, ".whysaid") });
  for (let n = 0; n < 3; n += 1) recorder.generation({ completion: { text: `good evening ${n}` } } as never);
  await recorder.close();
  const asked = async (key: string, argv: readonly string[] = []): Promise<{ code: number | null; health: Health }> => {
    const { code, stdout } = await whysaid(["doctor", "--json", ...argv], { cwd: here.path, env: { WHYSAID_URL: server.url, WHYSAID_KEY: key } });
    return { code, health: JSON.parse(stdout) as Health };
  };
  const [ingest, read, admin] = [server.key("ingest"), server.key("read"), server.key("admin")];
  const before = await asked(admin);
  expect(before.health.delivery).toMatchObject({ shipped: 0, quarantined: 0, gaps: 0, lost: 0 });
  expect(before).toMatchObject({ code: 4, health: { concerns: [expect.stringContaining("whysaid ship --once")] } });
  expect((await whysaid(["ship", "--once", "--keep"], { cwd: here.path, env: { WHYSAID_URL: server.url, WHYSAID_KEY: ingest } })).code).toBe(0);
  const journaled = before.health.delivery?.journaled ?? 0;
  expect(journaled).toBeGreaterThanOrEqual(5);
  const { code, health } = await asked(admin);
  expect([code, health.concerns, health.delivery]).toEqual([0, [], { captured: journaled, journaled, shipped: journaled, stored: journaled, quarantined: 0, gaps: 0, lost: 0 }]);
  const entriesBefore = before.health.server?.deliveries?.stored.entries ?? 0;
  expect(health.server).toMatchObject({ url: server.url, refused: null, deliveries: { stored: { entries: entriesBefore + journaled, quarantined: 0, gaps: 0 } } });
  expect(health.server?.deliveries?.sinceStart.stored).toBe((before.health.server?.deliveries?.sinceStart.stored ?? 0) + journaled);
  // Each of the two roles knows its half, and neither is a fault.
  const settings = await readSettings({ dir: join(here.path, ".whysaid") }, {});
  const examined = (key: string): Promise<Health> => examine(settings, { url: server.url, key });
  expect(await examined(ingest)).toMatchObject({ concerns: [], delivery: { shipped: journaled }, server: { deliveries: null, refused: { code: "NOT_ALLOWED" } } });
  expect(await examined(read)).toMatchObject({ concerns: [], delivery: { shipped: null }, server: { deliveries: { stored: { entries: entriesBefore + journaled } }, refused: { code: "NOT_ALLOWED" } } });
  expect(await examined("wsk_wrong")).toMatchObject({ concerns: [expect.stringMatching(/^NOT_SIGNED_IN: /)], server: { deliveries: null, refused: { code: "NOT_SIGNED_IN" } } });
  expect(await asked(admin, ["--server", "http://127.0.0.1:9"])).toMatchObject({ code: 4, health: { concerns: [expect.stringMatching(/^SERVER_UNREACHABLE: /)], server: { url: "http://127.0.0.1:9", refused: { code: "SERVER_UNREACHABLE" } } } });
  const shown = await whysaid(["doctor", "--server", server.url], { cwd: here.path, env: { WHYSAID_KEY: admin } });
  expect(shown.stdout).toMatch(new RegExp(`shipped +${journaled} +of these, stored at ${server.url}`));
  expect(shown.stdout).toContain("since start");
  expect(shown.stdout).not.toContain(admin);
  here.remove();
});

test("a role that is none, and a key that is none, are refused", async () => {
  expect((await whysaid(["keys", "add", "--role", "root"], { cwd: server.cwd })).code).toBe(2);
  expect((await whysaid(["keys", "revoke", "00000000"], { cwd: server.cwd })).code).toBe(3);
});
