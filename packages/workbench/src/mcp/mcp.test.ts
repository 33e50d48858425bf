/** What a coding agent does with the official client, over the real command line in a process of its own: from "it shows the sibling's weight" to the trace, the cause and a case. */
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { Client } from "@modelcontextprotocol/sdk/client/index.js";
import { StdioClientTransport } from "@modelcontextprotocol/sdk/client/stdio.js";
import { afterAll, beforeAll, expect, test } from "vitest";
import { join } from "node:path";
import { createRecorder } from "@whysaid/recorder";
import { launcher, newFolder, type Folder } from "../cli/testing/whysaid.ts";

let folder: Folder;
let client: Client;
let traceId = "";

const notes = [
  { sourceId: "chart/870#3", text: "Reyes, Mateo · MRN 00417733\nDaily weight: 3.2 kg. Gaining as expected.", score: 0.61 },
  { sourceId: "chart/871#3", text: "Reyes, Lucia · MRN 00417734\nDaily weight: 2.1 kg. Gaining as expected.", score: 0.69 },
];
beforeAll(async () => {
  folder = newFolder();
  const dir = join(folder.path, ".whysaid");
  const answer = "Gentamicin 8.4 mg IV every 36 h at the current weight of 2.1 kg.";
  const recorder = createRecorder({
    dir,
    declared: { persons: [{ name: "Mateo Reyes", mrn: "00417733" }, { name: "Lucia Reyes", mrn: "00417734" }] },
    fetch: () => Promise.resolve(Response.json({ id: "chatcmpl-1", model: "gpt-4o-2024-08-06", choices: [{ index: 0, message: { role: "assistant", content: answer }, finish_reason: "stop" }] })),
  });
  for (const question of ["Is the feeding plan on track?", "Gentamicin dose at the current weight?"]) {
    traceId = await recorder.trace("dose-summary", { subject: { name: "Mateo Reyes", mrn: "00417733" } }, async (trace) => {
      const chunks = await trace.retrieve("chart-notes", question, () => Promise.resolve(question.startsWith("Gent") ? notes : notes.slice(0, 1)));
      const response = await recorder.fetch("https://api.openai.com/v1/chat/completions", { method: "POST", body: JSON.stringify({ model: "gpt-4o", messages: [{ role: "user", content: `Notes:\n${chunks.map((one) => `[${one.sourceId}] ${one.text}`).join("\n\n")}\n\nPatient Mateo Reyes, MRN 00417733\nQuestion: ${question}` }] }) });
      await response.text();
      return trace.id;
    });
  }
  recorder.action(traceId, "edit", { before: answer, after: answer.replace("8.4", "12.8").replace("2.1", "3.2"), note: "this is his sister's weight" });
  await recorder.close();
  client = new Client({ name: "a-coding-agent", version: "1.0.0" });
  await client.connect(new StdioClientTransport({ command: process.execPath, args: [launcher, "mcp", "--dir", dir], cwd: folder.path, stderr: "inherit" }));
});
afterAll(async () => {
  await client.close();
  folder.remove();
});

async function call(name: string, args: Record<string, unknown>): Promise<{ readonly text: string; readonly isError: boolean }> {
  const result = await client.callTool({ name, arguments: args });
  const [first] = result.content as readonly { readonly type: string; readonly text: string }[];
  return { text: first?.text ?? "", isError: result.isError === true };
}

test("the tools are there, each says what it does, and replay is off", async () => {
  const { tools } = await client.listTools();
  expect(tools.map(({ name }) => name)).toEqual(["find", "list", "show", "why", "diff", "cases", "add_case"]);
  expect(tools.every(({ description, annotations }) => (description ?? "").length > 40 && annotations?.readOnlyHint !== undefined)).toBe(true);
});

