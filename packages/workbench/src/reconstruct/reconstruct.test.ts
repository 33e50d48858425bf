import { piece, type Entry, type Reconstruction, type SpanId, type WriterId } from "@whysaid/recorder/format";
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { StoredEntry } from "../store/store.ts";
import { reconstruct } from "./reconstruct.ts";
import { importedTrace } from "./testing/entries-of.ts";
import { TraceBuilder } from "./testing/trace-builder.ts";
import { LOST_TEXT } from "./texts.ts";

const weather = { tool_calls: [{ id: "call_1", type: "function", function: { name: "get_weight", arguments: '{"mrn": "1"}' } }] };
const tools = [{ type: "function", function: { name: "get_weight", parameters: {} } }];
const asked = [{ role: "user", content: "weight?" }];
const toolTurn = [...asked, { role: "assistant", content: null, ...weather }, { role: "tool", tool_call_id: "call_1", content: "3.2 kg" }];

/** A trace with everything: retrieval, two generations with a tool between them, parse, validation, an action from elsewhere. */
const wholeStory = (): TraceBuilder =>
  new TraceBuilder()
    .start("dose-summary", { ward: "nicu" })
    .retrieval([{ sourceId: "chart/881#3", text: "Daily weight 3.2 kg, gaining as expected.", score: 0.81, metadata: { chart: 881 } }, { sourceId: "chart/882#3", text: "Something nobody showed the model at all." }])
    .chat([{ role: "system", content: "You help. Daily weight 3.2 kg,\n gaining as expected." }, ...asked], weather, { tools })
    .tool("get_weight", '{"mrn":"1"}', "3.2 kg", { durationMs: 41 })
    .chat([{ role: "system", content: "You help. Daily weight 3.2 kg,\n gaining as expected." }, ...toolTurn], '{"mg": 7}', { tools })
    .parse('{"mg": 7}', '{"mg":7}')
    .validation("dose", [
      { rule: "schema", outcome: "passed" },
      { rule: "dose_range", outcome: "failed", path: "mg", value: 7, expected: "≤ 5" },
    ])
    .end()
    .action("edit", { before: '{"mg": 7}', after: '{"mg": 4}' });

const generation = (story: Reconstruction, index = 0) => {
  const found = story.generations[index];
  if (found === undefined) throw new Error(`no generation ${index}`);
  return found;
};
const value = <T>(signal: { readonly state: "captured"; readonly value: T } | { readonly state: "missing"; readonly why: string }): T => {
  if (signal.state === "missing") throw new Error(`missing: ${signal.why}`);
  return signal.value;
};

