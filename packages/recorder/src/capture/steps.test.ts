import { type } from "arktype";
import * as v from "valibot";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { z } from "zod";
import { startRecording, type Recording } from "./testing/recording.ts";

let recording: Recording;
beforeEach(() => {
  recording = startRecording();
});
afterEach(() => recording.dispose());

describe("what a step hands on", () => {
  test("a value comes back as a value, a promise as a promise", async () => {
    recording.recorder.trace("f", (trace) => {
      expect(trace.parse("p", "1", Number)).toBe(1);
      expect(trace.tool("t", {}, () => "x")).toBe("x");
      expect(trace.retrieve("r", "q", () => [])).toEqual([]);
    });
    const promise = recording.recorder.trace("g", async (trace) => trace.parse("p", "2", async (raw) => Number(raw)));
    expect(promise).toBeInstanceOf(Promise);
    expect(await promise).toBe(2);
    expect(recording.entries("trace-end").map(({ outcome }) => outcome)).toEqual(["returned", "returned"]);
  });

  test("errors go through untouched, thrown or rejected, and are recorded", async () => {
    const { recorder } = recording;
    const error = Object.assign(new RangeError("no such unit", { cause: new Error("kgs") }), { code: 7 });
    const thrown = recorder.trace("f", (trace) => {
      try {
        return trace.parse("p", "raw", () => {
          throw error;
        });
      } catch (caught) {
        return caught;
      }
    });
    expect(thrown).toBe(error);
    await expect(recorder.trace("g", (trace) => trace.tool("t", {}, () => Promise.reject(error)))).rejects.toBe(error);
    await expect(recorder.trace("h", async () => Promise.reject("a string"))).rejects.toBe("a string");
    const [parse] = recording.entries("parse");
    expect(parse).toMatchObject({ outcome: "failed", error: { name: "RangeError", message: "no such unit (Error: kgs)" } });
    expect(parse?.text(parse.error?.stack ?? null)).toContain("steps.test.ts");
    expect(recording.entries("tool")[0]?.error?.name).toBe("RangeError");
    expect(recording.entries("trace-end").map(({ outcome, error: held }) => [outcome, held?.message])).toEqual([
      ["returned", undefined],
      ["threw", "no such unit (Error: kgs)"],
      ["threw", "a string"],
    ]);
  });

  test("a rejection nobody handles stays one", async () => {
    const seen: unknown[] = [];
    const listeners = process.listeners("unhandledRejection");
    process.removeAllListeners("unhandledRejection");
    process.once("unhandledRejection", (reason) => seen.push(reason));
    const error = new Error("nobody looks");
    void recording.recorder.tool("t", {}, async () => Promise.reject(error));
    await new Promise((resolve) => setTimeout(resolve, 10));
    process.removeAllListeners("unhandledRejection");
    for (const listener of listeners) process.on("unhandledRejection", listener);
    expect(seen).toEqual([error]);
  });

  test("a lazy query is run once, a promise with methods of its own keeps them", async () => {
    let runs = 0;
    const query = {
      // oxlint-disable-next-line unicorn/no-thenable -- as query builders are
      then(resolve: (rows: string[]) => void) {
        runs += 1;
        resolve(["row"]);
      },
    };
    const rows: unknown = await recording.recorder.retrieve("db", "q", () => query);
    expect([rows, runs]).toEqual([["row"], 1]);
    class ApiPromise<T> extends Promise<T> {
      withResponse(): string {
        return "response";
      }
    }
    const promise = recording.recorder.tool("t", {}, () => ApiPromise.resolve(1) as ApiPromise<number>);
    expect(promise.withResponse()).toBe("response");
    expect(await promise).toBe(1);
  });
});

