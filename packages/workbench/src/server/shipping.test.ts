/** Recorded on one machine (a directory and process of its own), shipped, read from the server by who may. Real recorder, real sockets, real stores. */
import { existsSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createRecorder } from "@whysaid/recorder";
import { newTraceId } from "@whysaid/recorder/format";
import { Shipper } from "@whysaid/recorder/journal";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { recordDose, sourceFlags, wardRecorder } from "../cli/testing/whysaid.ts";
import { runningServer, type Running } from "./testing/running.ts";

let server: Running;
let machine: string;
beforeAll(async () => {
  server = await runningServer();
});
afterAll(() => server.close());
beforeEach(() => {
  machine = mkdtempSync(join(tmpdir(), "whysaid-machine-"));
});
afterEach(() => rmSync(machine, { recursive: true, force: true }));

const journal = (): string => join(machine, ".whysaid", "journal");
const segments = (): string[] => (existsSync(journal()) ? readdirSync(journal()).filter((name) => name.endsWith(".seg")) : []);
const listed = async (key: string): Promise<string[]> => ((await server.send("/api/traces?limit=500", { headers: { authorization: `Bearer ${key}` } })).json() as { traces: { traceId: string }[] }).traces.map(({ traceId }) => traceId);
const shipper = (key: string | null): Shipper => new Shipper({ directory: journal(), url: server.url, key, own: null });

test("a recorder with a URL and a key ships what it records, whole, and flush waits for it", async () => {
  const key = server.key("ingest");
  const recorder = createRecorder({ dir: join(machine, ".whysaid"), url: server.url, key, redaction: "off" });
  const { traceId } = recorder.generation({ feature: "greeting", input: { messages: [{ role: "user", content: "hello there" }] }, completion: { text: "good evening" } } as never);
  await recorder.flush();
  const story = (await server.send(`/api/traces/${traceId}`, { headers: { authorization: `Bearer ${server.key("read")}` } })).json() as { traceId: string; generations: unknown[] };
  expect(story.traceId).toBe(traceId);
  expect(JSON.stringify(story.generations)).toContain("good evening");
  await recorder.close();
});

test("an app whose last act is to wait for flush does not end before it", async () => {
  const script = `import { createRecorder } from "@whysaid/recorder"; const r = createRecorder({ dir: ${JSON.stringify(join(machine, ".whysaid"))}, url: ${JSON.stringify(server.url)}, key: ${JSON.stringify(server.key("ingest"))}, redaction: "off" }); const { traceId } = r.generation({ completion: { text: "last words" } }); await r.flush(); process.stdout.write(traceId);`;
  const { execFile } = await import("node:child_process");
  const { promisify } = await import("node:util");
  const { stdout } = await promisify(execFile)(process.execPath, [...sourceFlags, "--input-type=module", "-e", script], { cwd: import.meta.dirname });
  expect(await listed(server.key("read"))).toContain(stdout);
});

test("what a dead process left is adopted once, and its segments leave the disk", async () => {
  const recorder = wardRecorder(machine, () => '{"dose":1}');
  const ids = [await recordDose(recorder), await recordDose(recorder)];
  await recorder.close();
  const key = server.key("ingest");
  const first = shipper(key);
  expect(await first.pass()).toBe("all");
  expect(await listed(server.key("read"))).toEqual(expect.arrayContaining(ids));
  const again = shipper(key);
  expect(await again.pass()).toBe("all");
  expect(again.counts.entries).toBe(0);
  await Promise.all([first.close(), again.close()]);
});

test("the same segment sent twice is stored once", async () => {
  const recorder = wardRecorder(machine, () => '{"dose":1}');
  const id = await recordDose(recorder);
  await recorder.close();
  const [name = ""] = segments();
  const { readFileSync } = await import("node:fs");
  const body = readFileSync(join(journal(), name));
  const headers = { authorization: `Bearer ${server.key("ingest")}`, "content-type": "application/vnd.whysaid.journal" };
  const [one, two] = [await server.send("/v1/journal", { method: "POST", headers, body }), await server.send("/v1/journal", { method: "POST", headers, body })];
  expect([one.status, two.status]).toEqual([200, 200]);
  expect((await listed(server.key("read"))).filter((one) => one === id)).toHaveLength(1);
});

