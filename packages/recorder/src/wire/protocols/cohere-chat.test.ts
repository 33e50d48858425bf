import { describe, expect, test } from "vitest";
import { partsOf, request, response, sse, lines } from "../testing/decoded.ts";

describe("version 2", () => {
  test("asks with messages, a plan beside the tool calls", () => {
    const decoded = request("cohere-chat", {
      model: "command-a",
      messages: [
        { role: "system", content: "Be brief." },
        { role: "assistant", tool_plan: "I will look.", tool_calls: [{ id: "t", type: "function", function: { name: "f", arguments: "{}" } }] },
        { role: "tool", tool_call_id: "t", content: [{ type: "document", document: { data: "{}" } }] },
      ],
      tools: [{ type: "function", function: { name: "f", parameters: {} } }],
      documents: ["d"],
    });
    expect([decoded.system, decoded.tools, decoded.parameters]).toEqual(["Be brief.", [{ name: "f", description: null, parameters: "{}" }], { documents: ["d"] }]);
    expect(decoded.messages.slice(1).map(partsOf)).toEqual([
      [{ type: "reasoning", text: "I will look." }, { type: "tool-call", callId: "t", name: "f", arguments: "{}" }],
      [{ type: "tool-result", callId: "t", name: null, result: '[{"type":"document","document":{"data":"{}"}}]', isError: false }],
    ]);
  });
  const usage = { billed_units: { input_tokens: 1, output_tokens: 2 }, tokens: { input_tokens: 10, output_tokens: 2 }, cached_tokens: 4 };
  test("answers with content, citations and both counts", () => {
    expect(response("cohere-chat", { id: "i", message: { role: "assistant", content: [{ type: "thinking", thinking: "Hm" }, { type: "text", text: "4" }], citations: [{ start: 0 }] }, finish_reason: "COMPLETE", usage })).toEqual({
      model: null,
      fingerprint: null,
      responseId: "i",
      choices: [{ parts: [{ type: "reasoning", text: "Hm" }, { type: "text", text: "4" }, { type: "other", json: '{"start":0}' }], finishReason: "COMPLETE" }],
      usage: { inputTokens: 10, outputTokens: 2, cacheReadTokens: 4, cacheWriteTokens: null, reasoningTokens: null, totalTokens: null, details: { "billed_units.input_tokens": 1, "billed_units.output_tokens": 2 } },
      error: null,
    });
  });
  test("streams", () => {
    const message = (content: unknown) => ({ delta: { message: content } });
    const decoded = response(
      "cohere-chat",
      sse(
        { type: "message-start", id: "i", ...message({ role: "assistant" }) },
        { type: "tool-plan-delta", ...message({ tool_plan: "I " }) },
        { type: "tool-plan-delta", ...message({ tool_plan: "will." }) },
        { type: "content-start", index: 0, ...message({ content: { type: "text", text: "" } }) },
        { type: "content-delta", index: 0, ...message({ content: { text: "4" } }) },
        { type: "tool-call-start", index: 0, ...message({ tool_calls: { id: "t", function: { name: "f", arguments: "" } } }) },
        { type: "tool-call-delta", index: 0, ...message({ tool_calls: { function: { arguments: '{"a"' } } }) },
        { type: "tool-call-delta", index: 0, ...message({ tool_calls: { function: { arguments: ":1}" } } }) },
        { type: "message-end", delta: { finish_reason: "TOOL_CALL", usage } },
      ),
    );
    expect(decoded).toMatchObject({
      responseId: "i",
      choices: [{ parts: [{ type: "reasoning", text: "I will." }, { type: "text", text: "4" }, { type: "tool-call", callId: "t", name: "f", arguments: '{"a":1}' }], finishReason: "TOOL_CALL" }],
      usage: { inputTokens: 10 },
    });
  });
});

describe("version 1", () => {
  test("asks with a message and its history", () => {
    const decoded = request("cohere-chat", {
      message: "And now?",
      preamble: "Be brief.",
      chat_history: [{ role: "USER", message: "Hi" }, { role: "CHATBOT", message: "Hello", tool_calls: [{ name: "f", parameters: { a: 1 } }] }],
      tools: [{ name: "f", description: "F.", parameter_definitions: { a: { type: "int" } } }],
      tool_results: [{ call: { name: "f", parameters: {} }, outputs: [{ r: 1 }] }],
    });
    expect([decoded.system, decoded.tools]).toEqual(["Be brief.", [{ name: "f", description: "F.", parameters: '{"a":{"type":"int"}}' }]]);
    expect(decoded.messages.map(({ role, parts }) => [role, parts])).toEqual([
      ["USER", [{ type: "text", text: "Hi" }]],
      ["CHATBOT", [{ type: "text", text: "Hello" }, { type: "tool-call", callId: null, name: "f", arguments: '{"a":1}' }]],
      ["USER", [{ type: "text", text: "And now?" }]],
      ["TOOL", [{ type: "tool-result", callId: null, name: "f", result: '[{"r":1}]', isError: false }]],
    ]);
  });
  const meta = { billed_units: { input_tokens: 1, output_tokens: 2 } };
  test("answers with text", () => {
    expect(response("cohere-chat", { text: "Hi", generation_id: "g", finish_reason: "COMPLETE", meta })).toMatchObject({ responseId: "g", choices: [{ parts: [{ type: "text", text: "Hi" }], finishReason: "COMPLETE" }], usage: { inputTokens: 1, outputTokens: 2 } });
  });
  test("streams, and its last event is the whole answer", () => {
    const events = [{ event_type: "stream-start", generation_id: "g", is_finished: false }, { event_type: "text-generation", text: "H", is_finished: false }, { event_type: "text-generation", text: "i", is_finished: false }];
    expect(response("cohere-chat", lines(...events))).toMatchObject({ responseId: "g", choices: [{ parts: [{ type: "text", text: "Hi" }], finishReason: null }], usage: null });
    expect(response("cohere-chat", lines(...events, { event_type: "stream-end", is_finished: true, finish_reason: "COMPLETE", response: { text: "Hi", finish_reason: "COMPLETE", meta } }))).toMatchObject({ choices: [{ finishReason: "COMPLETE" }], usage: { outputTokens: 2 } });
    expect(response("cohere-chat", lines(...events, { event_type: "stream-end", is_finished: true, finish_reason: "MAX_TOKENS", response: { text: "Hi", meta } }))).toMatchObject({ choices: [{ finishReason: "MAX_TOKENS" }] });
  });
});

test("generate asks with a prompt and answers with generations", () => {
  expect(request("cohere-chat", { prompt: "Hi", max_tokens: 2 })).toMatchObject({ messages: [{ role: "user", parts: [{ type: "text", text: "Hi" }] }], parameters: { max_tokens: 2 } });
  expect(response("cohere-chat", { id: "i", generations: [{ text: "Hello", finish_reason: "COMPLETE" }], meta: { billed_units: { input_tokens: 1 } } })).toMatchObject({ responseId: "i", choices: [{ parts: [{ type: "text", text: "Hello" }], finishReason: "COMPLETE" }], usage: { inputTokens: 1 } });
});

test("an error is a bare message", () => {
  expect(response("cohere-chat", { message: "invalid api token" }).error).toEqual({ type: null, message: "invalid api token", code: null });
});