describe("retrieve", () => {
  test.each<[string, unknown, unknown[]]>([
    ["plain chunks", [{ sourceId: "a#1", text: "one", score: 0.5, ward: 3 }], [["a#1", "one", 0.5, '{"ward":3}']]],
    ["strings", ["one", "two"], [[null, "one", null, null], [null, "two", null, null]]],
    ["LangChain documents with scores", [[{ pageContent: "one", metadata: { source: "a.pdf", page: 2 } }, 0.7]], [["a.pdf", "one", 0.7, '{"metadata":{"page":2}}']]],
    ["LlamaIndex nodes", [{ node: { id: "n1", text: "one" }, score: 0.9 }], [["n1", "one", 0.9, null]]],
    ["Pinecone matches", { matches: [{ id: "v1", score: 0.4, metadata: { text: "one" } }] }, [["v1", "one", 0.4, null]]],
    ["Elasticsearch hits", { hits: [{ _source: { content: "one" }, id: 7 }] }, [["7", "one", null, null]]],
    ["nothing", undefined, []],
    ["an object without text", [{ odd: 1 }], [[null, '{"odd":1}', null, null]]],
  ])("knows %s", (_name, result, expected) => {
    recording.recorder.retrieve("search", { q: 1 }, () => result);
    const [entry] = recording.entries("retrieval");
    expect(entry?.chunks.map((chunk) => [chunk.sourceId, entry.text(chunk.text), chunk.score, entry.text(chunk.metadata ?? null)])).toEqual(expected);
    expect(entry?.text(entry.query)).toBe('{"q":1}');
  });
});

describe("validate", () => {
  const schemas = {
    zod: z.object({ mg: z.number(), drug: z.object({ name: z.string() }) }),
    valibot: v.object({ mg: v.number(), drug: v.object({ name: v.string() }) }),
    arktype: type({ mg: "number", drug: { name: "string" } }),
    asynchronous: z.object({ mg: z.number(), drug: z.object({ name: z.string() }) }).refine(async () => true),
  };

  test.each(Object.entries(schemas))("%s says what passed and what failed", async (_name, schema) => {
    const { recorder } = recording;
    const good = await recorder.validate("dose", { mg: 5, drug: { name: "gentamicin" } }, { schema, rules: { range: (dose) => dose.mg <= 5 } });
    expect(good).toMatchObject({ ok: true, outcome: "passed", failed: [] });
    const bad = await recorder.validate<unknown>("dose", { mg: "5", drug: { name: 1 } }, { schema, rules: { range: () => true } });
    expect(bad.ok).toBe(false);
    // Libraries differ in which of two issues they name first.
    expect(new Set(bad.failed.map(({ rule, path, value }) => JSON.stringify([rule, path, value])))).toEqual(new Set(['["schema","mg","5"]', '["schema","drug.name",1]']));
    expect(bad.checks.at(-1)).toMatchObject({ rule: "range", outcome: "skipped" });
    const [, entry] = recording.entries("validation");
    expect(new Set(entry?.checks.map(({ rule, outcome, path, value }) => [rule, outcome, path, entry.text(value)].join(" ")))).toEqual(new Set(['schema failed mg "5"', "schema failed drug.name 1", "range skipped  "]));
  });

  test("a rule may be slow, say more than yes or no, or throw", async () => {
    const result = await recording.recorder.validate("dose", { mg: 7, unit: { name: "g" } }, {
      rules: {
        slow: async () => true,
        dose_range: (dose) => ({ ok: dose.mg <= 5, path: "mg", expected: "≤ 5", message: "too much" }),
        unit: async (dose) => ({ ok: false, path: `unit.${Object.keys(dose.unit)[0] ?? ""}` }),
        broken: () => {
          throw new Error("rule bug");
        },
      },
    });
    expect(result.failed).toEqual([
      { outcome: "failed", rule: "dose_range", path: "mg", value: 7, expected: "≤ 5", message: "too much" },
      { outcome: "failed", rule: "unit", path: "unit.name", value: "g", expected: null, message: null },
      { outcome: "failed", rule: "broken", path: null, value: { mg: 7, unit: { name: "g" } }, expected: null, message: "the rule threw: rule bug" },
    ]);
  });

  test("nothing to check is skipped", async () => {
    expect(await recording.recorder.validate("dose", undefined, { schema: schemas.zod })).toMatchObject({ ok: true, outcome: "skipped" });
    expect(recording.entries("validation")[0]?.outcome).toBe("skipped");
  });
});

