/** Headers of a replay: what the protocol needs of the recorded ones, and the key from the environment. Recorded credentials are redacted and never sent. */
import type { Protocol } from "@whysaid/recorder/format";
import { recognize } from "@whysaid/recorder/wire";

const RESENT = /^(?:content-type|accept|anthropic-(?:version|beta)|openai-beta|x-goog-api-client)$/i;

export function resentHeaders(recorded: Readonly<Record<string, string>>): Record<string, string> {
  const kept = Object.entries(recorded).filter(([name, value]) => RESENT.test(name) && !value.includes("⟦") && !value.includes("[["));
  return { "content-type": "application/json", ...Object.fromEntries(kept.map(([name, value]) => [name.toLowerCase(), value])), "accept-encoding": "identity" };
}

const defaultKeys: Readonly<Record<string, string>> = {
  openai: "OPENAI_API_KEY",
  anthropic: "ANTHROPIC_API_KEY",
  azure: "AZURE_OPENAI_API_KEY",
  gemini: "GEMINI_API_KEY",
  mistral: "MISTRAL_API_KEY",
  cohere: "COHERE_API_KEY",
  groq: "GROQ_API_KEY",
  openrouter: "OPENROUTER_API_KEY",
  deepseek: "DEEPSEEK_API_KEY",
  together: "TOGETHER_API_KEY",
  fireworks: "FIREWORKS_API_KEY",
  xai: "XAI_API_KEY",
  perplexity: "PERPLEXITY_API_KEY",
};

/** The variable a provider's key is usually in. Only for hosts known to be that provider's, over TLS: a key never goes to an address it was not meant for. */
export function defaultKeyName(url: URL): string | null {
  return url.protocol === "https:" ? (defaultKeys[recognize({ method: "POST", url: url.href })?.provider ?? ""] ?? null) : null;
}

export function keyHeader(protocol: Protocol, url: URL, key: string): Record<string, string> {
  if (protocol === "anthropic-messages") return { "x-api-key": key };
  if (protocol === "gemini") return { "x-goog-api-key": key };
  if (recognize({ method: "POST", url: url.href })?.provider === "azure") return { "api-key": key };
  return { authorization: `Bearer ${key}` };
}
