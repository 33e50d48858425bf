/** What a replay may cost: counted before anything is sent, refused beyond the caps. */
import { WhysaidError } from "@whysaid/recorder/format";
import { isObject } from "./json-strings.ts";

export interface Caps {
  readonly maxCalls: number;
  /** Input and output of all calls together. */
  readonly maxTokens: number;
}
export interface Estimate {
  readonly inputTokens: number;
  /** At most: the request's own limit, else a usual answer. */
  readonly outputTokens: number;
  readonly totalTokens: number;
}

export const defaultCaps: Caps = { maxCalls: 10, maxTokens: 200_000 };
/** Rule of thumb for English; a provider's own count is used once an answer carries it. */
const CHARS_PER_TOKEN = 4;
const USUAL_ANSWER_TOKENS = 1024;

export function estimate(body: string, calls: number): Estimate {
  const inputTokens = Math.ceil(body.length / CHARS_PER_TOKEN);
  const outputTokens = outputLimit(body) ?? USUAL_ANSWER_TOKENS;
  return { inputTokens, outputTokens, totalTokens: calls * (inputTokens + outputTokens) };
}

function outputLimit(body: string): number | null {
  const found = /"(?:max_tokens|max_completion_tokens|max_output_tokens|maxOutputTokens|maxTokens|num_predict)"\s*:\s*(\d+)/.exec(body)?.[1];
  return found === undefined ? null : Number(found);
}

/** @throws WhysaidError `REPLAY_OVER_CAP` */
export function checkCaps(calls: number, { totalTokens }: Estimate, caps: Caps): void {
  if (calls > caps.maxCalls) throw new WhysaidError("REPLAY_OVER_CAP", `${calls} calls are more than the ${caps.maxCalls} allowed`, { fix: `Ask for fewer, or raise the cap with --max-calls ${calls}.` });
  if (totalTokens > caps.maxTokens) throw new WhysaidError("REPLAY_OVER_CAP", `about ${totalTokens} tokens are more than the ${caps.maxTokens} allowed`, { fix: `Ask for fewer calls, or raise the cap with --max-tokens-total ${totalTokens}.` });
}

/** Tokens an answer really cost, else as estimated. */
export function spentTokens(usage: unknown, one: Estimate): number {
  const { inputTokens, outputTokens, totalTokens } = isObject(usage) ? usage : {};
  if (typeof totalTokens === "number") return totalTokens;
  return typeof inputTokens === "number" ? inputTokens + (typeof outputTokens === "number" ? outputTokens : 0) : one.inputTokens + one.outputTokens;
}
