/**
 * Hosts that answer model calls, and whose they are. `recognize.ts` reads it; add a line for a provider, or let the user name a base URL.
 * Longest match first where one host serves two providers.
 */

/** `*.` stands for one or more labels. A path prefix narrows a host that serves other things too. */
export const hostProviders: readonly (readonly [host: string, provider: string])[] = [
  ["api.openai.com", "openai"],
  ["*.api.openai.com", "openai"],
  ["*.openai.azure.com", "azure"],
  ["*.cognitiveservices.azure.com", "azure"],
  ["*.services.ai.azure.com", "azure"],
  ["*.models.ai.azure.com", "azure"],
  ["*.inference.ml.azure.com", "azure"],
  ["models.inference.ai.azure.com", "github-models"],
  ["models.github.ai", "github-models"],
  ["api.anthropic.com", "anthropic"],
  ["generativelanguage.googleapis.com", "gemini"],
  ["aiplatform.googleapis.com", "vertex"],
  ["*.aiplatform.googleapis.com", "vertex"],
  ["*-aiplatform.googleapis.com", "vertex"],
  ["*.rep.googleapis.com/v1", "vertex"],
  ["bedrock-runtime.*.amazonaws.com", "bedrock"],
  ["bedrock-runtime-fips.*.amazonaws.com", "bedrock"],
  ["bedrock-runtime.*.amazonaws.com.cn", "bedrock"],
  ["bedrock-runtime.*.api.aws", "bedrock"],
  ["bedrock-mantle.*.api.aws", "bedrock"],
  ["api.mistral.ai", "mistral"],
  ["codestral.mistral.ai", "mistral"],
  ["api.groq.com", "groq"],
  ["openrouter.ai/api", "openrouter"],
  ["api.deepseek.com", "deepseek"],
  ["api.together.xyz", "together"],
  ["api.together.ai", "together"],
  ["api.fireworks.ai", "fireworks"],
  ["api.x.ai", "xai"],
  ["*.api.x.ai", "xai"],
  ["api.cohere.com", "cohere"],
  ["api.cohere.ai", "cohere"],
  ["*.cohere.com", "cohere"],
  ["ollama.com", "ollama"],
  ["api.perplexity.ai", "perplexity"],
  ["api.cerebras.ai", "cerebras"],
  ["api.sambanova.ai", "sambanova"],
  ["integrate.api.nvidia.com", "nvidia"],
  ["api.deepinfra.com", "deepinfra"],
  ["router.huggingface.co", "huggingface"],
  ["api-inference.huggingface.co", "huggingface"],
  ["*.endpoints.huggingface.cloud", "huggingface"],
  ["ai-gateway.vercel.sh", "vercel"],
  ["gateway.ai.cloudflare.com", "cloudflare"],
  ["api.cloudflare.com/client/v4/accounts", "cloudflare"],
  ["api.moonshot.ai", "moonshot"],
  ["api.moonshot.cn", "moonshot"],
  ["dashscope.aliyuncs.com", "alibaba"],
  ["dashscope-intl.aliyuncs.com", "alibaba"],
  ["dashscope-us.aliyuncs.com", "alibaba"],
  ["open.bigmodel.cn", "zai"],
  ["api.z.ai", "zai"],
  ["api.minimax.io", "minimax"],
  ["api.minimaxi.com", "minimax"],
  ["*.volces.com", "volcengine"],
  ["api.siliconflow.cn", "siliconflow"],
  ["api.siliconflow.com", "siliconflow"],
  ["api.novita.ai", "novita"],
  ["api.ai21.com", "ai21"],
  ["api.studio.nebius.com", "nebius"],
  ["api.studio.nebius.ai", "nebius"],
  ["api.tokenfactory.nebius.com", "nebius"],
  ["inference.baseten.co", "baseten"],
  ["api.hyperbolic.xyz", "hyperbolic"],
  ["api.lambda.ai", "lambda"],
  ["api.featherless.ai", "featherless"],
  ["api.upstage.ai", "upstage"],
  ["api.scaleway.ai", "scaleway"],
  ["api.friendli.ai", "friendli"],
  ["api.replicate.com", "replicate"],
  ["api.portkey.ai", "portkey"],
  ["oai.helicone.ai", "openai"],
  ["anthropic.helicone.ai", "anthropic"],
  ["api.voyageai.com", "voyage"],
  ["api.aimlapi.com", "aimlapi"],
  ["*.ml.cloud.ibm.com", "watsonx"],
];

interface HostPattern {
  readonly pattern: RegExp;
  /** The path the host's model routes stand under. */
  readonly folder: string;
  readonly provider: string;
}
let patterns: readonly HostPattern[] | undefined;
const patternsOf = (): readonly HostPattern[] => hostProviders.map(([host, provider]) => {
  const [name = "", ...folders] = host.split("/");
  const source = name.split(".").map((label) => label.replace("*", "[^/]+").replace(/-$/, "-")).join("\\.");
  return { pattern: new RegExp(`^${source}$`, "i"), folder: folders.length === 0 ? "" : `/${folders.join("/")}`, provider };
});
const seen = new Map<string, HostPattern | null>();

/** null for a host that is no model provider's. Ollama is known by its port on this machine. */
export function providerOfHost(url: URL, path: string): string | null {
  const name = url.hostname;
  let match = seen.get(name);
  if (match === undefined) {
    match = (patterns ??= patternsOf()).find(({ pattern }) => pattern.test(name)) ?? null;
    if (seen.size < 1000) seen.set(name, match);
  }
  if (match !== null) return path.startsWith(match.folder) ? match.provider : null;
  return url.port === "11434" ? "ollama" : null;
}
