/** Requests, responses and stream events of each protocol with most of its fields, for tests that put wrong values in every place. */
import type { Protocol } from "../../format/index.ts";

const chat = [
  {
    model: "m",
    stream: true,
    messages: [
      { role: "system", content: "s" },
      { role: "user", name: "n", content: [{ type: "text", text: "t" }, { type: "image_url", image_url: { url: "data:image/png;base64,AAAA" } }, { type: "input_audio", input_audio: { data: "AAAA", format: "wav" } }, { type: "file", file: { file_id: "f" } }] },
      { role: "assistant", reasoning_content: "r", refusal: "x", audio: { id: "a" }, tool_calls: [{ id: "i", function: { name: "f", arguments: "{}" } }], function_call: { name: "f", arguments: "{}" }, reasoning_details: [{ text: "t", data: "d" }] },
      { role: "tool", tool_call_id: "i", content: [{ type: "text", text: "t" }] },
    ],
    tools: [{ type: "function", function: { name: "f", description: "d", parameters: {} } }],
    functions: [{ name: "f" }],
  },
  { id: "i", model: "m", choices: [{ index: 0, message: { content: "c", tool_calls: [{ id: "i", function: { name: "f", arguments: "{}" } }], annotations: [{}], images: ["AAAA"], executed_tools: [{ type: "t", arguments: "{}", output: "o" }] }, finish_reason: "stop", text: "t" }], usage: { prompt_tokens: 1, details: { x: 2 } }, citations: ["c"] },
  { id: "i", choices: [{ index: 0, delta: { role: "assistant", content: "c", reasoning: "r", refusal: "x", tool_calls: [{ index: 0, id: "i", function: { name: "f", arguments: "{" } }], reasoning_details: [{ index: 0, text: "t" }], audio: { data: "AAAA", transcript: "t" } }, logprobs: { content: [{ token: "c" }] }, finish_reason: "stop" }], x_groq: { usage: {} } },
  { error: { message: "m", type: "t", code: 5, failed_generation: "g" } },
];
const anthropic = [
  {
    system: [{ type: "text", text: "s" }],
    messages: [{ role: "user", content: [{ type: "text", text: "t", citations: [{}] }, { type: "image", source: { type: "base64", media_type: "m", data: "AAAA" } }, { type: "document", title: "t", source: { type: "content", content: [{ type: "text", text: "t" }] } }, { type: "tool_use", id: "i", name: "n", input: { a: 1 } }, { type: "tool_result", tool_use_id: "i", content: [{ type: "text", text: "t" }], is_error: true }, { type: "thinking", thinking: "t" }] }],
    tools: [{ name: "n", input_schema: {} }],
  },
  { id: "i", type: "message", model: "m", content: [{ type: "text", text: "t" }], stop_reason: "refusal", stop_details: { type: "refusal", explanation: "e" }, usage: { input_tokens: 1 } },
  { type: "message_start", message: { id: "i", model: "m", content: [], usage: { input_tokens: 1 } } },
  { type: "content_block_start", index: 0, content_block: { type: "tool_use", id: "i", name: "n", input: {} } },
  { type: "content_block_delta", index: 0, delta: { type: "text_delta", text: "t", thinking: "t", partial_json: "{", citation: {} } },
  { type: "message_delta", delta: { stop_reason: "r", stop_details: { category: "c" } }, usage: { output_tokens: 1 } },
];
const converse = [
  {
    system: [{ text: "s" }],
    messages: [{ role: "user", content: [{ text: "t" }, { image: { format: "png", source: { bytes: "AAAA" } } }, { toolUse: { toolUseId: "i", name: "n", input: {} } }, { toolResult: { toolUseId: "i", content: [{ json: {} }], status: "error" } }, { reasoningContent: { reasoningText: { text: "t" } } }, { guardContent: { text: { text: "t", qualifiers: ["q"] } } }, { cachePoint: {} }] }],
    toolConfig: { tools: [{ toolSpec: { name: "n", inputSchema: { json: {} } } }, { systemTool: { name: "n" } }], toolChoice: {} },
  },
  { output: { message: { content: [{ text: "t" }] } }, stopReason: "r", usage: { inputTokens: 1 }, trace: { promptRouter: { invokedModelId: "m" } } },
  { contentBlockIndex: 0, delta: { text: "t", toolUse: { input: "{" }, reasoningContent: { text: "t" }, toolResult: [{ text: "t" }] } },
  { contentBlockStart: { contentBlockIndex: 0, start: { toolUse: { toolUseId: "i", name: "n" }, toolResult: { toolUseId: "i" } } } },
  { metadata: { usage: { inputTokens: 1 } } },
  { messageStop: { stopReason: "r" } },
];
const cohere = [
  { message: "m", preamble: "p", chat_history: [{ role: "USER", message: "m", tool_calls: [{ name: "n", parameters: {} }] }], tool_results: [{ call: { name: "n" }, outputs: [{}] }], tools: [{ name: "n", parameter_definitions: {} }] },
  { id: "i", message: { content: [{ type: "text", text: "t" }], tool_plan: "p", citations: [{}] }, finish_reason: "r", usage: { tokens: { input_tokens: 1 }, billed_units: {} } },
  { text: "t", finish_reason: "r", meta: { tokens: {} }, tool_calls: [{ name: "n", parameters: {} }], citations: [{}], documents: [{}] },
  { type: "content-delta", index: 0, delta: { message: { content: { text: "t", thinking: "t" }, tool_plan: "p", tool_calls: { id: "i", function: { name: "n", arguments: "{" } } } } },
  { type: "tool-call-delta", index: 0, delta: { message: { tool_calls: { function: { arguments: "{" } } } } },
  { type: "message-end", delta: { finish_reason: "r", usage: { tokens: {} }, error: "e" } },
  { event_type: "stream-end", is_finished: true, response: { text: "t", finish_reason: "r" } },
  { event_type: "tool-calls-chunk", text: "t", tool_call_delta: { index: 0, name: "n", parameters: "{" } },
];
const ollama = [
  { model: "m", prompt: "p", system: "s", images: ["AAAA"], messages: [{ role: "user", content: "c", images: ["AAAA"], tool_calls: [{ function: { name: "n", arguments: {} } }] }], stream: false },
  { model: "m", message: { content: "c", thinking: "t" }, response: "r", thinking: "t", done: true, done_reason: "r", prompt_eval_count: 1, total_duration: 2 },
];

