import { describe, expect, test } from "vitest";
import { answerOf, partsOf, request, response, sse } from "../testing/decoded.ts";

test("a bare input is the user's message and instructions are the system's", () => {
  expect(request("openai-responses", { model: "gpt-x", instructions: "Be brief.", input: "Hi", store: false })).toMatchObject({ model: "gpt-x", system: "Be brief.", messages: [{ role: "user", parts: [{ type: "text", text: "Hi" }] }], parameters: { store: false } });
});

describe("input items", () => {
  const decoded = request("openai-responses", {
    instructions: "A.",
    input: [
      { role: "developer", content: "B." },
      { role: "user", content: [{ type: "input_text", text: "Hi" }, { type: "input_image", image_url: "https://x/i.png" }, { type: "input_file", filename: "a.pdf", file_data: "data:application/pdf;base64,AAAA" }] },
      { type: "reasoning", id: "rs", summary: [{ type: "summary_text", text: "Hm" }], encrypted_content: "e" },
      { type: "function_call", id: "fc", call_id: "c1", name: "weigh", arguments: '{"a": 1.0}' },
      { type: "function_call_output", call_id: "c1", output: "2.1 kg" },
      { type: "custom_tool_call", call_id: "c2", name: "sql", input: "select 1" },
      { type: "custom_tool_call_output", call_id: "c2", output: [{ type: "input_text", text: "1" }, { type: "input_image", file_id: "f" }] },
      { type: "computer_call", call_id: "c3", action: { type: "click", x: 1 } },
      { type: "computer_call_output", call_id: "c3", output: { type: "computer_screenshot", image_url: "https://x/s.png" } },
      { type: "item_reference", id: "msg_1" },
      { type: "additional_tools", role: "developer", tools: [{ type: "function", name: "later" }] },
    ],
    tools: [{ type: "function", name: "weigh", parameters: { type: "object" }, strict: true }, { type: "namespace", name: "ns", tools: [{ type: "function", name: "inner" }] }, { type: "mcp", server_label: "wiki" }],
  });
  test("join the system's words", () => {
    expect(decoded.system).toBe("A.\n\nB.");
  });
  test("are messages, each with its role or the one its kind implies", () => {
    expect(decoded.messages.map(({ role }) => role)).toEqual(["developer", "user", "assistant", "assistant", "tool", "assistant", "tool", "assistant", "tool", "assistant", "developer"]);
    expect(decoded.messages.slice(1, 10).map(partsOf)).toEqual([
      [{ type: "text", text: "Hi" }, { type: "media", mediaType: null, bytes: null, reference: "https://x/i.png" }, { type: "media", mediaType: "application/pdf", bytes: 3, reference: null, name: "a.pdf" }],
      [{ type: "reasoning", text: "Hm" }],
      [{ type: "tool-call", callId: "c1", name: "weigh", arguments: '{"a": 1.0}' }],
      [{ type: "tool-result", callId: "c1", name: null, result: "2.1 kg", isError: false }],
      [{ type: "tool-call", callId: "c2", name: "sql", arguments: "select 1" }],
      [{ type: "tool-result", callId: "c2", name: null, result: "1", isError: false }, { type: "media", mediaType: null, bytes: null, reference: "f" }],
      [{ type: "tool-call", callId: "c3", name: "computer_call", arguments: '{"type":"click","x":1}' }],
      [{ type: "tool-result", callId: "c3", name: null, result: "", isError: false }, { type: "media", mediaType: null, bytes: null, reference: "https://x/s.png" }],
      [{ type: "other", json: '{"type":"item_reference","id":"msg_1"}' }],
    ]);
  });
  test("and tools, nested and added ones too", () => {
    expect(decoded.tools.map(({ name }) => name)).toEqual(["weigh", "ns", "mcp", "inner", "later"]);
  });
});

