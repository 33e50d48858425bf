import { describe, expect, test } from "vitest";
import { answerOf, partsOf, request, response } from "../testing/decoded.ts";
import { eventStream } from "../testing/event-stream.ts";

const converse = { url: "https://bedrock-runtime.us-east-1.amazonaws.com/model/m/converse-stream", model: "us.amazon.nova" };

describe("a converse request", () => {
  const decoded = request(
    "bedrock-converse",
    `{"system":[{"text":"Be brief."},{"cachePoint":{"type":"default"}}],
      "messages":[
        {"role":"user","content":[{"text":"Hi"},{"image":{"format":"png","source":{"bytes":"AAAA"}}},{"document":{"name":"Doc 1","format":"pdf","source":{"s3Location":{"uri":"s3://b/d.pdf"}}}},{"guardContent":{"text":{"text":"q","qualifiers":["query"]}}},{"cachePoint":{"type":"default"}}]},
        {"role":"assistant","content":[{"reasoningContent":{"reasoningText":{"text":"Hm","signature":"s"}}},{"reasoningContent":{"redactedContent":"r"}},{"toolUse":{"toolUseId":"t","name":"weigh","input":{"mrn": 9007199254740993}}}]},
        {"role":"user","content":[{"toolResult":{"toolUseId":"t","content":[{"json":{"kg": 2.10}}],"status":"success"}},{"toolResult":{"toolUseId":"u","content":[{"text":"no"},{"image":{"format":"png","source":{"bytes":"AAAA"}}}],"status":"error"}}]}],
      "toolConfig":{"tools":[{"toolSpec":{"name":"weigh","description":"Weighs.","inputSchema":{"json":{"type":"object"}}}},{"systemTool":{"name":"nova_grounding"}},{"cachePoint":{"type":"default"}}],"toolChoice":{"auto":{}}},
      "inferenceConfig":{"maxTokens":5}}`,
    converse,
  );
  test("has model, system, tools and parameters", () => {
    expect([decoded.model, decoded.stream, decoded.system, decoded.parameters]).toEqual(["us.amazon.nova", true, "Be brief.", { toolConfig: { toolChoice: { auto: {} } }, inferenceConfig: { maxTokens: 5 } }]);
    expect(decoded.tools).toEqual([
      { name: "weigh", description: "Weighs.", parameters: '{"type":"object"}' },
      { name: "nova_grounding", description: null, parameters: null, settings: '{"systemTool":{"name":"nova_grounding"}}' },
    ]);
  });
  test("has its blocks by their one key", () => {
    expect(decoded.messages.map(partsOf)).toEqual([
      [
        { type: "text", text: "Hi" },
        { type: "media", mediaType: "image/png", bytes: 3, reference: null },
        { type: "media", mediaType: "document/pdf", bytes: null, reference: "s3://b/d.pdf", name: "Doc 1" },
        { type: "text", text: "q" },
        { type: "other", json: '{"qualifiers":["query"]}' },
      ],
      [{ type: "reasoning", text: "Hm" }, { type: "other", json: '{"reasoningContent":{"redactedContent":"r"}}' }, { type: "tool-call", callId: "t", name: "weigh", arguments: '{"mrn": 9007199254740993}' }],
      [
        { type: "tool-result", callId: "t", name: null, result: '{"kg": 2.10}', isError: false },
        { type: "tool-result", callId: "u", name: null, result: "no", isError: true },
        { type: "media", mediaType: "image/png", bytes: 3, reference: null },
      ],
    ]);
  });
});

test("a converse response names no model but one a router chose", () => {
  const body = { output: { message: { role: "assistant", content: [{ text: "Hi" }] } }, stopReason: "guardrail_intervened", usage: { inputTokens: 1, outputTokens: 2, totalTokens: 3, cacheReadInputTokens: 0 } };
  expect(response("bedrock-converse", body)).toEqual({
    model: null,
    fingerprint: null,
    responseId: null,
    choices: [{ parts: [{ type: "text", text: "Hi" }], finishReason: "guardrail_intervened" }],
    usage: { inputTokens: 1, outputTokens: 2, cacheReadTokens: 0, cacheWriteTokens: null, reasoningTokens: null, totalTokens: 3 },
    error: null,
  });
  expect(response("bedrock-converse", { ...body, trace: { promptRouter: { invokedModelId: "chosen" } } }).model).toBe("chosen");
  expect(response("bedrock-converse", { message: "The provided model identifier is invalid." }).error).toEqual({ type: null, message: "The provided model identifier is invalid.", code: null });
});

