/** What LangSmith's and Langfuse's own clients send by default (testing/captured.json: `langsmith` 0.12.0 and `langfuse` 3.39.2, as they sent it) becomes traces, in pieces and in any order. */
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Reconstruction } from "@whysaid/recorder/format";
import { redactionOff } from "@whysaid/recorder/redact";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { reconstruct } from "../../../reconstruct/reconstruct.ts";
import type { Store } from "../../../store/store.ts";
import { openStore } from "../../open-store.ts";
import { otlpBatches } from "../entries.ts";
import { idsBy, MalformedClientBody, spansOfClient, type ClientProtocol } from "./index.ts";

interface Sent {
  readonly contentType: string;
  readonly body: string;
}
const captured = JSON.parse(readFileSync(new URL("./testing/captured.json", import.meta.url), "utf8")) as { readonly langsmith: readonly Sent[]; readonly langfuse: readonly Sent[] };
const ids = idsBy((text) => text);
const form = (parts: Readonly<Record<string, unknown>>): Sent => ({
  contentType: "multipart/form-data; boundary=--------------------------form",
  body: `${Object.entries(parts).map(([name, value]) => `----------------------------form\r\nContent-Disposition: form-data; name="${name}"\r\nContent-Type: application/json\r\n\r\n${typeof value === "string" ? value : JSON.stringify(value)}\r\n`).join("")}----------------------------form--\r\n`,
});
const batch = (...events: readonly unknown[]): Sent => ({ contentType: "application/json", body: JSON.stringify({ batch: events }) });

let directory: string;
let store: Store;
beforeEach(async () => {
  directory = mkdtempSync(join(tmpdir(), "whysaid-clients-"));
  store = await openStore(join(directory, "store.db"));
});
afterEach(async () => {
  await store.close();
  rmSync(directory, { recursive: true, force: true });
});

const spansOf = (protocol: ClientProtocol, { body, contentType }: Sent) => spansOfClient(protocol, Buffer.from(body), contentType, ids, 1000);
async function send(protocol: ClientProtocol, ...sent: readonly Sent[]): Promise<void> {
  for (const one of sent) await store.ingest(otlpBatches({ spans: (await spansOf(protocol, one)).spans, logs: [] }, redactionOff.root).batches);
}
async function story(traceId: string): Promise<Reconstruction> {
  const trace = await store.trace(traceId);
  if (trace === null) throw new Error("no trace");
  return reconstruct(trace);
}