export const shapes: Readonly<Record<Exclude<Protocol, "unknown">, readonly unknown[]>> = {
  "openai-chat": chat,
  "mistral-chat": [...chat, { choices: [{ delta: { content: [{ type: "thinking", thinking: [{ type: "text", text: "t" }] }, { type: "text", text: "t" }] } }] }],
  "openai-completions": [...chat, { prompt: ["p"], suffix: "s" }, { choices: [{ text: "t", index: 0 }] }],
  "openai-responses": [
    {
      instructions: [{ type: "message", role: "system", content: "c" }],
      input: [
        { role: "user", content: [{ type: "input_text", text: "t" }, { type: "input_file", file_data: "AAAA", filename: "f" }] },
        { type: "reasoning", summary: [{ type: "summary_text", text: "t" }] },
        { type: "function_call", call_id: "i", name: "n", arguments: "{}" },
        { type: "function_call_output", call_id: "i", output: [{ type: "input_text", text: "t" }], status: "failed" },
        { type: "image_generation_call", id: "i", result: "AAAA" },
        { type: "additional_tools", tools: [{ type: "function", name: "n" }] },
      ],
      tools: [{ type: "namespace", name: "n", tools: [{ type: "function", name: "n" }] }],
    },
    { id: "i", status: "failed", model: "m", output: [{ type: "message", content: [{ type: "output_text", text: "t", annotations: [{}] }] }, { type: "mcp_call", id: "i", name: "n", error: {} }], error: { message: "m" }, usage: { input_tokens: 1 }, incomplete_details: { reason: "r" } },
    { type: "response.output_item.added", output_index: 0, item: { type: "function_call", call_id: "i", name: "n" } },
    { type: "response.function_call_arguments.delta", output_index: 0, delta: "{" },
    { type: "response.output_text.delta", output_index: 0, content_index: 0, delta: "t", logprobs: [{ token: "t" }] },
    { type: "response.output_text.done", output_index: 0, content_index: 0, text: "t" },
    { type: "response.audio.delta", delta: "AAAA" },
    { type: "response.completed", response: { id: "i", output: [] } },
  ],
  "anthropic-messages": anthropic,
  gemini: [
    {
      systemInstruction: { parts: [{ text: "s" }] },
      contents: [{ role: "user", parts: [{ text: "t", thought: true }, { inlineData: { mimeType: "m", data: "AAAA" } }, { fileData: { fileUri: "u" } }, { functionCall: { id: "i", name: "n", args: {} } }, { functionResponse: { id: "i", name: "n", response: { error: "e" }, parts: [{ inlineData: { data: "AAAA" } }] } }, { executableCode: { code: "c" } }, { codeExecutionResult: { outcome: "o", output: "o" } }, { toolCall: { toolType: "t", args: {} } }, { toolResponse: { response: {} } }] }],
      tools: [{ functionDeclarations: [{ name: "n", parameters: {} }], googleSearch: {} }],
    },
    { candidates: [{ index: 0, content: { parts: [{ text: "t" }] }, finishReason: 1, groundingMetadata: { a: 1 } }], usageMetadata: { promptTokenCount: 1 }, modelVersion: "m", responseId: "r", promptFeedback: { blockReason: "b" } },
    { candidates: [{ content: { parts: [{ functionCall: { name: "n", willContinue: true, args: { a: 1 }, partialArgs: [{ jsonPath: "$.a[0].b", stringValue: "s" }, { jsonPath: "$.a", numberValue: 1 }] } }] } }] },
    [{ candidates: [{ content: { parts: [{ text: "t" }] } }] }, { error: { code: 1, message: "m" } }],
  ],
  "bedrock-converse": converse,
  "bedrock-invoke": [
    ...converse,
    ...anthropic,
    ...cohere,
    { inputText: "t", inputImage: "AAAA", singleEmbeddingParams: { text: { value: "v" } }, texts: ["t"], images: ["AAAA"] },
    { results: [{ outputText: "t", tokenCount: 1 }], outputs: [{ text: "t" }], generations: [{ text: "t" }], completions: [{ data: { text: "t" }, finishReason: { reason: "r" } }], inputTextTokenCount: 1 },
    { generation: "t", prompt_token_count: 1, stop_reason: "r" },
    { bytes: Buffer.from('{"outputText":"t","amazon-bedrock-invocationMetrics":{"inputTokenCount":1}}').toString("base64") },
  ],
  "cohere-chat": [...cohere, ...chat],
  "ollama-chat": ollama,
  "ollama-generate": ollama,
};
