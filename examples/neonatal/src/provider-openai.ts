/** OpenAI chat completions as the bundled provider speaks them: request JSON → `Prompt`, reply → response JSON or SSE events. */
import { inPieces, reply, tokens, type Prompt, type Reply } from "./provider-model.ts";

interface WireMessage {
  readonly role: string;
  readonly content?: string | null;
}
interface WireTool {
  readonly function?: { readonly name?: string };
}

/** Aliases answer as the dated snapshot behind them, as the real API does. */
const dated: Readonly<Record<string, string>> = { "gpt-4o": "gpt-4o-2024-08-06", "gpt-4o-mini": "gpt-4o-mini-2024-07-18" };

export function openAiPrompt(json: Record<string, unknown>): Prompt {
  const messages = json["messages"] as readonly WireMessage[];
  const textOf = (role: string): string[] => messages.filter((message) => message.role === role).map((message) => message.content ?? "");
  const model = String(json["model"]);
  return {
    model: dated[model] ?? model,
    system: [...textOf("system"), ...textOf("developer")].join("\n"),
    user: textOf("user").join("\n"),
    toolNames: ((json["tools"] as readonly WireTool[] | undefined) ?? []).map((tool) => tool.function?.name ?? ""),
    toolResults: textOf("tool"),
  };
}

const id = (served: number): string => `chatcmpl-${served.toString(36).padStart(8, "A")}`;
const created = (): number => Math.floor(Date.now() / 1000);

function usage(prompt: Prompt, said: Reply): object {
  const input = tokens(prompt.system + prompt.user + prompt.toolResults.join(""));
  const output = tokens(said.kind === "tool" ? JSON.stringify(said.input) : said.text);
  return { prompt_tokens: input, completion_tokens: output, total_tokens: input + output, prompt_tokens_details: { cached_tokens: 0, audio_tokens: 0 }, completion_tokens_details: { reasoning_tokens: 0, audio_tokens: 0, accepted_prediction_tokens: 0, rejected_prediction_tokens: 0 } };
}

export function openAiBody(prompt: Prompt, served: number): object {
  const said = reply(prompt);
  const message =
    said.kind === "tool"
      ? { role: "assistant", content: null, refusal: null, annotations: [], tool_calls: [{ id: `call_${served.toString(36).padStart(10, "0")}`, type: "function", function: { name: said.name, arguments: JSON.stringify(said.input) } }] }
      : { role: "assistant", content: said.kind === "refusal" ? null : said.text, refusal: said.kind === "refusal" ? said.text : null, annotations: [] };
  return {
    id: id(served),
    object: "chat.completion",
    created: created(),
    model: prompt.model,
    choices: [{ index: 0, message, logprobs: null, finish_reason: said.kind === "tool" ? "tool_calls" : "stop" }],
    usage: usage(prompt, said),
    service_tier: "default",
    system_fingerprint: `fp_${prompt.model.length.toString(16)}b7e0d4a1`,
  };
}

export function openAiEvents(json: Record<string, unknown>, prompt: Prompt, served: number): string[] {
  const said = reply(prompt);
  const head = { id: id(served), object: "chat.completion.chunk", created: created(), model: prompt.model, service_tier: "default", system_fingerprint: `fp_${prompt.model.length.toString(16)}b7e0d4a1` };
  const event = (delta: object, finish: string | null): string => `data: ${JSON.stringify({ ...head, choices: [{ index: 0, delta, logprobs: null, finish_reason: finish }] })}\n\n`;
  const events = [event({ role: "assistant", content: said.kind === "text" ? "" : null, refusal: null }, null)];
  if (said.kind === "tool") {
    events.push(event({ tool_calls: [{ index: 0, id: `call_${served.toString(36).padStart(10, "0")}`, type: "function", function: { name: said.name, arguments: "" } }] }, null));
    for (const piece of inPieces(JSON.stringify(said.input))) events.push(event({ tool_calls: [{ index: 0, function: { arguments: piece } }] }, null));
  } else for (const piece of inPieces(said.text)) events.push(event(said.kind === "refusal" ? { refusal: piece } : { content: piece }, null));
  events.push(event({}, said.kind === "tool" ? "tool_calls" : "stop"));
  const options = json["stream_options"] as { include_usage?: boolean } | undefined;
  if (options?.include_usage === true) events.push(`data: ${JSON.stringify({ ...head, choices: [], usage: usage(prompt, said) })}\n\n`);
  events.push("data: [DONE]\n\n");
  return events;
}
