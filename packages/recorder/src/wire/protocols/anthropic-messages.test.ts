import { describe, expect, test } from "vitest";
import { answerOf, partsOf, request, response, sse } from "../testing/decoded.ts";

describe("a messages request", () => {
  const decoded = request(
    "anthropic-messages",
    `{"model":"claude-x","max_tokens":9,"system":[{"type":"text","text":"One."},{"type":"text","text":"Two.","cache_control":{"type":"ephemeral"}}],
     "messages":[
       {"role":"user","content":"Hi"},
       {"role":"user","content":[
         {"type":"image","source":{"type":"base64","media_type":"image/jpeg","data":"AAAA"}},
         {"type":"document","title":"Chart","source":{"type":"text","media_type":"text/plain","data":"Weight 2.1 kg"}},
         {"type":"document","source":{"type":"url","url":"https://x/y.pdf"}},
         {"type":"search_result","title":"T","source":"https://s","content":[{"type":"text","text":"found"}]}]},
       {"role":"assistant","content":[
         {"type":"thinking","thinking":"Hm","signature":"s"},
         {"type":"redacted_thinking","data":"opaque"},
         {"type":"text","text":"Let me see.","citations":[{"type":"char_location","cited_text":"2.1"}]},
         {"type":"tool_use","id":"t1","name":"weigh","input":{"mrn": 9007199254740993, "b":1, "a":1.0}},
         {"type":"server_tool_use","id":"t2","name":"web_search","input":{"query":"q"}},
         {"type":"web_search_tool_result","tool_use_id":"t2","content":[{"type":"web_search_result","title":"R","url":"u","encrypted_content":"e"}]},
         {"type":"mcp_tool_use","id":"t3","name":"ask","server_name":"wiki","input":{}}]},
       {"role":"user","content":[
         {"type":"tool_result","tool_use_id":"t1","content":[{"type":"text","text":"2.1"},{"type":"text","text":"kg"},{"type":"image","source":{"type":"file","file_id":"f"}}]},
         {"type":"tool_result","tool_use_id":"t3","is_error":true,"content":"timeout"}]}],
     "tools":[{"name":"weigh","description":"Weighs.","input_schema":{"type":"object"}},{"type":"web_search_20250305","name":"web_search","max_uses":3}],
     "thinking":{"type":"enabled","budget_tokens":1024}}`,
  );
  test("has model, system, tools and parameters", () => {
    expect([decoded.model, decoded.system, decoded.parameters]).toEqual(["claude-x", "One.\n\nTwo.", { max_tokens: 9, thinking: { type: "enabled", budget_tokens: 1024 } }]);
    expect(decoded.tools).toEqual([
      { name: "weigh", description: "Weighs.", parameters: '{"type":"object"}' },
      { name: "web_search", description: null, parameters: null, settings: '{"type":"web_search_20250305","max_uses":3}' },
    ]);
  });
  test("has texts, documents and media", () => {
    expect(partsOf(decoded.messages[1])).toEqual([
      { type: "media", mediaType: "image/jpeg", bytes: 3, reference: null },
      { type: "text", text: "Weight 2.1 kg" },
      { type: "media", mediaType: "text/plain", bytes: null, reference: null, name: "Chart" },
      { type: "media", mediaType: null, bytes: null, reference: "https://x/y.pdf" },
      { type: "text", text: "found" },
      { type: "other", json: '{"type":"search_result","title":"T","source":"https://s"}' },
    ]);
  });
  test("has thinking and the exact text of tool inputs, the provider's own tools included", () => {
    expect(partsOf(decoded.messages[2])).toEqual([
      { type: "reasoning", text: "Hm" },
      { type: "other", json: '{"type":"redacted_thinking","data":"opaque"}' },
      { type: "text", text: "Let me see." },
      { type: "other", json: '{"type":"char_location","cited_text":"2.1"}' },
      { type: "tool-call", callId: "t1", name: "weigh", arguments: '{"mrn": 9007199254740993, "b":1, "a":1.0}' },
      { type: "tool-call", callId: "t2", name: "web_search", arguments: '{"query":"q"}' },
      { type: "tool-result", callId: "t2", name: null, result: '[{"type":"web_search_result","title":"R","url":"u","encrypted_content":"e"}]', isError: false },
      { type: "tool-call", callId: "t3", name: "ask", arguments: "{}" },
    ]);
  });
  test("has tool results as text, with media beside them", () => {
    expect(partsOf(decoded.messages[3])).toEqual([
      { type: "tool-result", callId: "t1", name: null, result: "2.1\nkg", isError: false },
      { type: "media", mediaType: null, bytes: null, reference: "f" },
      { type: "tool-result", callId: "t3", name: null, result: "timeout", isError: true },
    ]);
  });
});

