/**
 * `empty-completion` — the model ended its turn and said nothing: no text, no tool call, no refusal.
 *
 * Sees: blank text, text that went into the reasoning alone. Can't see: why; a stop sequence at the very start looks the same.
 * Next: replay a few times; look at `stop` sequences and at the token limit when reasoning took all of it.
 */
import { pointAtText, replay, type Candidate, type Case } from "../finding.ts";
import { isTokenLimit } from "@whysaid/recorder/format";

export function emptyCompletion({ view }: Case): readonly Candidate[] {
  const generation = view.trace.generations.at(-1);
  const index = view.trace.generations.length - 1;
  if (!generation || generation.signals.completion.state !== "captured") return [];
  const { text, refusal, finishReason, reasoning, raw, alternatives } = generation.signals.completion.value;
  const calls = generation.signals.toolCalls;
  if (!saysNothingAtAll(text) || refusal !== null || alternatives.some((other) => other.trim() !== "")) return [];
  if (calls.state === "captured" && calls.value.length > 0) return [];
  if (generation.state !== "complete" || generation.error !== null || (generation.status !== null && generation.status >= 400)) return [];
  if (finishReason !== null && (isTokenLimit(finishReason) || /tool|function/i.test(finishReason))) return [];
  if (raw !== null && /"(?:inline_?data|audio|b64_json|image|image_url|file_?data|executableCode|embeddings?)"\s*:\s*[{"[]/i.test(raw)) return [];
  // structured outputs some protocols carry beside the text
  if (raw !== null && /"(?:web_search_call|mcp_call|mcp_list_tools|code_interpreter_call|image_generation_call|file_search_call|computer_call|server_tool_use|functionCall|tool_calls|function_call)"/.test(raw)) return [];
  if (raw !== null && /"status"\s*:\s*"(?:queued|in_progress)"/.test(raw)) return [];
  const at = `generations[${index}].signals.completion.value.text`;
  const onlyReasoning = reasoning !== null && reasoning.trim() !== "";
  return [
    {
      cause: "empty-completion",
      title: onlyReasoning ? "The model reasoned and then answered nothing" : "The model ended its turn without saying anything",
      confidence: 0.95,
      evidence: [{ at, sourceId: null, excerpt: text === "" ? "(empty)" : text.trim() === "" ? `(${text.length} blanks)` : text }, ...(onlyReasoning ? [pointAtText(`generations[${index}].signals.completion.value.reasoning`, reasoning)] : [])],
      next: replay(view.trace.traceId, "--n 5"),
    },
  ];
}

/** Blanks, characters nobody sees, quotes, dots or dashes, an empty fence. */
const saysNothingAtAll = (text: string): boolean => text.length < 1_000 ? /^\s*(?:null|undefined|None|NaN|nil|(?:<br\s*\/?>|&nbsp;|<p>\s*<\/p>|\s)+)\s*$/.test(text) || /^[\s\p{Cf}"'`“”„«».…·•–—_-]*$/u.test(text.replace(/```\w*\s+```/g, "")) : text.trim() === "";
