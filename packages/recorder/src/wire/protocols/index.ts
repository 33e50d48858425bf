/** Every decoder, by its protocol. */
import type { Protocol } from "../../format/index.ts";
import type { Decoder } from "../decoder.ts";
import { anthropicMessages } from "./anthropic-messages.ts";
import { chatDecoder, openaiChat } from "./openai-chat.ts";

const all: readonly Decoder[] = [openaiChat, chatDecoder("openai-completions"), chatDecoder("mistral-chat"), anthropicMessages];

export const decoders: ReadonlyMap<Protocol, Decoder> = new Map(all.map((decoder) => [decoder.protocol, decoder]));
