/** One call in each dialect's words is one record; and the words older instrumentations still send. */
import { describe, expect, test } from "vitest";
import type { AttributeValue } from "../spans.ts";
import { readingOf } from "./reading.ts";

type Given = Readonly<Record<string, AttributeValue>>;
function read(attributes: Given, events: readonly { readonly name: string; readonly attributes: Given }[] = []) {
  const told = events.map(({ name, attributes }) => ({ name, atNs: 1n, attributes: new Map(Object.entries(attributes)), body: null }));
  const reading = readingOf({ traceId: "0190000000007000800000000000abcd", spanId: "000000000000000a", parentSpanId: null, name: "chat", startNs: 0n, endNs: 1n, attributes: new Map(Object.entries(attributes)), events: told, statusCode: 0, statusMessage: "", scope: "", scopeVersion: "", resource: new Map() });
  if (reading?.kind !== "generation") throw new Error(`read as ${reading?.kind ?? "nothing"}`);
  const { input, model, usage, completion, toolCalls } = reading.signals as unknown as Record<string, Record<string, unknown> | undefined>;
  return {
    provider: reading.provider,
    system: input?.["system"],
    messages: input?.["messages"],
    temperature: (input?.["parameters"] as Given | undefined)?.["temperature"],
    model: [model?.["requested"], model?.["answered"]],
    tokens: [usage?.["inputTokens"], usage?.["outputTokens"]],
    text: completion?.["text"],
    finish: completion?.["finishReason"],
    calls: (toolCalls as unknown as readonly { callId: string; name: string; arguments: string }[] | undefined)?.map(({ callId, name, arguments: args }) => [callId, name, JSON.parse(args) as unknown]),
  };
}

const system = "You dose.";
const asked = "How much for 3.2 kg?";
const answer = "12.8 mg";
const args = '{"mrn":"4418"}';
const models = { "gen_ai.request.model": "gpt-4o", "gen_ai.response.model": "gpt-4o-2024-08-06" };
const tokens = { "gen_ai.usage.input_tokens": 21, "gen_ai.usage.output_tokens": 9 };
const openAiMessages = [
  { role: "system", content: system },
  { role: "user", content: asked },
];
const openAiCall = { id: "call_1", type: "function", function: { name: "get_weight", arguments: args } };

const dialects: Readonly<Record<string, Given>> = {
  "GenAI conventions, messages as attributes": {
    "gen_ai.operation.name": "chat", "gen_ai.provider.name": "openai", ...models, ...tokens, "gen_ai.request.temperature": 0.2, "gen_ai.response.finish_reasons": ["stop"],
    "gen_ai.input.messages": JSON.stringify(openAiMessages.map(({ role, content }) => ({ role, parts: [{ type: "text", content }] }))),
    "gen_ai.output.messages": JSON.stringify([{ role: "assistant", parts: [{ type: "text", content: answer }, { type: "tool_call", id: "call_1", name: "get_weight", arguments: JSON.parse(args) as unknown }], finish_reason: "stop" }]),
  },
  "GenAI's first generation, one attribute a message (Traceloop)": {
    "llm.request.type": "chat", "gen_ai.system": "openai", ...models, "gen_ai.usage.prompt_tokens": 21, "gen_ai.usage.completion_tokens": 9, "gen_ai.request.temperature": 0.2,
    "gen_ai.prompt.0.role": "system", "gen_ai.prompt.0.content": system, "gen_ai.prompt.1.role": "user", "gen_ai.prompt.1.content": asked,
    "gen_ai.completion.0.role": "assistant", "gen_ai.completion.0.content": answer, "gen_ai.completion.0.finish_reason": "stop",
    "gen_ai.completion.0.tool_calls.0.id": "call_1", "gen_ai.completion.0.tool_calls.0.name": "get_weight", "gen_ai.completion.0.tool_calls.0.arguments": args,
  },
  OpenInference: {
    "openinference.span.kind": "LLM", "llm.provider": "openai", "llm.model_name": "gpt-4o-2024-08-06", "llm.token_count.prompt": 21, "llm.token_count.completion": 9, "llm.finish_reason": "stop",
    "llm.invocation_parameters": '{"model":"gpt-4o","temperature":0.2}',
    "llm.input_messages.0.message.role": "system", "llm.input_messages.0.message.content": system, "llm.input_messages.1.message.role": "user", "llm.input_messages.1.message.content": asked,
    "llm.output_messages.0.message.role": "assistant", "llm.output_messages.0.message.content": answer,
    "llm.output_messages.0.message.tool_calls.0.tool_call.id": "call_1", "llm.output_messages.0.message.tool_calls.0.tool_call.function.name": "get_weight", "llm.output_messages.0.message.tool_calls.0.tool_call.function.arguments": args,
  },
  "AI SDK": {
    "ai.operationId": "ai.generateText.doGenerate", "ai.model.provider": "openai.chat", "ai.model.id": "gpt-4o", "ai.response.model": "gpt-4o-2024-08-06", "ai.usage.inputTokens": 21, "ai.usage.outputTokens": 9, "ai.settings.temperature": 0.2, "ai.response.finishReason": "stop",
    "ai.prompt.messages": JSON.stringify([{ role: "system", content: system }, { role: "user", content: [{ type: "text", text: asked }] }]),
    "ai.response.text": answer, "ai.response.toolCalls": JSON.stringify([{ toolCallId: "call_1", toolName: "get_weight", input: args }]),
  },
};

