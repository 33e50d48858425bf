import { describe, expect, test } from "vitest";
import { answerOf, partsOf, request, response, sse } from "../testing/decoded.ts";

describe("a chat request", () => {
  const decoded = request("openai-chat", {
    model: "gpt-4o",
    stream: true,
    seed: 7,
    messages: [
      { role: "system", content: "Be brief." },
      { role: "developer", content: [{ type: "text", text: "Metric units." }] },
      { role: "user", name: "ana", content: [{ type: "text", text: "What is this?" }, { type: "image_url", image_url: { url: "data:image/png;base64,AAAA", detail: "low" } }, { type: "input_audio", input_audio: { data: "AAAAAAAA", format: "wav" } }, { type: "file", file: { file_id: "file-1" } }] },
      { role: "assistant", content: null, refusal: "No.", reasoning_content: "Hm.", tool_calls: [{ id: "c1", type: "function", function: { name: "weigh", arguments: '{"mrn": 9007199254740993}' } }, { id: "c2", type: "custom", custom: { name: "sql", input: "select 1" } }] },
      { role: "assistant", function_call: { name: "old", arguments: "{}" } },
      { role: "tool", tool_call_id: "c1", content: [{ type: "text", text: "2.1" }, { type: "text", text: "kg" }] },
      { role: "function", name: "old", content: "done" },
    ],
    tools: [{ type: "function", function: { name: "weigh", description: "Weighs.", parameters: { type: "object" }, strict: true } }, { type: "custom", custom: { name: "sql", format: { type: "text" } } }, { type: "web_search", max_uses: 2 }],
    functions: [{ name: "old", parameters: {} }],
    prediction: { type: "content", content: "maybe" },
  });
  test("has model, system, parameters and stream", () => {
    expect([decoded.model, decoded.system, decoded.stream, decoded.parameters]).toEqual(["gpt-4o", "Be brief.\n\nMetric units.", true, { stream: true, seed: 7, prediction: { type: "content", content: "maybe" } }]);
  });
  test("has its media by type, size and reference", () => {
    expect(decoded.messages[2]).toEqual({
      role: "user",
      name: "ana",
      parts: [
        { type: "text", text: "What is this?" },
        { type: "media", mediaType: "image/png", bytes: 3, reference: null },
        { type: "media", mediaType: "audio/wav", bytes: 6, reference: null },
        { type: "media", mediaType: null, bytes: null, reference: "file-1" },
      ],
    });
  });
  test("has the exact arguments of every kind of tool call, and refusal and reasoning beside them", () => {
    expect(partsOf(decoded.messages[3])).toEqual([
      { type: "reasoning", text: "Hm." },
      { type: "refusal", text: "No." },
      { type: "tool-call", callId: "c1", name: "weigh", arguments: '{"mrn": 9007199254740993}' },
      { type: "tool-call", callId: "c2", name: "sql", arguments: "select 1" },
    ]);
    expect(partsOf(decoded.messages[4])).toEqual([{ type: "tool-call", callId: null, name: "old", arguments: "{}" }]);
  });
  test("has tool results by call id or name", () => {
    expect(decoded.messages.slice(5).map(partsOf)).toEqual([[{ type: "tool-result", callId: "c1", name: null, result: "2.1\nkg", isError: false }], [{ type: "tool-result", callId: null, name: "old", result: "done", isError: false }]]);
  });
  test("has its tools, built-in ones with their options", () => {
    expect(decoded.tools).toEqual([
      { name: "weigh", description: "Weighs.", parameters: '{"type":"object"}', settings: '{"strict":true}' },
      { name: "sql", description: null, parameters: null, settings: '{"type":"custom","format":{"type":"text"}}' },
      { name: "web_search", description: null, parameters: null, settings: '{"type":"web_search","max_uses":2}' },
      { name: "old", description: null, parameters: "{}" },
    ]);
  });
});

