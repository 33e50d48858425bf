import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createRecorder } from "@whysaid/recorder";
import { pseudonymsIn } from "@whysaid/recorder/format";
import { afterAll, beforeAll, expect, test } from "vitest";
import { digestOf } from "../ingest/digest.ts";
import { openFreshStore, workspaceAt } from "../ingest/workspace.ts";
import { reconstruct } from "../reconstruct/reconstruct.ts";
import { freshClickhouse, type FreshClickhouse } from "../store/testing/clickhouse.ts";
import { AuditLog } from "./audit.ts";
import { erase } from "./erase.ts";

const directory = mkdtempSync(join(tmpdir(), "whysaid-erase-"));
let server: FreshClickhouse;
beforeAll(async () => {
  server = await freshClickhouse(digestOf, join(directory, "keys"));
});
afterAll(async () => {
  await server.drop();
  rmSync(directory, { recursive: true, force: true });
});

const names = ["Ana García", "Sofía García", "Bruno Keller", "Chidi Okafor"] as const;
const mrnOf = (n: number): string => String(4_200_017 + n * 7919);

test("erasing a person in ClickHouse reaches shared texts, packs, rows and documents, leaves the others whole and a store that verifies", async () => {
  const fetch: typeof globalThis.fetch = async () => Response.json({ id: "c", model: "gpt-4o", choices: [{ index: 0, message: { role: "assistant", content: "The weight is 2.1 kg." }, finish_reason: "stop" }] });
  const recorder = createRecorder({ dir: directory, fetch });
  const traces: string[] = [];
  // All in the same round list: a text that several conversations share.
  const round = names.map((name, n) => `${name}, MRN ${mrnOf(n)}`).join("; ");
  for (const [n, name] of names.entries()) {
    await recorder.trace("dose", { subject: { name, mrn: mrnOf(n) }, conversation: `about ${name}`, tags: { patient: name } }, async (trace) => {
      traces.push(trace.id);
      await (await recorder.fetch("https://api.openai.com/v1/chat/completions", { method: "POST", body: JSON.stringify({ model: "gpt-4o", messages: [{ role: "system", content: `Round: ${round}. ${"Answer in one sentence. ".repeat(9)}` }, { role: "user", content: `What does ${name} weigh?` }] }) })).text();
    });
  }
  await recorder.close();
  const open = async (): ReturnType<typeof openFreshStore> => openFreshStore(workspaceAt(directory), { store: server.address });
  const { store } = await open();
  const storyOf = async (n: number): Promise<string> => {
    const trace = await store.trace(traces[n] as string);
    return trace === null ? "" : JSON.stringify(reconstruct(trace));
  };
  const before = await Promise.all(names.map((_, n) => storyOf(n)));
  const anas = [...pseudonymsIn(before[0] as string)].filter(({ type }) => type === "PERSON").map(({ parts }) => parts.join("."));
  const others = new Set([1, 2, 3].flatMap((n) => [...pseudonymsIn(before[n] as string)].filter(({ type }) => type === "PERSON").map(({ parts }) => parts.join("."))));
  await store.documents.put({ kind: "case", id: "ana", traceIds: [traces[0] as string], body: { input: before[0] } });

  const outcome = await erase({ directory, storePath: server.address, person: { mrn: mrnOf(0) }, actor: "tester", atMs: 1_764_000_000_000, reason: "request of the family" });
  expect(outcome.proof.hits).toEqual([]);
  expect(outcome.store).toMatchObject({ documents: 1 });
  expect(outcome.store?.texts).toBeGreaterThan(0);

  // The process that was open all the while remembers nothing of it either.
  const after = await Promise.all(names.map((_, n) => storyOf(n)));
  const erased = anas.filter((parts) => !after.some((story) => story.includes(parts)));
  expect(erased.length).toBeGreaterThan(0);
  expect(after[0]).toContain("⟦ERASED:");
  expect(JSON.stringify(await store.list({ limit: 9 }))).not.toContain(erased[0]);
  expect(JSON.stringify(await store.documents.get("case", "ana"))).not.toContain(erased[0]);
  expect([...others].filter((parts) => !erased.includes(parts) && !after.some((story) => story.includes(parts)))).toEqual([]);
  const damage: unknown[] = [];
  for await (const one of store.verify()) damage.push(one);
  expect(damage).toEqual([]);
  expect((await store.counts()).traces).toBe(4);
  await store.close();

  // What the tables hold, by a search in them that does not go through the store.
  const connection = await server.connect();
  const { database } = connection.address;
  for (const [table, text] of [["texts", "concat(prose, data)"], ["packs", "pack"], ["traces", "concat(ifNull(answer, ''), ifNull(conversation, ''), toString(tags))"], ["documents", "ifNull(body, '')"]] as const) {
    for (const parts of erased) expect(await connection.select(`SELECT count() AS n FROM ${database}.${table} WHERE position(${text}, '${parts}') > 0`)).toEqual([{ n: 0 }]);
  }
  await connection.close();
  expect(new AuditLog(directory).read()).toMatchObject({ tampered: [], entries: [{ action: "erase" }] });
  expect(readFileSync(join(directory, "audit.log"), "utf8")).not.toContain("García");
});
