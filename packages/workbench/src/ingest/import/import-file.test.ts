import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import type { Reconstruction, RedactedText } from "@whysaid/recorder/format";
import { redactionOff, type RedactionScope } from "@whysaid/recorder/redact";
import { reconstruct } from "../../reconstruct/reconstruct.ts";
import type { Store } from "../../store/store.ts";
import { openStore } from "../open-store.ts";
import { importFile, type ImportOutcome } from "./import-file.ts";

let directory: string;
let store: Store;
beforeEach(async () => {
  directory = mkdtempSync(join(tmpdir(), "whysaid-import-"));
  store = await openStore(join(directory, "store.db"));
});
afterEach(async () => {
  await store.close();
  rmSync(directory, { recursive: true, force: true });
});

const scope = redactionOff.root;
const NOW_MS = 1_767_225_600_000;
async function imported(lines: readonly unknown[], into: Store = store, given: RedactionScope = scope): Promise<ImportOutcome> {
  const path = join(directory, "given.jsonl");
  writeFileSync(path, lines.map((line) => (typeof line === "string" ? line : JSON.stringify(line))).join("\n"));
  return importFile(path, into, { scope: given, nowMs: NOW_MS });
}
async function storyOf(traceId: string, from: Store = store): Promise<Reconstruction> {
  const trace = await from.trace(traceId);
  if (trace === null) throw new Error("no trace");
  return reconstruct(trace);
}

const exchange = {
  host: "api.openai.com",
  path: "/v1/chat/completions",
  request_body: JSON.stringify({ model: "gpt-4o", messages: [{ role: "user", content: "What is the weight of the baby in bed four, please?" }] }),
  response_status: 200,
  response_headers: { "content-type": "application/json", date: "Thu, 20 Nov 2025 12:06:07 GMT" },
  response_body_raw: JSON.stringify({ id: "c", model: "gpt-4o-2024-08-06", choices: [{ index: 0, message: { role: "assistant", content: "2.1 kg" }, finish_reason: "stop" }], usage: { prompt_tokens: 9, completion_tokens: 3 } }),
  response_body_encoding: "utf8",
};

test("a recorded exchange becomes a trace with its bytes, and a second import adds nothing", async () => {
  const first = await imported([exchange]);
  expect(first).toMatchObject({ records: 1, duplicates: 0, refused: [] });
  const story = await storyOf(first.traces[0] as string);
  expect(story.generations[0]?.signals).toMatchObject({
    input: { value: { requestBody: exchange.request_body } },
    completion: { value: { text: "2.1 kg", raw: exchange.response_body_raw, finishReason: "stop" } },
    model: { value: { requested: "gpt-4o", answered: "gpt-4o-2024-08-06" } },
    usage: { value: { inputTokens: 9, outputTokens: 3 } },
  });
  expect(story.gaps).toEqual([]);
  expect(story.startedAtMs).toBe(Date.parse("2025-11-20T12:06:07Z"));
  const before = await store.counts();
  expect(await imported([exchange])).toMatchObject({ traces: [], duplicates: 1 });
  expect(await store.counts()).toMatchObject({ entries: before.entries, traces: before.traces });
});

test("a HAR file's model calls are taken with their times, its other requests are not", async () => {
  const har = {
    log: {
      entries: [
        { startedDateTime: "2025-11-20T12:00:00.000Z", time: 812, timings: { wait: 400 }, request: { method: "POST", url: "https://api.openai.com/v1/chat/completions?key=sk-hidden", headers: [{ name: "Content-Type", value: "application/json" }], postData: { text: exchange.request_body } }, response: { status: 200, headers: [{ name: "Content-Type", value: "application/json" }], content: { text: exchange.response_body_raw } } },
        { startedDateTime: "2025-11-20T12:00:01.000Z", time: 5, request: { method: "GET", url: "https://example.com/logo.png", headers: [] }, response: { status: 200, headers: [], content: {} } },
      ],
    },
  };
  const { traces } = await imported([JSON.stringify(har, null, 2)]);
  expect(traces).toHaveLength(1);
  const story = await storyOf(traces[0] as string);
  expect(story.generations[0]?.signals.latency).toMatchObject({ value: { generationMs: 812 } });
  expect(story.generations[0]?.url).not.toContain("sk-hidden");
});

test("each user turn of a chat becomes a trace of one conversation, tool calls joined with their results", async () => {
  const chat = {
    messages: [
      { role: "system", content: "You book flights." },
      { role: "user", content: "Cancel my flight." },
      { role: "assistant", content: null, tool_calls: [{ id: "c1", type: "function", function: { name: "cancel", arguments: '{"id":"Z7"}' } }] },
      { role: "tool", tool_call_id: "c1", content: "done" },
      { role: "assistant", content: "It is cancelled." },
      { role: "user", content: "Thanks." },
      { role: "assistant", content: "You are welcome." },
    ],
  };
  const { traces } = await imported([chat]);
  expect(traces).toHaveLength(2);
  const first = await storyOf(traces[0] as string);
  expect(first.generations.map(({ signals }) => signals.completion)).toMatchObject([{ value: { text: "" } }, { value: { text: "It is cancelled." } }]);
  expect(first.generations[0]?.signals.toolCalls).toMatchObject({ value: [{ name: "cancel", arguments: '{"id":"Z7"}', result: "done" }] });
  expect(first.generations[1]?.signals.input).toMatchObject({ value: { system: "You book flights." } });
  expect(first.generations[0]?.signals.usage).toEqual({ state: "missing", why: "not-recorded" });
  const second = await storyOf(traces[1] as string);
  expect(second.conversationId).toBe(first.conversationId);
  expect(second.conversationId).not.toBeNull();
});

