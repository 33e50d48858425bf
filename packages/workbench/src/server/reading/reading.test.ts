/** Traces of any size are explained beside the server's other work. */
import { afterAll, beforeAll, expect, test } from "vitest";
import { wardRecorder } from "../../cli/testing/whysaid.ts";
import { runningServer, type Running } from "../testing/running.ts";

const PASSAGES = 60;
let server: Running;
let traceId = "";
beforeAll(async () => {
  server = await runningServer();
  const recorder = wardRecorder(server.cwd, () => "The dose is 4.2 mg, 17 times 8.5 ml on 2026-03-04.");
  const passage = (at: number): string => Array.from({ length: 250 }, (_one, line) => `On line ${line} of report ${at} ${line * 1.7 + at} mg were given.`).join("\n");
  traceId = await recorder.trace("large", {}, async (trace) => {
    const chunks = await trace.retrieve("archive", "what changed?", () => Promise.resolve(Array.from({ length: PASSAGES }, (_one, at) => ({ sourceId: `report/${at}`, text: passage(at), score: 0.9 }))));
    const answer = await recorder.fetch("https://api.openai.com/v1/chat/completions", { method: "POST", body: JSON.stringify({ model: "gpt-4o", messages: [{ role: "user", content: chunks.map(({ text }) => text).join("\n") }] }) });
    await answer.text();
    return trace.id;
  });
  await recorder.close();
}, 60_000);
afterAll(() => server.close());

test("while a large trace is explained, other requests are answered", { timeout: 60_000 }, async () => {
  const headers = { authorization: `Bearer ${server.key("read")}` };
  // Until the server has taken in all of the journal.
  while (!(await server.send(`/api/traces/${traceId}/page`, { headers })).text.includes('"complete":true'));
  const explaining = { isDone: false };
  const why = server.send(`/api/traces/${traceId}/why`, { headers }).finally(() => (explaining.isDone = true));
  let answered = 0;
  while (!explaining.isDone) {
    expect((await server.send("/healthz")).status).toBe(200);
    answered += 1;
  }
  expect(((await why).json() as { provenance: unknown[] }).provenance.length).toBeGreaterThan(0);
  expect(answered).toBeGreaterThan(5);
});

test("what no trace has is not found, by name or by pointer", async () => {
  const headers = { authorization: `Bearer ${server.key("read")}` };
  const missing = await server.send(`/api/traces/${"0".repeat(32)}/why`, { headers });
  expect([missing.status, missing.json()]).toMatchObject([404, { error: { code: "TRACE_NOT_FOUND" } }]);
  expect((await server.send(`/api/traces/${traceId}/text?at=generations[9].x`, { headers })).status).toBe(404);
});

test("a story begun while the page loads is what the page gets, and anew what it asks next", async () => {
  const opened = await server.send(server.link().replace(server.url, ""));
  const cookie = (opened.headers["set-cookie"] ?? []).map((one) => one.split(";")[0]).join("; ");
  expect(cookie).not.toBe("");
  const story = async (): Promise<string> => (await server.send(`/api/traces/${traceId}/page`, { headers: { cookie } })).text;
  await server.send(`/t/${traceId}`, { headers: { cookie } });
  const begun = await story();
  expect(JSON.parse(begun)).toMatchObject({ story: { traceId } });
  expect(await story()).toBe(begun);
  // Nobody is let in by having been to the page.
  await server.send(`/t/${traceId}`);
  expect((await server.send(`/api/traces/${traceId}/page`)).status).toBe(401);
});