describe("the whole story", () => {
  const story = reconstruct(wholeStory().build());

  test("a trace with everything is complete and names no gap", () => {
    expect(story).toMatchObject({ feature: "dose-summary", tags: { ward: "nicu" }, service: "mila", environment: "production", release: "r1", outcome: "returned", durationMs: 1000, complete: true, gaps: [] });
    expect(story.steps.map((step) => step.kind)).toEqual(["retrieval", "tool", "parse", "validation"]);
  });

  test("every generation gets the chunks retrieved before it, and whether each reached the prompt", () => {
    for (const index of [0, 1]) {
      expect(value(generation(story, index).signals.chunks).map(({ sourceId, reachedPrompt, position, metadata }) => ({ sourceId, reachedPrompt, position, metadata }))).toEqual([
        { sourceId: "chart/881#3", reachedPrompt: true, position: 0, metadata: { chart: 881 } },
        { sourceId: "chart/882#3", reachedPrompt: false, position: 1, metadata: null },
      ]);
    }
  });

  test("a wrapped execution gives a tool call its result, whatever the spacing of its arguments", () => {
    expect(value(generation(story, 0).signals.toolCalls)).toEqual([{ callId: "call_1", name: "get_weight", arguments: '{"mrn": "1"}', result: "3.2 kg", error: null, durationMs: 41, source: "wrapped" }]);
    expect(value(generation(story, 1).signals.toolCalls)).toEqual([]);
  });

  test("parse, validation and action belong to the generation that said the text", () => {
    const [first, second] = story.generations;
    expect(first?.signals.parsed).toEqual({ state: "missing", why: "not-applicable" });
    expect(first?.signals.action).toEqual({ state: "missing", why: "not-applicable" });
    expect(second?.signals.parsed).toMatchObject({ value: { parser: "dose-json", outcome: "parsed", result: { mg: 7 } } });
    expect(second?.signals.validation).toMatchObject({ value: [{ rule: "schema", outcome: "passed" }, { validator: "dose", rule: "dose_range", outcome: "failed", path: "mg", value: 7, expected: "≤ 5" }] });
    expect(second?.signals.action).toMatchObject({ value: { action: "edit", editDistance: 1 } });
    expect(story.actions).toHaveLength(1);
  });

  test("latency is split into retrieval, generation and tools", () => {
    expect(value(generation(story, 0).signals.latency)).toEqual({ retrievalMs: 5, timeToFirstChunkMs: null, generationMs: 10, toolsMs: 41, totalMs: 15 });
    expect(value(generation(story, 1).signals.latency)).toEqual({ retrievalMs: null, timeToFirstChunkMs: null, generationMs: 10, toolsMs: null, totalMs: 10 });
  });

  test("model, usage and completion are what the bytes say", () => {
    const { signals } = generation(story, 1);
    expect(value(signals.model)).toEqual({ requested: "gpt-4o", answered: "gpt-4o-2024-08-06", fingerprint: null });
    expect(value(signals.usage)).toMatchObject({ inputTokens: 12, outputTokens: 3, totalTokens: 15, cacheReadTokens: null });
    expect(value(signals.completion)).toMatchObject({ text: '{"mg": 7}', finishReason: "stop", refusal: null, alternatives: [] });
    expect(JSON.parse(value(signals.completion).raw ?? "")).toHaveProperty("choices");
    expect(value(signals.input).system).toContain("You help.");
  });
});

describe("a fold over the set of entries", () => {
  test("order of arrival and duplicates change nothing", () => {
    const trace = wholeStory().build();
    const expected = reconstruct(trace);
    fc.assert(
      fc.property(fc.shuffledSubarray([...trace.entries, ...trace.entries], { minLength: trace.entries.length }), fc.constant(trace.entries), (some, all) => {
        expect(reconstruct({ ...trace, entries: [...some, ...all] })).toEqual(expected);
        expect(reconstruct({ ...trace, entries: [...all, ...some].toReversed() })).toEqual(expected);
      }),
      { numRuns: 200 },
    );
  });

  test("any part of a trace can be reconstructed, in any order alike", () => {
    const trace = wholeStory().build();
    fc.assert(
      fc.property(fc.shuffledSubarray([...trace.entries]), (some) => {
        const sorted = [...some].sort((a, b) => a.sequence - b.sequence);
        expect(reconstruct({ ...trace, entries: some })).toEqual(reconstruct({ ...trace, entries: sorted }));
      }),
      { numRuns: 300 },
    );
  });

  test("a clock that jumps back does not reorder what one process did", () => {
    const builder = new TraceBuilder().start().chat(asked, "first");
    builder.nowMs -= 3_600_000;
    const story = reconstruct(builder.chat(asked, "second").end().build());
    expect(story.generations.map((one) => value(one.signals.completion).text)).toEqual(["first", "second"]);
  });

  test("an action that is sent twice counts once", () => {
    const story = reconstruct(new TraceBuilder().start().chat(asked, "3.2 kg").end().action("accept", { actionId: "a1" }).action("accept", { actionId: "a1" }).action("retry").build());
    expect(story.actions.map((one) => one.action)).toEqual(["accept", "retry"]);
    expect(generation(story).signals.action).toMatchObject({ value: { action: "retry" } });
  });

  test("an action alone is a trace with no generation", () => {
    const story = reconstruct(new TraceBuilder().action("abandon").build());
    expect(story).toMatchObject({ feature: null, outcome: null, generations: [], actions: [{ action: "abandon" }], complete: true });
  });
});