test("what show prints reads back equal, and minimal lines are missing signals, not errors", async () => {
  const { traces } = await imported([exchange]);
  const story = await storyOf(traces[0] as string);
  const elsewhere = await openStore(join(directory, "other.db"));
  await imported([story], elsewhere);
  expect(await storyOf(traces[0] as string, elsewhere)).toEqual(story);
  const minimal = { traceId: "0190000000007000800000000000abcd", feature: "triage", generations: [{ signals: { completion: { state: "captured", value: { text: "hello" } }, input: { state: "captured", value: { messages: [{ role: "user", content: "hi" }] } } } }], actions: [{ action: "edit", atMs: 5, before: "hello", after: "Hello." }] };
  expect(await imported([minimal], elsewhere)).toMatchObject({ records: 1, traces: [minimal.traceId] });
  const read = await storyOf(minimal.traceId, elsewhere);
  expect(read.feature).toBe("triage");
  expect(read.generations[0]?.signals).toMatchObject({ completion: { value: { text: "hello" } }, usage: { state: "missing" }, action: { value: { action: "edit" } } });
  expect((await elsewhere.list({ limit: 5, feature: "triage" }))[0]).toMatchObject({ answer: "hello", action: "edit" });
  await elsewhere.close();
});

test("lines that are none of ours are refused by number and reason, without content; the others are imported", async () => {
  const outcome = await imported(["not json at all", "[1]", { hello: "secret" }, exchange, { messages: [{ role: "user", content: "x" }] }]);
  expect(outcome.refused.map(({ line }) => line)).toEqual([1, 2, 3, 5]);
  expect(JSON.stringify(outcome.refused)).not.toContain("secret");
  expect(outcome.records).toBe(1);
  await expect(imported([{ hello: 1 }])).rejects.toMatchObject({ code: "IMPORT_UNREADABLE" });
  await expect(importFile(join(directory, "nowhere.jsonl"), store, { scope })).rejects.toMatchObject({ code: "IMPORT_UNREADABLE" });
});

test("imported text goes through the redactor: nothing raw is in the store's files", async () => {
  const taken = (raw: string): RedactedText => raw.replaceAll("Ana García", "⟦PERSON:x⟧") as string as RedactedText;
  const scopeThatTakes: RedactionScope = { ...scope, off: false, text: (raw) => taken(raw), json: (value) => taken(JSON.stringify(value)), bytes: (raw) => taken(raw), literal: (raw) => taken(raw), takesNumber: () => false };
  await imported([{ ...exchange, request_body: JSON.stringify({ model: "gpt-4o", messages: [{ role: "user", content: "Weight of Ana García?" }] }) }, { messages: [{ role: "user", content: "Who is Ana García?" }, { role: "assistant", content: "Ana García is a patient." }] }, { traceId: "0190000000007000800000000000abce", user: "Ana García", tags: { "Ana García": "Ana García" }, generations: [{ signals: { completion: "Ana García" } }] }], store, scopeThatTakes);
  for (const { traceId } of await store.list({ limit: 9 })) {
    const trace = await store.trace(traceId);
    const story = JSON.stringify(reconstruct(trace as NonNullable<typeof trace>));
    expect(story).not.toContain("Ana García");
    expect(story).toContain("⟦PERSON:x⟧");
  }
});

const corpus = process.env["WHYSAID_CORPUS"] ?? join(import.meta.dirname, "../../../../../../shared/data");
const exchanges = join(corpus, "http/exchanges.jsonl");
test.skipIf(!existsSync(exchanges))("every recorded exchange of the corpus is stored with its exact bytes", { timeout: 120_000 }, async () => {
  const { traces, refused } = await importFile(exchanges, store, { scope, nowMs: NOW_MS });
  expect(refused).toEqual([]);
  const bodies = new Map<string, number>();
  const lines = readFileSync(exchanges, "utf8").split("\n").filter((line) => line !== "").map((line) => JSON.parse(line) as { request_body: string; response_body_raw: string; response_body_encoding: string });
  for (const one of lines) bodies.set(one.request_body, (bodies.get(one.request_body) ?? 0) + 1);
  let whole = 0;
  for (const traceId of traces) {
    const story = await storyOf(traceId);
    const input = story.generations[0]?.signals.input;
    if (input?.state === "captured" && bodies.has(input.value.requestBody ?? "")) whole += 1;
  }
  // eslint-disable-next-line no-console
  console.log(`${lines.length} exchanges, ${traces.length} different ones`);
  expect(whole).toBe(traces.length);
  for await (const damage of store.verify()) throw new Error(JSON.stringify(damage));
});

const runs = join(corpus, "trajectories/conversations.jsonl");
test.skipIf(!existsSync(runs))("every agent run of the corpus can be read back as traces", { timeout: 120_000 }, async () => {
  const { traces, records, refused } = await importFile(runs, store, { scope, nowMs: NOW_MS });
  expect(refused).toEqual([]);
  // eslint-disable-next-line no-console
  console.log(`${records} runs, ${traces.length} turns`);
  expect(traces.length).toBeGreaterThan(records);
});
