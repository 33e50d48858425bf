import { describe, expect, test } from "vitest";
import { answerOf, partsOf, request, response, sse } from "../testing/decoded.ts";

const url = "https://generativelanguage.googleapis.com/v1beta/models/gemini-x:streamGenerateContent?alt=sse";

describe("a generateContent request", () => {
  const decoded = request(
    "gemini",
    `{"systemInstruction":{"parts":[{"text":"Be brief."}],"role":"user"},
      "contents":[
        {"role":"user","parts":[{"text":"Hi"},{"inlineData":{"mimeType":"image/png","data":"AAAA"}},{"file_data":{"mime_type":"audio/mpeg","file_uri":"gs://b/a.mp3"}}]},
        {"role":"model","parts":[{"text":"Hm","thought":true},{"functionCall":{"id":"f1","name":"weigh","args":{"mrn": 9007199254740993}},"thoughtSignature":"s"}]},
        {"role":"user","parts":[{"function_response":{"id":"f1","name":"weigh","response":{"result": 2.10},"parts":[{"inline_data":{"mime_type":"image/png","data":"AAAA"}}]}},{"functionResponse":{"name":"g","response":{"error":"no"}}}]},
        {"parts":[{"executableCode":{"language":"PYTHON","code":"1+1"}},{"codeExecutionResult":{"outcome":"OUTCOME_OK","output":"2"}},{"toolCall":{"toolType":"FILE_SEARCH","id":"s","args":{}}},{"toolResponse":{"toolType":"FILE_SEARCH","id":"s","response":{"r":1}}},{"videoThing":1},{"thoughtSignature":"s"}]}],
      "tools":[{"functionDeclarations":[{"name":"weigh","description":"Weighs.","parametersJsonSchema":{"type":"object"}}]},{"googleSearch":{}}],
      "generationConfig":{"temperature":0}}`,
    { url, model: "gemini-x" },
  );
  test("has the model and streaming of its path", () => {
    expect([decoded.model, decoded.stream, decoded.system, decoded.parameters]).toEqual(["gemini-x", true, "Be brief.", { generationConfig: { temperature: 0 } }]);
  });
  test("is read in camel and snake case", () => {
    expect(decoded.messages.map(partsOf)).toEqual([
      [{ type: "text", text: "Hi" }, { type: "media", mediaType: "image/png", bytes: 3, reference: null }, { type: "media", mediaType: "audio/mpeg", bytes: null, reference: "gs://b/a.mp3" }],
      [{ type: "reasoning", text: "Hm" }, { type: "tool-call", callId: "f1", name: "weigh", arguments: '{"mrn": 9007199254740993}' }],
      [
        { type: "tool-result", callId: "f1", name: "weigh", result: '{"result": 2.10}', isError: false },
        { type: "media", mediaType: "image/png", bytes: 3, reference: null },
        { type: "tool-result", callId: null, name: "g", result: '{"error":"no"}', isError: true },
      ],
      [
        { type: "tool-call", callId: null, name: "executableCode", arguments: "1+1" },
        { type: "tool-result", callId: null, name: "codeExecutionResult", result: "2", isError: false },
        { type: "tool-call", callId: "s", name: "FILE_SEARCH", arguments: "{}" },
        { type: "tool-result", callId: "s", name: "FILE_SEARCH", result: '{"r":1}', isError: false },
        { type: "other", json: '{"videoThing":1}' },
      ],
    ]);
  });
  test("has declared functions and the provider's own tools", () => {
    expect(decoded.tools).toEqual([
      { name: "weigh", description: "Weighs.", parameters: '{"type":"object"}' },
      { name: "googleSearch", description: null, parameters: null, settings: "{}" },
    ]);
  });
});

const usageMetadata = { promptTokenCount: 5, candidatesTokenCount: 3, totalTokenCount: 10, thoughtsTokenCount: 2, cachedContentTokenCount: 1, toolUsePromptTokenCount: 4 };