test("from the sibling's weight to the trace, the cause, and a case", async () => {
  const found = await call("find", { text: "Gentamicin 8.4 mg current weight of 2.1 kg" });
  expect(found.text).toContain(traceId);
  const edited = await call("list", { action: "edit" });
  expect(edited.text.split("\n")[0]).toContain(traceId);
  const why = await call("why", { trace: traceId.slice(0, 31) });
  expect(why.text).toMatch(/^wrong-entity \(0\.\d+\): 2\.1/);
  expect(why.text).toContain("[chart/871#3]");
  const path = /evidence (\S+) \[chart\/871#3\]/.exec(why.text)?.[1] ?? "";
  expect((await call("show", { trace: traceId, path })).text).toContain("2.1 kg");
  const made = await call("add_case", { trace: traceId, note: "seen by Mateo Reyes' nurse" });
  const id = /case_[0-9a-f]{20}/.exec(made.text)?.[0] ?? "";
  const shown = await call("cases", { case: id });
  expect(shown.text).toContain("confirmed");
  expect(shown.text).toContain("cause:wrong-entity");
  expect(shown.text).toContain("expected: Gentamicin 12.8 mg IV every 36 h at the current weight of 3.2 kg.");
  expect((await call("cases", { label: "source:chart/871#3" })).text).toContain(id);
  const everything = [found, edited, why, made, shown, await call("show", { trace: traceId, maxTokens: 20_000 })].map(({ text }) => text).join("\n");
  expect(everything).not.toMatch(/Reyes|Mateo|Lucia|0041773/);
});

test("an answer keeps to its budget and says how to go on; going on reaches the end", async () => {
  let [text, offset, turns] = ["", 0, 0];
  for (;;) {
    const part = (await call("show", { trace: traceId, maxTokens: 100, offset })).text;
    expect(part.length).toBeLessThan(700);
    const more = /\n… \d+ more characters: show \S+ offset=(\d+)$/.exec(part);
    text += more === null ? part : part.slice(0, more.index);
    turns += 1;
    if (more === null) break;
    offset = Number(more[1]);
  }
  expect(turns).toBeGreaterThan(2);
  expect(text).toBe((await call("show", { trace: traceId, maxTokens: 20_000 })).text);
});

test("what is wrong is said with a code and a way out", async () => {
  expect(await call("why", { trace: "ffffffffffff" })).toMatchObject({ isError: true, text: expect.stringContaining("TRACE_NOT_FOUND") as string });
  expect(await call("show", { trace: traceId, path: "generations[9]" })).toMatchObject({ isError: true, text: expect.stringContaining("USAGE") as string });
});

test("with --allow-replay the call is really sent again, without the sibling's chunk, and no trace id can be an option", async () => {
  const sent: string[] = [];
  const provider = createServer((request, response) => {
    const parts: Buffer[] = [];
    request.on("data", (part: Buffer) => parts.push(part));
    request.on("end", () => {
      sent.push(Buffer.concat(parts).toString());
      response.setHeader("content-type", "application/json").end(JSON.stringify({ id: "chatcmpl-2", model: "gpt-4o-2024-08-06", choices: [{ index: 0, message: { role: "assistant", content: "Gentamicin 12.8 mg IV every 36 h at the current weight of 3.2 kg." }, finish_reason: "stop" }] }));
    });
  });
  await new Promise<void>((resolve) => provider.listen(0, "127.0.0.1", resolve));
  const agent = new Client({ name: "a-coding-agent", version: "1.0.0" });
  await agent.connect(new StdioClientTransport({ command: process.execPath, args: [launcher, "mcp", "--dir", join(folder.path, ".whysaid"), "--allow-replay", "--target", `http://127.0.0.1:${(provider.address() as AddressInfo).port}`], cwd: folder.path, stderr: "inherit" }));
  const replayed = async (args: Record<string, unknown>): Promise<string> => ((await agent.callTool({ name: "replay", arguments: args })).content as readonly { readonly text: string }[])[0]?.text ?? "";
  expect((await agent.listTools()).tools.map(({ name }) => name)).toContain("replay");
  expect(await replayed({ trace: traceId, without: ["chunk:chart/871#3"] })).toContain("12.8 mg");
  expect(sent).toHaveLength(1);
  expect(sent[0]).toContain("3.2 kg");
  expect(sent[0]).not.toMatch(/2\.1 kg|Reyes|0041773/);
  expect(await replayed({ trace: "--reveal", without: [] })).toContain("USAGE");
  await agent.close();
  await new Promise((resolve) => provider.close(resolve));
});