describe("LangSmith", () => {
  const agent = "01a2254c8a2e7000800003a716424522";
  const [posts, more, last] = captured.langsmith as [Sent, Sent, Sent];

  test.each([["as sent", [posts, more, last]], ["backwards", [last, more, posts]], ["some twice", [more, posts, last, posts, more]]] as const)("an agent's run told in three requests, %s, is one trace", async (_order, sent) => {
    await send("langsmith-multipart", ...sent);
    const read = await story(agent);
    expect(read).toMatchObject({ feature: "dose-summary", conversationId: "t-1", complete: true, outcome: "returned", durationMs: 1056.999, tags: { nicu: "true" } });
    expect(read.steps).toMatchObject([
      { kind: "retrieval", name: "chart", query: "What is the dose?", chunks: [{ sourceId: "chart/1", text: "2.1 kg" }] },
      { kind: "tool", name: "get_weight", arguments: '{"mrn":"123"}', result: '{"weight":3.2}', durationMs: expect.closeTo(601, 0) as number },
      { kind: "tool", name: "broken", error: { name: "Error", message: "TypeError: no such chart" } },
    ]);
    expect(read.generations).toHaveLength(2);
    const [whole, streamed] = read.generations;
    const said = { text: expect.stringContaining("please weigh before dosing") as string, finishReason: "stop" };
    for (const generation of [whole, streamed])
      expect(generation).toMatchObject({
        provider: "openai",
        state: "complete",
        signals: {
          input: { value: { system: "You are a neonatal dosing assistant.", messages: [{ role: "system" }, { role: "user", parts: [{ type: "text", text: "Daily weight today: 3.2 kg. What is the dose?" }] }], parameters: { temperature: 0.2 } } },
          model: { value: { requested: "gpt-4o", answered: "gpt-4o-2024-08-06", fingerprint: "fp_11b7e0d4a1" } },
          usage: { value: { inputTokens: 21, outputTokens: 39, cacheReadTokens: 0, reasoningTokens: 0 } },
          completion: { value: said },
        },
      });
    expect(streamed?.signals.latency).toMatchObject({ value: { timeToFirstChunkMs: 21, totalMs: expect.closeTo(29, 0) as number } });
    const [row] = await store.list({ limit: 2 });
    expect(row).toMatchObject({ traceId: agent, feature: "dose-summary", generations: 2, state: "complete", model: "gpt-4o-2024-08-06", inputTokens: 42, outputTokens: 78 });
  });

  test("what was only begun is there, and open", async () => {
    await send("langsmith-multipart", posts);
    expect(await story(agent)).toMatchObject({ complete: false, outcome: "open", gaps: [{ why: "open-trace" }], steps: [{ name: "chart" }, { name: "get_weight", result: null }] });
  });

  test("a call that was begun in one request and patched in the next is one call, however its end came first", async () => {
    const run = { id: "019b7a2c-4f1e-7000-8a6b-0c1d2e3f4051", trace_id: "019b7a2c-4f1e-7000-8a6b-0c1d2e3f4051", dotted_order: "20260101T000000000000Z019b7a2c-4f1e-7000-8a6b-0c1d2e3f4051" };
    const post = { ...run, name: "ChatOpenAI", run_type: "llm", inputs: { model: "gpt-4o", messages: [{ role: "user", content: "How much?" }] }, extra: { metadata: { ls_provider: "openai" } } };
    // As clients patch that do not say again what kind of run it is.
    const patch = { ...run, end_time: "2026-01-01T00:00:02.500000", outputs: { choices: [{ message: { role: "assistant", content: "2 mg" }, finish_reason: "stop" }], model: "gpt-4o-2024-08-06", usage_metadata: { input_tokens: 3, output_tokens: 2 } } };
    const sent = [{ contentType: "application/json", body: JSON.stringify({ post: [post] }) }, { contentType: "application/json", body: JSON.stringify({ patch: [patch] }) }];
    await send("langsmith-batch", ...sent);
    const forwards = await story("019b7a2c4f1e70008a6b0c1d2e3f4051");
    expect(forwards).toMatchObject({ complete: true, durationMs: 2500, generations: [{ provider: "openai", state: "complete", startedAtMs: Date.parse("2026-01-01T00:00:00Z"), signals: { input: { value: { messages: [{ role: "user" }] } }, model: { value: { requested: "gpt-4o", answered: "gpt-4o-2024-08-06" } }, completion: { value: { text: "2 mg" } }, latency: { value: { totalMs: 2500 } } } }] });
    const [row] = await store.list({ limit: 1 });
    expect(row).toMatchObject({ provider: "openai", model: "gpt-4o-2024-08-06", state: "complete", inputTokens: 3, answer: "2 mg" });
    await store.close();
    store = await openStore(join(directory, "other.db"));
    await send("langsmith-batch", ...sent.toReversed());
    expect((await story("019b7a2c4f1e70008a6b0c1d2e3f4051")).generations).toEqual(forwards.generations);
    expect((await store.list({ limit: 1 }))[0]).toEqual(row);
  });

  test("a run without ids is refused, the others are not", async () => {
    const { spans, refused } = await spansOf("langsmith-multipart", form({ "post.x": { id: "x", name: "whose?" }, "patch.y": { outputs: {} }, "feedback.z": { score: 1 } }));
    expect([spans.length, refused]).toEqual([1, 1]);
  });
});

