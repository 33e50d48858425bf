/** Anthropic messages as the bundled provider speaks them: request JSON → `Prompt`, reply → response JSON or SSE events. */
import { inPieces, reply, tokens, type Prompt, type Reply } from "./provider-model.ts";

interface WireBlock {
  readonly type: string;
  readonly text?: string;
  readonly content?: string;
}
interface WireMessage {
  readonly role: string;
  readonly content: string | readonly WireBlock[];
}

export function anthropicPrompt(json: Record<string, unknown>): Prompt {
  const messages = json["messages"] as readonly WireMessage[];
  const blocks = messages.flatMap((message) => (typeof message.content === "string" ? [{ type: "text", text: message.content }] : message.content));
  return {
    model: String(json["model"]),
    system: typeof json["system"] === "string" ? json["system"] : "",
    user: blocks.filter((block) => block.type === "text").map((block) => block.text ?? "").join("\n"),
    toolNames: ((json["tools"] as readonly { name?: string }[] | undefined) ?? []).map((tool) => tool.name ?? ""),
    toolResults: blocks.filter((block) => block.type === "tool_result").map((block) => ("content" in block ? (block.content ?? "") : "")),
  };
}

const id = (served: number): string => `msg_01${served.toString(36).padStart(20, "A")}`;
const stopReason = (said: Reply): string => (said.kind === "tool" ? "tool_use" : said.kind === "refusal" ? "refusal" : "end_turn");
const textOf = (said: Reply): string => (said.kind === "tool" ? JSON.stringify(said.input) : said.text);

function usage(prompt: Prompt, outputTokens: number): object {
  return { input_tokens: tokens(prompt.system + prompt.user + prompt.toolResults.join("")), cache_creation_input_tokens: 0, cache_read_input_tokens: 0, output_tokens: outputTokens, service_tier: "standard" };
}

export function anthropicBody(prompt: Prompt, served: number): object {
  const said = reply(prompt);
  const block = said.kind === "tool" ? { type: "tool_use", id: `toolu_01${served.toString(36).padStart(20, "A")}`, name: said.name, input: said.input } : { type: "text", text: said.text };
  return { id: id(served), type: "message", role: "assistant", model: prompt.model, content: [block], stop_reason: stopReason(said), stop_sequence: null, usage: usage(prompt, tokens(textOf(said))) };
}

export function anthropicEvents(prompt: Prompt, served: number): string[] {
  const said = reply(prompt);
  const event = (type: string, body: object): string => `event: ${type}\ndata: ${JSON.stringify({ type, ...body })}\n\n`;
  const message = { id: id(served), type: "message", role: "assistant", model: prompt.model, content: [], stop_reason: null, stop_sequence: null, usage: usage(prompt, 1) };
  const block = said.kind === "tool" ? { type: "tool_use", id: `toolu_01${served.toString(36).padStart(20, "A")}`, name: said.name, input: {} } : { type: "text", text: "" };
  const delta = (piece: string): object => (said.kind === "tool" ? { type: "input_json_delta", partial_json: piece } : { type: "text_delta", text: piece });
  return [
    event("message_start", { message }),
    event("content_block_start", { index: 0, content_block: block }),
    event("ping", {}),
    ...inPieces(textOf(said)).map((piece) => event("content_block_delta", { index: 0, delta: delta(piece) })),
    event("content_block_stop", { index: 0 }),
    event("message_delta", { delta: { stop_reason: stopReason(said), stop_sequence: null }, usage: { output_tokens: tokens(textOf(said)) } }),
    event("message_stop", {}),
  ];
}