const body = {
  id: "resp_1",
  object: "response",
  status: "completed",
  model: "gpt-x-2026-01-01",
  error: null,
  incomplete_details: null,
  output: [
    { type: "reasoning", id: "rs", summary: [], encrypted_content: "e" },
    { type: "web_search_call", id: "ws", status: "completed", action: { type: "search", query: "q" } },
    { type: "code_interpreter_call", id: "ci", code: "1+1", outputs: [{ type: "logs", logs: "2" }] },
    { type: "mcp_call", id: "m", name: "ask", arguments: "{}", output: null, error: { code: 500 } },
    { type: "image_generation_call", id: "ig", result: "AAAA", revised_prompt: "a boat" },
    { type: "message", role: "assistant", content: [{ type: "output_text", text: "Two.", annotations: [{ type: "url_citation", url: "u" }] }, { type: "refusal", refusal: "No more." }] },
  ],
  usage: { input_tokens: 3, input_tokens_details: { cached_tokens: 1 }, output_tokens: 2, output_tokens_details: { reasoning_tokens: 1 }, total_tokens: 5 },
};
const parts = [
  { type: "other", json: JSON.stringify(body.output[0]) },
  { type: "tool-call", callId: "ws", name: "web_search_call", arguments: '{"type":"search","query":"q"}' },
  { type: "tool-call", callId: "ci", name: "code_interpreter_call", arguments: "1+1" },
  { type: "tool-result", callId: "ci", name: "code_interpreter_call", result: '[{"type":"logs","logs":"2"}]', isError: false },
  { type: "tool-call", callId: "m", name: "ask", arguments: "{}" },
  { type: "tool-result", callId: "m", name: "ask", result: '{"code":500}', isError: true },
  { type: "tool-call", callId: "ig", name: "image_generation_call", arguments: "a boat" },
  { type: "media", mediaType: null, bytes: 3, reference: null },
  { type: "text", text: "Two." },
  { type: "other", json: '{"type":"url_citation","url":"u"}' },
  { type: "refusal", text: "No more." },
];

test("a response's items are parts in order, the provider's tools with their results", () => {
  expect(response("openai-responses", body)).toEqual({
    model: "gpt-x-2026-01-01",
    fingerprint: null,
    responseId: "resp_1",
    choices: [{ parts, finishReason: "completed" }],
    usage: { inputTokens: 3, outputTokens: 2, cacheReadTokens: 1, cacheWriteTokens: null, reasoningTokens: 1, totalTokens: 5 },
    error: null,
  });
});

test("an incomplete response says why, a failed one its error", () => {
  expect(response("openai-responses", { ...body, status: "incomplete", incomplete_details: { reason: "max_output_tokens" } }).choices[0]?.finishReason).toBe("max_output_tokens");
  expect(response("openai-responses", { id: "r", status: "failed", output: [], error: { code: "server_error", message: "Oops" } })).toMatchObject({ choices: [], error: { code: "server_error", message: "Oops" } });
});

describe("a response stream", () => {
  const events = [
    { type: "response.created", response: { id: "resp_1", status: "in_progress", model: "gpt-x", output: [] } },
    { type: "response.output_item.added", output_index: 0, item: { type: "reasoning", id: "rs", summary: [] } },
    { type: "response.reasoning_summary_text.delta", output_index: 0, summary_index: 0, delta: "H" },
    { type: "response.reasoning_summary_text.delta", output_index: 0, summary_index: 0, delta: "m" },
    { type: "response.output_item.added", output_index: 1, item: { type: "message", role: "assistant", content: [] } },
    { type: "response.output_text.delta", output_index: 1, content_index: 0, delta: "Tw" },
    { type: "response.output_text.delta", output_index: 1, content_index: 0, delta: "o." },
    { type: "response.output_item.added", output_index: 2, item: { type: "function_call", call_id: "c", name: "f", arguments: "" } },
    { type: "response.function_call_arguments.delta", output_index: 2, delta: '{"a":' },
    { type: "response.function_call_arguments.delta", output_index: 2, delta: "1}" },
  ];
  const streamed = [
    { type: "reasoning", text: "Hm" },
    { type: "text", text: "Two." },
    { type: "tool-call", callId: "c", name: "f", arguments: '{"a":1}' },
  ];
  test("that was cut is known by its deltas", () => {
    expect(response("openai-responses", sse(...events))).toMatchObject({ model: "gpt-x", responseId: "resp_1", choices: [{ parts: streamed, finishReason: null }], usage: null });
  });
  test("that ended is known by its last event", () => {
    expect(answerOf(response("openai-responses", sse(...events, { type: "response.completed", response: body })))).toEqual(parts);
  });
  test("whose last event leaves the output out is known by its items", () => {
    const decoded = response("openai-responses", sse(...events, { type: "response.completed", response: { ...body, output: [] } }));
    expect(decoded).toMatchObject({ choices: [{ parts: streamed, finishReason: "completed" }], usage: { totalTokens: 5 } });
  });
  test("that failed has its error", () => {
    expect(response("openai-responses", sse(events[0], { type: "error", code: "rate_limit", message: "Slow down" }))).toMatchObject({ error: { code: "rate_limit", message: "Slow down" } });
  });
});