describe("tool results on the wire", () => {
  test("a tool nobody wrapped gets its result from the next request, by id, and the time between", () => {
    const story = reconstruct(new TraceBuilder().start().chat(asked, weather, { tools }).chat(toolTurn, "3.2 kg", { tools }).end().build());
    expect(value(generation(story).signals.toolCalls)).toEqual([{ callId: "call_1", name: "get_weight", arguments: '{"mrn": "1"}', result: "3.2 kg", error: null, durationMs: 10, source: "wire" }]);
    expect(value(generation(story).signals.latency).toolsMs).toBe(10);
  });

  test("an id that is used again every turn finds the result of its own turn", () => {
    const second = [...toolTurn, { role: "assistant", content: null, ...weather }, { role: "tool", tool_call_id: "call_1", content: "3.4 kg" }];
    const story = reconstruct(new TraceBuilder().start().chat(asked, weather, { tools }).chat(toolTurn, weather, { tools }).chat(second, "done", { tools }).end().build());
    expect(story.generations.map((one) => (one.signals.toolCalls.state === "captured" ? one.signals.toolCalls.value[0]?.result : null))).toEqual(["3.2 kg", "3.4 kg", undefined]);
  });

  test("a tool call nobody answered has no result and says so", () => {
    const story = reconstruct(new TraceBuilder().start().chat(asked, weather, { tools }).end().build());
    expect(value(generation(story).signals.toolCalls)).toMatchObject([{ result: null, error: null, source: null }]);
  });

  test("no tools offered is not applicable, tools offered and none called is an empty list", () => {
    expect(generation(reconstruct(new TraceBuilder().start().chat(asked, "hi").end().build())).signals.toolCalls).toEqual({ state: "missing", why: "not-applicable" });
    expect(generation(reconstruct(new TraceBuilder().start().chat(asked, "hi", { tools }).end().build())).signals.toolCalls).toEqual({ state: "captured", value: [] });
  });

  test("two equal calls get two executions, in order", () => {
    const twice = { tool_calls: [...weather.tool_calls, { ...weather.tool_calls[0], id: "call_2" }] };
    const story = reconstruct(new TraceBuilder().start().chat(asked, twice, { tools }).tool("get_weight", '{"mrn":"1"}', "one").tool("get_weight", '{"mrn":"1"}', "two").end().build());
    expect(value(generation(story).signals.toolCalls).map((one) => one.result)).toEqual(["one", "two"]);
  });

  test("an execution that threw is the tool call's error", () => {
    const story = reconstruct(new TraceBuilder().start().chat(asked, weather, { tools }).tool("get_weight", '{"mrn":"1"}', null, { callId: "call_1", error: "no such chart" }).end().build());
    expect(value(generation(story).signals.toolCalls)).toMatchObject([{ result: null, error: "Error: no such chart", source: "wrapped" }]);
  });
});

