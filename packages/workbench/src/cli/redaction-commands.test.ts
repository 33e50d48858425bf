/** The commands about originals, run as a person runs them. */
import { existsSync, readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { createRecorder } from "@whysaid/recorder";
import { afterAll, beforeAll, expect, test } from "vitest";
import { newFolder, whysaid, type Folder } from "./testing/whysaid.ts";

let folder: Folder;
let traceId = "";
beforeAll(async () => {
  folder = newFolder();
  const recorder = createRecorder({ dir: join(folder.path, ".whysaid"), fetch: async () => Response.json({ model: "gpt-4o", choices: [{ index: 0, message: { role: "assistant", content: "Ana García: 12 mg." }, finish_reason: "stop" }] }) });
  traceId = await recorder.trace("dose", { subject: { name: "Ana García", mrn: "01791786" } }, async (trace) => {
    await (await recorder.fetch("https://api.openai.com/v1/chat/completions", { method: "POST", body: JSON.stringify({ model: "gpt-4o", messages: [{ role: "user", content: "Caffeine for Ana García, MRN 1791786, 2.1 kg?" }] }) })).text();
    return trace.id;
  });
  await recorder.close();
});
afterAll(() => folder.remove());

test("show has pseudonyms, reveal the names, and the audit log the reason", async () => {
  const shown = await whysaid(["show", traceId, "--json"], { cwd: folder.path });
  expect(shown.stdout).toContain("⟦PERSON:");
  expect(shown.stdout).not.toMatch(/Garc|1791786/);
  const revealed = await whysaid(["reveal", traceId, "--reason", "ticket 4711", "--json"], { cwd: folder.path });
  expect(revealed.stdout).toContain("Caffeine for Ana García, MRN 1791786, 2.1 kg?");
  const audit = await whysaid(["audit"], { cwd: folder.path });
  expect(audit).toMatchObject({ code: 0 });
  expect(audit.stdout).toContain("ticket 4711");
});

test("reveal without the key is not allowed, without a reason not understood", async () => {
  expect(await whysaid(["reveal", traceId, "--reason", "ticket 4711", "--key", "/nowhere/vault.key"], { cwd: folder.path })).toMatchObject({ code: 5 });
  expect(await whysaid(["reveal", traceId], { cwd: folder.path })).toMatchObject({ code: 2 });
});

test("redact reads and writes the lines of its contract", async () => {
  const { stdout, code } = await whysaid(["redact"], { cwd: folder.path, stdin: '{"text":"Ana García weighs 2.1 kg","declared":{"persons":[{"given":["Ana"],"family":"García"}]}}\n{"text":"nobody"}\n' });
  expect(code).toBe(0);
  const [first, second] = stdout.trimEnd().split("\n").map((line) => JSON.parse(line) as { text: string; spans: unknown[] });
  expect(first?.spans).toEqual([{ start: 0, end: 10, type: "PERSON", layer: "declared", rule: "declared.name" }]);
  expect(second).toEqual({ text: "nobody", spans: [] });
});

test("a new vault key opens what the old one sealed", async () => {
  const rotated = await whysaid(["keys", "--rotate", "--reason", "yearly", "--json"], { cwd: folder.path });
  expect(JSON.parse(rotated.stdout)).toMatchObject({ left: 0 });
  expect((await whysaid(["reveal", traceId, "--reason", "ticket 4712", "--json"], { cwd: folder.path })).stdout).toContain("Ana García");
  expect(readdirSync(join(folder.path, ".whysaid", "keys")).filter((name) => name.startsWith("vault"))).toHaveLength(2);
});

test("erase says what it would do, does it with --yes, and the person is gone", async () => {
  const erase = ["erase", "--subject", "mrn=1791786", "--reason", "request"];
  expect((await whysaid(erase, { cwd: folder.path })).stdout).toContain("add --yes");
  const erased = await whysaid([...erase, "--yes", "--json"], { cwd: folder.path });
  expect(JSON.parse(erased.stdout)).toMatchObject({ erased: true, proof: { hits: [] } });
  const revealed = await whysaid(["reveal", traceId, "--reason", "ticket 4713", "--json"], { cwd: folder.path });
  expect(revealed.stdout).toContain("Caffeine for ⟦ERASED:");
  expect((await whysaid(erase, { cwd: folder.path })).code).toBe(3);
  expect((await whysaid(["verify"], { cwd: folder.path })).code).toBe(0);
  expect(existsSync(join(folder.path, ".whysaid", "audit.log")) && readFileSync(join(folder.path, ".whysaid", "audit.log"), "utf8")).not.toMatch(/1791786|Garc/);
});
