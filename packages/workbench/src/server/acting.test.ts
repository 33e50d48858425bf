/** What the pages may do, not only read: replay, cases, keys, originals. A real server, a provider on a real socket, recordings by the recorder. */
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { createRecorder } from "@whysaid/recorder";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { keepReparse } from "../replay/reparse-feature.ts";
import { AuditLog } from "../redaction/audit.ts";
import { openStore } from "../ingest/open-store.ts";
import { workspaceAt } from "../ingest/workspace.ts";
import { defaultCaps } from "../reconstruct/replay/cost.ts";
import { replayRoutes } from "./api/replay.ts";
import { runningServer, type Running } from "./testing/running.ts";

const KEY = "sk-test-4f9a2b7c1d8e";
let server: Running;
let provider: Server;
const asked: { readonly authorization: string | undefined; readonly body: string }[] = [];
let traceId = "";
const keys = { read: "", reveal: "", admin: "" };
type Who = keyof typeof keys;

/** Believes the last weight it reads. */
beforeAll(async () => {
  provider = createServer((request, response) => {
    let body = "";
    request.on("data", (chunk: Buffer) => (body += chunk.toString()));
    request.on("end", () => {
      asked.push({ authorization: request.headers.authorization, body });
      const weight = [...body.matchAll(/Weight (\d\.\d) kg/g)].at(-1)?.[1] ?? "unknown";
      response.writeHead(200, { "content-type": "application/json" }).end(JSON.stringify({ model: "gpt-4o-2024-08-06", choices: [{ index: 0, message: { role: "assistant", content: `Current weight ${weight} kg.` }, finish_reason: "stop" }], usage: { prompt_tokens: 40, completion_tokens: 8, total_tokens: 48 } }));
    });
  });
  await new Promise<void>((done) => provider.listen(0, "127.0.0.1", done));
  const base = `http://127.0.0.1:${(provider.address() as AddressInfo).port}`;
  server = await runningServer({ replay: { base, keyName: "REPLAY_KEY", keyOf: (name) => (name === "REPLAY_KEY" ? KEY : undefined), caps: { ...defaultCaps, maxCalls: 2 } } });
  for (const who of ["read", "reveal", "admin"] as const) keys[who] = server.key(who);
  const recorder = createRecorder({ dir: server.directory, service: "mila" });
  traceId = await recorder.trace("weight", { subject: { mrn: "01791786", name: "Ana García" } }, async (trace) => {
    const chunks = await trace.retrieve("notes", "weight?", () => Promise.resolve([{ sourceId: "chart/1#1", text: "Patient: Ana García. Weight 2.9 kg." }, { sourceId: "chart/2#1", text: "Patient: Luca García. Weight 2.1 kg." }]));
    const answered = await recorder.fetch(`${base}/v1/chat/completions`, { method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify({ model: "gpt-4o", messages: [{ role: "user", content: `${chunks.map(({ text }) => text).join("\n\n")}\n\nWhat does she weigh?` }] }) });
    await answered.text();
    return trace.id;
  });
  recorder.action(traceId, "edit", { before: "Current weight 2.1 kg.", after: "Current weight 2.9 kg." });
  await recorder.close();
  // The server follows the journal by itself; it has the action once a case can be made of it.
  while (((await get("/api/cases")).json() as { cases: unknown[] }).cases.length === 0) await new Promise((resolve) => setTimeout(resolve, 50));
});
afterAll(async () => {
  await server.close();
  await new Promise((done) => provider.close(done));
});

const get = (path: string, who: Who = "read") => server.send(path, { headers: { authorization: `Bearer ${keys[who]}` } });
const post = (path: string, body: object, who: Who = "reveal") => server.send(path, { method: "POST", headers: { authorization: `Bearer ${keys[who]}`, "content-type": "application/json" }, body: JSON.stringify(body) });

describe("replay", () => {
  const without = { without: ["chunk:chart/2#1"] };
  test("a plan says what would go where and what it costs, and sends nothing", async () => {
    const before = asked.length;
    const plan = (await post(`/api/traces/${traceId}/replay/plan`, without, "read")).json() as { variant: string; url: string; body: string; estimate: { totalTokens: number } };
    expect(plan).toMatchObject({ variant: "without chunk:chart/2#1", calls: 1 });
    expect(plan.url).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/v1\/chat\/completions$/);
    expect(plan.body).toContain("Weight 2.9 kg");
    expect(plan.body).not.toMatch(/Weight 2\.1 kg|García/);
    expect(plan.estimate.totalTokens).toBeGreaterThan(0);
    expect(asked).toHaveLength(before);
  });
  test("without the brother's chart the weight is her own; the run is kept, the key is not", async () => {
    const ran = await post(`/api/traces/${traceId}/replay`, without);
    expect(ran.json()).toMatchObject({ before: { text: "Current weight 2.1 kg." }, runs: [{ answer: { text: "Current weight 2.9 kg." }, revealed: false }] });
    expect(asked.at(-1)?.authorization).toBe(`Bearer ${KEY}`);
    expect(asked.at(-1)?.body).not.toContain("García");
    const kept = await get(`/api/traces/${traceId}/runs`);
    expect((kept.json() as { runs: unknown[] }).runs).toHaveLength(1);
    expect(ran.text + kept.text + server.logged.join("")).not.toContain(KEY);
  });
  test("with a reason the originals go out and come back as pseudonyms; it is in the audit log", async () => {
    const ran = await post(`/api/traces/${traceId}/replay`, { ...without, reason: "ticket 4711" });
    expect(ran.json()).toMatchObject({ revealed: true });
    expect(asked.at(-1)?.body).toContain("Ana García");
    expect(ran.text).not.toContain("García");
    expect(new AuditLog(server.directory).read().entries.at(-1)).toMatchObject({ action: "reveal", about: traceId, reason: "ticket 4711" });
  });
  test("more calls than allowed, a target of the browser's own, what is not in the request: refused, nothing sent", async () => {
    const before = asked.length;
    expect((await post(`/api/traces/${traceId}/replay`, { calls: 3 })).json()).toMatchObject({ error: { code: "REPLAY_OVER_CAP" } });
    expect((await post(`/api/traces/${traceId}/replay`, { target: "http://169.254.169.254" })).status).toBe(400);
    expect((await post(`/api/traces/${traceId}/replay`, { without: ["chunk:chart/9"] })).json()).toMatchObject({ error: { code: "REPLAY_CHANGE_IMPOSSIBLE" } });
    expect(asked).toHaveLength(before);
  });
  test("a server that was not told to replay sends nothing", async () => {
    const route = replayRoutes.find(({ path }) => path === "/api/traces/:id/replay");
    await expect(route?.answer({ params: { id: traceId }, body: {}, room: {}, settings: { replay: null } } as never)).rejects.toMatchObject({ code: "REPLAY_OFF" });
    expect((await get("/api/me", "reveal")).json()).toMatchObject({ replay: { maxCalls: 2 }, rights: ["read", "reveal"] });
  });
});