describe("attempts and states", () => {
  test("a retried call is one generation with its attempts", () => {
    const span = "1111111111111111" as SpanId;
    const story = reconstruct(
      new TraceBuilder()
        .start()
        .request({ model: "gpt-4o", messages: asked }, { span })
        .response({ error: { message: "slow down", type: "rate_limit" } }, { span, status: 429 })
        .request({ model: "gpt-4o", messages: asked }, { span, attempt: 2 })
        .response({ model: "gpt-4o-x", choices: [{ message: { content: "3.2 kg" }, finish_reason: "stop" }] }, { span, attempt: 2 })
        .end()
        .build(),
    );
    expect(story.generations).toHaveLength(1);
    expect(generation(story)).toMatchObject({ attempts: 2, state: "complete", status: 200, error: null, attemptList: [{ attempt: 1, status: 429 }, { attempt: 2, status: 200 }] });
    expect(value(generation(story).signals.completion).text).toBe("3.2 kg");
    expect(value(generation(story).signals.latency).totalMs).toBe(30);
  });

  test("a request without a response is open, and what it would have brought is pending", () => {
    const story = reconstruct(new TraceBuilder().start().request({ model: "gpt-4o", messages: asked }).build());
    const { state, signals } = generation(story);
    expect(state).toBe("open");
    expect(value(signals.input).messages).toHaveLength(1);
    for (const name of ["completion", "usage", "parsed", "validation", "action"] as const) expect(signals[name]).toEqual({ state: "missing", why: "pending" });
    expect(story.complete).toBe(false);
    expect(story.gaps.map((gap) => gap.why)).toEqual(["open-trace", "open-generation"]);
    expect(story.outcome).toBe("open");
  });

  test("a provider's error is the generation's error, and no completion", () => {
    const story = reconstruct(new TraceBuilder().start().request({ model: "gpt-4o", messages: asked }).response({ error: { message: "no such model", type: "invalid_request_error" } }, { status: 404 }).end().build());
    expect(generation(story).error).toEqual({ name: "invalid_request_error", message: "no such model" });
    expect(generation(story).signals.completion).toEqual({ state: "missing", why: "not-applicable" });
    expect(generation(story).signals.action).toEqual({ state: "missing", why: "not-applicable" });
    expect(generation(story).signals.usage).toEqual({ state: "missing", why: "not-applicable" });
  });

  test("an error nobody can read is shown as it came", () => {
    const story = reconstruct(new TraceBuilder().start().request({ model: "gpt-4o", messages: asked }).response("<html>502 Bad Gateway</html>", { status: 502, contentType: "text/html" }).end().build());
    expect(generation(story).error).toEqual({ name: "HTTP 502", message: "<html>502 Bad Gateway</html>" });
  });

  test("a tool the provider runs has its result from the same response", () => {
    const content = [
      { type: "server_tool_use", id: "srv_1", name: "web_search", input: { query: "dose" } },
      { type: "web_search_tool_result", tool_use_id: "srv_1", content: [{ type: "web_search_result", title: "t", url: "u" }] },
      { type: "text", text: "4 mg/kg" },
    ];
    const story = reconstruct(new TraceBuilder().start().request({ model: "claude", max_tokens: 9, messages: asked }, { protocol: "anthropic-messages" }).response({ type: "message", model: "claude-x", role: "assistant", content, stop_reason: "end_turn", usage: {} }).end().build());
    expect(value(generation(story).signals.toolCalls)).toMatchObject([{ callId: "srv_1", name: "web_search", result: expect.stringContaining("web_search_result") as string, durationMs: null, source: "wire" }]);
  });

  test("a call that never reached the provider has nothing to miss", () => {
    const story = reconstruct(new TraceBuilder().start().request({ model: "gpt-4o", messages: asked }).response(null, { state: "failed", status: null, error: "ECONNREFUSED" }).end().build());
    expect(generation(story)).toMatchObject({ state: "failed", error: { message: "ECONNREFUSED" } });
    expect(generation(story).signals.completion).toEqual({ state: "missing", why: "not-applicable" });
  });

  test("a streamed answer has a time to its first chunk, one in a piece has none", () => {
    const events = 'data: {"model":"m","choices":[{"delta":{"content":"3.2"},"finish_reason":null}]}\n\ndata: {"choices":[{"delta":{"content":" kg"},"finish_reason":"stop"}]}\n\ndata: [DONE]\n\n';
    const story = reconstruct(
      new TraceBuilder().start().request({ model: "m", stream: true, messages: asked }).response(events, { contentType: "text/event-stream", firstChunkMs: 30, durationMs: 100 }).chat(asked, "x", { firstChunkMs: 9 }).end().build(),
    );
    expect(value(generation(story).signals.completion).text).toBe("3.2 kg");
    expect(value(generation(story).signals.latency)).toMatchObject({ timeToFirstChunkMs: 30, generationMs: 70, totalMs: 100 });
    expect(value(generation(story, 1).signals.latency)).toMatchObject({ timeToFirstChunkMs: null, generationMs: 10 });
  });
});