describe("a text completion", () => {
  test("asks with a prompt", () => {
    expect(request("anthropic-messages", { model: "claude-2", prompt: "Hi", max_tokens_to_sample: 1 })).toMatchObject({ messages: [{ role: "user", parts: [{ type: "text", text: "Hi" }] }], parameters: { max_tokens_to_sample: 1 } });
  });
  test("answers, streamed or not", () => {
    const answer = { choices: [{ parts: [{ type: "text", text: "Hello" }], finishReason: "stop_sequence" }], model: "claude-2.1" };
    expect(response("anthropic-messages", { type: "completion", completion: "Hello", stop_reason: "stop_sequence", model: "claude-2.1" })).toMatchObject(answer);
    const piece = (completion: string, stop_reason: string | null) => ({ type: "completion", completion, stop_reason, model: "claude-2.1" });
    expect(response("anthropic-messages", sse(piece("Hel", null), piece("lo", null), piece("", "stop_sequence")))).toMatchObject(answer);
  });
});

test("a refusal's explanation is the refusal", () => {
  expect(response("anthropic-messages", { id: "msg", model: "m", content: [], stop_reason: "refusal", stop_details: { type: "refusal", category: "bio", explanation: "Not this." }, usage: { input_tokens: 1, output_tokens: 0 } })).toMatchObject({
    choices: [{ parts: [{ type: "refusal", text: "Not this." }], finishReason: "refusal" }],
  });
});

test("an error is one, and nothing else", () => {
  expect(response("anthropic-messages", { type: "error", error: { type: "not_found_error", message: "model: x" }, request_id: "r" })).toEqual({ model: null, fingerprint: null, responseId: null, choices: [], usage: null, error: { type: "not_found_error", message: "model: x", code: null } });
});

describe("a messages stream", () => {
  const start = { type: "message_start", message: { id: "msg_1", model: "claude-x-1", content: [], stop_reason: null, usage: { input_tokens: 5, cache_read_input_tokens: 2, cache_creation_input_tokens: 1, output_tokens: 1 } } };
  const block = (index: number, content_block: unknown) => ({ type: "content_block_start", index, content_block });
  const delta = (index: number, change: unknown) => ({ type: "content_block_delta", index, delta: change });
  const end = { type: "message_delta", delta: { stop_reason: "tool_use" }, usage: { output_tokens: 9, output_tokens_details: { thinking_tokens: 4 } } };
  test("adds up block by block", () => {
    const decoded = response(
      "anthropic-messages",
      sse(
        start,
        { type: "ping" },
        block(0, { type: "thinking", thinking: "", signature: "" }),
        delta(0, { type: "thinking_delta", thinking: "Hm" }),
        delta(0, { type: "signature_delta", signature: "sig" }),
        block(1, { type: "text", text: "" }),
        delta(1, { type: "text_delta", text: "He" }),
        delta(1, { type: "citations_delta", citation: { cited_text: "c" } }),
        delta(1, { type: "text_delta", text: "y" }),
        block(2, { type: "tool_use", id: "t", name: "f", input: {} }),
        delta(2, { type: "input_json_delta", partial_json: '{"a":' }),
        delta(2, { type: "input_json_delta", partial_json: " 9007199254740993}" }),
        block(3, { type: "tool_use", id: "u", name: "g", input: {} }),
        block(4, { type: "web_search_tool_result", tool_use_id: "t", content: { type: "web_search_tool_result_error", error_code: "unavailable" } }),
        end,
        { type: "message_stop" },
      ),
    );
    expect(decoded.choices).toEqual([
      {
        finishReason: "tool_use",
        parts: [
          { type: "reasoning", text: "Hm" },
          { type: "text", text: "Hey" },
          { type: "other", json: '{"cited_text":"c"}' },
          { type: "tool-call", callId: "t", name: "f", arguments: '{"a": 9007199254740993}' },
          { type: "tool-call", callId: "u", name: "g", arguments: "{}" },
          { type: "tool-result", callId: "t", name: null, result: '{"type":"web_search_tool_result_error","error_code":"unavailable"}', isError: true },
        ],
      },
    ]);
    expect([decoded.model, decoded.responseId, decoded.usage]).toEqual(["claude-x-1", "msg_1", { inputTokens: 5, outputTokens: 9, cacheReadTokens: 2, cacheWriteTokens: 1, reasoningTokens: 4, totalTokens: null }]);
  });
  test("that fails half-way has both the text and the error", () => {
    expect(response("anthropic-messages", sse(start, block(0, { type: "text", text: "" }), delta(0, { type: "text_delta", text: "He" }), { type: "error", error: { type: "overloaded_error", message: "Overloaded" } }))).toMatchObject({
      choices: [{ parts: [{ type: "text", text: "He" }], finishReason: null }],
      error: { type: "overloaded_error", message: "Overloaded" },
    });
  });
  test("that was cut inside an input keeps the part of it that came", () => {
    expect(answerOf(response("anthropic-messages", sse(start, block(0, { type: "tool_use", id: "t", name: "f", input: {} }), delta(0, { type: "input_json_delta", partial_json: '{"a":' }))))).toEqual([{ type: "tool-call", callId: "t", name: "f", arguments: '{"a":' }]);
  });
});
