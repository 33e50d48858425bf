/** `retain`, `hold` and `erase` as an operator meets them: real recordings, the commands in this process. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { createRecorder } from "@whysaid/recorder";
import { afterAll, beforeAll, expect, test } from "vitest";
import { AuditLog } from "../redaction/audit.ts";
import { parseCommandLine } from "./arguments.ts";
import { readSettings } from "./env.ts";
import { capturedOutput } from "./testing/captured-output.ts";
import { newFolder, type Folder } from "./testing/whysaid.ts";

let folder: Folder;
let directory = "";
const traces: string[] = [];
beforeAll(async () => {
  folder = newFolder();
  directory = join(folder.path, ".whysaid");
  const fetch: typeof globalThis.fetch = async () => Response.json({ id: "c", model: "gpt-4o", choices: [{ index: 0, message: { role: "assistant", content: "2.1 kg." }, finish_reason: "stop" }] });
  const recorder = createRecorder({ dir: directory, fetch });
  for (const mrn of ["1791786", "4200017", "4207936"])
    await recorder.trace("dose", { subject: { mrn } }, async (trace) => {
      traces.push(trace.id);
      await (await recorder.fetch("https://api.openai.com/v1/chat/completions", { method: "POST", body: JSON.stringify({ model: "gpt-4o", messages: [{ role: "user", content: `Weight of MRN ${mrn}? On the round with MRN 4200017.` }] }) })).text();
    });
  await recorder.close();
});
afterAll(() => folder.remove());

const run = async (...argv: string[]): Promise<Record<string, unknown>> => JSON.parse(await text(...argv)) as Record<string, unknown>;
async function text(...argv: string[]): Promise<string> {
  const invocation = parseCommandLine([...argv, "--json", "--dir", directory]);
  if (invocation.kind !== "run" || invocation.command === null) throw new Error("no command");
  const output = capturedOutput(100);
  await (await invocation.command.load()).run({ args: invocation.args, options: invocation.options, settings: await readSettings({ dir: directory }, {}), output });
  return output.text();
}

test("a hold on a person keeps their traces from retention and the person from erasure, until it is removed", async () => {
  const hold = await run("hold", "add", "--subject", "mrn=4200017", "--reason", "claim of MRN 4200017");
  expect(hold).toMatchObject({ target: { by: "subject" }, reason: expect.stringContaining("[ID]") as string });
  expect(await run("hold", "list")).toMatchObject({ holds: [{ id: hold["id"] }] });
  await expect(run("erase", "--subject", "mrn=4200017", "--reason", "request", "--yes")).rejects.toMatchObject({ code: "HELD", message: expect.stringContaining(String(hold["id"])) as string });
  expect(await run("erase", "--subject", "mrn=1791786", "--reason", "request")).toMatchObject({ erased: false });
  await run("hold", "remove", String(hold["id"]), "--reason", "settled");
  expect(await run("erase", "--subject", "mrn=4200017", "--reason", "request")).toMatchObject({ erased: false });
});

test("erasing somebody whom a held trace only mentions is refused as well", async () => {
  const hold = await run("hold", "add", "--trace", traces[0] ?? "", "--reason", "claim");
  await expect(run("erase", "--subject", "mrn=4200017", "--reason", "request", "--yes")).rejects.toMatchObject({ code: "HELD", message: expect.stringContaining("1 trace") as string });
  expect(await run("erase", "--subject", "mrn=4207936", "--reason", "request", "--yes")).toMatchObject({ erased: true });
  await run("hold", "remove", String(hold["id"]), "--reason", "settled");
});

test("what leaves the store stands in the audit log: traces, cases, the whole", async () => {
  const before = new AuditLog(directory).read().entries.length;
  const exported = await text("export", "--tag", "ward=4200017");
  expect(exported).toBe("");
  expect((await text("export")).trim().split("\n")).toHaveLength(3);
  await text("export", "--format", "otlp", "--feature", "dose", "--limit", "2");
  await run("backup", "--to", join(folder.path, "copy"));
  await expect(run("backup", "--to", join(folder.path, "copy"))).rejects.toMatchObject({ code: "USAGE" });
  const told = new AuditLog(directory).read().entries.slice(before).map(({ action, about, reason, details }) => [action, about, reason, details]);
  expect(told).toEqual([["export", "all traces", "export json", { traces: 3 }], ["export", "traces by feature", "export otlp", { traces: 2 }], ["export", "everything", "backup", {}]]);
  expect(new AuditLog(join(folder.path, "copy")).read()).toMatchObject({ tampered: [] });
});

test("retention says what would go, removes it with --yes from store and journal, and stands in the audit log", async () => {
  await run("hold", "add", "--trace", traces[1] ?? "", "--reason", "claim");
  const rule = await run("retain", "add", "--older-than", "90d");
  expect(await run("retain")).toMatchObject({ removed: 0, going: [] });
  expect(await run("retain", "list")).toMatchObject({ rules: [rule] });
  await run("retain", "remove", String(rule["id"]));
  expect(await run("retain", "--max-size", "0.001MB")).toMatchObject({ removed: 0, traces: 3, going: [{ traces: 2, held: 1 }] });
  expect(await run("retain", "--max-size", "0.001MB", "--yes")).toMatchObject({ removed: 2 });
  expect(((await run("list")) as { traces: { traceId: string }[] }).traces.map(({ traceId }) => traceId)).toEqual([traces[1]]);
  expect(await run("verify")).toMatchObject({ damaged: 0 });
  const { entries, tampered } = new AuditLog(directory).read();
  expect(tampered).toEqual([]);
  expect(entries.map(({ action }) => action)).toEqual(["hold", "release", "hold", "erase", "release", "export", "export", "export", "hold", "retention-rule", "retention-rule", "retain"]);
  expect(entries.at(-1)).toMatchObject({ details: { traces: 2, held: 1 } });
  expect(readFileSync(join(directory, "audit.log"), "utf8")).not.toMatch(/ID:|4200017/);
});
