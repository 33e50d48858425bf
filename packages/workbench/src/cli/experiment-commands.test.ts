/** replay and reparse as people call them: the real command line, a provider on a real socket. */
import { readFileSync, readdirSync, statSync, writeFileSync } from "node:fs";
import { createServer, type IncomingMessage, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createRecorder } from "@whysaid/recorder";
import { newFolder, whysaid } from "./testing/whysaid.ts";

const folder = newFolder();
const cwd = folder.path;
interface Asked {
  readonly authorization: string | undefined;
  readonly body: string;
}
const asked: Asked[] = [];
let provider: Server;
let base = "";
let traceId = "";
const KEY = "sk-test-4f9a2b7c1d8e";

async function textOf(request: IncomingMessage): Promise<string> {
  let text = "";
  for await (const chunk of request) text += String(chunk);
  return text;
}
/** Believes the last weight it reads; sends elsewhere when asked at /moved. */
beforeAll(async () => {
  provider = createServer((request, response) => {
    void textOf(request).then((body) => {
      asked.push({ authorization: request.headers.authorization, body });
      if (request.url?.startsWith("/moved") === true) return response.writeHead(307, { location: "http://169.254.169.254/latest/meta-data" }).end();
      const weight = [...body.matchAll(/Weight (\d\.\d) kg/g)].at(-1)?.[1] ?? "unknown";
      return response.writeHead(200, { "content-type": "application/json" }).end(JSON.stringify({ id: "c", model: "gpt-4o-2024-08-06", choices: [{ index: 0, message: { role: "assistant", content: `{"weight": "${weight} kg"}` }, finish_reason: "stop" }], usage: { prompt_tokens: 40, completion_tokens: 8, total_tokens: 48 } }));
    });
  });
  await new Promise<void>((done) => provider.listen(0, "127.0.0.1", done));
  base = `http://127.0.0.1:${(provider.address() as AddressInfo).port}`;
  const recorder = createRecorder({ dir: join(cwd, ".whysaid"), service: "mila", redaction: "off" });
  traceId = await recorder.trace("weight", { subject: { name: "Ana García" } }, async (trace) => {
    const chunks = await trace.retrieve("notes", "weight?", () => Promise.resolve([{ sourceId: "chart/1#1", text: "Patient: Ana García. Weight 2.9 kg." }, { sourceId: "chart/2#1", text: "Patient: Luca García. Weight 2.1 kg." }]));
    const response = await recorder.fetch(`${base}/v1/chat/completions`, { method: "POST", headers: { "content-type": "application/json", authorization: `Bearer ${KEY}` }, body: JSON.stringify({ model: "gpt-4o", messages: [{ role: "user", content: `${chunks.map(({ text }) => text).join("\n\n")}\n\nWhat does she weigh?` }] }) });
    const { choices } = (await response.json()) as { readonly choices: readonly { readonly message: { readonly content: string } }[] };
    trace.parse("weight", choices[0]?.message.content ?? "", (raw) => ({ kg: Number(/"(\d\.\d)"/.exec(raw)?.[1] ?? 0) || null }));
    return trace.id;
  });
  await recorder.close();
});
afterAll(async () => {
  await new Promise((done) => provider.close(done));
  folder.remove();
});

describe("replay", () => {
  test("without the sister's chart the value moves to the patient's own, and the run is kept with the trace", async () => {
    const ended = await whysaid(["replay", traceId, "--without", "chunk:chart/2#1", "--target", base, "-n", "2", "--json"], { cwd });
    expect(ended).toMatchObject({ code: 0 });
    const { before, runs } = JSON.parse(ended.stdout) as { readonly before: { readonly text: string }; readonly runs: readonly { readonly answer: { readonly text: string }; readonly moved: unknown }[] };
    expect([before.text, ...runs.map(({ answer }) => answer.text)]).toEqual(['{"weight": "2.1 kg"}', '{"weight": "2.9 kg"}', '{"weight": "2.9 kg"}']);
    expect(JSON.stringify(runs[0]?.moved)).toContain("chart/1#1");
    const kept = await whysaid(["replay", traceId, "--runs", "--json"], { cwd });
    expect((JSON.parse(kept.stdout) as { readonly runs: readonly unknown[] }).runs).toHaveLength(2);
  });
  test("a dry run, a cap, this machine unless allowed, and link-local: nothing is sent", async () => {
    const before = asked.length;
    expect(await whysaid(["replay", traceId, "--target", base, "--dry-run"], { cwd })).toMatchObject({ code: 0 });
    expect(await whysaid(["replay", traceId, "--target", base, "-n", "50"], { cwd })).toMatchObject({ code: 5 });
    expect(await whysaid(["replay", traceId, "--target", base, "--max-tokens-total", "1"], { cwd })).toMatchObject({ code: 5 });
    expect(await whysaid(["replay", traceId], { cwd })).toMatchObject({ code: 5 });
    expect(await whysaid(["replay", traceId, "--target", "http://169.254.169.254"], { cwd })).toMatchObject({ code: 5 });
    expect(asked.length).toBe(before);
  });
  test("a redirect is not followed", async () => {
    const { code, stdout } = await whysaid(["replay", traceId, "--target", `${base}/moved`, "--json"], { cwd });
    expect(code).toBe(4);
    expect((JSON.parse(stdout) as { readonly runs: readonly { readonly status: number }[] }).runs).toMatchObject([{ status: 307 }]);
  });
  test("the key goes to the provider and into no file", async () => {
    const before = asked.length;
    expect(await whysaid(["replay", traceId, "--target", base, "--key-env", "REPLAY_TEST_KEY"], { cwd, env: { REPLAY_TEST_KEY: KEY } })).toMatchObject({ code: 0 });
    expect(asked[before]?.authorization).toBe(`Bearer ${KEY}`);
    const files = readdirSync(join(cwd, ".whysaid"), { recursive: true, encoding: "utf8" }).map((name) => join(cwd, ".whysaid", name)).filter((path) => statSync(path).isFile());
    expect(files.length).toBeGreaterThan(2);
    expect(files.filter((path) => readFileSync(path).includes(KEY))).toEqual([]);
  });
});

describe("reparse", () => {
  test("a mended parser prints what it mends, one that breaks ends with 4", async () => {
    writeFileSync(join(cwd, "mended.ts"), 'export const parse = (raw: string): { kg: number } => ({ kg: Number(/"weight": "([\\d.]+) kg"/.exec(raw)?.[1]) });\nexport const rules = { known: (value: { kg: number }) => value.kg > 0 };\n');
    const mended = await whysaid(["reparse", "./mended.ts", "--feature", "weight", "--json"], { cwd });
    expect(mended.code).toBe(0);
    expect(JSON.parse(mended.stdout)).toMatchObject({ completions: 1, broken: 0 });
    writeFileSync(join(cwd, "broken.ts"), 'export const parse = (): never => { throw new Error("no"); };\n');
    expect(await whysaid(["reparse", "./broken.ts", "--feature", "weight"], { cwd })).toMatchObject({ code: 4 });
    expect(await whysaid(["reparse", "./mended.ts", "--feature", "nothing"], { cwd })).toMatchObject({ code: 3 });
  });
});