test("a 64-bit integer among the parameters keeps its digits", () => {
  expect(request("openai-chat", '{"messages":[],"seed":12479678939117453001}').parameters).toEqual({ seed: "12479678939117453001" });
});

test("arguments that a host sends as an object keep their text", () => {
  expect(answerOf(response("openai-chat", '{"choices":[{"message":{"tool_calls":[{"id":"a","function":{"name":"f","arguments":{"b":1.0, "a":2}}}]}}]}'))).toEqual([{ type: "tool-call", callId: "a", name: "f", arguments: '{"b":1.0, "a":2}' }]);
});

describe("a chat response", () => {
  const decoded = response("openai-chat", {
    id: "chatcmpl-1",
    model: "gpt-4o-2024-08-06",
    system_fingerprint: "fp_1",
    choices: [
      { index: 0, finish_reason: "stop", message: { role: "assistant", content: "Hi", annotations: [{ type: "url_citation" }], audio: { id: "au_1", data: "AAAA", transcript: "Hi there" } } },
      { index: 1, finish_reason: "content_filter", message: { role: "assistant", content: null, refusal: "I can't." } },
    ],
    usage: { prompt_tokens: 10, completion_tokens: 5, total_tokens: 15, prompt_tokens_details: { cached_tokens: 4, audio_tokens: 1 }, completion_tokens_details: { reasoning_tokens: 2 } },
  });
  test("has every choice with its finish reason", () => {
    expect(decoded.choices).toEqual([
      {
        finishReason: "stop",
        parts: [{ type: "text", text: "Hi" }, { type: "text", text: "Hi there" }, { type: "media", mediaType: null, bytes: 3, reference: "au_1" }, { type: "other", json: '{"type":"url_citation"}' }],
      },
      { finishReason: "content_filter", parts: [{ type: "refusal", text: "I can't." }] },
    ]);
  });
  test("has model, fingerprint, id and usage, unnamed counts among the details", () => {
    expect([decoded.model, decoded.fingerprint, decoded.responseId]).toEqual(["gpt-4o-2024-08-06", "fp_1", "chatcmpl-1"]);
    expect(decoded.usage).toEqual({ inputTokens: 10, outputTokens: 5, cacheReadTokens: 4, cacheWriteTokens: null, reasoningTokens: 2, totalTokens: 15, details: { "prompt_tokens_details.audio_tokens": 1 } });
  });
});

test.each([
  [{ error: { message: "No such model", type: "invalid_request_error", code: "model_not_found", param: null } }, { type: "invalid_request_error", message: "No such model", code: "model_not_found" }],
  [{ error: "model not loaded" }, { type: null, message: "model not loaded", code: null }],
  [{ object: "error", message: "too long", type: "BadRequestError", code: 400 }, { type: "BadRequestError", message: "too long", code: "400" }],
  [{ detail: [{ loc: ["body"], msg: "field required" }] }, { type: null, message: '[{"loc":["body"],"msg":"field required"}]', code: null }],
])("an error body %j", (body, error) => {
  expect(response("openai-chat", body)).toMatchObject({ choices: [], usage: null, error });
});

test("what a model said before its tool call was refused is its answer", () => {
  expect(response("openai-chat", { error: { message: "bad call", failed_generation: '{"name": "f"' } }).choices).toEqual([{ parts: [{ type: "text", text: '{"name": "f"' }], finishReason: null }]);
});

