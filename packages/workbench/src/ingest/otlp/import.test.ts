/** From export requests to stored traces: once, redacted, whole. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { redactionOff } from "@whysaid/recorder/redact";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { reconstruct } from "../../reconstruct/reconstruct.ts";
import type { Store } from "../../store/store.ts";
import { importFile } from "../import/import-file.ts";
import { openStore } from "../open-store.ts";

let directory: string;
let store: Store;
beforeEach(async () => {
  directory = mkdtempSync(join(tmpdir(), "whysaid-otlp-"));
  store = await openStore(join(directory, "store.db"));
});
afterEach(async () => {
  await store.close();
  rmSync(directory, { recursive: true, force: true });
});

const TRACE = "0190000000007000800000000000abcd";
const span = (spanId: string, parentSpanId: string, attributes: Readonly<Record<string, string | number>>) => ({
  traceId: TRACE,
  spanId,
  parentSpanId,
  name: "chat",
  startTimeUnixNano: "1767225600000000000",
  endTimeUnixNano: "1767225601000000000",
  attributes: Object.entries(attributes).map(([key, value]) => ({ key, value: typeof value === "number" ? { intValue: value } : { stringValue: value } })),
});
const request = (...spans: readonly unknown[]) => JSON.stringify({ resourceSpans: [{ resource: { attributes: [{ key: "service.name", value: { stringValue: "mila" } }] }, scopeSpans: [{ scope: { name: "ai" }, spans }] }] });
const outer = span("000000000000000a", "", { "ai.operationId": "ai.generateText", "ai.telemetry.functionId": "dose", "ai.prompt": '{"prompt":"How much?"}', "ai.response.text": "2.1 mg" });
const inner = span("000000000000000b", "000000000000000a", { "ai.operationId": "ai.generateText.doGenerate", "ai.model.id": "gpt-4o", "ai.prompt.messages": '[{"role":"user","content":[{"type":"text","text":"How much?"}]}]', "ai.response.text": "2.1 mg", "ai.usage.inputTokens": 7, "my.own": "kept", ["__proto__"]: "x" });

async function imported(text: string | Uint8Array): Promise<Awaited<ReturnType<typeof importFile>>> {
  const path = join(directory, "request.json");
  writeFileSync(path, text);
  return importFile(path, store, { scope: redactionOff.root });
}
async function story() {
  const trace = await store.trace(TRACE);
  if (trace === null) throw new Error("no trace");
  return { entries: trace.entries, story: reconstruct(trace) };
}

test("the outer and inner span of one call are one generation of the named feature", async () => {
  await imported(request(inner, outer));
  const { story: read } = await story();
  expect(read).toMatchObject({ feature: "dose", service: "mila", durationMs: 1000, outcome: "returned", complete: true });
  expect(read.generations).toHaveLength(1);
  expect(read.generations[0]?.signals).toMatchObject({ input: { state: "captured", value: { messages: [{ role: "user", parts: [{ type: "text", text: "How much?" }] }] } }, completion: { value: { text: "2.1 mg" } }, usage: { value: { inputTokens: 7 } } });
});

test("a span sent twice, alone and in company, is stored once", async () => {
  await imported(gzipSync(request(inner)));
  await imported(request(inner, outer));
  await imported(request(outer, inner));
  const { story: read, entries } = await story();
  expect(read.generations).toHaveLength(1);
  expect(new Set(entries.map(({ id }) => id)).size).toBe(entries.length);
  expect(read.feature).toBe("dose");
});

test("attributes no signal took are kept by their own keys", async () => {
  await imported(request(inner));
  const { entries } = await story();
  const kept = entries.flatMap(({ entry }) => (entry.kind === "generation" ? [entry.attributes ?? ""] : [])).join("");
  expect(kept).toContain('"my.own":"kept"');
  expect(kept).toContain('"__proto__":"x"');
  expect(({} as { x?: unknown }).x).toBeUndefined();
});

test("a file that only looks like a request is refused with a reason", async () => {
  await expect(imported('{"resourceSpans": 3}')).rejects.toMatchObject({ code: "IMPORT_UNREADABLE" });
  await expect(imported(gzipSync("nothing"))).rejects.toMatchObject({ code: "IMPORT_UNREADABLE" });
});

describe("a call whose messages come as log records, apart from its span", () => {
  const record = (eventName: string, body: object) => ({ traceId: TRACE, spanId: "000000000000000b", timeUnixNano: "1767225600500000000", eventName, body: { kvlistValue: { values: Object.entries(body).map(([key, value]) => ({ key, value: { stringValue: value as string } })) } } });
  const logs = JSON.stringify({ resourceLogs: [{ resource: { attributes: [] }, scopeLogs: [{ scope: { name: "openai" }, logRecords: [record("gen_ai.user.message", { content: "How much?" }), record("gen_ai.choice", { content: "2.1 mg" })] }] }] });
  const call = request(span("000000000000000b", "", { "gen_ai.operation.name": "chat", "gen_ai.request.model": "gpt-4o", "gen_ai.usage.input_tokens": 7, "gen_ai.request.temperature": 0 }));

  test.each([
    ["before", [logs, call]],
    ["after", [call, logs]],
    ["twice", [logs, call, logs, call]],
  ])("%s: one generation with all of it", async (_when, sent) => {
    for (const one of sent) await imported(one);
    const { story: read } = await story();
    expect(read.generations).toHaveLength(1);
    expect(read.generations[0]?.signals).toMatchObject({ input: { value: { messages: [{ role: "user", parts: [{ type: "text", text: "How much?" }] }] } }, completion: { value: { text: "2.1 mg" } }, usage: { value: { inputTokens: 7 } }, model: { value: { requested: "gpt-4o" } } });
  });
});

test("JSON in an attribute that nests deeper than a stack is kept as text", async () => {
  const deep = "[".repeat(100_000) + "]".repeat(100_000);
  await imported(request(span("000000000000000b", "", { "gen_ai.operation.name": "chat", "gen_ai.input.messages": deep, "gen_ai.request.model": "gpt-4o" })));
  const { story: read } = await story();
  expect(read.generations[0]?.signals.model).toMatchObject({ value: { requested: "gpt-4o" } });
});