describe("Langfuse", () => {
  const [first, second, observed] = captured.langfuse as [Sent, Sent, Sent];
  const trace = "f5efa5911b004499819ef26c37da6ce6";

  test.each([["as sent", [first, second]], ["backwards", [second, first]]] as const)("a generation created in one batch and updated in the next, %s, is one", async (_order, sent) => {
    await send("langfuse", ...sent);
    const read = await story(trace);
    expect(read).toMatchObject({ feature: "dose-summary", conversationId: "s-1", user: "nurse-7", release: "r1", tags: { ward: "nicu" }, prompt: { id: "dose", version: "14" }, complete: true, startedAtMs: Date.parse("2026-11-29T03:15:04.405Z") });
    expect(read.generations).toMatchObject([
      { state: "complete", signals: { input: { value: { system: "You are a neonatal dosing assistant.", parameters: { temperature: 0.2, maxTokens: 100 } } }, completion: { value: { text: "2 mg" } }, usage: { value: { inputTokens: 10, outputTokens: 5, cacheReadTokens: 2 } }, latency: { value: { totalMs: 420 } } } },
      { state: "failed", error: { message: "timeout" } },
    ]);
    expect(JSON.stringify((await store.trace(trace))?.entries)).toMatch(/langfuse\.score\.value.*langfuse\.observation\.output|langfuse\.observation\.output.*langfuse\.score\.value/s);
  });

  test("its OpenAI wrapper's calls arrive whole, and how the client was set up does not", async () => {
    await send("langfuse", observed);
    const stored: Reconstruction[] = [];
    for (const { traceId } of await store.list({ limit: 5 })) stored.push(await story(traceId));
    expect(stored).toMatchObject([
      { feature: "observed", generations: [{ signals: { usage: { value: { inputTokens: 21, outputTokens: 39 } }, latency: { value: { timeToFirstChunkMs: 16 } } } }] },
      { feature: "observed", generations: [{ signals: { model: { value: { answered: "gpt-4o-2024-08-06" } } } }] },
    ]);
    for (const { traceId } of stored) {
      const kept = await store.trace(traceId);
      expect(JSON.stringify(kept?.entries)).not.toMatch(/wsk_key|clientInitParams/);
    }
  });

  test("an app's own trace id is hashed as it may be stored, the same each time, and kept as a tag", async () => {
    await send("langfuse", batch({ id: "1", type: "trace-create", timestamp: "2026-01-01T00:00:00Z", body: { id: "order-17", name: "dose" } }));
    const [row] = await store.list({ limit: 1, tag: { key: "traceId", value: "order-17" } });
    // As Langfuse's createTraceId makes one of a seed.
    expect(row?.traceId).toBe("72a90ea3da8b5dd01bde2f27314e02e2");
    const redacting = idsBy((text) => text.replace(/\d+/, "⟦ID⟧"));
    expect(redacting.trace("mrn-01791786")).toBe(ids.trace("mrn-⟦ID⟧"));
    expect(redacting.trace("mrn-01791786")).not.toBe(ids.trace("mrn-01791786"));
    expect(redacting.trace("F5EFA591-1b00-4499-819e-f26c37da6ce6")).toBe(trace);
  });

  test("events are answered by their ids", async () => {
    const { events, refused } = await spansOf("langfuse", batch({ id: "a", type: "span-create", timestamp: "2026-01-01T00:00:00Z", body: { id: "s", traceId: "t" } }, { id: "b", type: "span-create", body: { id: "s" } }, { id: "c", type: "sdk-log", body: {} }, { id: "d" }));
    expect([events, refused]).toEqual([{ taken: ["a", "c"], refused: ["b", "d"] }, 2]);
  });
});

describe("what cannot be read is said so", () => {
  const deep = "[".repeat(100_000) + "]".repeat(100_000);
  test.each<readonly [string, ClientProtocol, Sent]>([
    ["a form that is none", "langsmith-multipart", { contentType: "multipart/form-data", body: "x" }],
    ["a damaged form", "langsmith-multipart", { ...form({}), body: "----------------------------form\r\nnonsense" }],
    ["a form of 100,000 parts", "langsmith-multipart", { contentType: "multipart/form-data; boundary=b", body: "--b\r\n".repeat(100_000) }],
    ["a run that is no JSON", "langsmith-multipart", form({ "post.a": "{" })],
    ["a run nested 100,000 deep", "langsmith-multipart", form({ "post.a": {}, "post.a.inputs": deep })],
    ["a batch without runs", "langsmith-batch", { contentType: "application/json", body: "{}" }],
    ["a batch nested 100,000 deep", "langsmith-batch", { contentType: "application/json", body: `{"post":${deep}}` }],
    ["events nested 100,000 deep", "langfuse", { contentType: "application/json", body: `{"batch":${deep}}` }],
    ["no events", "langfuse", { contentType: "application/json", body: '{"batch":{}}' }],
  ])("%s", async (_name, protocol, sent) => expect(spansOf(protocol, sent)).rejects.toThrow(MalformedClientBody));
});