const events: readonly (readonly [string, unknown])[] = [
  ["messageStart", { role: "assistant", p: "abc" }],
  ["contentBlockDelta", { contentBlockIndex: 0, delta: { reasoningContent: { text: "H" } } }],
  ["contentBlockDelta", { contentBlockIndex: 0, delta: { reasoningContent: { text: "m" } } }],
  ["contentBlockDelta", { contentBlockIndex: 1, delta: { text: "Two" } }],
  ["contentBlockDelta", { contentBlockIndex: 1, delta: { text: "." } }],
  ["contentBlockStart", { contentBlockIndex: 2, start: { toolUse: { toolUseId: "t", name: "f" } } }],
  ["contentBlockDelta", { contentBlockIndex: 2, delta: { toolUse: { input: '{"a":' } } }],
  ["contentBlockDelta", { contentBlockIndex: 2, delta: { toolUse: { input: " 1}" } } }],
  ["contentBlockStart", { contentBlockIndex: 3, start: { toolResult: { toolUseId: "t", status: "success" } } }],
  ["contentBlockDelta", { contentBlockIndex: 3, delta: { toolResult: [{ json: { r: 1 } }] } }],
  ["messageStop", { stopReason: "tool_use" }],
  ["metadata", { usage: { inputTokens: 1, outputTokens: 2, totalTokens: 3 }, metrics: { latencyMs: 5 } }],
];
const parts = [
  { type: "reasoning", text: "Hm" },
  { type: "text", text: "Two." },
  { type: "tool-call", callId: "t", name: "f", arguments: '{"a": 1}' },
  { type: "tool-result", callId: "t", name: null, result: '{"r":1}', isError: false },
];

describe("a converse stream", () => {
  test("adds up block by block", () => {
    expect(response("bedrock-converse", eventStream(events))).toMatchObject({ choices: [{ parts, finishReason: "tool_use" }], usage: { totalTokens: 3 }, error: null });
  });
  test("is read from JSON lines too, where a log keeps it so", () => {
    expect(response("bedrock-converse", events.map(([type, json]) => `${JSON.stringify({ [type]: json })}\n`).join(""))).toMatchObject({ choices: [{ parts, finishReason: "tool_use" }] });
  });
  test("that fails half-way has both the text and the error", () => {
    expect(response("bedrock-converse", eventStream([...events.slice(0, 5), ["throttlingException", { message: "Too many" }]]))).toMatchObject({
      choices: [{ parts: parts.slice(0, 2), finishReason: null }],
      error: { type: "throttlingException", message: "Too many" },
    });
  });
});