describe("cases", () => {
  const only = async (): Promise<{ id: string; revision: number; status: string }> => ((await get("/api/cases")).json() as { cases: { id: string; revision: number; status: string }[] }).cases[0] ?? { id: "", revision: 0, status: "" };
  test("the nurse's edit waits for review, says what it changed, and is fixed by who has the right; a second reviewer of the old revision is told", async () => {
    const { id, revision, status } = await only();
    expect(status).toBe("new");
    expect((await get(`/api/cases/${id}`)).json()).toMatchObject({ id, expected: { text: "Current weight 2.9 kg.", source: "edit" } });
    const fix = { verdict: "fix", expected: "Current weight of Ana García 2.9 kg.", note: "Ana García, not her brother", revision };
    expect((await post(`/api/cases/${id}/review`, fix, "read")).status).toBe(403);
    const fixed = await post(`/api/cases/${id}/review`, fix);
    expect(fixed.json()).toMatchObject({ case: { status: "confirmed", revision: revision + 1, expected: { source: "reviewer" } }, dataset: { version: 1, cases: 1 } });
    expect(fixed.text).not.toContain("García");
    expect((await post(`/api/cases/${id}/review`, { verdict: "reject", revision })).json()).toMatchObject({ error: { code: "CASE_CHANGED" } });
  });
  test("a trace becomes a case by hand, and the confirmed ones are exported, audited", async () => {
    expect((await post("/api/cases", { traceId, note: "of this incident", labels: ["sibling"] })).json()).toMatchObject({ case: { status: "confirmed" } });
    const csv = await get("/api/cases/export?format=csv", "reveal");
    expect(csv.headers["content-disposition"]).toContain("cases.csv");
    expect(csv.text).toContain("weight");
    expect(new AuditLog(server.directory).read().entries.at(-1)).toMatchObject({ action: "export", about: "cases" });
  });
});

test("a key is shown once, opens what its role may, and opens nothing once it is revoked; other projects' keys are not there", async () => {
  server.key("read", "other-ward");
  const made = (await post("/api/keys", { role: "read", name: "ward app", expiresInDays: 30 }, "admin")).json() as { id: string; key: string };
  const me = () => server.send("/api/me", { headers: { authorization: `Bearer ${made.key}` } });
  expect((await me()).status).toBe(200);
  const listed = await get("/api/keys", "admin");
  expect(listed.text).toContain(made.id);
  expect(listed.text).not.toMatch(/wsk_|sha256|other-ward/);
  expect((await post(`/api/keys/${made.id}/revoke`, {}, "admin")).status).toBe(200);
  expect((await me()).status).toBe(401);
  expect(new AuditLog(server.directory).read().entries.slice(-2).map(({ action }) => action)).toEqual(["key-add", "key-revoke"]);
});

test("the originals of a trace come for a reason, and are not to be stored", async () => {
  expect((await post(`/api/traces/${traceId}/originals`, { reason: "" })).status).toBe(400);
  const shown = await post(`/api/traces/${traceId}/originals`, { reason: "ticket 4711" });
  expect(shown.headers["cache-control"]).toBe("no-store");
  expect((shown.json() as { originals: [string, string][] }).originals.map(([, original]) => original)).toEqual(expect.arrayContaining(["Ana García", "01791786"]));
});

test("whom an erasure would concern is counted, nobody is erased", async () => {
  expect((await post("/api/erasure/preview", { subject: { mrn: "01791786" } }, "admin")).json()).toMatchObject({ subjects: 1 });
  expect((await post("/api/erasure/preview", { subject: { mrn: "99999999" } }, "admin")).json()).toMatchObject({ error: { code: "SUBJECT_NOT_FOUND" } });
  expect((await get(`/api/traces/${traceId}`)).text).not.toContain("⟦ERASED:");
});

test("what a parser was found to do is listed, newest first", async () => {
  const workspace = workspaceAt(server.directory);
  const store = await openStore(workspace.storePath, { keysDir: workspace.keysDir });
  const cells = [{ before: "empty", after: "parsed", traces: [traceId] }];
  await keepReparse(store, { feature: "weight", module: "mended.ts", atMs: 1, matrix: { completions: 1, fixed: 1, broken: 0, unchanged: 0, parsed: cells, rules: [] } });
  await store.close();
  expect((await get("/api/reparses?feature=weight")).json()).toMatchObject({ reparses: [{ module: "mended.ts", fixed: 1, parsed: [{ before: "empty", after: "parsed", count: 1, traces: [traceId] }] }] });
});
