/**
 * `output-truncated` — the answer was cut before it was finished: by the token limit, the context window, the connection or the app.
 *
 * Sees: finish reasons of limits, streams that ended before their terminal event, as many output tokens as were allowed. Can't see: a stop sequence that
 * stood in the answer by chance, unless the text breaks off.
 * Next: replay with a higher limit.
 */
import { isTokenLimit } from "@whysaid/recorder/format";
import { named, pointAtText, replay, type Candidate, type Case } from "../finding.ts";

const limitKeys = ["max_tokens", "max_completion_tokens", "max_output_tokens", "maxOutputTokens", "maxTokens", "num_predict", "max_tokens_to_sample", "max_gen_len", "maxTokenCount"];

export function outputTruncated({ view }: Case): readonly Candidate[] {
  const found: Candidate[] = [];
  const { generations, traceId } = view.trace;
  generations.forEach((generation, index) => {
    const { completion, input, usage, toolCalls } = generation.signals;
    const final = index === generations.length - 1;
    const text = completion.state === "captured" ? completion.value.text : "";
    const reason = completion.state === "captured" ? completion.value.finishReason : null;
    const at = `generations[${index}].signals.completion.value`;
    const place = pointAtText(`${at}.text`, text, Math.max(0, text.trimEnd().length - 60), text.length);
    const limit = input.state === "captured" ? limitOf(input.value.parameters) : null;
    const spent = usage.state === "captured" ? usage.value.outputTokens : null;
    const add = (title: string, confidence: number, evidence = [place]): void => {
      found.push({ cause: "output-truncated", title, confidence: final ? confidence : confidence - 0.3, evidence, next: replay(traceId, limit === null ? "--set max_tokens=4096" : `--set ${limit.key}=${limit.value * 4}`) });
    };
    if (reason !== null && isTokenLimit(reason)) {
      const where = limit === null ? "" : ` of ${limit.value} tokens`;
      const half = toolCalls.state === "captured" && toolCalls.value.some((call) => !isJson(call.arguments));
      add(half ? `The model hit its limit${where} in the middle of a tool call` : `The answer was cut at the limit${where} (finish reason ${reason})`, 0.96, [place, { at: `${at}.finishReason`, sourceId: null, excerpt: reason }]);
      return;
    }
    if (generation.error !== null && generation.state !== "aborted") return;
    if (generation.state === "cut" && (text !== "" || completion.state === "missing")) {
      if (completion.state === "captured" && text !== "") add(`The stream ended before the answer did: "…${named(text.slice(-50))}"`, 0.93, [place, { at: `generations[${index}].state`, sourceId: null, excerpt: "cut: the connection ended before the protocol's terminal event" }]);
      return;
    }
    if (generation.state === "aborted" && text !== "") {
      add("The app aborted the stream before the answer was whole", 0.9, [place, { at: `generations[${index}].state`, sourceId: null, excerpt: "aborted" }]);
      return;
    }
    if (final && text !== "" && limit !== null && spent !== null && spent >= limit.value && (reason === null || breaksOff(text)))
      add(`The answer used all of the ${limit.value} tokens it was allowed and breaks off`, 0.9, [place, { at: `generations[${index}].signals.usage.value.outputTokens`, sourceId: null, excerpt: String(spent) }]);
    else if (final && reason === null && generation.state === "complete" && text.length > 200 && breaksOff(text) && spent !== null && [64, 100, 128, 150, 200, 250, 256, 300, 400, 500, 512, 600, 750, 800, 1000, 1024, 1500, 2000, 2048, 4000, 4096, 8000, 8192, 16_384].includes(spent))
      add(`The answer breaks off after exactly ${spent} tokens`, 0.8, [place, { at: `generations[${index}].signals.usage.value.outputTokens`, sourceId: null, excerpt: String(spent) }]);
  });
  return found.slice(-1);
}

function limitOf(parameters: Readonly<Record<string, unknown>>): { readonly key: string; readonly value: number } | null {
  for (const holder of [parameters, ...Object.values(parameters)]) {
    if (typeof holder !== "object" || holder === null) continue;
    for (const key of limitKeys) {
      const value = (holder as Readonly<Record<string, unknown>>)[key];
      if (typeof value === "number" && value > 0) return { key, value };
    }
  }
  return null;
}
const isJson = (text: string): boolean => {
  try {
    JSON.parse(text === "" ? "{}" : text);
    return true;
  } catch {
    return false;
  }
};
/** No mark that ends a sentence, a list or a block stands at the end. */
export const breaksOff = (text: string): boolean => /[\p{L}\p{N},;:([{"'-]$/u.test(text.trimEnd());