test("a response has every candidate, its grounding kept beside it", () => {
  const decoded = response("gemini", {
    candidates: [
      { content: { role: "model", parts: [{ text: "Paris" }] }, finishReason: "STOP", groundingMetadata: { groundingChunks: [{ web: { uri: "u" } }] } },
      { finishReason: "SAFETY", index: 1 },
    ],
    usageMetadata,
    modelVersion: "gemini-x-001",
    responseId: "r1",
  });
  expect(decoded).toEqual({
    model: "gemini-x-001",
    fingerprint: null,
    responseId: "r1",
    choices: [
      { parts: [{ type: "text", text: "Paris" }, { type: "other", json: '{"groundingChunks":[{"web":{"uri":"u"}}]}' }], finishReason: "STOP" },
      { parts: [], finishReason: "SAFETY" },
    ],
    usage: { inputTokens: 5, outputTokens: 3, cacheReadTokens: 1, cacheWriteTokens: null, reasoningTokens: 2, totalTokens: 10, details: { toolUsePromptTokenCount: 4 } },
    error: null,
  });
});

test("a blocked prompt is a refusal with its reason", () => {
  expect(response("gemini", { promptFeedback: { blockReason: "PROHIBITED_CONTENT" }, usageMetadata: { promptTokenCount: 3 } }).choices).toEqual([{ parts: [{ type: "refusal", text: "PROHIBITED_CONTENT" }], finishReason: "PROHIBITED_CONTENT" }]);
});

test.each([[{ error: { code: 404, message: "gone", status: "NOT_FOUND" } }], [[{ error: { code: 404, message: "gone", status: "NOT_FOUND" } }]]])("an error %j", (body) => {
  expect(response("gemini", body)).toMatchObject({ choices: [], error: { type: "NOT_FOUND", message: "gone", code: "404" } });
});

describe("a stream", () => {
  const chunk = (parts: unknown, more: Record<string, unknown> = {}) => ({ candidates: [{ content: { role: "model", parts }, ...more }], usageMetadata: { promptTokenCount: 5, totalTokenCount: 6 }, modelVersion: "v", responseId: "r" });
  const chunks = [
    chunk([{ text: "H", thought: true }]),
    chunk([{ text: "m", thought: true }]),
    chunk([{ text: "Pa" }]),
    chunk([{ text: "ris" }, { functionCall: { name: "f", args: { a: 1 } } }]),
    { ...chunk([{ text: "" }], { finishReason: "STOP" }), usageMetadata: { promptTokenCount: 5, candidatesTokenCount: 3, totalTokenCount: 8 } },
  ];
  const parts = [
    { type: "reasoning", text: "Hm" },
    { type: "text", text: "Paris" },
    { type: "tool-call", callId: null, name: "f", arguments: '{"a":1}' },
  ];
  test.each([
    ["server-sent events", sse(...chunks)],
    ["the elements of an array", `[${chunks.map((chunk) => JSON.stringify(chunk)).join("\n,\r\n")}\n]`],
  ])("of %s adds up", (_, body) => {
    expect(response("gemini", body)).toMatchObject({ model: "v", choices: [{ parts, finishReason: "STOP" }], usage: { inputTokens: 5, outputTokens: 3, totalTokens: 8 } });
  });
  test("of an array that was cut is read as far as it came", () => {
    const body = JSON.stringify(chunks);
    expect(answerOf(response("gemini", body.slice(0, body.indexOf("ris"))))).toEqual([parts[0], { type: "text", text: "Pa" }]);
  });
  test("of arguments field by field writes them from their values", () => {
    const call = (functionCall: unknown) => chunk([{ functionCall }]);
    const decoded = response(
      "gemini",
      sse(
        call({ name: "f", id: "x", willContinue: true }),
        call({ partialArgs: [{ jsonPath: "$.place.city", stringValue: "Bos", willContinue: true }], willContinue: true }),
        call({ partialArgs: [{ jsonPath: "$.place.city", stringValue: "ton" }, { jsonPath: "$.days[0]", numberValue: 3 }, { jsonPath: "$.dry", boolValue: true }], willContinue: true }),
        call({}),
        call({ name: "g", args: {} }),
      ),
    );
    expect(answerOf(decoded)).toEqual([
      { type: "tool-call", callId: "x", name: "f", arguments: '{"place":{"city":"Boston"},"days":[3],"dry":true}' },
      { type: "tool-call", callId: null, name: "g", arguments: "{}" },
    ]);
  });
});