describe("what is lost", () => {
  test("one lost text leaves the rest of the story and is named", () => {
    const builder = wholeStory();
    builder.lost.add(builder.ref("Daily weight 3.2 kg, gaining as expected."));
    const story = reconstruct(builder.build());
    expect(story.complete).toBe(false);
    expect(story.gaps).toEqual([{ why: "text-lost", detail: expect.stringContaining("1 text") as string, count: 1 }]);
    expect(value(generation(story).signals.chunks)).toMatchObject([{ text: LOST_TEXT, reachedPrompt: null }, { reachedPrompt: false }]);
    expect(value(generation(story, 1).signals.completion).text).toBe('{"mg": 7}');
  });

  test("a lost piece of a body's JSON leaves the texts around it, said by nobody known", () => {
    const builder = new TraceBuilder().start().request('{"messages":[{"content":"hello"}]}');
    const { entry } = builder.entries.at(-1) ?? {};
    if (entry?.kind !== "request") throw new Error("no request");
    const [open, said, close] = ['{"messages":[{"role":"user","content":"', "hello", '"}]}'].map((text) => builder.ref(text));
    Object.assign(entry, { body: { form: "text", bytes: 50, pieces: [piece(open ?? 0, "verbatim"), piece(said ?? 0, "json"), piece(close ?? 0, "verbatim")] } });
    builder.lost.add(open ?? 0);
    const story = reconstruct(builder.build());
    expect(value(generation(story).signals.input)).toMatchObject({ messages: [{ role: "unknown", parts: [{ type: "text", text: "hello" }] }], requestBody: `${LOST_TEXT}hello"}]}` });
    expect(story.gaps.map((gap) => gap.why)).toContain("text-lost");
  });

  test("a sequence number missing while the trace ran makes it incomplete, one after its end does not", () => {
    const builder = wholeStory();
    const last = builder.entries.length;
    builder.missing.push({ writer: builder.writer, from: last + 1, to: last + 5 });
    expect(reconstruct(builder.build()).complete).toBe(true);
    builder.missing.push({ writer: builder.writer, from: 3, to: 3 });
    expect(reconstruct(builder.build()).gaps).toMatchObject([{ why: "missing-entries", count: 1 }]);
  });

  test("a missing number after an open trace's last entry may be of it", () => {
    const builder = new TraceBuilder().start().chat(asked, "hi");
    builder.missing.push({ writer: builder.writer, from: 9, to: 10 });
    expect(reconstruct(builder.build()).gaps.map((gap) => gap.why)).toEqual(["open-trace", "missing-entries"]);
  });

  test("a gap entry that names the trace is told with its reason", () => {
    const builder = wholeStory();
    const gap = (traces: readonly TraceBuilder["traceId"][], sequence: number) =>
      builder.gaps.push({ id: `${builder.writer}.${sequence}`, writer: builder.writer, sequence, entry: { kind: "gap", atMs: 0, from: 100, to: 101, why: "disk-full", traces } });
    gap(["0".repeat(31) + "1" as TraceBuilder["traceId"]], 102);
    expect(reconstruct(builder.build()).complete).toBe(true);
    gap([builder.traceId], 103);
    expect(reconstruct(builder.build()).gaps).toEqual([{ why: "disk-full", detail: "2 entries were not written, the disk was full; some of them of this trace", count: 2 }]);
  });

  test("a dropped body is named with its size and reason", () => {
    const builder = new TraceBuilder().start().request({ model: "gpt-4o", messages: asked });
    const { entry } = builder.entries.at(-1) ?? {};
    if (entry?.kind !== "request") throw new Error("no request");
    Object.assign(entry, { body: { form: "dropped", bytes: 12_345, why: "over-budget" } });
    const story = reconstruct(builder.response({ choices: [{ message: { content: "hi" }, finish_reason: "stop" }] }).end().build());
    expect(story.gaps).toMatchObject([{ why: "body-dropped", detail: "a request body of 12,345 bytes was dropped before it was written: over-budget" }]);
    expect(generation(story).signals.input).toEqual({ state: "missing", why: "not-recorded" });
    expect(value(generation(story).signals.completion).text).toBe("hi");
  });

  test("an entry of a newer kind is a gap, not an error", () => {
    const builder = wholeStory();
    const newer: unknown = { kind: "hologram", atMs: 1, trace: builder.traceId };
    builder.add(newer as Entry);
    expect(reconstruct(builder.build()).gaps).toMatchObject([{ why: "newer-entries", count: 1, detail: expect.stringContaining("hologram") as string }]);
  });
});

