/** Every decoder, by its protocol. */
import type { Protocol } from "../../format/index.ts";
import type { Decoder } from "../decoder.ts";
import { anthropicMessages } from "./anthropic-messages.ts";
import { bedrockConverse } from "./bedrock-converse.ts";
import { bedrockInvoke } from "./bedrock-invoke.ts";
import { cohereChat } from "./cohere-chat.ts";
import { gemini } from "./gemini.ts";
import { ollamaChat, ollamaGenerate } from "./ollama.ts";
import { chatDecoder, openaiChat } from "./openai-chat.ts";
import { openaiCompletions } from "./openai-completions.ts";
import { openaiResponses } from "./openai-responses.ts";

const all: readonly Decoder[] = [
  openaiChat,
  openaiCompletions,
  openaiResponses,
  anthropicMessages,
  gemini,
  bedrockConverse,
  bedrockInvoke,
  cohereChat,
  ollamaChat,
  ollamaGenerate,
  chatDecoder("mistral-chat"),
];

export const decoders: ReadonlyMap<Protocol, Decoder> = new Map(all.map((decoder) => [decoder.protocol, decoder]));
