/** The server as a browser and a program meet it: a real port, real sockets, a real store. */
import { createRecorder } from "@whysaid/recorder";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { recordDose, wardRecorder } from "../cli/testing/whysaid.ts";
import type { Deliveries } from "./api/deliveries.ts";
import { createLog } from "./log.ts";
import { startServer } from "./serve.ts";
import { runningServer, type Running } from "./testing/running.ts";

let server: Running;
beforeAll(async () => {
  server = await runningServer();
});
afterAll(() => server.close());

const bearer = (key: string): Record<string, string> => ({ authorization: `Bearer ${key}` });
const until = async <T>(read: () => Promise<T>, holds: (value: T) => boolean): Promise<T> => {
  for (;;) {
    const value = await read();
    if (holds(value)) return value;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
};

test("what a local app records shows in /api/traces, and whole under its id", async () => {
  const recorder = wardRecorder(server.cwd, () => '{"dose":1}');
  const traceId = await recordDose(recorder);
  await recorder.close();
  const headers = bearer(server.key("read"));
  const listed = await until(async () => (await server.send("/api/traces?feature=dose-summary", { headers })).json() as { traces: { traceId: string }[] }, ({ traces }) => traces.length > 0);
  expect(listed.traces.map((row) => row.traceId)).toEqual([traceId]);
  const story = await until(async () => (await server.send(`/api/traces/${traceId.slice(0, 12)}`, { headers })).json() as { traceId: string; complete: boolean; findings: { cause: string }[] }, ({ complete }) => complete);
  expect(story.traceId).toBe(traceId);
  expect(story.findings.map(({ cause }) => cause)).toContain("rule-failed");
  const counted = (await server.send("/api/deliveries", { headers })).json() as Deliveries;
  expect(counted.stored.entries).toBeGreaterThan(0);
  expect(counted.sinceStart.stored).toBe(counted.stored.entries);
});

describe("sessions", () => {
  test("the link begins a session once", async () => {
    const { pathname, search } = new URL(server.link());
    const opened = await server.send(pathname + search);
    expect(opened.status).toBe(303);
    const [cookie = ""] = opened.headers["set-cookie"] ?? [];
    expect(cookie).toMatch(/^whysaid-\d+=.*HttpOnly.*SameSite=Strict/i);
    const headers = { cookie: cookie.split(";")[0] ?? "" };
    expect((await server.send("/api/me", { headers })).json()).toMatchObject({ role: "admin", project: "default" });
    expect((await server.send(pathname + search)).status).toBe(403);
  });
  test("a cookie somebody else signed is none", async () => {
    const ticket = Buffer.from(JSON.stringify({ actor: "mallory", role: "admin", project: "default", untilMs: Date.now() + 1e9 })).toString("base64url");
    const answered = await server.send("/api/me", { headers: { cookie: `whysaid-${server.port}=${ticket}.AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA%3D` } });
    expect(answered.status).toBe(401);
  });
});

describe("keys", () => {
  test("one with the right is let in, one without is told so, none is asked for one", async () => {
    expect((await server.send("/api/me", { headers: bearer(server.key("read")) })).status).toBe(200);
    expect((await server.send("/api/me", { headers: bearer(server.key("ingest")) })).json()).toMatchObject({ error: { code: "NOT_ALLOWED" } });
    expect((await server.send("/api/me")).headers["www-authenticate"]).toContain("Bearer");
  });
  test("ten different wrong ones within a minute lock the address out, whatever it sends then", async () => {
    const guessed = await runningServer();
    const right = bearer(guessed.key("read"));
    try {
      for (let guess = 0; guess < 10; guess += 1) expect((await guessed.send("/api/me", { headers: bearer(`wsk_00000000_${String(guess).repeat(43)}`) })).status).toBe(401);
      const locked = await guessed.send("/api/me", { headers: right });
      expect(locked.status).toBe(429);
      expect(Number(locked.headers["retry-after"])).toBeGreaterThan(0);
    } finally {
      await guessed.close();
    }
  });
  test("of another project see nothing of this one", async () => {
    const headers = bearer(server.key("read", "other-ward"));
    expect((await server.send("/api/traces", { headers })).json()).toEqual({ traces: [], next: null });
  });
});

test("without keys it listens on this machine only", async () => {
  const refused = startServer({ directory: `${server.cwd}/elsewhere`, host: "0.0.0.0", port: 0, log: createLog("silent", { write: () => undefined }) });
  await expect(refused).rejects.toMatchObject({ code: "SERVER_ADDRESS_REFUSED" });
});

test("it says it is alive, and ready while its store answers", async () => {
  expect((await server.send("/healthz")).text).toBe("ok\n");
  expect((await server.send("/readyz")).text).toBe("ready\n");
});

test("the OpenAPI document has every route with the right it takes", async () => {
  const { paths } = (await server.send("/api/openapi.json")).json() as { paths: Record<string, Record<string, { "x-right": string; parameters: { name: string }[] }>> };
  expect(paths["/api/traces"]?.["get"]?.["x-right"]).toBe("read");
  expect(paths["/api/traces"]?.["get"]?.parameters.map(({ name }) => name)).toContain("feature");
  expect(paths["/api/traces/{id}"]).toBeDefined();
});

test("a filter that does not exist is refused by name", async () => {
  const answered = await server.send("/api/traces?featur=x", { headers: bearer(server.key("read")) });
  expect(answered.status).toBe(400);
  expect(answered.text).toContain("featur");
});

test("the pages load nothing from elsewhere and run nothing inline", async () => {
  const page = await server.send("/");
  expect(page.status).toBe(200);
  expect(page.headers["content-security-policy"]).toMatch(/default-src 'none'; script-src 'self' 'nonce-[\w+/=]+'/);
  expect(page.headers["x-frame-options"]).toBe("DENY");
});

test("the log tells each request and nothing that was asked for or recorded", async () => {
  await server.send("/api/traces?feature=a-feature-nobody-may-read-in-a-log", { headers: bearer(server.key("read")) });
  const line = await until(async () => server.logged.map((text) => JSON.parse(text) as { route?: string; status?: number }).find(({ route }) => route === "/api/traces"), (found) => found !== undefined);
  expect(line).toMatchObject({ status: 200 });
  expect(server.logged.join("")).not.toMatch(/nobody-may-read|wsk_|once=/);
});

test("the metrics count what was stored and what was asked", async () => {
  const { text, status } = await server.send("/metrics", { headers: bearer(server.key("read")) });
  expect(status).toBe(200);
  expect(text).toMatch(/whysaid_request_seconds_count\{method="GET",route="\/api\/me",status="200"\} \d+/);
  expect(text).toMatch(/whysaid_entries_stored_total \d+/);
});

test("a trace is revealed to who may, for a reason, and the audit log has it", async () => {
  const { AuditLog } = await import("../redaction/audit.ts");
  const recorder = createRecorder({ dir: server.directory });
  const { traceId } = recorder.generation({ subject: { name: "Ana García", mrn: "01791786" }, completion: { text: "Ana García weighs 2.1 kg" } } as never);
  await recorder.close();
  const read = bearer(server.key("read"));
  const shown = await until(() => server.send(`/api/traces/${traceId}`, { headers: read }), ({ status }) => status === 200);
  expect(shown.text).not.toContain("García");
  const reveal = (headers: Record<string, string>, reason: string) => server.send(`/api/traces/${traceId}/reveal`, { method: "POST", headers: { ...headers, "content-type": "application/json" }, body: JSON.stringify({ reason }) });
  expect((await reveal(read, "ticket 4711")).status).toBe(403);
  const key = bearer(server.key("reveal"));
  expect((await reveal(key, "")).status).toBe(400);
  expect((await reveal(key, "ticket 4711")).text).toContain("Ana García weighs 2.1 kg");
  expect(new AuditLog(server.directory).read().entries.at(-1)).toMatchObject({ action: "reveal", about: traceId, reason: "ticket 4711" });
});