describe("the same call", () => {
  const expected = read(dialects["GenAI conventions, messages as attributes"] as Given);
  test("is whole in the first dialect", () => {
    expect(expected).toEqual({
      provider: "openai",
      system,
      messages: openAiMessages.map(({ role, content }) => ({ role, parts: [{ type: "text", text: content }] })),
      temperature: 0.2,
      model: ["gpt-4o", "gpt-4o-2024-08-06"],
      tokens: [21, 9],
      text: answer,
      finish: "stop",
      calls: [["call_1", "get_weight", { mrn: "4418" }]],
    });
  });
  for (const [name, attributes] of Object.entries(dialects)) test(`is the same record through ${name}`, () => expect(read(attributes)).toEqual(expected));
});

describe("what older instrumentations send", () => {
  const said = { system, messages: [{ role: "system", parts: [{ type: "text", text: system }] }, { role: "user", parts: [{ type: "text", text: asked }] }], text: answer };
  const chat = { "gen_ai.operation.name": "chat", ...models, ...tokens };

  test("OTel's second generation: span events", () => {
    const events = [
      { name: "gen_ai.system.message", attributes: { content: system } },
      { name: "gen_ai.user.message", attributes: { content: asked } },
      { name: "gen_ai.choice", attributes: { finish_reason: "stop", message: JSON.stringify({ role: "assistant", content: answer, tool_calls: [openAiCall] }) } },
    ];
    expect(read(chat, events)).toMatchObject({ ...said, finish: "stop", calls: [["call_1", "get_weight", { mrn: "4418" }]] });
  });

  test("OTel's first generation: the whole prompt and completion in one event each; and a choice with its parts under `message`", () => {
    const whole = read({ "gen_ai.operation.name": "chat", ...models }, [
      { name: "gen_ai.content.prompt", attributes: { "gen_ai.prompt": JSON.stringify(openAiMessages) } },
      { name: "gen_ai.content.completion", attributes: { "gen_ai.completion": JSON.stringify([{ role: "assistant", content: answer }]) } },
    ]);
    expect(whole).toMatchObject({ system, text: answer });
    expect(whole.messages).toHaveLength(2);
    const strands = read({ "gen_ai.operation.name": "chat", ...models }, [
      { name: "gen_ai.user.message", attributes: { content: JSON.stringify([{ text: asked }]) } },
      { name: "gen_ai.choice", attributes: { message: JSON.stringify([{ text: answer }]), finish_reason: "end_turn" } },
    ]);
    expect(strands).toMatchObject({ text: answer, finish: "end_turn" });
  });
  test("LangChain's messages, as the serializer writes them", () => {
    const message = (kind: string, kwargs: object) => ({ lc: 1, type: "constructor", id: ["langchain_core", "messages", kind], kwargs });
    const prompt = { messages: [[message("SystemMessage", { content: system }), message("HumanMessage", { content: asked })]] };
    const output = { generations: [[{ text: answer, message: message("AIMessage", { content: answer }) }]] };
    expect(read({ "langsmith.span.kind": "llm", "gen_ai.prompt": JSON.stringify(prompt), "gen_ai.completion": JSON.stringify(output) })).toMatchObject(said);
  });

  test("Gemini's contents and parts", () => {
    const body = { systemInstruction: { parts: [{ text: system }] }, contents: [{ role: "user", parts: [{ text: asked }] }], generationConfig: { temperature: 0.2 } };
    const response = { candidates: [{ content: { role: "model", parts: [{ text: answer }] }, finishReason: "STOP" }], usageMetadata: { promptTokenCount: 21, candidatesTokenCount: 9 }, modelVersion: "gemini-2.0-flash-001" };
    expect(read({ "openinference.span.kind": "LLM", "llm.system": "vertexai", "input.value": JSON.stringify(body), "output.value": JSON.stringify(response) })).toMatchObject({ system, text: answer, messages: expect.arrayContaining([{ role: "user", parts: [{ type: "text", text: asked }] }]) as unknown });
  });

  test("Bedrock converse", () => {
    const body = { modelId: "anthropic.claude-3", system: [{ text: system }], messages: [{ role: "user", content: [{ text: asked }] }], inferenceConfig: { temperature: 0.2 } };
    const response = { output: { message: { role: "assistant", content: [{ text: answer }, { toolUse: { toolUseId: "call_1", name: "get_weight", input: { mrn: "4418" } } }] } }, stopReason: "tool_use", usage: { inputTokens: 21, outputTokens: 9 } };
    expect(read({ "openinference.span.kind": "LLM", "llm.provider": "aws", "input.value": JSON.stringify(body), "output.value": JSON.stringify(response) })).toMatchObject({ system, text: answer, calls: [["call_1", "get_weight", { mrn: "4418" }]], messages: expect.arrayContaining([{ role: "user", parts: [{ type: "text", text: asked }] }]) as unknown });
  });

  test("one attribute a message, its parts as JSON text, and the results of tools", () => {
    const { messages } = read({ ...chat, "gen_ai.prompt.0.role": "user", "gen_ai.prompt.0.content": JSON.stringify([{ type: "text", text: asked }]), "gen_ai.prompt.1.role": "tool", "gen_ai.prompt.1.tool_call_id": "call_1", "gen_ai.prompt.1.content": "3.2 kg" });
    expect(messages).toEqual([{ role: "user", parts: [{ type: "text", text: asked }] }, { role: "tool", parts: [{ type: "tool-result", callId: "call_1", name: null, result: "3.2 kg", isError: false }] }]);
  });
});
