import { mkdtempSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createRecorder } from "@whysaid/recorder";
import { afterEach, beforeEach, expect, test } from "vitest";
import { openFreshStore, workspaceAt } from "../ingest/workspace.ts";
import { reconstruct } from "../reconstruct/reconstruct.ts";
import { backUp } from "./backup.ts";
import { erase } from "./erase.ts";
import { reveal } from "./reveal.ts";

let root = "";
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), "whysaid-backup-"));
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

const PEOPLE = 20;
const mrnOf = (n: number): string => String(4_200_017 + n * 7919);
const who = { actor: "tester", atMs: 1_764_000_000_000, reason: "request of the family" };

async function record(directory: string): Promise<readonly string[]> {
  const fetch: typeof globalThis.fetch = async () => Response.json({ id: "c", model: "gpt-4o", choices: [{ index: 0, message: { role: "assistant", content: "The weight is 2.1 kg." }, finish_reason: "stop" }] });
  const recorder = createRecorder({ dir: directory, fetch });
  const traces: string[] = [];
  for (let n = 0; n < PEOPLE; n += 1) {
    await recorder.trace("dose", { subject: { mrn: mrnOf(n) }, tags: { patient: mrnOf(n) } }, async (trace) => {
      traces.push(trace.id);
      await (await recorder.fetch("https://api.openai.com/v1/chat/completions", { method: "POST", body: JSON.stringify({ model: "gpt-4o", messages: [{ role: "user", content: `What does MRN ${mrnOf(n)} weigh? ${"In one sentence. ".repeat(20)}` }] }) })).text();
    });
  }
  await recorder.close();
  return traces;
}

test("a backup made while the store is open is a directory like the first, and erasing twenty people leaves no byte of them in either", async () => {
  const directory = join(root, "first");
  const copy = join(root, "copies", "second");
  const traces = await record(directory);
  const { store } = await openFreshStore(workspaceAt(directory));
  await store.documents.put({ kind: "case", id: "a", traceIds: [], body: 1 });
  expect((await backUp(directory, join(directory, "store.db"), copy)).parts).toEqual(["vault", "keys"]);
  expect(statSync(join(copy, "keys", "vault.key")).mode & 0o777).toBe(0o600);
  // Texts are read when they are asked for: while the store is open.
  const here = [...(await store.traces(traces))].map(([id, trace]) => [id, reconstruct(trace)]);
  await store.close();

  const { store: restored } = await openFreshStore(workspaceAt(copy));
  const there = await restored.traces(traces);
  expect([...there].map(([id, trace]) => [id, reconstruct(trace)])).toEqual(here);
  expect(there.size).toBe(PEOPLE);
  expect((await restored.documents.get("case", "a"))?.body).toBe(1);
  const [first] = traces as [string];
  const trace = there.get(first);
  expect(JSON.stringify(reveal(trace === undefined ? null : reconstruct(trace), { directory: copy, traceId: first, ...who }).value)).toContain(mrnOf(0));
  await restored.close();

  await expect(backUp(directory, join(directory, "store.db"), copy)).rejects.toMatchObject({ code: "USAGE" });
  for (const each of [directory, copy]) {
    for (let n = 0; n < PEOPLE; n += 1) expect((await erase({ directory: each, storePath: join(each, "store.db"), person: { mrn: mrnOf(n) }, ...who })).proof.hits).toEqual([]);
    const { store: after } = await openFreshStore(workspaceAt(each));
    const damage: unknown[] = [];
    for await (const one of after.verify()) damage.push(one);
    expect(damage).toEqual([]);
    expect((await after.counts()).traces).toBe(PEOPLE);
    await after.close();
  }
});
