import { expect, test } from "vitest";
import { isModelHost, recognize } from "./recognize.ts";

const asked = (url: string, more: { readonly body?: string; readonly header?: (name: string) => string | null } = {}) => {
  const { protocol, provider, model } = recognize({ method: "POST", url, ...more }) ?? {};
  return [protocol, provider, model];
};

test.each([
  ["https://api.openai.com/v1/chat/completions", "openai-chat", "openai", null],
  ["https://api.openai.com/v1/responses", "openai-responses", "openai", null],
  ["https://api.openai.com/v1/completions", "openai-completions", "openai", null],
  ["https://mine.openai.azure.com/openai/deployments/my%20gpt/chat/completions?api-version=2024-02-01", "openai-chat", "azure", "my gpt"],
  ["https://mine.openai.azure.com/openai/v1/responses", "openai-responses", "azure", null],
  ["https://mine.services.ai.azure.com/anthropic/v1/messages", "anthropic-messages", "azure", null],
  ["https://api.anthropic.com/v1/messages?beta=true", "anthropic-messages", "anthropic", null],
  ["https://us-east5-aiplatform.googleapis.com/v1/projects/p/locations/us-east5/publishers/anthropic/models/claude-x@1:streamRawPredict", "anthropic-messages", "vertex", "claude-x@1"],
  ["https://aiplatform.googleapis.com/v1/projects/p/locations/global/publishers/google/models/gemini-x:generateContent", "gemini", "vertex", "gemini-x"],
  ["https://us-central1-aiplatform.googleapis.com/v1/projects/p/locations/l/publishers/mistralai/models/m:rawPredict", "mistral-chat", "vertex", "m"],
  ["https://us-central1-aiplatform.googleapis.com/v1/projects/p/locations/l/endpoints/openapi/chat/completions", "openai-chat", "vertex", null],
  ["https://generativelanguage.googleapis.com/v1beta/models/gemini-x:streamGenerateContent?alt=sse", "gemini", "gemini", "gemini-x"],
  ["https://generativelanguage.googleapis.com/v1beta/openai/chat/completions", "openai-chat", "gemini", null],
  ["https://bedrock-runtime.eu-west-1.amazonaws.com/model/anthropic.claude-v2%3A1/converse-stream", "bedrock-converse", "bedrock", "anthropic.claude-v2:1"],
  ["https://bedrock-runtime.eu-west-1.amazonaws.com/model/arn%3Aaws%3Abedrock%3Aeu%3A1%3Ainference-profile%2Fx/invoke-with-response-stream", "bedrock-invoke", "bedrock", "arn:aws:bedrock:eu:1:inference-profile/x"],
  ["https://bedrock-mantle.us-east-1.api.aws/openai/v1/responses", "openai-responses", "bedrock", null],
  ["https://api.groq.com/openai/v1/chat/completions", "openai-chat", "groq", null],
  ["https://api.mistral.ai/v1/chat/completions", "mistral-chat", "mistral", null],
  ["https://api.mistral.ai/v1/agents/completions", "mistral-chat", "mistral", null],
  ["https://openrouter.ai/api/v1/chat/completions", "openai-chat", "openrouter", null],
  ["https://api.deepseek.com/chat/completions", "openai-chat", "deepseek", null],
  ["https://api.cohere.com/v2/chat", "cohere-chat", "cohere", null],
  ["https://api.cohere.ai/v1/generate", "cohere-chat", "cohere", null],
  ["https://api.anthropic.com/v1/complete", "anthropic-messages", "anthropic", null],
  ["http://localhost:11434/api/chat", "ollama-chat", "ollama", null],
  ["http://gpu-box:11434/api/generate", "ollama-generate", "ollama", null],
  ["http://localhost:11434/v1/chat/completions", "openai-chat", "ollama", null],
  ["http://vllm.internal:8000/v1/chat/completions", "openai-chat", "unknown", null],
])("%s", (url, protocol, provider, model) => {
  expect(asked(url)).toEqual([protocol, provider, model]);
});

test.each([
  ["POST", "https://api.openai.com/v1/files"],
  ["POST", "https://api.openai.com/v1/embeddings"],
  ["POST", "https://api.openai.com/v1/threads/t_1/messages"],
  ["POST", "https://api.anthropic.com/v1/messages/count_tokens"],
  ["POST", "https://api.anthropic.com/v1/messages/batches"],
  ["POST", "https://generativelanguage.googleapis.com/v1beta/models/x:countTokens"],
  ["GET", "https://api.openai.com/v1/responses/resp_1"],
  ["POST", "https://shop.example/api/orders"],
])("%s %s asks for no answer", (method, url) => {
  expect(recognize({ method, url })).toMatchObject({ protocol: "unknown", generates: false });
});

test("an unknown route of a known host is a call nobody can read yet", () => {
  expect(recognize({ method: "POST", url: "https://generativelanguage.googleapis.com/v1beta/interactions" })).toMatchObject({ protocol: "unknown", provider: "gemini", generates: true });
});

test("a gateway's own path is told by the body's first keys", () => {
  const url = "https://gateway.example/llm";
  expect(asked(url, { body: '{"model":"m","messages":[{"role":"user"' })).toEqual(["openai-chat", "unknown", null]);
  expect(asked(url, { body: '{"anthropic_version":"2023","messages":[' })[0]).toBe("anthropic-messages");
  expect(asked(url, { body: '{"order":1}' })[0]).toBe("unknown");
});

test("headers name the provider behind an unknown host", () => {
  expect(asked("https://proxy.example/v1/messages", { header: (name) => (name === "anthropic-version" ? "2023-06-01" : null) })).toEqual(["anthropic-messages", "anthropic", null]);
});

test("base URLs the user names count as model hosts, and only below their path", () => {
  const bases = [{ url: "http://llm.internal/v1/", provider: "vllm" }];
  expect([isModelHost("http://llm.internal/v1/chat/completions", bases), isModelHost("http://llm.internal/v2/x", bases), isModelHost("https://llm.internal/v1/x", bases)]).toEqual([true, false, false]);
  expect(recognize({ method: "POST", url: "http://llm.internal/v1/chat/completions" }, bases)).toMatchObject({ provider: "vllm" });
});

test("known hosts are told from hosts that only look alike", () => {
  expect(["https://api.openai.com/v1/x", "https://eu-central-1-aiplatform.googleapis.com/v1/x", "https://api.openai.com.evil.example/v1/x", "https://xapi.openai.com/", "https://example.com/", "not a url"].map((url) => isModelHost(url))).toEqual([
    true,
    true,
    false,
    false,
    false,
    false,
  ]);
});