describe("a chat stream", () => {
  const chunk = (delta: unknown, more: Record<string, unknown> = {}) => ({ id: "c", model: "m-1", system_fingerprint: "fp", choices: [{ index: 0, delta, finish_reason: null, ...more }] });
  test("adds up to the same as one answer, choice by choice and call by call", () => {
    const decoded = response(
      "openai-chat",
      sse(
        chunk({ role: "assistant", reasoning_content: "Th" }),
        chunk({ reasoning_content: "ink" }),
        chunk({ content: "Ana Gar" }),
        { ...chunk({}), choices: [{ index: 1, delta: { content: "other" } }, { index: 0, delta: { content: "cía" } }] },
        chunk({ tool_calls: [{ index: 0, id: "a", function: { name: "f", arguments: '{"x":' } }, { index: 1, id: "b", function: { name: "g", arguments: "" } }] }),
        chunk({ tool_calls: [{ index: 1, function: { arguments: "{}" } }, { index: 0, id: "a", function: { name: "f", arguments: "1}" } }] }, { finish_reason: "tool_calls" }),
        { id: "c", model: "m-1", choices: [], usage: { prompt_tokens: 1, completion_tokens: 2, total_tokens: 3 } },
        "[DONE]",
      ),
    );
    expect(decoded).toEqual({
      model: "m-1",
      fingerprint: "fp",
      responseId: "c",
      choices: [
        {
          finishReason: "tool_calls",
          parts: [
            { type: "reasoning", text: "Think" },
            { type: "text", text: "Ana García" },
            { type: "tool-call", callId: "a", name: "f", arguments: '{"x":1}' },
            { type: "tool-call", callId: "b", name: "g", arguments: "{}" },
          ],
        },
        { finishReason: null, parts: [{ type: "text", text: "other" }] },
      ],
      usage: { inputTokens: 1, outputTokens: 2, cacheReadTokens: null, cacheWriteTokens: null, reasoningTokens: null, totalTokens: 3 },
      error: null,
    });
  });
  test("that was cut gives what came", () => {
    const whole = sse(chunk({ content: "Hello" }), chunk({ content: " world" }));
    expect(answerOf(response("openai-chat", whole.slice(0, whole.lastIndexOf("rld"))))).toEqual([{ type: "text", text: "Hello wo" }]);
  });
  test("that fails half-way has both the text and the error", () => {
    expect(response("openai-chat", sse(chunk({ content: "Hel" }), { error: { message: "overloaded", type: "server_error" } }))).toMatchObject({ choices: [{ parts: [{ type: "text", text: "Hel" }] }], error: { message: "overloaded", type: "server_error" } });
  });
  test("of Mistral's thinking parts goes to reasoning and text", () => {
    expect(answerOf(response("mistral-chat", sse(chunk({ content: [{ type: "thinking", thinking: [{ type: "text", text: "H" }] }] }), chunk({ content: [{ type: "thinking", thinking: [{ type: "text", text: "m" }] }, { type: "text", text: "4" }] }))))).toEqual([
      { type: "reasoning", text: "Hm" },
      { type: "text", text: "4" },
    ]);
  });
  test("of Groq counts tokens in x_groq", () => {
    expect(response("openai-chat", sse({ ...chunk({}), x_groq: { id: "r", usage: { prompt_tokens: 3, completion_tokens: 4, total_tokens: 7, queue_time: 0.5 } } })).usage).toMatchObject({ inputTokens: 3, outputTokens: 4, details: { queue_time: 0.5 } });
  });
});

describe("a legacy completion", () => {
  test("asks with prompts", () => {
    expect(request("openai-completions", { model: "davinci-002", prompt: ["a", "b"], max_tokens: 3 })).toMatchObject({ messages: [{ role: "user", parts: [{ text: "a" }] }, { role: "user", parts: [{ text: "b" }] }], parameters: { max_tokens: 3 } });
    expect(request("openai-completions", { prompt: [1, 2] }).messages).toEqual([{ role: "user", parts: [{ type: "other", json: "[1,2]" }] }]);
  });
  test("answers with text, streamed or not", () => {
    expect(answerOf(response("openai-completions", { choices: [{ text: "hi", finish_reason: "length" }] }))).toEqual([{ type: "text", text: "hi" }]);
    expect(answerOf(response("openai-completions", sse({ choices: [{ text: "h", index: 0 }] }, { choices: [{ text: "i", index: 0 }] }, "[DONE]")))).toEqual([{ type: "text", text: "hi" }]);
  });
});