describe("invoke", () => {
  const url = "https://bedrock-runtime.us-east-1.amazonaws.com/model/m/invoke";
  test.each([
    ["Claude", { anthropic_version: "bedrock-2023-05-31", max_tokens: 1, system: "S", messages: [{ role: "user", content: "Hi" }] }],
    ["Nova", { schemaVersion: "messages-v1", system: [{ text: "S" }], messages: [{ role: "user", content: [{ text: "Hi" }] }] }],
    ["gpt-oss", { messages: [{ role: "system", content: "S" }, { role: "user", content: "Hi" }] }],
    ["Command R", { message: "Hi", preamble: "S" }],
    ["Claude 2", { prompt: "Hi", max_tokens_to_sample: 1, system: "S" }],
  ])("asks %s in its own words", (_, body) => {
    const decoded = request("bedrock-invoke", body, { url, model: "m" });
    expect([decoded.model, decoded.system, decoded.messages.at(-1)?.parts]).toEqual(["m", "S", [{ type: "text", text: "Hi" }]]);
  });
  test.each([
    ["Titan", { inputTextTokenCount: 3, results: [{ tokenCount: 2, outputText: "Hi", completionReason: "FINISH" }] }, "FINISH", 3, 2],
    ["Llama", { generation: "Hi", prompt_token_count: 3, generation_token_count: 2, stop_reason: "stop" }, "stop", 3, 2],
    ["Mistral", { outputs: [{ text: "Hi", stop_reason: "stop" }] }, "stop", undefined, undefined],
    ["Claude 2", { completion: "Hi", stop_reason: "stop_sequence" }, "stop_sequence", undefined, undefined],
    ["Claude", { type: "message", model: "c", content: [{ type: "text", text: "Hi" }], stop_reason: "end_turn", usage: { input_tokens: 3, output_tokens: 2 } }, "end_turn", 3, 2],
    ["Nova", { output: { message: { content: [{ text: "Hi" }] } }, stopReason: "end_turn", usage: { inputTokens: 3, outputTokens: 2 } }, "end_turn", 3, 2],
    ["Command", { generations: [{ text: "Hi", finish_reason: "COMPLETE" }] }, "COMPLETE", undefined, undefined],
    ["Command R", { text: "Hi", finish_reason: "COMPLETE" }, "COMPLETE", undefined, undefined],
    ["Jurassic", { id: 1, completions: [{ data: { text: "Hi" }, finishReason: { reason: "endoftext" } }] }, "endoftext", undefined, undefined],
    ["gpt-oss", { choices: [{ message: { content: "Hi" }, finish_reason: "stop" }], usage: { prompt_tokens: 3, completion_tokens: 2 } }, "stop", 3, 2],
  ])("reads what %s answers", (_, body, finishReason, inputTokens, outputTokens) => {
    const decoded = response("bedrock-invoke", body);
    expect([decoded.choices, decoded.usage?.inputTokens, decoded.usage?.outputTokens]).toEqual([[{ parts: [{ type: "text", text: "Hi" }], finishReason }], inputTokens, outputTokens]);
  });

  const inner = (...chunks: readonly unknown[]) => eventStream(chunks.map((chunk) => ["chunk", { bytes: Buffer.from(JSON.stringify(chunk)).toString("base64") }]));
  const metrics = { "amazon-bedrock-invocationMetrics": { inputTokenCount: 3, outputTokenCount: 2, invocationLatency: 9 } };
  test.each([
    ["Claude", [{ type: "message_start", message: { model: "c", usage: { input_tokens: 3, output_tokens: 1 } } }, { type: "content_block_delta", index: 0, delta: { type: "text_delta", text: "Hi" } }, { type: "message_delta", delta: { stop_reason: "end_turn" }, usage: { output_tokens: 2 } }, { type: "message_stop", ...metrics }], "end_turn"],
    ["Nova", [{ messageStart: { role: "assistant" } }, { contentBlockDelta: { contentBlockIndex: 0, delta: { text: "Hi" } } }, { messageStop: { stopReason: "end_turn" } }, { metadata: { usage: { inputTokens: 3, outputTokens: 2 } }, ...metrics }], "end_turn"],
    ["Titan", [{ outputText: "H", index: 0, inputTextTokenCount: 3 }, { outputText: "i", completionReason: "FINISH", totalOutputTextTokenCount: 2, ...metrics }], "FINISH"],
    ["Llama", [{ generation: "H", prompt_token_count: 3, generation_token_count: 1, stop_reason: null }, { generation: "i", prompt_token_count: null, generation_token_count: 2, stop_reason: "stop", ...metrics }], "stop"],
    ["Mistral", [{ outputs: [{ text: "H", stop_reason: null }] }, { outputs: [{ text: "i", stop_reason: "stop" }], ...metrics }], "stop"],
    ["gpt-oss", [{ choices: [{ index: 0, delta: { content: "Hi" } }] }, { choices: [{ index: 0, delta: {}, finish_reason: "stop" }], ...metrics }], "stop"],
    ["Command", [{ text: "H", is_finished: false }, { text: "i", is_finished: true, finish_reason: "COMPLETE", ...metrics }], "COMPLETE"],
  ])("adds up the stream of %s", (_, chunks, finishReason) => {
    const decoded = response("bedrock-invoke", inner(...chunks));
    expect(answerOf(decoded)).toEqual([{ type: "text", text: "Hi" }]);
    expect([decoded.choices[0]?.finishReason, decoded.usage?.inputTokens, decoded.usage?.outputTokens]).toEqual([finishReason, 3, 2]);
  });
});