describe("texts the server has had", () => {
  const long = "The infant's chart notes a steady gain over the past week. ".repeat(80);
  test("are not sent again, and read the same", async () => {
    const ids: string[] = [];
    for (let run = 0; run < 6; run += 1) {
      const recorder = wardRecorder(machine, () => '{"dose":1}');
      ids.push(await recordDose(recorder, { question: long }));
      await recorder.close();
    }
    const sender = shipper(server.key("ingest"));
    expect(await sender.pass()).toBe("all");
    expect(sender.counts.bytes).toBeLessThan(6 * long.length);
    const key = server.key("read");
    for (const id of ids) expect((await server.send(`/api/traces/${id}`, { headers: { authorization: `Bearer ${key}` } })).text).toContain(long.slice(0, 200));
    await sender.close();
  });

  test("are asked for by a server that lost them", async () => {
    const key = server.key("ingest");
    const recorder = createRecorder({ dir: join(machine, ".whysaid"), redaction: "off" });
    const record = (): string => recorder.generation({ feature: "chat", input: { system: long, messages: [{ role: "user", content: "again" }] }, completion: { text: "noted" } } as never).traceId;
    record();
    const sender = shipper(key);
    expect(await sender.pass()).toBe("all");
    await server.restart();
    const id = record();
    expect(await sender.pass()).toBe("all");
    expect(sender.counts.asked).toBe(1);
    expect((await server.send(`/api/traces/${id}`, { headers: { authorization: `Bearer ${server.key("read")}` } })).text).toContain(long.slice(0, 200));
    await Promise.all([sender.close(), recorder.close()]);
  });
});

describe("actions", () => {
  const traceId = newTraceId(Date.now());
  const post = (body: object, headers: Record<string, string> = {}) => server.send("/v1/actions", { method: "POST", headers: { "content-type": "application/json", ...headers }, body: JSON.stringify(body) });

  test("come with a key, and count once by their id", async () => {
    const headers = { authorization: `Bearer ${server.key("ingest")}` };
    for (let sent = 0; sent < 2; sent += 1) expect((await post({ traceId, action: "edit", after: "1.9 kg", id: "click-1" }, headers)).status).toBe(200);
    const story = (await server.send(`/api/traces/${traceId}`, { headers: { authorization: `Bearer ${server.key("read")}` } })).json() as { actions: { action: string }[] };
    expect(story.actions.map(({ action }) => action)).toEqual(["edit"]);
  });

  test("come from a page of another origin with a ticket, for that trace only", async () => {
    const recorder = createRecorder({ dir: join(machine, ".whysaid"), url: server.url, key: server.key("ingest"), redaction: "off" });
    const ticket = recorder.ticket(traceId) ?? "";
    await recorder.close();
    const origin = { origin: "https://app.example.org", "sec-fetch-site": "cross-site" };
    const sent = await post({ ticket, action: "accept" }, origin);
    expect(sent.status).toBe(200);
    expect(sent.headers["access-control-allow-origin"]).toBe("*");
    expect((await post({ ticket, traceId: newTraceId(Date.now()), action: "accept" }, origin)).status).toBe(403);
    expect((await post({ ticket: `${ticket.slice(0, -1)}${ticket.endsWith("A") ? "B" : "A"}`, action: "accept" }, origin)).status).toBe(401);
    expect((await post({ traceId, action: "accept" }, origin)).status).toBe(403);
  });

  test("a ticket that ran out is refused", async () => {
    const recorder = createRecorder({ dir: join(machine, ".whysaid"), url: server.url, key: server.key("ingest"), redaction: "off", now: () => Date.now() - 48 * 3_600_000 });
    const ticket = recorder.ticket(traceId) ?? "";
    await recorder.close();
    expect((await post({ ticket, action: "accept" })).status).toBe(401);
  });
});

test("a server that cannot store says 503 and when to come back, and then takes everything", async () => {
  const recorder = wardRecorder(machine, () => '{"dose":1}');
  const id = await recordDose(recorder);
  await recorder.close();
  const locked = await server.lockStore();
  const headers = { authorization: `Bearer ${server.key("ingest")}`, "content-type": "application/json" };
  const refused = await server.send("/v1/actions", { method: "POST", headers, body: JSON.stringify({ traceId: id, action: "retry" }) });
  expect([refused.status, Number(refused.headers["retry-after"])]).toEqual([503, 1]);
  locked.release();
  const sender = shipper(server.key("ingest"));
  expect(await sender.flush(20_000)).toBe(true);
  expect(await listed(server.key("read"))).toContain(id);
  await sender.close();
});
