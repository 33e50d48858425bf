import { describe, expect, test } from "vitest";
import { lines, partsOf, request, response } from "../testing/decoded.ts";

describe("chat", () => {
  test("asks with messages, images beside the text, arguments as objects", () => {
    const decoded = request("ollama-chat", '{"model":"llama3","options":{"seed":42},"messages":[{"role":"system","content":"S"},{"role":"user","content":"Hi","images":["AAAA"]},{"role":"assistant","content":"","thinking":"Hm","tool_calls":[{"function":{"name":"f","arguments":{"n": 1.0}}}]},{"role":"tool","tool_name":"f","content":"ok"}]}');
    expect([decoded.system, decoded.stream, decoded.parameters]).toEqual(["S", true, { options: { seed: 42 } }]);
    expect(decoded.messages.slice(1).map(partsOf)).toEqual([
      [{ type: "text", text: "Hi" }, { type: "media", mediaType: null, bytes: 3, reference: null }],
      [{ type: "reasoning", text: "Hm" }, { type: "tool-call", callId: null, name: "f", arguments: '{"n": 1.0}' }],
      [{ type: "tool-result", callId: null, name: "f", result: "ok", isError: false }],
    ]);
  });
  test("streams as lines, the last with the counts", () => {
    const decoded = response(
      "ollama-chat",
      lines(
        { model: "llama3", message: { role: "assistant", content: "", thinking: "Hm" }, done: false },
        { model: "llama3", message: { role: "assistant", content: "H" }, done: false },
        { model: "llama3", message: { role: "assistant", content: "i", tool_calls: [{ function: { name: "f", arguments: {} } }] }, done: false },
        { model: "llama3", message: { role: "assistant", content: "" }, done: true, done_reason: "stop", prompt_eval_count: 3, eval_count: 2, total_duration: 9 },
      ),
    );
    expect(decoded).toEqual({
      model: "llama3",
      fingerprint: null,
      responseId: null,
      choices: [{ parts: [{ type: "reasoning", text: "Hm" }, { type: "text", text: "Hi" }, { type: "tool-call", callId: null, name: "f", arguments: "{}" }], finishReason: "stop" }],
      usage: { inputTokens: 3, outputTokens: 2, cacheReadTokens: null, cacheWriteTokens: null, reasoningTokens: null, totalTokens: null, details: { total_duration: 9 } },
      error: null,
    });
  });
});

describe("generate", () => {
  test("asks with a prompt", () => {
    expect(request("ollama-generate", { model: "m", prompt: "Hi", system: "S", stream: false })).toMatchObject({ system: "S", stream: false, messages: [{ role: "user", parts: [{ type: "text", text: "Hi" }] }], parameters: { stream: false } });
  });
  test("answers, streamed or not", () => {
    const last = { model: "m", response: "", done: true, done_reason: "stop", context: [1, 2], prompt_eval_count: 1, eval_count: 1 };
    expect(response("ollama-generate", { ...last, response: "Hi" })).toMatchObject({ choices: [{ parts: [{ type: "text", text: "Hi" }], finishReason: "stop" }], usage: { inputTokens: 1 } });
    expect(response("ollama-generate", lines({ model: "m", response: "H", done: false }, { model: "m", response: "i", done: false }, last))).toMatchObject({ choices: [{ parts: [{ type: "text", text: "Hi" }], finishReason: "stop" }] });
  });
});

test("an error is a bare string", () => {
  expect(response("ollama-chat", { error: "model 'x' not found" }).error).toEqual({ type: null, message: "model 'x' not found", code: null });
});