describe("imported", () => {
  const failing = new TraceBuilder().start().request({ model: "m", messages: asked }).response("<html>", { status: 502, contentType: "text/html" }).end();
  const hurt = wholeStory();
  hurt.missing.push({ writer: hurt.writer, from: 3, to: 3 });
  const stories = [wholeStory(), new TraceBuilder().start().request({ model: "gpt-4o", messages: asked }), failing, new TraceBuilder().action("abandon"), new TraceBuilder().generation({ completion: "hello" }), hurt];

  test.each(stories.map((builder) => reconstruct(builder.build())))("a reconstruction written down as entries reads back equal %#", (story) => {
    const again = reconstruct(importedTrace(story));
    expect(again).toEqual(story);
    expect(reconstruct(importedTrace(JSON.parse(JSON.stringify(again)) as Reconstruction))).toEqual(story);
  });

  test("an action that comes after the import is joined", () => {
    const { textOf, ...trace } = importedTrace(reconstruct(new TraceBuilder().start().chat(asked, "3.2 kg").end().build()));
    const [first] = trace.entries;
    if (first === undefined || !("trace" in first.entry) || first.entry.trace === undefined) throw new Error("no entry");
    const late: StoredEntry = { id: "dddddddddddddddd.0", writer: "dddddddddddddddd" as WriterId, sequence: 0, entry: { kind: "action", atMs: 2e12, trace: first.entry.trace, action: "retry", before: null, after: null, user: null, note: null, actionId: null } };
    const story = reconstruct({ ...trace, textOf, entries: [...trace.entries, late] });
    expect(generation(story).signals.action).toMatchObject({ value: { action: "retry" } });
  });
});

describe("bad bodies", () => {
  const hostile = ["", "null", "[]", "{", '{"messages":7}', '{"messages":[null,{"role":{}}]}', '{"__proto__":{"x":1},"messages":[{"role":"user","content":"a"}]}', "\u0000\ud800", '{"model":12345678901234567890}', "[".repeat(20_000), `{"a":${"[".repeat(9_000)}${"]".repeat(9_000)}}`, "data: {\n\n", "x".repeat(100_000)];

  test.each(hostile)("a body %# that is no conversation never throws and is kept as it is", (body) => {
    for (const protocol of ["openai-chat", "anthropic-messages", "gemini", "unknown"] as const) {
      const trace = new TraceBuilder().start().request(body, { protocol }).response(body).parse(body, body).end().build();
      const story = reconstruct(trace);
      expect(value(generation(story).signals.input).requestBody).toBe(body);
      expect(() => JSON.stringify(story)).not.toThrow();
    }
  });

  test("any JSON is survived", () => {
    fc.assert(
      fc.property(fc.json({ maxDepth: 6 }), fc.json(), (request, response) => {
        const story = reconstruct(new TraceBuilder().start().request(request).response(response).end().build());
        expect(story.generations).toHaveLength(1);
      }),
      { numRuns: 200 },
    );
  });
});

describe("generations recorded by hand", () => {
  test("signals stand as given, absent keys are null, the rest is missing with a reason", () => {
    const story = reconstruct(
      new TraceBuilder()
        .start()
        .generation({ input: { messages: [{ role: "user", content: "hi" }] }, model: { answered: "llama-3" }, completion: "hello", toolCalls: [{ name: "f", arguments: { a: 1 } }] })
        .tool("f", '{"a":1}', "42")
        .end()
        .build(),
    );
    const { signals, provider } = generation(story);
    expect(provider).toBe("local");
    expect(value(signals.input).messages).toEqual([{ role: "user", parts: [{ type: "text", text: "hi" }] }]);
    expect(value(signals.model)).toEqual({ requested: null, answered: "llama-3", fingerprint: null });
    expect(value(signals.completion)).toMatchObject({ text: "hello", raw: null });
    expect(value(signals.toolCalls)).toMatchObject([{ name: "f", arguments: '{"a":1}', result: "42", source: "wrapped" }]);
    expect(signals.usage).toEqual({ state: "missing", why: "not-recorded" });
    expect(signals.action).toEqual({ state: "missing", why: "pending" });
  });

  test("a reason that is given stays", () => {
    const story = reconstruct(new TraceBuilder().generation({ usage: { state: "missing", why: "not-applicable" } }).build());
    expect(generation(story).signals.usage).toEqual({ state: "missing", why: "not-applicable" });
  });

  test("nonsense in a signal is not recorded", () => {
    const story = reconstruct(new TraceBuilder().generation({ usage: 7, chunks: "x", latency: [], input: { messages: [1, null, { role: 3, parts: [{ type: "odd" }] }] } }).build());
    const { signals } = generation(story);
    expect([signals.usage, signals.chunks]).toEqual([{ state: "missing", why: "not-recorded" }, { state: "missing", why: "not-recorded" }]);
    expect(value(signals.input).messages).toEqual([{ role: "user", parts: [{ type: "other", json: '{"type":"odd"}' }] }]);
  });
});