describe("by hand", () => {
  test("a generation takes its signals short or in full", () => {
    const { recorder } = recording;
    const { traceId, spanId } = recorder.trace("local", () =>
      recorder.generation({
        provider: "llama.cpp",
        input: { system: "Be short.", messages: [{ role: "user", content: "How much?" }], parameters: { temperature: 0 } },
        model: "llama-3.1-8b",
        usage: { inputTokens: 9, outputTokens: 4 },
        toolCalls: [{ name: "get_weight", arguments: { mrn: "1" }, result: { kg: 2.1 } }],
        completion: "2.1 kg",
        startedAt: 1000,
        durationMs: 12.4,
      }),
    );
    const [entry] = recording.entries("generation");
    expect(entry).toMatchObject({ trace: traceId, span: spanId, provider: "llama.cpp", state: "complete", startedAtMs: 1000, durationMs: 12 });
    const signals = Object.fromEntries(Object.entries(entry?.signals ?? {}).map(([name, ref]) => [name, JSON.parse(entry?.text(ref) ?? "null") as unknown]));
    expect(signals).toEqual({
      input: { system: "Be short.", messages: [{ role: "user", parts: [{ type: "text", text: "How much?" }] }], tools: [], parameters: { temperature: 0 }, requestBody: null },
      model: { requested: "llama-3.1-8b", answered: null, fingerprint: null },
      usage: { inputTokens: 9, outputTokens: 4, cacheReadTokens: null, cacheWriteTokens: null, reasoningTokens: null, totalTokens: null },
      toolCalls: [{ callId: null, error: null, durationMs: null, name: "get_weight", arguments: '{"mrn":"1"}', result: '{"kg":2.1}', source: "wrapped" }],
      completion: { raw: null, finishReason: null, refusal: null, reasoning: null, alternatives: [], text: "2.1 kg" },
    });
  });

  test("a conversation told again with every call of it is stored once", () => {
    const turns = Array.from({ length: 30 }, (_, turn) => ({ role: turn % 2 === 0 ? "user" : "assistant", content: `Turn ${turn}: the weight stands in the chart, "as it was" measured.` }));
    for (let said = 1; said <= turns.length; said += 1) recording.recorder.generation({ input: { messages: turns.slice(0, said) }, completion: "2.1 kg" });
    const told = recording.entries("generation");
    const brought = told.map(({ texts }) => (texts ?? []).filter(([, text]) => text.startsWith("Turn ")).length);
    expect(brought).toEqual(turns.map(() => 1));
    expect(told.map((entry) => (JSON.parse(entry.text(entry.signals.input ?? null) ?? "null") as { messages: unknown[] }).messages.length)).toEqual(turns.map((_, turn) => turn + 1));
    expect(JSON.parse(told.at(-1)?.text(told.at(-1)?.signals.input ?? null) ?? "null")).toMatchObject({ messages: turns.map(({ role, content }) => ({ role, parts: [{ type: "text", text: content }] })) });
  });

  test("a call that failed is one", () => {
    recording.recorder.generation({ input: "?", error: new Error("out of memory") });
    expect(recording.entries("generation")[0]).toMatchObject({ state: "failed", error: { name: "Error", message: "out of memory" } });
  });

  test("an action may come from another process and before its call", () => {
    recording.recorder.action("4BF92F3577B34DA6A3CE929D0E0E4736", "retry", { id: "click-1", user: "u7", at: new Date(5000) });
    expect(recording.entries("action")[0]).toMatchObject({ trace: "4bf92f3577b34da6a3ce929d0e0e4736", action: "retry", actionId: "click-1", user: "u7", atMs: 5000, before: null });
  });

  test("an action without a trace id is a problem, not an exception", () => {
    recording.recorder.action("not an id", "accept");
    recording.recorder.action("4bf92f3577b34da6a3ce929d0e0e4736", "like" as "accept");
    expect(recording.problems.map(({ code }) => code)).toEqual(["CAPTURE_FAILED"]);
    expect(recording.entries("action")).toEqual([]);
  });

  test("tags, prompt and conversation may come later", () => {
    recording.recorder.trace("f", (trace) => trace.update({ tags: { arm: "b", n: 2 }, conversation: "c9", prompt: { id: "p", version: "2" } }));
    expect(recording.entries("trace-update")[0]).toMatchObject({ tags: { arm: "b", n: "2" }, conversation: "c9", prompt: { id: "p", version: "2", variables: null } });
  });
});
